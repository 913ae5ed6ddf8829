package creeping

import (
	"context"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
	// As far back the table of the index looks for the beginning of its band: as
	// long as trends are.
	lookBack = 90 * day
)

// now is the table of the index as the last collections say.
func (p past) now() tables.Definition {
	return tables.Definition{
		Name: "pci", Title: "Permission Creep Index", Group: tables.PCI,
		Help: "The index of each system, folder, cloud or of all systems together, with the identities in each band and how it changed.",
		Columns: slices.Concat(keyColumns(), indexColumns(), bandColumns(), []tables.Column{
			tables.Number("systems", "Systems", "systems", ""),
			tables.Points("change_7d", "Change in 7 days", "Empty where nothing is known of then."),
			tables.Time("since", "Since", "Since when the index is in its band, as far as it is known, at most 90 days back; of several systems to the day."),
		}),
		Filters: []api.TableFilter{byFilter(bySystem, byFolder, byCloud, byAll)},
		Sort:    []api.TableOrder{{By: "pci", Descending: true}, {By: "key"}},
		Rows:    p.rowsNow,
	}
}

func (p past) rowsNow(ctx context.Context, q *tables.Question) (*tables.Rows, error) {
	by, list := q.Value("by"), groups(q.Value("by"), q.Assessed())
	series, err := p.series(ctx, list, q.Now.Add(-lookBack), q.Now)
	if err != nil {
		return nil, err
	}
	rows := &tables.Rows{Notices: changes(series, q.Now.Add(-week))}
	for i := range list {
		g := &list[i]
		m := g.now()
		cells := slices.Concat(g.cells(by), indexCells(&m, q), bandCells(m.Counts))
		before := series.At(g.systems, q.Now.Add(-week), p.Older())
		rows.Add(append(cells, report.Integer(m.Systems), difference(&m, &before), report.Time(p.since(g, &m, series, q)))...)
	}
	return rows, nil
}

// now returns what the last assessments of a group come to.
func (g *group) now() history.Merged {
	s := history.Series{}
	var latest time.Time
	for _, r := range g.results {
		p := history.PointOf(r.Assessment, "")
		p.System = r.System.ID
		s[p.System] = []history.Point{p}
		if p.At.After(latest) {
			latest = p.At
		}
	}
	return s.At(g.systems, latest, 1<<63-1) // However old they are: there are no others.
}

// difference is by how much the index rose; empty where nothing is known of
// before.
func difference(now, before *history.Merged) report.Cell {
	if before.Systems == 0 || now.Systems == 0 {
		return report.Cell{}
	}
	return report.Decimal(now.Sum.PCI() - before.Sum.PCI())
}

// since goes back in time until the index was in another band. Of one system it
// looks at each of its points, of several at one instant of each day.
func (p past) since(g *group, m *history.Merged, series history.Series, q *tables.Question) time.Time {
	band := q.Assessors.Band(m.Sum.PCI())
	since := time.Time{}
	for _, at := range g.instants(series, q.Now) {
		then := series.At(g.systems, at, p.Older())
		if then.Systems == 0 || q.Assessors.Band(then.Sum.PCI()) != band {
			break
		}
		since = at
	}
	if since.IsZero() { // It changed with the last collection.
		for _, r := range g.results {
			if r.Assessment.At.After(since) {
				since = r.Assessment.At
			}
		}
	}
	return since
}

// instants returns when to look, the latest first.
func (g *group) instants(series history.Series, now time.Time) []time.Time {
	var list []time.Time
	if len(g.systems) == 1 {
		for _, p := range slices.Backward(series[g.systems[0]]) {
			list = append(list, p.At)
		}
		return list
	}
	for back := time.Duration(0); back <= lookBack; back += day {
		list = append(list, now.Add(-back))
	}
	return list
}
