package tables_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// thing is a row of a table that has a column of each type.
type thing struct {
	system  *collector.Result
	name    string
	count   int
	share   float64
	at      time.Time
	without bool // Has a name and nothing else.
}

func thingFields() []tables.Field[thing] {
	unless := func(t *thing, c report.Cell) report.Cell {
		if t.without {
			return report.Cell{}
		}
		return c
	}
	return []tables.Field[thing]{
		tables.Fill(tables.Text("name", "Name", ""), func(t *thing) report.Cell { return report.Text(t.name) }),
		tables.Fill(tables.Number("count", "Count", "things", ""), func(t *thing) report.Cell { return unless(t, report.Integer(t.count)) }),
		tables.Fill(tables.Ratio("share", "Share", ""), func(t *thing) report.Cell { return unless(t, report.Percent(t.share)) }),
		tables.Fill(tables.Time("at", "At", ""), func(t *thing) report.Cell { return unless(t, report.Time(t.at)) }),
		tables.Fill(tables.Text("system", "System", ""), func(t *thing) report.Cell { return report.Text(string(t.system.System.ID)) }),
	}
}

// things is a table of the given things of each system: lazy rows, or the same
// with all cells made.
func things(list []thing, lazy bool) tables.Definition {
	kind := tables.Enum("kind", "Kind", "", true, "red", "green")
	kind.Default = "red"
	least := api.TableFilter{Name: "least", Title: "At least", Kind: api.FilterNumber}
	return tables.Definition{
		Name: "things", Title: "Things", Group: tables.Entitlements, Help: "Things of systems.",
		Columns: tables.Columns(thingFields()), Filters: []api.TableFilter{tables.Complete("name", "Name", ""), kind, least},
		Sort: []api.TableOrder{{By: "count", Descending: true}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			var all []thing
			for _, r := range q.Results {
				for _, t := range list {
					if t.system = r; q.Keeps("name", t.name) {
						all = append(all, t)
					}
				}
			}
			rows := tables.Of(all, thingFields())
			if !lazy {
				rows = eager(all)
			}
			rows.Notices = []string{"kind " + strings.Join(q.Values("kind"), "+")}
			return rows, nil
		},
	}
}

func eager(all []thing) *tables.Rows {
	rows := &tables.Rows{}
	for i := range all {
		var cells []report.Cell
		for _, f := range thingFields() {
			cells = append(cells, f.Cell(&all[i]))
		}
		rows.Add(cells...)
	}
	return rows
}

func few() []thing {
	at := tabletest.Now()
	return []thing{
		{name: "pear", count: 2, share: 0.5, at: at},
		{name: "Apple", count: 3, share: 0.25, at: at.AddDate(0, 0, -1)},
		{name: "fig", without: true},
		{name: "plum", count: 2, share: 1, at: at.AddDate(0, 0, 1)},
	}
}

// pending is a snapshot of systems of which some were read.
func pending(read ...bool) *collector.Snapshot {
	s := &collector.Snapshot{}
	for i, is := range read {
		r := &collector.Result{System: entitlement.System{
			ID: entitlement.SystemID(fmt.Sprintf("%012d", i+1)), Cloud: entitlement.AWS, Name: fmt.Sprintf("system %d", i+1), Folders: []string{"all"},
		}}
		if i > 0 {
			r.System.Folders = append(r.System.Folders, "later")
		}
		if is {
			r.Attempted, r.Assessment = tabletest.Now(), &assess.Assessment{At: tabletest.Now().Add(time.Duration(i) * time.Hour)}
		}
		s.Results = append(s.Results, r)
	}
	return s
}

func thingsAsker(read ...bool) *tabletest.Asker {
	return &tabletest.Asker{Definitions: []tables.Definition{things(few(), true)}, Snapshot: pending(read...)}
}
