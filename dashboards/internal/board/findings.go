package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// findings is what was found and what is done about it.
func findings() grafana.Dashboard {
	s := spec{
		uid: panel.Findings, title: "Leastward / Findings and remediation", tags: []string{"findings", "remediation"}, from: "now-30d", refresh: "1m",
		help: "What was found, the evidence, the playbook that answers it, and the runs of playbooks up to the page on which a person approves or denies them.",
		variables: append(places(),
			several(column("category", "Category", "Kinds of findings.", "finding_counts", "category", "title")),
			several(column("owner", "Owner", "Teams that answer for identities.", "findings", "owner", "")),
			typed("finding", "Finding", "Id of one finding; empty shows all."),
		),
		rows: []row{
			{panels: findingsHead()},
			{"Findings", findingLists()},
			{"Runs of playbooks", runs()},
			{"The remediator", remediator()},
			{"Exempt", exemptions()},
		},
	}
	return s.dashboard()
}

// chosenFindings asks for findings as the variables choose them.
func chosenFindings(columns, sort string, limit int) []any {
	return panel.Ask(ask.Of("findings", ask.Rows{
		Scope: ask.Chosen(), Filters: ask.Filters{"category": {"$category"}, "owner": {"$owner"}, "finding": {"$finding"}},
		Columns: columns, Sort: sort, Limit: limit,
	}))
}

func chosenRuns(pending, columns string) []any {
	filters := ask.Filters{"finding": {"$finding"}}
	if pending != "" {
		filters["pending"] = []string{pending}
	}
	return panel.Ask(ask.Of("runs", ask.Rows{Scope: ask.Chosen(), Filters: filters, Columns: columns, Sort: "-updated", Limit: 500}))
}

func findingsHead() []grafana.Panel {
	return []grafana.Panel{
		panel.Count(panel.Spec{
			Title: "Findings", Unit: "none", W: 5, H: 4, Empty: "None", Queries: chosenFindings("finding", "", 0), Steps: panel.Steps("green", 1, "orange"),
			Help: "Findings as they are chosen above.",
		}),
		panel.Stat(panel.Spec{
			Title: "Greatest impact", Unit: "none", W: 5, H: 4, Empty: "None", Queries: chosenFindings("impact", "-impact", 1), Decimals: new(1),
			Help:      "Points by which the index of a system falls if the identity of one finding keeps no more than it uses: the greatest of those that are chosen.",
			Overrides: []grafana.Override{panel.ByName("impact", panel.Property("thresholds", panel.Steps("green", 1, "yellow", 5, "red")))},
		}),
		panel.Count(panel.Spec{
			Title: "Waiting for approval", Unit: "none", W: 5, H: 4, Empty: "None", Queries: chosenRuns("yes", "run"), Steps: panel.Steps("green", 1, "orange"),
			Help: "Runs that a person has to approve or deny.",
		}),
		panel.Stat(panel.Spec{
			Title: "Runs by state", Unit: "none", W: 9, H: 4, Empty: "The remediator has no runs, or is not scraped", Display: "${__field.labels.state}",
			Help:    "Runs of all playbooks by their state, as Prometheus last saw them.",
			Queries: panel.Ask(latest(`sum by (state) (ciem_remediator_runs) > 0`, "{{state}}")),
			Options: map[string]any{"textMode": "value_and_name"},
		}),
	}
}

func findingLists() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "category", Title: "By category", Unit: "none", W: 7, H: 14, Empty: "No category was looked at yet",
			Help: "Numbers of findings by category. Click one for its findings.",
			Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{
				Scope: ask.Chosen(), Filters: ask.Filters{"category": {"$category"}}, Columns: "title findings category", Sort: "-findings", Limit: 60,
			})),
			Overrides: []grafana.Override{
				panel.ByName("title", panel.LinksOf(panel.ToCategory("${__data.fields.category:percentencode}")), panel.Width(250)), panel.ByName("findings", panel.Bar()),
			},
		}),
		panel.Table(panel.Spec{
			Hide: "system finding identity", Filter: true, Title: "Findings", Unit: "none", W: 17, H: 14, Empty: "Nothing was found",
			Help:    "Findings as they are chosen above, those with the greatest impact first. Click a name for everything about the identity, the runbook for what to do by hand.",
			Queries: chosenFindings("impact title name owner response evidence first_seen runbook automated resource system_name system finding identity", "-impact", 1000),
			Overrides: []grafana.Override{
				panel.ByName("title", panel.LinksOf(panel.ToFinding("${__data.fields.finding:percentencode}")), panel.Width(200)),
				panel.ByName("resource", panel.Width(160)), panel.ByName("evidence", panel.Width(300)),
			},
		}),
	}
}

func runs() []grafana.Panel {
	const columns = "state playbook mode name system_name approvals_given approvals_needed received expires url reason identity system"
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Title: "Waiting for approval", Unit: "none", W: 24, H: 7, Empty: "Nothing waits for a person", Queries: chosenRuns("yes", columns), Hide: "identity system", Overrides: runColumns(),
			Help: "Runs that wait for a person. The address leads to the run's page: the evidence, the exact change, approve or deny.",
		}),
		panel.Table(panel.Spec{
			Title: "All runs", Unit: "none", W: 24, H: 9, Empty: "No playbook ran", Queries: chosenRuns("", columns), Hide: "identity system", Overrides: runColumns(),
			Help: "Everything that the remediator did or planned, the latest first.",
		}),
	}
}

func runColumns() []grafana.Override {
	return []grafana.Override{
		panel.ByName("playbook", panel.Width(180)), panel.ByName("approvals_given", panel.Width(130)), panel.ByName("approvals_needed", panel.Width(140)),
		panel.ByName("state", panel.Width(140)),
	}
}

func remediator() []grafana.Panel {
	return []grafana.Panel{
		panel.Stacked(panel.Spec{
			Title: "Runs that ended", Unit: "short", W: 8, H: 8, Empty: "No run ended in the range",
			Help:    "Runs by the state in which they ended.",
			Queries: panel.Ask(ranged(`sum by (state) (increase(ciem_remediator_runs_finished_total[$__rate_interval]))`, "{{state}}")),
		}),
		panel.Stacked(panel.Spec{
			Title: "Decisions", Unit: "short", W: 8, H: 8, Empty: "Nobody decided in the range",
			Help:    "Approvals, denials, and runs that nobody decided about in time.",
			Queries: panel.Ask(ranged(`sum by (decision) (increase(ciem_remediator_approvals_total[$__rate_interval]))`, "{{decision}}")),
		}),
		panel.Stacked(panel.Spec{
			Title: "Alerts that came in", Unit: "short", W: 8, H: 8, Empty: "No alert came in",
			Help:    "Alerts by what the remediator made of them. Rejected ones break the contract of labels, and nothing is done about what they report.",
			Queries: panel.Ask(ranged(`sum by (outcome) (increase(ciem_remediator_alerts_received_total[$__rate_interval]))`, "{{outcome}}")),
		}),
	}
}

func exemptions() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "identity system", Title: "Left out by tags", Unit: "none", W: 12, H: 9, Empty: "Nothing is exempt",
			Help: "Identities and resources that a tag leaves out of the index or of findings, so that exemptions stay visible.",
			Queries: panel.Ask(ask.Of("exemptions", ask.Rows{
				Scope: ask.Chosen(), Columns: "name type left_out_of tag value owner system_name identity system", Limit: 500,
			})),
		}),
		panel.Table(panel.Spec{
			Title: "What the remediator did, from its own log", Unit: "none", W: 12, H: 9, Empty: "The log has no events of the remediator in the range",
			Help:    "The starter query on remediation activity: alerts, plans, approvals, changes and rollbacks, as the Platform log has them.",
			Queries: panel.Ask(ask.Starter("q6", nil)), Overrides: eventColumns(), Transform: only("time", "username", "action", "resource", "outcome"),
		}),
	}
}
