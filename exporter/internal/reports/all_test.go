package reports_test

import (
	"slices"
	"testing"

	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/registry"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// Every report is made of tables and columns that there are.
func TestDefinitions(t *testing.T) {
	t.Parallel()
	b := &reports.Builder{Tables: &tables.Set{Definitions: registry.Definitions(registry.Options{})}}
	if err := b.Verify(); err != nil {
		t.Error(err)
	}
	seen := map[report.Kind]bool{}
	for _, d := range b.Definitions() {
		seen[d.Kind] = true
		if d.Title == "" || d.Help == "" || len(d.Audience) == 0 || len(d.Clouds) == 0 {
			t.Errorf("%s lacks a title, help, audience or clouds", d.Kind)
		}
	}
	for _, info := range b.Describe().Reports {
		for filter, table := range info.CompleteFrom {
			d := b.Tables.Definition(table)
			if d == nil || !slices.ContainsFunc(d.Filters, func(f api.TableFilter) bool { return f.Name == filter && f.Completes }) {
				t.Errorf("%s: table %s does not complete %s", info.Kind, table, filter)
			}
		}
	}
	for _, k := range report.Kinds() {
		if !seen[k] {
			t.Errorf("there is no report %s", k)
		}
	}
	if len(seen) != len(report.Kinds()) {
		t.Errorf("reports %v, kinds %v", seen, report.Kinds())
	}
}
