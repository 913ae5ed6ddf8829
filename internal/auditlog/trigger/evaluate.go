package trigger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/state"
)

// evaluate brings every trigger up to what is stored now.
func (e *Engine) evaluate(ctx context.Context, triggers []*active) error {
	if err := e.o.State.Activate(ctx, prefix, names(triggers)); err != nil {
		return err
	}
	horizon, err := e.o.Store.Sync(ctx)
	if err != nil {
		return fmt.Errorf("store what is in memory: %w", err)
	}
	spans := map[int64]*span{}
	for _, a := range triggers {
		if err := e.one(ctx, a, horizon, spans); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			e.o.Logger.ErrorContext(ctx, "a trigger is evaluated again later", "trigger", a.Name, "err", err)
			e.fail(a, err)
		}
	}
	return nil
}

// one brings a trigger up to the horizon.
func (e *Engine) one(ctx context.Context, a *active, horizon time.Time, spans map[int64]*span) error {
	p, err := e.begin(ctx, a, horizon)
	if err != nil {
		return err
	}
	if p.Position.After(horizon) {
		return fmt.Errorf("everything up to %s was evaluated, but the store has only come to %s: it is another store, or its clock went back",
			p.Position.Format(time.RFC3339Nano), horizon.UTC().Format(time.RFC3339Nano))
	}
	s := spans[p.Position.UnixNano()]
	if s == nil {
		s = &span{from: p.Position, to: horizon}
		if err := e.measure(ctx, s); err != nil {
			return err
		}
		spans[p.Position.UnixNano()] = s
	}
	if s.events > 0 {
		if p, err = e.advance(ctx, a, p, s); err != nil {
			return err
		}
	}
	e.succeed(a, p, horizon)
	return nil
}

// begin returns the progress of a trigger, which begins at the horizon if it is
// new, and at the beginning if it is to look at everything.
func (e *Engine) begin(ctx context.Context, a *active, horizon time.Time) (state.Progress, error) {
	e.mu.Lock()
	known := a.progress
	begun := a.begun
	e.mu.Unlock()
	if begun {
		return known, nil
	}
	start := state.Start{Name: prefix + a.Name, Query: a.fingerprint, Position: horizon, Now: e.o.Now()}
	if a.Backfill {
		start.Position = time.Time{}
	}
	p, err := e.o.State.Begin(ctx, start)
	if err != nil {
		return p, err
	}
	e.mu.Lock()
	a.progress, a.begun = p, true
	e.mu.Unlock()
	return p, nil
}

// again reads the progress anew.
func (e *Engine) again(ctx context.Context, a *active, horizon time.Time) (state.Progress, error) {
	e.mu.Lock()
	a.begun = false
	e.mu.Unlock()
	return e.begin(ctx, a, horizon)
}

// advance counts what the span brought and saves it together with the position.
func (e *Engine) advance(ctx context.Context, a *active, p state.Progress, s *span) (state.Progress, error) {
	filter, err := e.filter(&a.Definition) // Anew: folders and tags change.
	if err != nil {
		return p, err
	}
	step := state.Step{Name: prefix + a.Name, From: s.from, To: s.to, Keep: e.o.Keep}
	if step.Totals, err = e.count(ctx, s, filter); err != nil {
		return p, err
	}
	if len(step.Totals) > 0 {
		if step.Matches, err = e.latest(ctx, s, filter); err != nil {
			return p, err
		}
	}
	if err := e.o.State.Advance(ctx, &step); errors.Is(err, state.ErrConflict) {
		return e.again(ctx, a, s.to) // Another process was faster, and has counted these.
	} else if err != nil {
		return p, err
	}
	p.Position, p.Totals = s.to, merge(p.Totals, step.Totals)
	return p, nil
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

func (e *Engine) succeed(a *active, p state.Progress, horizon time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	a.progress = p
	a.health.evaluated, a.health.succeeded, a.health.err = horizon, e.o.Now(), nil
}

func clone(r auditlog.Row, f query.Field) string { return strings.Clone(r.Get(string(f))) }
