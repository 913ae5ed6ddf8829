package aws

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Reading is the outcome of [Collector.Events].
type Reading struct {
	// Checkpoint is where the next reading goes on. Save it after the events.
	Checkpoint Checkpoint
	// Settled is the time before which no later reading reads an event again,
	// as it does where this one broke off: what Options.Events.Seen remembers of
	// events since then is still needed.
	Settled time.Time
	// Confirm, unless it is nil, tells the queue that what was read is kept. Call
	// it after the checkpoint was saved; what the queue refuses is a problem.
	// Without it the messages come again, which changes nothing.
	Confirm  func(context.Context) []entitlement.Problem
	Stats    EventStats
	Coverage Coverage
	Problems []entitlement.Problem
}

// Events gives all events since the checkpoint to sink, one at a time, in no
// particular order. They come from the trail's bucket if the options name one,
// or else from LookupEvents.
//
// Nothing is lost in a crash as long as the caller keeps what sink received
// first and the checkpoint afterwards: what was delivered in between is
// delivered again, also in the overlap that late events are looked for in;
// Options.Events.Seen drops what it remembers. Give a new Seen after an error:
// the old one remembers events that were not kept.
//
// Unless it is nil, save is called whenever a part is done, with a checkpoint
// that covers all that sink received so far; a first reading of 90 days thus
// needn't begin from the start after a crash. Its calls and those of sink never
// overlap.
//
// An error means that sink or save returned one or that ctx was cancelled.
// What couldn't be read is a problem, and is read by a later call.
func (c *Collector) Events(
	ctx context.Context, from Checkpoint, sink EventSink, save func(Checkpoint) error,
) (Reading, error) {
	run := &reading{
		Collector: c, sink: sink, save: save, complete: true,
		events: c.eventOptions(), listed: map[string]int{},
	}
	run.events.OneStep = &run.mu
	run.out.Checkpoint, run.out.Settled = from.clone(), c.options.Now()
	var err error
	switch {
	case c.options.Trail.Name != "":
		err = run.bucket(ctx)
	case c.options.LookupEvents:
		err = run.lookup(ctx)
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		err = context.Cause(ctx)
	}
	if err != nil {
		return run.out, fmt.Errorf("read the events of account %s: %w", c.account, err)
	}
	return run.out, nil
}

// reading is one run of Events.
type reading struct {
	*Collector
	save   func(Checkpoint) error
	events EventOptions

	// Guards the fields below and all that events go into: files are read at the
	// same time, and a checkpoint stands for whole events.
	mu       sync.Mutex
	sink     EventSink
	complete bool           // No part of the source was left out.
	listed   map[string]int // Problems of the parser by code.
	out      Reading
}

// eventOptions are those of the files' reader, with one memory of the events
// seen for the whole reading.
func (c *Collector) eventOptions() EventOptions {
	o := c.options.Events
	o.Now, o.Logger = c.options.Now, c.options.Logger
	return o.WithDefaults()
}

// parse reads one file or answer and hands its events on. An error is the
// sink's or the context's.
func (r *reading) parse(ctx context.Context, data []byte, name string) error {
	take := func(e *auditlog.Event) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return r.sink(e)
	}
	stats, problems, err := ParseEvents(bytes.NewReader(data), name, r.events, take) //nolint:contextcheck // take ends it with ctx.
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Stats.Add(stats)
	r.out.Problems = append(r.out.Problems, r.few(problems)...)
	return err
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
	r.note(ctx, p)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.complete = false
}

// note notes a problem that no event is missing for.
func (r *reading) note(ctx context.Context, p entitlement.Problem) {
	r.options.Logger.WarnContext(ctx, "the reading of events has a problem",
		"account", r.account, "code", p.Code, "subject", p.Subject, "permission", p.Permission)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Problems = append(r.out.Problems, p)
}

// saveFolder and saveRegion set a mark and offer the checkpoint to the caller.
func (r *reading) saveFolder(prefix string, m FolderMark) error {
	return r.commit(func(c *Checkpoint) { c.Folders[prefix] = m })
}

func (r *reading) saveRegion(region string, through time.Time) error {
	return r.commit(func(c *Checkpoint) { c.Regions[region] = through })
}

func (r *reading) commit(change func(*Checkpoint)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.out.Checkpoint)
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
	if r.out.Checkpoint.From.IsZero() && r.complete {
		r.out.Checkpoint.From = from
	}
}

// fullHistoryFrom asks the event source how far back it is whole: the earliest
// file of the trail, or the 90 days of LookupEvents, but no longer than the
// window and the trail's own logging.
func (c *Collector) fullHistoryFrom(ctx context.Context) (time.Time, []entitlement.Problem) {
	switch {
	case c.options.Trail.Name != "":
		coverage, problems := c.Coverage(ctx)
		earliest, more := c.earliestFile(ctx)
		problems = append(problems, more...)
		if earliest.IsZero() {
			return earliest, problems
		}
		return latest(earliest, c.windowStart(), coverage.Since), problems
	case c.options.LookupEvents:
		return c.windowStart(), nil
	}
	return time.Time{}, nil
}

// windowStart is where a first reading begins.
func (c *Collector) windowStart() time.Time {
	window := c.options.Window
	if c.options.Trail.Name == "" {
		window = min(window, lookupHistory)
	}
	return c.options.Now().Add(-window).UTC()
}

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }
