package reports

import (
	"maps"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// plan is a question that was checked.
type plan struct {
	*Definition
	ask     *api.ReportQuestion
	filters map[string][]string // As given, and defaults.
}

// Check reports what is wrong with a question as far as its own words tell;
// its error is one of package tables.
func (b *Builder) Check(kind report.Kind, ask *api.ReportQuestion) error {
	_, err := b.plan(kind, ask)
	return err
}

func (b *Builder) plan(kind report.Kind, ask *api.ReportQuestion) (*plan, error) {
	d := b.definition(kind)
	if d == nil {
		return nil, tables.Bad("kind", "there is no report %q; there are %s", kind, listed(b.kinds()))
	}
	filters, err := tables.CheckFilters("report "+string(kind), d.filters(b.tables()), ask.Filters)
	if err != nil {
		return nil, err
	}
	if ask.Limit < 0 {
		return nil, tables.Bad("limit", "limit is not below 0")
	}
	return &plan{Definition: d, ask: ask, filters: filters}, nil
}

func (b *Builder) kinds() []report.Kind {
	var list []report.Kind
	for _, d := range b.Definitions() {
		list = append(list, d.Kind)
	}
	return list
}

// parts returns those that are wanted, in the report's order.
func (p *plan) parts() []*Part {
	var list []*Part
	for i := range p.Parts {
		one := &p.Parts[i]
		if len(p.Parts) == 1 || slices.Contains(p.filters[partFilter], one.Name) {
			list = append(list, one)
		}
	}
	return list
}

// bySystem reports whether there is to be a section for each system.
func (p *plan) bySystem() bool { return slices.Contains(p.filters[layoutFilter], bySystem) }

// wants reports whether the sheet is there with the filters that were given.
func (p *plan) wants(s *Sheet) bool {
	return (s.With == "" || len(p.filters[s.With]) > 0) && (s.Without == "" || len(p.filters[s.Without]) == 0)
}

// of returns the values of the filters that the table takes.
func (p *plan) of(table string, set *tables.Set, fixed map[string][]string) map[string][]string {
	out := map[string][]string{}
	for i := range p.Filters {
		s := &p.Filters[i]
		if !slices.Contains(s.Tables, table) {
			continue
		}
		for _, f := range s.filters(p.Definition, set) {
			values := p.filters[f.Name]
			if len(values) == 0 {
				values = s.Otherwise[f.Name]
			}
			if len(values) > 0 {
				out[f.Name] = values
			}
		}
	}
	maps.Copy(out, fixed)
	return out
}
