package tables_test

import (
	"context"
	"strings"
	"testing"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// What is wrong with a definition is found before it is served.
func TestCheck(t *testing.T) {
	t.Parallel()
	sound := func() tables.Definition {
		return tables.Definition{
			Name: "a", Title: "A", Help: "Rows.", Group: tables.Access, Columns: []tables.Column{tables.Text("x", "X", "")},
			Filters: []api.TableFilter{{Name: "x", Title: "X", Kind: api.FilterText, Completes: true}},
			Rows:    func(context.Context, *tables.Question) (*tables.Rows, error) { return &tables.Rows{}, nil },
		}
	}
	for want, spoil := range map[string]func(d *tables.Definition){
		"":                                  func(*tables.Definition) {},
		"has no name, no rows":              func(d *tables.Definition) { d.Name = "" },
		"or is there twice":                 func(d *tables.Definition) { d.Name = "b" },
		"no rows, or is":                    func(d *tables.Definition) { d.Rows = nil },
		"table a: group \"other\"":          func(d *tables.Definition) { d.Group = "other" },
		"lacks a title or help":             func(d *tables.Definition) { d.Help = "" },
		"column \"x\" has no name":          func(d *tables.Definition) { d.Columns = append(d.Columns, d.Columns[0]) },
		"is of type identity":               func(d *tables.Definition) { d.Columns[0].Type = report.TypeIdentity },
		"filter \"y\" has no name, title":   func(d *tables.Definition) { d.Filters[0].Name = "y" },
		"filter \"x\" has no name, title":   func(d *tables.Definition) { d.Filters[0].Title = "" },
		"sort[0].by: table a has no column": func(d *tables.Definition) { d.Sort = []api.TableOrder{{By: "z"}} },
		"completes from c.x, which is not there": func(d *tables.Definition) {
			d.CompleteFrom = map[string]tables.Completion{"x": {Table: "c", Column: "x"}}
		},
		"completes from b.y, which is not there": func(d *tables.Definition) {
			d.CompleteFrom = map[string]tables.Completion{"x": {Table: "b", Column: "y"}}
		},
		"completes from b: filters.z": func(d *tables.Definition) {
			d.CompleteFrom = map[string]tables.Completion{"x": {Table: "b", Column: "x", Filters: map[string][]string{"z": {"1"}}}}
		},
	} {
		first, second := sound(), sound()
		second.Name = "b"
		spoil(&first)
		err := (&tables.Set{Definitions: []tables.Definition{first, second}}).Check()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("check = %v, want %q", err, want)
		}
	}
}
