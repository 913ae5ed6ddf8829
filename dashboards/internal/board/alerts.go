package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// alerts is what fires, and what it is about.
func alerts() grafana.Dashboard {
	s := spec{
		uid: panel.Alerts, title: "Leastward / Alerts", tags: []string{"alerts"}, from: "now-7d", refresh: "1m",
		help: "What fires, since when, whose it is, what triggers and first-time rules reported, and the findings that become alerts.",
		variables: append(places(), grafana.Variable{
			Type: "custom", Name: "severity", Label: "Severity", Query: "critical,warning,info", Multi: true, IncludeAll: true, AllValue: grafana.AllValue,
			Current: grafana.All(true), Options: []grafana.Current{},
		}),
		rows: []row{
			{panels: alertsHead()},
			{"Firing", firing()},
			{"Triggers and first-time rules", triggers()},
			{"Findings that become alerts", alertFindings()},
		},
	}
	return s.dashboard()
}

// firingAlerts are those of the rules in alert-rules, of the clouds, systems
// and severities that are chosen; those of the suite itself have no system.
const firingAlerts = `ALERTS{alertname=~"Ciem.+", alertstate="firing", severity=~"$severity", cloud=~"$cloud|", system=~"$system|"}`

func alertsHead() []grafana.Panel {
	severity := func(title, name, colour string) grafana.Panel {
		return panel.Stat(panel.Spec{
			Title: title, Unit: "none", W: 5, H: 4, Empty: "Prometheus does not answer", Steps: panel.Steps("green", 1, colour),
			Help:    "Alerts of this severity that fire now in the systems that are chosen.",
			Queries: panel.Ask(latest(`count(ALERTS{alertname=~"Ciem.+", alertstate="firing", severity="`+name+`", cloud=~"$cloud|", system=~"$system|"}) or vector(0)`, "")),
		})
	}
	return []grafana.Panel{
		severity("Critical", "critical", "red"), severity("Warning", "warning", "orange"), severity("Info", "info", "blue"),
		panel.Bars(panel.Spec{
			Title: "Firing by owner", Unit: "none", W: 9, H: 4, Empty: "Nothing fires", Steps: panel.Steps("orange"),
			Help:    "Alerts that fire now, by the team that they go to. Those without an owner go to everybody's inbox.",
			Queries: panel.Ask(latest(`sort_desc(count by (owner) (`+firingAlerts+`))`, "{{owner}}")),
			Options: map[string]any{"reduceOptions": panel.Reduce("lastNotNull", "")},
		}),
	}
}

// named adds the names of the identities that series are about. Series of no
// identity, or of one beyond the budget of series, stay as they are.
func named(series string) string {
	const of = `on (cloud, system, identity)`
	const names = `topk by (cloud, system, identity) (1, max by (cloud, system, identity, name) (ciem_identity_info))`
	return series + ` * ` + of + ` group_left (name) ` + names + ` or ` + series + ` unless ` + of + ` ` + names
}

func firing() []grafana.Panel {
	return []grafana.Panel{
		panel.Periods(panel.Spec{
			Title: "When which alert fired", Unit: "none", W: 14, H: 12, Empty: "Nothing fired in the range", Steps: panel.Steps("orange"),
			Help:    "Alerts that fired, by name. Each period is one in which at least one alert of that name fired.",
			Queries: panel.Ask(ranged(`count by (alertname) (`+firingAlerts+`)`, "{{alertname}}")),
			Options: map[string]any{"perPage": 16, "legend": map[string]any{"calcs": []string{}, "displayMode": "list", "placement": "bottom", "showLegend": false}},
		}),
		panel.AlertList(panel.Spec{
			Title: "Alerts that Grafana evaluates", Unit: "none", W: 10, H: 12,
			Help: "Alerts of Grafana's own rules, which may take the place of those of Prometheus.",
		}),
		panel.Table(panel.Spec{
			Title: "Firing now", Unit: "none", W: 24, H: 12, Empty: "Nothing fires",
			Help:    "Each alert that fires, with what it is about and the playbook that answers it. Click an identity or a finding for more.",
			Queries: panel.Ask(listed(named(firingAlerts))),
			Transform: []grafana.Transformation{
				{ID: "filterFieldsByName", Options: map[string]any{"include": map[string]any{
					"names": []string{"alertname", "severity", "owner", "playbook", "cloud", "system", "name", "identity", "resource", "category", "finding"},
				}}},
				{ID: "organize", Options: map[string]any{"indexByName": map[string]any{
					"severity": 0, "alertname": 1, "name": 2, "owner": 3, "playbook": 4, "cloud": 5, "system": 6, "identity": 7, "resource": 8, "category": 9, "finding": 10,
				}, "renameByName": map[string]any{}, "excludeByName": map[string]any{}}},
			},
			Overrides: []grafana.Override{
				panel.ByName("severity", panel.Property("mappings", panel.WordsOf()), panel.Cell("color-text"), panel.Width(100)),
				panel.ByName("alertname", panel.Width(260)), panel.ByName("owner", panel.Width(120)),
				panel.ByName("name", panel.LinksOf(panel.ToIdentityIn("${__data.fields.identity:percentencode}", "${__data.fields.system:percentencode}")), panel.Width(180)),
				panel.ByName("identity", panel.LinksOf(panel.ToIdentityIn("${__value.text:percentencode}", "${__data.fields.system:percentencode}"))), panel.ByName("cloud", panel.CloudNames(), panel.Width(110)),
				panel.ByName("system", panel.LinksOf(panel.ToSystem("${__value.text:percentencode}")), panel.Width(140)),
				panel.ByName("finding", panel.LinksOf(panel.ToFinding("${__value.text:percentencode}"))),
			},
		}),
	}
}

func triggers() []grafana.Panel {
	return []grafana.Panel{
		panel.Stacked(panel.Spec{
			Title: "Matches of triggers", Unit: "short", W: 12, H: 8, Empty: "No trigger matched in the range",
			Help:    "Events that activity triggers matched, by trigger.",
			Queries: panel.Ask(ranged(`sum by (trigger) (increase(ciem_trigger_matches_total{cloud=~"$cloud", system=~"$system"}[$__rate_interval])) > 0`, "{{trigger}}")),
		}),
		panel.Stacked(panel.Spec{
			Title: "Done for the first time", Unit: "short", W: 12, H: 8, Empty: "Nothing was done for the first time in the range",
			Help:    "Things that first-time rules reported as not done before in their interval.",
			Queries: panel.Ask(ranged(`sum by (rule) (increase(ciem_first_time_events_total{cloud=~"$cloud", system=~"$system"}[$__rate_interval])) > 0`, "{{rule}}")),
		}),
		panel.Table(panel.Spec{
			Title: "Latest matches", Unit: "none", W: 12, H: 8, Empty: "No trigger matched yet",
			Help:      "When each trigger matched last, in which system.",
			Queries:   panel.Ask(listed(`max by (trigger, cloud, system) (ciem_trigger_last_match_timestamp_seconds{cloud=~"$cloud", system=~"$system"}) * 1000`)),
			Transform: only("trigger", "cloud", "system", "Value"), Overrides: []grafana.Override{panel.ByName("cloud", panel.CloudNames(), panel.Width(110)), panel.ByName("Value", panel.Property("displayName", "Latest match"), panel.UnitOf("dateTimeFromNow"))},
		}),
		panel.Table(panel.Spec{
			Title: "Rules and how they do", Unit: "none", W: 12, H: 8, Empty: "No trigger or first-time rule is enabled",
			Help:      "Whether each trigger and first-time rule could be evaluated the last time.",
			Queries:   panel.Ask(listed(`min by (kind, name) (ciem_audit_rule_up)`)),
			Transform: only("kind", "name", "Value"),
			Overrides: []grafana.Override{panel.ByName("Value",
				panel.Property("displayName", "Evaluated"), panel.Property("mappings", []grafana.Mapping{panel.Words("1", "Yes", "green", "0", "Failing", "red")}), panel.Cell("color-text"),
			)},
		}),
	}
}

func alertFindings() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "category", Title: "Findings by category", Unit: "none", W: 12, H: 10, Empty: "No category was looked at yet",
			Help: "Numbers of findings with the playbook by which the rules answer them.",
			Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{
				Scope: ask.Chosen(), Columns: "title findings response category", Sort: "-findings",
			})),
			Overrides: []grafana.Override{
				panel.ByName("title", panel.LinksOf(panel.ToCategory("${__data.fields.category:percentencode}"))), panel.ByName("findings", panel.Bar()),
			},
		}),
		panel.Stacked(panel.Spec{
			Title: "Findings over time", Unit: "short", W: 12, H: 10, Empty: "Not scraped",
			Help:    "Findings by category, as Prometheus keeps them. What falls was dealt with.",
			Queries: panel.Ask(ranged(`sum by (category) (max by (cloud, system, category) (ciem_findings{cloud=~"$cloud", system=~"$system"})) > 0`, "{{category}}")),
			Options: map[string]any{"legend": map[string]any{"calcs": []string{"lastNotNull"}, "displayMode": "table", "placement": "right", "showLegend": true, "sortBy": "Last *", "sortDesc": true}},
		}),
	}
}
