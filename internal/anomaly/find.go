package anomaly

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/trigger/follow"
	"github.com/leastward/leastward/internal/state"
)

// first is something that was done for the first time.
type first struct {
	key
	at   time.Time
	last time.Time // When it was done before; zero is never.
}

// search is the work on what one span brought.
type search struct {
	engine  *Engine
	rule    *active
	span    *follow.Span
	filter  string
	covered coverage
	found   []first
	latest  map[key]time.Time // Of what was found, by key.
}

// find finds what was done for the first time among the events of a span. It
// goes day by day, since only the first event of a day can be a first time after
// an interval of whole days, so that no more than a day's keys are in memory.
func (e *Engine) find(ctx context.Context, a *active, s *follow.Span) (state.Step, error) {
	w := &search{engine: e, rule: a, span: s, latest: map[key]time.Time{}}
	var err error
	if w.filter, err = e.filter(a.condition()); err != nil { // Anew: folders and tags change.
		return state.Step{}, err
	}
	days, err := w.days(ctx)
	if err != nil || len(days) == 0 {
		return state.Step{}, err
	}
	if w.covered, err = e.coverage(ctx, a); err != nil {
		return state.Step{}, err
	}
	for _, d := range days {
		if err := w.day(ctx, d); err != nil {
			return state.Step{}, fmt.Errorf("look at %s: %w", d.Format(time.DateOnly), err)
		}
	}
	return w.step(ctx)
}

// days returns the days (UTC) that events of the span are of, the earliest first.
func (w *search) days(ctx context.Context) ([]time.Time, error) {
	var days []time.Time
	err := w.ask(ctx, w.span.Statement(w.filter, "stats by (_time:1d) count() events"), func(r auditlog.Row) error {
		d, err := follow.Instant(r, "_time")
		days = append(days, d)
		return err
	})
	slices.SortFunc(days, time.Time.Compare)
	return days, err
}

// day looks at the events of the span that are of one day.
func (w *search) day(ctx context.Context, d time.Time) error {
	candidates, err := w.candidates(ctx, d)
	if err != nil || len(candidates) == 0 {
		return err
	}
	if err := w.unreported(ctx, candidates); err != nil {
		return err
	}
	for chunk := range slices.Chunk(identities(candidates), chunkSize) {
		if err := w.confirm(ctx, d, chunk, candidates); err != nil {
			return err
		}
	}
	return nil
}

// candidates returns the keys that may be new on a day, with their first event
// of the span.
func (w *search) candidates(ctx context.Context, d time.Time) (map[key]time.Time, error) {
	kind, interval := w.rule.Kind, w.rule.Interval.Std()
	all := map[key]time.Time{}
	statement := w.span.Statement(w.filter, kind.pipes()+"stats by ("+kind.by()+") min(_time) earliest")
	statement.From, statement.To = later(statement.From, d), earlier(statement.To, d.Add(day))
	err := w.ask(ctx, statement, func(r auditlog.Row) error {
		t, err := follow.Instant(r, "earliest")
		if err != nil {
			return err
		}
		return kind.keys(r, func(k key) {
			if before, known := all[k]; w.covered.covers(k.place, t, interval) && (!known || t.Before(before)) {
				all[k] = t
			}
		})
	})
	for k, t := range all {
		if w.rule.seen.lately(k, t, interval) {
			delete(all, k)
		}
	}
	return all, err
}

// unreported takes away what was reported within an interval, before or after.
func (w *search) unreported(ctx context.Context, candidates map[key]time.Time) error {
	interval := w.rule.Interval.Std()
	names := make([]string, 0, len(candidates))
	from, to := w.span.Latest, w.span.Earliest
	for k, t := range candidates {
		names = append(names, k.String())
		from, to = earlier(from, t), later(to, t)
	}
	reported, err := w.engine.o.State.Reported(ctx, w.rule.task.Name, names, from.Add(-interval), to.Add(interval))
	if err != nil {
		return err
	}
	near := func(t time.Time) func(time.Time) bool {
		return func(r time.Time) bool { return !r.IsZero() && r.Sub(t).Abs() < interval }
	}
	for k, t := range candidates {
		if near(t)(w.latest[k]) || slices.ContainsFunc(reported[k.String()], near(t)) {
			w.rule.seen.add(k, t)
			delete(candidates, k)
		}
	}
	return nil
}

// step is what is saved: all totals, and the latest reports in detail.
func (w *search) step(ctx context.Context) (state.Step, error) {
	step := state.Step{Keep: w.engine.o.Keep}
	totals := map[place]*state.Total{}
	for _, f := range w.found {
		step.Reported = append(step.Reported, state.Report{Key: f.String(), Time: f.at})
		t := totals[f.place]
		if t == nil {
			t = &state.Total{Cloud: f.cloud, System: f.system}
			totals[f.place] = t
		}
		t.Count, t.Last = t.Count+1, later(t.Last, f.at)
	}
	for _, t := range totals {
		step.Totals = append(step.Totals, *t)
	}
	stats, err := w.engine.o.Store.Stats(ctx)
	if err != nil {
		return step, fmt.Errorf("ask what the store holds: %w", err)
	}
	if !stats.Oldest.IsZero() { // Older events are not taken, and so can't be reported again.
		step.Forget = stats.Oldest.Add(-w.rule.Interval.Std())
	}
	slices.SortStableFunc(w.found, func(x, y first) int { return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.String(), y.String())) })
	for _, f := range w.found[max(0, len(w.found)-step.Keep):] {
		m, err := w.describe(ctx, &f)
		if err != nil {
			return step, err
		}
		step.Matches = append(step.Matches, m)
	}
	return step, nil
}

func (w *search) ask(ctx context.Context, s auditlog.Statement, row func(auditlog.Row) error) error {
	_, err := w.engine.o.Store.Select(ctx, s, row)
	return err
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
