package panel

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
)

// Table shows rows. Columns of well-known names are shown in the same way in
// every table: indexes and bands coloured, times as ages, names as links.
func Table(s Spec) grafana.Panel {
	p := s.of("table")
	p.FieldConfig.Defaults.Custom = map[string]any{
		"align": "auto", "filterable": s.Filter, "inspect": s.Filter, "cellOptions": map[string]any{"type": "auto"},
	}
	p.FieldConfig.Defaults.Color = &grafana.Color{Mode: "thresholds"}
	p.FieldConfig.Overrides = slices.Concat([]grafana.Override{regexp("/.*/", property("noValue", "–"))}, known(columns(s.Queries)), s.Overrides, hidden(s.Hide))
	p.Options = merged(map[string]any{
		"cellHeight": "sm", "showHeader": true, "enablePagination": false,
	}, s.Options)
	return p
}

// columns are the columns that the panel's queries name.
func columns(queries []any) []string {
	var names []string
	for _, q := range queries {
		if q, ok := q.(ask.Query); ok && q.Table != nil {
			names = append(names, q.Table.Columns...)
		}
	}
	return names
}

// ByName overrides how a column is shown.
func ByName(name string, properties ...grafana.Property) grafana.Override {
	return grafana.Override{Matcher: grafana.Matcher{ID: "byName", Options: name}, Properties: properties}
}

func regexp(pattern string, properties ...grafana.Property) grafana.Override {
	return grafana.Override{Matcher: grafana.Matcher{ID: "byRegexp", Options: pattern}, Properties: properties}
}

func property(id string, value any) grafana.Property { return grafana.Property{ID: id, Value: value} }

// Width sets a column's width in pixels.
func Width(pixels int) grafana.Property { return property("custom.width", pixels) }

// UnitOf sets a column's unit.
func UnitOf(unit string) grafana.Property { return property("unit", unit) }

// LinksOf sets a column's links.
func LinksOf(links ...grafana.Link) grafana.Property { return property("links", links) }

// Cell sets the kind of a column's cells.
func Cell(kind string) grafana.Property {
	return property("custom.cellOptions", map[string]any{"type": kind})
}

// Bar shows a column as bars in front of the numbers.
func Bar() grafana.Property {
	return property("custom.cellOptions", map[string]any{"type": "gauge", "mode": "basic", "valueDisplayMode": "text"})
}

// Property sets anything else of a column.
func Property(id string, value any) grafana.Property { return property(id, value) }

// WordsOf are the mappings of well-known values to texts with colours.
func WordsOf() []grafana.Mapping { return []grafana.Mapping{words()} }

// hidden leaves columns out of sight that links take their values from.
func hidden(names string) []grafana.Override {
	var out []grafana.Override
	for name := range strings.FieldsSeq(names) {
		out = append(out, ByName(name, property("custom.hideFrom.viz", true)))
	}
	return out
}
