package reports

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// maker makes one report.
type maker struct {
	*plan
	request *Request
	set     *tables.Set // Of one snapshot.
	clouds  []entitlement.Cloud
	results []*collector.Result // Of the systems that it is about, by id.
	missing []*collector.Result // Of those that were not read yet.
	left    int                 // Cells that it may still hold.
	notices []string            // Of the tables, each once.
}

func (m *maker) make(ctx context.Context) (*report.Report, error) {
	r := &report.Report{Kind: m.Kind, Title: m.Title, AsOf: m.oldest(), Scope: report.Scope{Folders: m.ask.Folders}, Facts: m.facts()}
	for _, one := range m.results {
		a := one.Assessment
		r.Scope.Systems = append(r.Scope.Systems, one.System)
		r.Window = max(r.Window, a.Window)
		if v := a.CatalogVersion; v != "" && !slices.Contains(r.CatalogVersions, v) {
			r.CatalogVersions = append(r.CatalogVersions, v)
		}
	}
	slices.Sort(r.CatalogVersions)
	var err error
	if r.Sections, err = m.sections(ctx); err != nil {
		return nil, err
	}
	r.Warnings = m.warnings()
	return r, nil
}

// sections returns a section for each table, or one with all tables for each
// system.
func (m *maker) sections(ctx context.Context) ([]report.Section, error) {
	var list []report.Section
	if len(m.results) == 1 {
		summary, err := m.summary(ctx)
		if err != nil {
			return nil, err
		}
		list = append(list, summary)
	}
	if !m.bySystem() {
		return m.collated(ctx, list)
	}
	for _, r := range m.results {
		section := report.Section{ID: string(r.System.ID), Title: name(&r.System), Figures: figures(r, m.edges())}
		if len(m.results) == 1 {
			section.Figures = nil // They stand in the summary.
		}
		for _, s := range m.sheets() {
			t, err := m.table(ctx, s, []entitlement.SystemID{r.System.ID})
			if err != nil {
				return nil, err
			}
			section.Charts = append(section.Charts, charts(s, t)...)
			t.ID, t.Title = t.ID+"-"+string(r.System.ID), s.Title+": "+cmp.Or(r.System.Name, string(r.System.ID))
			section.Tables = append(section.Tables, *t)
		}
		list = append(list, section)
	}
	return list, nil
}

func (m *maker) collated(ctx context.Context, list []report.Section) ([]report.Section, error) {
	for _, s := range m.sheets() {
		t, err := m.table(ctx, s, nil)
		if err != nil {
			return nil, err
		}
		section := report.Section{ID: s.ID, Title: s.Title, Lead: s.Lead, Charts: charts(s, t)}
		section.Tables = []report.Table{*t}
		list = append(list, section)
	}
	return list, nil
}

// sheets returns those that are wanted.
func (m *maker) sheets() []*Sheet {
	var list []*Sheet
	for _, p := range m.parts() {
		for i := range p.Sheets {
			if s := &p.Sheets[i]; m.wants(s) {
				list = append(list, s)
			}
		}
	}
	return list
}

func charts(s *Sheet, t *report.Table) []report.Chart {
	if s.Chart == nil || len(t.Rows) == 0 {
		return nil
	}
	return s.Chart(t)
}

// span returns the time that the report is about.
func (m *maker) span() (from, to time.Time) {
	if m.Months == 0 {
		return
	}
	if to = m.ask.To; to.IsZero() {
		to = m.latest().Add(time.Second) // The data's time is part of it.
	}
	if from = m.ask.From; from.IsZero() {
		from = to.AddDate(0, -m.Months, 0)
	}
	return from, to
}
