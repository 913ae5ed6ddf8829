package gcp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// Reading is the outcome of [Collector.Events].
type Reading struct {
	// Checkpoint is where the next reading goes on. Save it after the events.
	Checkpoint Checkpoint
	// Settled is the time before which no later reading reads an event again,
	// as it does where this one broke off: what is remembered of events since
	// then is still needed.
	Settled time.Time
	// Confirm, unless it is nil, tells the subscription that what was read is
	// kept. Call it after the checkpoint was saved; what is refused is a problem.
	// Without it the messages come again.
	Confirm  func(context.Context) []entitlement.Problem
	Stats    records.Stats
	Problems []entitlement.Problem
}

// Keep is called on the way of a reading, with a checkpoint that covers all that
// the sink received so far. It reports whether all of that is kept for good:
// messages are acknowledged then.
type Keep func(Checkpoint) (kept bool, err error)

// Events gives all events since the checkpoint to sink, one at a time, in no
// particular order, from where the options say. Containers are those whose
// entries are read from Cloud Logging; see [Collection].
//
// Nothing is lost in a crash as long as the caller keeps what sink received
// first and the checkpoint afterwards: what was delivered in between is
// delivered again, also in the overlap that late events are looked for in;
// Options.Events.Seen, or what the sink remembers, drops it. Give a new Seen
// after an error: the old one remembers events that were not kept.
//
// Keep, unless it is nil, is called whenever a part is done. Its calls and those
// of sink never overlap.
//
// An error means that sink or keep returned one or that ctx was cancelled. What
// couldn't be read is a problem, and is read by a later call.
func (c *Collector) Events(ctx context.Context, from Checkpoint, containers []string, sink records.Sink, keep Keep) (Reading, error) {
	r := &reading{Collector: c, sink: sink, keep: keep, complete: true, events: c.eventOptions(), listed: map[string]int{}, until: lastBegin(ctx)}
	r.events.OneStep = &r.mu
	r.out.Checkpoint, r.out.Settled = from.clone(), c.options.Now()
	var err error
	switch l := &c.options.Logs; {
	case l.Subscription != "":
		err = r.subscription(ctx)
	case l.Bucket != "":
		err = r.bucket(ctx)
	case l.Entries:
		err = r.entries(ctx, containers)
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		err = context.Cause(ctx)
	}
	if err != nil {
		return r.out, fmt.Errorf("read the events of %s: %w", c.options.Scope, err)
	}
	return r.out, nil
}

// reading is one run of Events.
type reading struct {
	*Collector
	keep   Keep
	events records.Options
	until  time.Time // Nothing new is begun from then on.

	// Guards the fields below and all that events go into: objects are read at the
	// same time, and a checkpoint stands for whole events.
	mu       sync.Mutex
	sink     records.Sink
	complete bool           // No part of the source was left out.
	listed   map[string]int // Problems of the parser by code.
	out      Reading
}

// lastBegin is when a reading begins nothing new: what was read has to be kept,
// and messages acknowledged, before the time is over.
func lastBegin(ctx context.Context) time.Time {
	end, ok := ctx.Deadline()
	if !ok {
		return time.Now().Add(365 * 24 * time.Hour)
	}
	return time.Now().Add(time.Until(end) * 3 / 4)
}

func (r *reading) late() bool { return !time.Now().Before(r.until) }

// eventOptions are those of the files' reader, with one memory of the events
// seen for the whole reading.
func (c *Collector) eventOptions() records.Options {
	o := c.options.Events
	o.Now, o.Logger = c.options.Now, c.options.Logger
	return o.WithDefaults()
}

// sinkError marks an error of the sink or the context, unlike those of the
// source.
type sinkError struct{ error }

func (e sinkError) Unwrap() error { return e.error }

// parse reads one object or answer and hands its events on. An error is the
// sink's or the context's.
func (r *reading) parse(ctx context.Context, data []byte, name string) error {
	take := func(e *auditlog.Event) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return r.sink(e)
	}
	stats, problems, err := ParseEvents(ctx, bytes.NewReader(data), name, r.events, take)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Stats.Add(stats)
	r.out.Problems = append(r.out.Problems, r.few(problems)...)
	if err != nil {
		return sinkError{err}
	}
	return nil
}

// few returns those problems that don't exceed the most of one code that a
// reading lists; the stats count them all.
func (r *reading) few(problems []entitlement.Problem) []entitlement.Problem {
	return slices.DeleteFunc(problems, func(p entitlement.Problem) bool {
		r.listed[p.Code]++
		return r.listed[p.Code] > r.events.MaxProblems
	})
}

// report notes what couldn't be read, which leaves the history incomplete.
func (r *reading) report(ctx context.Context, p entitlement.Problem) {
	r.options.Logger.WarnContext(ctx, "the reading of events has a problem",
		"scope", r.options.Scope, "code", p.Code, "subject", p.Subject, "permission", p.Permission)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Problems = append(r.out.Problems, p)
	r.complete = false
}

// commit changes the checkpoint and offers it to the caller.
func (r *reading) commit(change func(*Checkpoint)) (kept bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.out.Checkpoint)
	if r.keep == nil {
		return false, nil
	}
	if kept, err = r.keep(r.out.Checkpoint.clone()); err != nil {
		return false, sinkError{fmt.Errorf("keep what was read: %w", err)}
	}
	return kept, nil
}

// windowStart is where a first reading begins.
func (c *Collector) windowStart() time.Time { return c.options.Now().Add(-c.options.Window).UTC() }
