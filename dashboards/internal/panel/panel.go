// Package panel makes panels: each function one kind of them, with what the
// dashboards of the suite have in common.
package panel

import (
	"maps"

	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
)

// Spec is what every kind of panel needs.
type Spec struct {
	Title string
	Help  string // What it shows and how to read it: its description.
	Empty string // What stands in it where there is nothing.
	Unit  string // Of numbers that the data source gives no unit.
	W, H  int    // On a grid of 24 columns, in rows of some 30 pixels.
	// Bands colours values as indexes of permission creep: low, medium, high.
	Bands     bool
	Steps     *grafana.Thresholds // In place of Bands.
	Decimals  *int
	Display   string // Name of each value.
	Queries   []any  // Of ask, or grafana.Promql.
	Links     []grafana.Link
	Overrides []grafana.Override
	Transform []grafana.Transformation
	Mappings  []grafana.Mapping
	Hide      string         // Columns that links need and nobody reads, with spaces between.
	Filter    bool           // Whether people may filter columns of a table.
	Options   map[string]any // Of the kind of panel, in place of what it has by default.
}

// Ask lists the queries of a panel.
func Ask(queries ...any) []any { return queries }

// of returns a panel with what all kinds have.
func (s *Spec) of(kind string) grafana.Panel {
	p := grafana.Panel{
		Type: kind, Title: s.Title, Description: s.Help, GridPos: grafana.GridPos{W: s.W, H: s.H},
		Transformations: s.Transform, Options: s.Options,
		FieldConfig: &grafana.FieldConfig{Defaults: s.field(), Overrides: append([]grafana.Override{}, s.Overrides...)},
	}
	if s.Bands { // The data source has thresholds of its own for indexes.
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, regexp("/.*/", property("thresholds", Bands())))
	}
	for i, q := range s.Queries {
		p.Targets = append(p.Targets, named(q, string(rune('A'+i)), &p.Datasource))
	}
	return p
}

// named gives a query its letter; the panel's data source is that of the first.
func named(q any, letter string, source **grafana.Datasource) any {
	var of grafana.Datasource
	switch q := q.(type) {
	case ask.Query:
		q.RefID, of = letter, q.Datasource
		defer keep(source, &of)
		return q
	case grafana.Promql:
		q.RefID, of = letter, q.Datasource
		defer keep(source, &of)
		return q
	}
	return q
}

func keep(source **grafana.Datasource, of *grafana.Datasource) {
	if *source == nil {
		*source = of
	}
}

func (s *Spec) field() grafana.Field {
	f := grafana.Field{
		Unit: s.Unit, NoValue: s.Empty, Decimals: s.Decimals, DisplayName: s.Display, Links: s.Links, Mappings: s.Mappings,
		Thresholds: s.Steps, Color: &grafana.Color{Mode: "thresholds"},
	}
	if s.Bands {
		f.Thresholds, f.Min, f.Max = Bands(), new(0.0), new(100.0)
	}
	if f.Thresholds == nil {
		f.Thresholds = Steps("blue")
	}
	return f
}

// merged returns options with others put over them.
func merged(options, over map[string]any) map[string]any {
	maps.Copy(options, over)
	return options
}
