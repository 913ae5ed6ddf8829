package creeping

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

const (
	fewPoints  = 400     // That a line has about where the asker names no step.
	manyPoints = 11_000  // That a line has at most.
	manyRows   = 200_000 // Of all lines.
)

// overTime is the table of the index at points in time.
func (p past) overTime() tables.Definition {
	fields := thenFields()
	return tables.Definition{
		Name: "pci_history", Title: "History of the Permission Creep Index", Group: tables.PCI, Timed: true,
		Help: "The index at each step, and at the last collection. The last figures of a system count until its next collection, at " +
			"most two days or three intervals of collection. Of what is older than a week one collection of each day is kept.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{byFilter(bySystem, byFolder, byCloud, byAll)},
		Sort:    []api.TableOrder{{By: "key"}, {By: "time"}},
		Rows: func(ctx context.Context, q *tables.Question) (*tables.Rows, error) {
			list, notices, err := p.overTimeOf(ctx, q)
			if err != nil {
				return nil, err
			}
			rows := tables.Of(list, fields)
			rows.Notices = notices
			return rows, nil
		},
	}
}

func (p past) overTimeOf(ctx context.Context, q *tables.Question) (rows []then, notices []string, err error) {
	by, list := q.Value("by"), groups(q.Value("by"), q.Results)
	series, err := p.series(ctx, list, q.From, q.To)
	if err != nil {
		return nil, nil, err
	}
	grid, notice := grid(series, q, len(list))
	if notice != "" {
		notices = append(notices, notice)
	}
	for i := range list {
		g := &list[i]
		cells := g.cells(by)
		for _, at := range grid {
			if was := series.At(g.systems, at, p.Older()); was.Systems > 0 {
				rows = append(rows, then{at, cells, was, q})
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
	}
	return rows, append(notices, changes(series, q.From)...), nil
}

// grid returns the instants of an answer: each multiple of the step, and the
// last collection. None is before the first point or in the future.
func grid(series history.Series, q *tables.Question, lines int) (list []time.Time, notice string) {
	first, last := bounds(series)
	if first.IsZero() {
		return nil, ""
	}
	from, to := later(q.From, first), q.To
	if now := q.Now.Add(time.Millisecond); to.After(now) {
		to = now
	}
	step := q.Step
	if step == 0 {
		step = stepFor(to.Sub(from))
	}
	most := min(manyPoints, manyRows/max(lines, 1))
	if least := to.Sub(from) / time.Duration(max(most, 1)); step < least {
		step = max(stepFor(to.Sub(from)), least.Round(time.Hour)+time.Hour)
		notice = fmt.Sprintf("A smaller step makes too many points for this time and %s; it is %s here.", report.Count(lines, "line", "lines"), step)
	}
	for at := from.Add(step - 1).Truncate(step); at.Before(to); at = at.Add(step) {
		list = append(list, at)
	}
	if !last.Before(from) && last.Before(to) && (len(list) == 0 || list[len(list)-1].Before(last)) {
		list = append(list, last)
	}
	return list, notice
}

// stepFor returns a step that makes few points of a time.
func stepFor(span time.Duration) time.Duration {
	for _, step := range []time.Duration{time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day} {
		if span/step <= fewPoints {
			return step
		}
	}
	return week
}

// bounds returns the times of the first and the last point.
func bounds(series history.Series) (first, last time.Time) {
	for _, points := range series {
		if len(points) == 0 {
			continue
		}
		if at := points[0].At; first.IsZero() || at.Before(first) {
			first = at
		}
		last = later(last, points[len(points)-1].At)
	}
	return first, last
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// changes says when figures came to mean something else, after some time.
func changes(series history.Series, from time.Time) []string {
	var list []string
	for _, id := range sortedKeys(series) {
		var before *history.Point
		for i := range series[id] {
			p := &series[id][i]
			if before != nil && !p.At.Before(from) {
				list = append(list, changed(before, p)...)
			}
			before = p
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// changed says what is different between two points: to the day, so that all
// systems say the same.
func changed(before, p *history.Point) []string {
	var list []string
	on := p.At.UTC().Format(time.DateOnly)
	if before.Catalog != p.Catalog {
		list = append(list, fmt.Sprintf("On %s the catalogue of actions changed from %s to %s: the index before and after does not mean quite the same.",
			on, before.Catalog, p.Catalog))
	}
	if before.Settings != p.Settings {
		list = append(list, fmt.Sprintf("On %s the settings of the index changed from %s to %s: it does not mean the same before and after.",
			on, said(before.Settings), said(p.Settings)))
	}
	return list
}

func said(settings string) string {
	if settings == "" {
		return "unknown ones"
	}
	return strings.ReplaceAll(settings, "; ", ", ")
}

func sortedKeys(series history.Series) []entitlement.SystemID {
	var list []entitlement.SystemID
	for id := range series {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}
