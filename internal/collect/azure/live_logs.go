package azure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// Reading is the outcome of [Collector.Events].
type Reading struct {
	// Checkpoint is where the next reading goes on. Save it after the events.
	Checkpoint Checkpoint
	// Settled is the time before which no later reading reads an event again:
	// what Options.Logs.Events.Seen remembers of events since then is still
	// needed.
	Settled  time.Time
	Stats    records.Stats
	Problems []entitlement.Problem
}

// Events gives all events of a subscription since the checkpoint to sink, one
// at a time, in no particular order; those of the tenant itself, its audit and
// sign-in logs, if system is "".
//
// Nothing is lost in a crash as long as the caller keeps what sink received
// first and the checkpoint afterwards: what was delivered in between is
// delivered again, also in the overlap that late events are looked for in;
// Options.Logs.Events.Seen drops what it remembers. Give a new Seen after an
// error: the old one remembers events that were not kept.
//
// Unless it is nil, save is called whenever a part is done, with a checkpoint
// that covers all that sink received so far.
//
// An error means that sink or save returned one or that ctx was cancelled.
// What couldn't be read is a problem, and is read by a later call.
func (c *Collector) Events(
	ctx context.Context, system entitlement.SystemID, from Checkpoint, sink records.Sink, save func(Checkpoint) error,
) (Reading, error) {
	r := &reading{Collector: c, system: system, sink: sink, save: save, complete: true, events: c.eventOptions(), listed: map[string]int{}}
	r.out.Checkpoint, r.out.Settled = from.clone(), c.options.Now()
	err := r.read(ctx)
	if errors.Is(ctx.Err(), context.Canceled) {
		err = context.Cause(ctx)
	}
	if err != nil {
		return r.out, fmt.Errorf("read the events of %s: %w", r.whose(), err)
	}
	return r.out, nil
}

// reading is one run of Events, by one goroutine.
type reading struct {
	*Collector
	system   entitlement.SystemID
	sink     records.Sink
	save     func(Checkpoint) error
	events   records.Options
	complete bool           // No part of the source was left out.
	listed   map[string]int // Problems of the parser by code.
	out      Reading
}

func (r *reading) whose() string {
	if r.system == "" {
		return "the tenant"
	}
	return "subscription " + string(r.system)
}

// eventOptions have one memory of the events seen for the whole reading.
func (c *Collector) eventOptions() records.Options {
	o := c.options.Logs.Events
	o.Now, o.Logger = c.options.Now, c.options.Logger
	return o.WithDefaults()
}

func (r *reading) read(ctx context.Context) error {
	if r.options.Logs.Storage.Account != "" {
		if err := r.storage(ctx); err != nil {
			return err
		}
	}
	if r.options.Logs.EventHub.Namespace != "" {
		if err := r.eventHub(ctx); err != nil {
			return err
		}
	}
	lists := r.lists()
	for i := range lists {
		if err := r.list(ctx, &lists[i]); err != nil {
			return err
		}
	}
	return nil
}

// parse hands the events of a text on. An error is the sink's or the context's.
func (r *reading) parse(ctx context.Context, data []byte, name string) error {
	stats, problems, err := ParseEvents(ctx, bytes.NewReader(data), name, r.events, func(ev *auditlog.Event) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return r.sink(ev)
	})
	r.out.Stats.Add(stats)
	r.out.Problems = append(r.out.Problems, slices.DeleteFunc(problems, func(p entitlement.Problem) bool {
		r.listed[p.Code]++
		return r.listed[p.Code] > r.events.MaxProblems
	})...)
	return err
}

// report notes what couldn't be read, which leaves the history incomplete.
func (r *reading) report(ctx context.Context, p entitlement.Problem) {
	r.options.Logger.WarnContext(ctx, "the reading of events has a problem",
		"subscription", r.system, "code", p.Code, "subject", p.Subject, "permission", p.Permission)
	r.out.Problems = append(r.out.Problems, p)
	r.complete = false
}

// commit offers the checkpoint to the caller.
func (r *reading) commit() error {
	if r.save == nil {
		return nil
	}
	if err := r.save(r.out.Checkpoint.clone()); err != nil {
		return fmt.Errorf("save the checkpoint: %w", err)
	}
	return nil
}

// settleFrom sets since when all was read, at the end of a first whole pass.
func (r *reading) settleFrom(from time.Time) {
	if r.out.Checkpoint.From.IsZero() && r.complete && !from.IsZero() {
		r.out.Checkpoint.From = from.UTC()
	}
}

// again notes that a later reading reads events since a time once more.
func (r *reading) again(since time.Time) {
	if since.Before(r.out.Settled) {
		r.out.Settled = since
	}
}

// windowStart is where a first reading begins.
func (r *reading) windowStart(keeps time.Duration) time.Time {
	return r.options.Now().Add(-min(r.options.Logs.Window, keeps)).UTC()
}
