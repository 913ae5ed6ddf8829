package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// Series is an answer over time.
type Series struct {
	// Start is the beginning of the first interval: a whole multiple of Step
	// since 1970, UTC. The first and the last interval may reach beyond the
	// query's range, where they have nothing.
	Start time.Time
	Step  time.Duration
	Lines []Line
	// Partial is set where a part of the store could not be asked.
	Partial bool
}

// Line is one series, by the values that its events agree in.
type Line struct {
	// Labels are the values of the fields that the query names; none for Rest.
	Labels map[string]string
	// Rest is set for the sum of all series that have no line of their own.
	Rest   bool
	Counts []int64 // One for each interval.
}

// defaultTop is how many lines a series has where the query does not say.
const defaultTop = 20

// Series counts events, or different values, per interval. The lines with the
// greatest sums come first and, of equal ones, by their values.
func (s *Searcher) Series(ctx context.Context, q query.Query, c Caller) (Series, error) {
	if q.Series == nil {
		return Series{}, &query.Error{Path: "series", Message: "is missing"}
	}
	ctx, cancel := s.limited(ctx)
	defer cancel()
	p, err := s.compile(&q, c)
	if err != nil {
		return Series{}, err
	}
	b, err := s.newSeries(&q, p, s.run(p, c))
	if err != nil {
		return Series{}, err
	}
	if err := b.fill(ctx); err != nil {
		return Series{}, ended(ctx, err)
	}
	return b.answer(), nil
}

// seriesBuilder puts a series together.
type seriesBuilder struct {
	*run
	start  time.Time
	steps  int
	top    int
	cells  int // That may be in memory.
	column string
	lines  groups
	counts map[*group][]int64
	rest   []int64
}

func (s *Searcher) newSeries(q *query.Query, p *logsql.Plan, r *run) (*seriesBuilder, error) {
	b := &seriesBuilder{run: r, top: q.Series.Top, cells: s.o.Limits.Groups, column: logsql.CountColumn}
	if b.top == 0 {
		b.top = defaultTop
	}
	if p.Aggregates[0].Function == query.Unique {
		b.column = logsql.UniqueColumn(0)
	}
	first := floor(p.From.UnixNano(), p.Step.Nanoseconds())
	b.start = time.Unix(0, first).UTC()
	span := p.To.UnixNano() - first
	steps := (span + p.Step.Nanoseconds() - 1) / p.Step.Nanoseconds()
	if steps < 0 || steps*int64(b.top+1) > int64(b.cells) {
		return nil, tooMuch("series.step", "%s makes %d intervals of up to %d lines, more than %d numbers; make it wider", p.Step, steps, b.top, b.cells)
	}
	b.steps = int(steps)
	b.reset()
	return b, nil
}

func floor(n, step int64) int64 {
	down := n % step
	if down < 0 {
		down += step
	}
	return n - down
}

func (b *seriesBuilder) reset() {
	b.lines, b.counts, b.rest = groups{}, map[*group][]int64{}, nil
}

var errCells = errors.New("too many numbers")

// fill asks for all lines at once or, where those are too many, for the greatest
// and the sum of the others.
func (b *seriesBuilder) fill(ctx context.Context) error {
	err := b.parts(ctx, (*logsql.Part).LogsQL, b.cell)
	if !errors.Is(err, errCells) {
		return err
	}
	keys, err := b.greatest(ctx)
	if err != nil {
		return err
	}
	b.reset()
	if err := b.parts(ctx, func(p *logsql.Part) string { return p.Within(keys) }, b.cell); err != nil {
		return err
	}
	b.rest = make([]int64, b.steps)
	return b.parts(ctx, func(p *logsql.Part) string { return p.Rest(keys, b.column) }, b.others)
}

func (b *seriesBuilder) parts(ctx context.Context, statement func(*logsql.Part) string, each func(*logsql.Part, auditlog.Row) error) error {
	for i := range b.plan.Parts {
		part := &b.plan.Parts[i]
		if err := b.ask(ctx, statement(part), b.plan.From, b.plan.To, func(r auditlog.Row) error { return each(part, r) }); err != nil {
			return err
		}
	}
	return nil
}

// interval returns the interval of a row and its number.
func (b *seriesBuilder) interval(r auditlog.Row) (i int, n int64, err error) {
	t, err := time.Parse(time.RFC3339Nano, r.Get(row.Time))
	if err == nil {
		n, err = number(r, b.column)
	}
	i = int(t.Sub(b.start) / b.plan.Step)
	if err == nil && (i < 0 || i >= b.steps) {
		err = fmt.Errorf("interval %s lies outside of the time that was asked about", t)
	}
	return i, n, err
}

func (b *seriesBuilder) cell(part *logsql.Part, r auditlog.Row) error {
	i, n, err := b.interval(r)
	if err != nil {
		return err
	}
	g := b.lines.of(b.plan, part, r)
	if b.counts[g] == nil {
		if (len(b.counts)+1)*b.steps > b.cells {
			return errCells
		}
		b.counts[g] = make([]int64, b.steps)
	}
	b.counts[g][i] += n
	g.count += n
	return nil
}

func (b *seriesBuilder) others(_ *logsql.Part, r auditlog.Row) error {
	i, n, err := b.interval(r)
	if err == nil {
		b.rest[i] += n
	}
	return err
}

// greatest returns the values of the lines with the greatest sums.
func (b *seriesBuilder) greatest(ctx context.Context) ([][]string, error) {
	b.reset()
	err := b.parts(ctx, func(p *logsql.Part) string { return p.Totals(b.column) }, func(part *logsql.Part, r auditlog.Row) error {
		n, err := number(r, b.column)
		b.lines.of(b.plan, part, r).count += n
		if err == nil && len(b.lines) > b.cells {
			err = tooMuch("series.by", "makes more than %d series; name fewer fields, or narrow the conditions", b.cells)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var keys [][]string
	for _, g := range b.sorted()[:min(b.top, len(b.lines))] {
		keys = append(keys, g.values)
	}
	return keys, nil
}

func (b *seriesBuilder) sorted() []*group {
	list := make([]*group, 0, len(b.lines))
	for _, g := range b.lines {
		list = append(list, g)
	}
	slices.SortFunc(list, func(x, y *group) int {
		return cmp.Or(cmp.Compare(y.count, x.count), slices.CompareFunc(x.values, y.values, strings.Compare))
	})
	return list
}

func (b *seriesBuilder) answer() Series {
	out := Series{Start: b.start, Step: b.plan.Step, Partial: b.partial}
	for i, g := range b.sorted() {
		if i < b.top {
			out.Lines = append(out.Lines, Line{Labels: b.labels(g), Counts: b.counts[g]})
			continue
		}
		if b.rest == nil {
			b.rest = make([]int64, b.steps)
		}
		for j, n := range b.counts[g] {
			b.rest[j] += n
		}
	}
	if b.rest != nil {
		out.Lines = append(out.Lines, Line{Labels: map[string]string{}, Rest: true, Counts: b.rest})
	}
	if len(b.plan.By) == 0 && len(out.Lines) == 0 {
		out.Lines = []Line{{Labels: map[string]string{}, Counts: make([]int64, b.steps)}}
	}
	return out
}

func (b *seriesBuilder) labels(g *group) map[string]string {
	out := make(map[string]string, len(g.values))
	for i, f := range b.plan.By {
		out[string(f)] = shown(f, g.values[i])
	}
	return out
}
