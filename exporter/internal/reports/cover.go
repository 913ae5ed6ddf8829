package reports

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// facts are lines of the cover: what the report is made of, by what it is
// narrowed, and how much the logs could show.
func (m *maker) facts() []report.Figure {
	list := []report.Figure{
		{Name: "Identities", Value: report.Integer(m.identities()), Note: "in " + report.Count(len(m.results), "system", "systems")},
		{Name: "Observability", Value: report.Percent(m.sum().Observability()), Note: "share of the granted risk whose use the logs could show"},
	}
	if from, to := m.span(); !from.IsZero() {
		list = append(list, report.Figure{Name: "Time", Value: report.Text(stamp(from) + " to " + stamp(to))})
	}
	for _, f := range m.Definition.filters(m.set) {
		if values := m.ask.Filters[f.Name]; len(values) > 0 {
			list = append(list, report.Figure{Name: f.Title, Value: report.Text(strings.Join(values, ", "))})
		}
	}
	return list
}

func (m *maker) identities() int {
	n := 0
	for _, r := range m.results {
		n += len(r.Assessment.Identities)
	}
	return n
}

// sum is the index of all systems together.
func (m *maker) sum() creep.Sum {
	var sum creep.Sum
	for _, r := range m.results {
		sum.Add(r.Assessment.Sum)
	}
	return sum
}

func (m *maker) edges() creep.Edges { return m.set.Assessors().Edges() }

// warnings say up front what is missing, or old.
func (m *maker) warnings() []string {
	var list []string
	for _, r := range m.results {
		for _, w := range []string{stale(r), partial(r), uncovered(r)} {
			if w != "" {
				list = append(list, name(&r.System)+": "+w)
			}
		}
	}
	return append(list, m.notices...)
}

// stale says that the last collection failed.
func stale(r *collector.Result) string {
	if r.Err == nil {
		return ""
	}
	return fmt.Sprintf("the collection of %s failed, so that all figures are of %s: %v", stamp(r.Attempted), stamp(r.Assessment.At), r.Err)
}

// partial says that something could not be read.
func partial(r *collector.Result) string {
	n := len(r.Assessment.Problems)
	if n == 0 {
		return ""
	}
	return "the collection had " + report.Count(n, "problem", "problems") + ", which the Permissions Analytics Report lists. What could not be read is not here."
}

// uncovered says that the logs do not reach over the whole window.
func uncovered(r *collector.Result) string {
	a := r.Assessment
	switch covered := a.Covered(); {
	case a.CoveredFrom.IsZero():
		return "there are no event logs. Activity is known only from what the cloud itself records about credentials and roles."
	case covered < 1:
		return fmt.Sprintf("the logs reach back to %s, %.0f %% of the window. What was used before then alone may be called unused.",
			a.CoveredFrom.UTC().Format(time.DateOnly), 100*covered)
	}
	return ""
}

// summary is the first section of a report about one system.
func (m *maker) summary(ctx context.Context) (report.Section, error) {
	r := m.results[0]
	section := report.Section{ID: "system", Title: "Summary of " + name(&r.System), Figures: figures(r, m.edges())}
	sheet := &Sheet{ID: "system_summary", Title: "Authorization system", Table: "systems"}
	t, err := m.table(ctx, sheet, []entitlement.SystemID{r.System.ID})
	if err != nil {
		return section, err
	}
	t.Detail, t.Lead = false, ""
	section.Tables = []report.Table{*t}
	return section, nil
}

// figures are the key figures of a system.
func figures(r *collector.Result, edges creep.Edges) []report.Figure {
	a := r.Assessment
	pci := a.Sum.PCI()
	band := edges.Band(pci)
	return []report.Figure{
		{Name: "PCI", Value: report.Decimal(pci).At(level(band)), Note: "band: " + string(band)},
		{Name: "Lower and upper bound", Value: report.Text(fmt.Sprintf("%.1f – %.1f", a.Sum.Lower(), a.Sum.Upper()))},
		{Name: "Observability", Value: report.Percent(a.Sum.Observability()), Note: "of the granted risk"},
		{Name: "Identities", Value: report.Integer(len(a.Identities)), Note: report.Count(a.Sum.Identities, "counts", "count") + " in the index"},
		{Name: "Findings", Value: report.Integer(len(a.Findings)), Note: "in all categories"},
	}
}

func level(b creep.Band) report.Level {
	return report.Level(1 + slices.Index([]creep.Band{creep.Low, creep.Medium, creep.High}, b))
}
