package collected

import (
	"context"
	"strings"

	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// Onboarding is the table of the states of systems, also of those that are
// discovered and not collected. Without statuses it has those that are
// collected.
func Onboarding(statuses func() []onboard.Status) tables.Definition {
	var states []string
	for _, s := range onboard.States() {
		states = append(states, string(s))
	}
	return tables.Definition{
		Name: "onboarding", Title: "Onboarding", Group: tables.Collection,
		Help: "The systems that are configured or discovered, with how far each has come.",
		Columns: []tables.Column{
			tables.Text("cloud", "Cloud", ""), tables.Text("system", "System", "Account, subscription or project."),
			tables.Text("system_name", "Name", ""), tables.Text("owner", "Owner", "Team that answers for it."),
			tables.Text("folders", "Folders", ""), tables.Text("above", "Above", "Management groups, or folders and organization, the nearest first."),
			tables.Text("state", "State", "pending (discovered and not selected), discovering, in_progress, onboarded or offline."),
			tables.Text("reason", "Reason", "Why it is pending, discovering or offline."),
		},
		Filters: []api.TableFilter{{Name: "state", Title: "State", Kind: api.FilterEnum, Values: states, Several: true}},
		Sort:    []api.TableOrder{{By: "cloud"}, {By: "system"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			rows := &tables.Rows{}
			for _, s := range known(q, statuses) {
				if asked(q, &s) && q.Keeps("state", string(s.State)) {
					rows.Add(onboarding(&s)...)
				}
			}
			return rows, nil
		},
	}
}

func known(q *tables.Question, statuses func() []onboard.Status) []onboard.Status {
	if statuses != nil {
		return statuses()
	}
	var list []onboard.Status
	for _, r := range q.Results {
		list = append(list, onboard.StatusOf(r.System, onboard.ProgressOf(r)))
	}
	return list
}

// asked reports whether a status is of a system that is asked about: one of the
// results, or one without a result that the asker may see where all are asked
// about.
func asked(q *tables.Question, s *onboard.Status) bool {
	for _, r := range q.Results {
		if r.System.ID == s.System.ID {
			return true
		}
	}
	whole := len(q.Results) == len(q.Snapshot.Results)
	return whole && q.Snapshot.Result(s.System.ID) == nil && (q.Caller == nil || q.Caller.Sees(s.System.ID))
}

func onboarding(s *onboard.Status) []report.Cell {
	var above []string
	for _, scope := range s.Ancestors {
		above = append(above, scope.Name)
	}
	return []report.Cell{
		report.Text(string(s.System.Cloud)), report.Text(string(s.System.ID)), report.Text(s.System.Name), report.Text(s.System.Owner),
		report.Text(strings.Join(s.System.Folders, ", ")), report.Text(strings.Join(above, ", ")), report.Text(string(s.State)), report.Text(s.Reason),
	}
}
