// Package collected has the tables about the systems themselves: what was read
// of them, when, and what could not be read.
package collected

import (
	"context"
	"strings"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// Systems is the table of the authorization systems.
func Systems() tables.Definition {
	return tables.Definition{
		Name: "systems", Title: "Authorization systems", Group: tables.Collection,
		Help: "The AWS accounts, Azure subscriptions and GCP projects that are configured, with the state of their collection.",
		Columns: []tables.Column{
			tables.Text("cloud", "Cloud", ""), tables.Text("system", "System", "Account, subscription or project."),
			tables.Text("system_name", "Name", ""), tables.Text("owner", "Owner", "Team that answers for it."),
			tables.Text("folders", "Folders", ""), tables.Text("state", "State", "pending before the first collection, online, or failed."),
			tables.Time("last_collected", "Last collected", "End of the last collection that could read anything."),
			tables.Number("problems", "Problems", "problems", "What the last collection could not read."),
			tables.Ratio("covered", "Log coverage", "Part of the look-back window that the event logs reach."),
			tables.Ratio("observability", "Observability", "Part of the granted weight whose use the logs can show."),
			tables.Number("identities", "Identities", "identities", ""), tables.Number("findings", "Findings", "findings", ""),
		},
		Filters: []api.TableFilter{
			{Name: "state", Title: "State", Kind: api.FilterEnum, Values: []string{"pending", "online", "failed"}, Several: true},
		},
		Sort: []api.TableOrder{{By: "system"}},
		Rows: systems,
	}
}

func systems(_ context.Context, q *tables.Question) (*tables.Rows, error) {
	rows := &tables.Rows{}
	for _, r := range q.Results {
		if state := r.State(); q.Keeps("state", state) {
			rows.Add(system(r, state)...)
		}
	}
	return rows, nil
}

func system(r *collector.Result, state string) []report.Cell {
	s := &r.System
	row := []report.Cell{
		report.Text(string(s.Cloud)), report.Text(string(s.ID)), report.Text(s.Name), report.Text(s.Owner),
		report.Text(strings.Join(s.Folders, ", ")), report.Text(state), report.Time(r.Succeeded),
	}
	a := r.Assessment
	if a == nil {
		return append(row, make([]report.Cell, 5)...)
	}
	return append(row, report.Integer(len(a.Problems)), report.Percent(a.Covered()), report.Percent(a.Sum.Observability()),
		report.Integer(len(a.Identities)), report.Integer(len(a.Findings)))
}
