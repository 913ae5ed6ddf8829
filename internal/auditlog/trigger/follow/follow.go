// Package follow goes through the events of an audit store in the order in which
// they were stored, each once, and saves what was found in them together with
// how far it has come.
package follow

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/state"
)

// Task is something that looks at every event once. It is safe for concurrent
// use, but for [Round.Do], of which one may run at a time.
type Task struct {
	Name  string // Under which its progress is kept.
	Query string // Identifies what it looks for; another text means that this was changed.
	// Backfill has a new task look at everything that is stored already.
	Backfill bool
	// Find looks at what was stored within the span, which is not empty. From,
	// To and Name of the step are filled in afterwards.
	Find func(ctx context.Context, s *Span) (state.Step, error)

	mu       sync.Mutex // Guards what follows.
	begun    bool
	progress state.Progress
	health   Health
}

// Health is how the evaluations of a task go.
type Health struct {
	Evaluated time.Time // Up to when everything that was stored is evaluated.
	Succeeded time.Time // When the last evaluation that succeeded ended.
	Err       error     // Of the last evaluation.
	Errors    int64     // Evaluations that failed since the program began.
}

// Progress returns how far the task has come, and whether that is known: it is
// not before the first evaluation.
func (t *Task) Progress() (state.Progress, Health, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.progress, t.health, t.begun || len(t.progress.Totals) > 0
}

// Inherit takes over what is known of a task that this one replaces.
func (t *Task) Inherit(old *Task) {
	progress, health, _ := old.Progress()
	old.mu.Lock()
	begun := old.begun && old.Query == t.Query
	old.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress, t.health, t.begun = progress, health, begun
}

// Fail notes what kept the task from being evaluated.
func (t *Task) Fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.health.Err = err
	t.health.Errors++
}

func (t *Task) succeed(p state.Progress, horizon, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress = p
	t.health.Evaluated, t.health.Succeeded, t.health.Err = horizon, now, nil
}

// Round brings tasks up to one horizon.
type Round struct {
	Store   auditlog.Store
	State   *state.DB
	Horizon time.Time // As Store.Sync returned it.
	Now     time.Time

	spans map[int64]*Span // By where they begin.
}

// Do brings a task up to the horizon. On an error nothing of it has happened; do
// it again in the next round.
func (r *Round) Do(ctx context.Context, t *Task) error {
	p, err := r.begin(ctx, t)
	if err != nil {
		return err
	}
	if p.Position.After(r.Horizon) {
		return fmt.Errorf("everything up to %s was evaluated, but the store has only come to %s: it is another store, or its clock went back",
			p.Position.Format(time.RFC3339Nano), r.Horizon.UTC().Format(time.RFC3339Nano))
	}
	s, err := r.span(ctx, p.Position)
	if err != nil {
		return err
	}
	if s.Events > 0 {
		if p, err = r.advance(ctx, t, p, s); err != nil {
			return err
		}
	}
	t.succeed(p, r.Horizon, r.Now)
	return nil
}

// begin returns the progress of a task, which begins at the horizon if it is
// new, and at the beginning if it is to look at everything.
func (r *Round) begin(ctx context.Context, t *Task) (state.Progress, error) {
	t.mu.Lock()
	known, begun := t.progress, t.begun
	t.mu.Unlock()
	if begun {
		return known, nil
	}
	start := state.Start{Name: t.Name, Query: t.Query, Position: r.Horizon, Now: r.Now}
	if t.Backfill {
		start.Position = time.Time{}
	}
	p, err := r.State.Begin(ctx, start)
	if err != nil {
		return p, err
	}
	for i := range p.Totals {
		p.Totals[i].Before = p.Totals[i].Count
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress, t.begun = p, true
	return p, nil
}

// advance looks at what the span brought and saves what was found together with
// the position.
func (r *Round) advance(ctx context.Context, t *Task, p state.Progress, s *Span) (state.Progress, error) {
	step, err := t.Find(ctx, s)
	if err != nil {
		return p, err
	}
	step.Name, step.From, step.To = t.Name, s.From, s.To
	err = r.State.Advance(ctx, &step)
	switch {
	case errors.Is(err, state.ErrConflict):
		return r.again(ctx, t) // Another process was faster, and has counted these.
	case err != nil:
		return p, err
	}
	p.Position, p.Totals = s.To, merge(p.Totals, step.Totals)
	return p, nil
}

// again reads the progress anew.
func (r *Round) again(ctx context.Context, t *Task) (state.Progress, error) {
	t.mu.Lock()
	t.begun = false
	t.mu.Unlock()
	return r.begin(ctx, t)
}

// merge adds totals up.
func merge(old, more []state.Total) []state.Total {
	out := append([]state.Total(nil), old...)
	for _, m := range more {
		found := false
		for i := range out {
			if out[i].Cloud == m.Cloud && out[i].System == m.System {
				out[i].Count += m.Count
				if m.Last.After(out[i].Last) {
					out[i].Last = m.Last
				}
				found = true
			}
		}
		if !found {
			out = append(out, m)
		}
	}
	return out
}
