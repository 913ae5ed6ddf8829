package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// overview is where one begins: how much more is granted than used, where, and
// whether that gets better.
func overview() grafana.Dashboard {
	s := spec{
		uid: panel.Overview, title: "Leastward / Overview", tags: []string{"pci"}, from: "now-90d", refresh: "5m",
		help:      "How much more the identities of the clouds are granted than they use, where, and whether it gets better. Every red number leads on to what is behind it.",
		variables: places(),
		rows: []row{
			{panels: headlines()},
			{"By cloud", byCloud()},
			{"Permission Creep Index", creep()},
			{"What to look at first", first()},
			{"Findings", overviewFindings()},
			{"Access that is not used", trios()},
		},
	}
	return s.dashboard()
}

// everything asks for a column of the index over all systems that are chosen.
func everything(column string) []any {
	return panel.Ask(ask.Of("pci", ask.Rows{Scope: ask.Chosen(), Filters: ask.Filters{"by": {"all"}}, Columns: column}))
}

func headlines() []grafana.Panel {
	return []grafana.Panel{
		panel.Gauge(panel.Spec{
			Title: "Permission Creep Index", Unit: "none", W: 4, H: 5, Bands: true, Queries: everything("pci"), Empty: "Not collected yet",
			Help: "How much more is granted than used, from 0 to 100, merged over all systems that are chosen: low to 33, medium to 67, high above.",
		}),
		panel.Stat(panel.Spec{
			Title: "Change in 7 days", Unit: "none", W: 4, H: 5, Queries: everything("change_7d"), Empty: "No value of 7 days ago",
			Help:      "Points by which the index rose (above 0) or fell within seven days.",
			Overrides: []grafana.Override{panel.ByName("change_7d", panel.Property("thresholds", panel.Steps("green", 0.05, "yellow", 10, "red")))},
		}),
		panel.Stat(panel.Spec{
			Title: "Identities in the high band", Unit: "none", W: 4, H: 5, Queries: everything("high"), Empty: "Not collected yet",
			Help: "Identities whose own index is 68 or more. They stand below, the highest first.", Steps: panel.Steps("green", 1, "red"),
		}),
		panel.Stat(panel.Spec{
			Title: "Findings", Unit: "none", W: 4, H: 5, Empty: "None", Steps: panel.Steps("green", 1, "orange"),
			Help:    "Findings of all categories in the systems that are chosen. Click for the list.",
			Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{Scope: ask.Chosen(), Columns: "findings"})),
			Options: map[string]any{"reduceOptions": panel.Reduce("sum", "")},
			Links:   []grafana.Link{panel.To("Findings", panel.Findings, "")},
		}),
		panel.Count(panel.Spec{
			Title: "Waiting for approval", Unit: "none", W: 4, H: 5, Empty: "None", Steps: panel.Steps("green", 1, "orange"),
			Help:    "Runs of playbooks that wait for a person to approve or deny them. Click for the runs, whose addresses lead to the page of the decision.",
			Queries: panel.Ask(ask.Of("runs", ask.Rows{Scope: ask.Chosen(), Filters: ask.Filters{"pending": {"yes"}}, Columns: "run"})),
			Links:   []grafana.Link{panel.To("Runs", panel.Findings, "")},
		}),
		panel.Stat(panel.Spec{
			Title: "Seen by the logs", Unit: "percentunit", W: 4, H: 5, Queries: everything("observability"), Empty: "Not collected yet",
			Help: "Share of the granted weight whose use the logs at hand can show. Of the rest, that nobody used it proves nothing.", Steps: panel.Steps("red", 0.5, "yellow", 0.8, "green"),
		}),
	}
}

func creep() []grafana.Panel {
	bySystem := ask.Filters{"by": {"system"}}
	return []grafana.Panel{
		panel.Tiles(panel.Spec{
			Title: "Heat map by system", Unit: "none", W: 8, H: 9, Bands: true, Display: "${__data.fields.name}", Empty: "Not collected yet",
			Help:    "A tile for each system with its index: green is low, yellow medium, red high. Click a tile for the system.",
			Queries: panel.Ask(ask.Of("pci", ask.Rows{Scope: ask.Chosen(), Filters: bySystem, Columns: "name pci key", Sort: "-pci"})),
			Links:   []grafana.Link{panel.ToSystem("${__data.fields.key:percentencode}")},
		}),
		panel.Categories(panel.Spec{
			Title: "Distribution", Unit: "none", W: 8, H: 9, Empty: "Not collected yet",
			Help:      "How many identities have which index, people and workloads apart. What stands to the right of 67 is in the high band.",
			Queries:   panel.Ask(ask.Of("pci_distribution", ask.Rows{Scope: ask.Chosen(), Columns: "bucket human workload"})),
			Overrides: classes(),
		}, "bucket", false),
		panel.Table(panel.Spec{
			Hide: "system", Title: "Highest change in 7 days", Unit: "none", W: 8, H: 9, Empty: "No values of seven days ago yet",
			Help:    "Systems by how far their index rose within seven days. A system that was not known then is not here.",
			Queries: panel.Ask(ask.Of("pci_change", ask.Rows{Scope: ask.Chosen(), Filters: ask.Filters{"by": {"system"}, "days": {"7"}}, Columns: "system_name system pci before change", Sort: "-change"})),
		}),
		panel.Strips(panel.Spec{
			Title: "Heat map over time", Unit: "none", W: 12, H: 8, Bands: true, Empty: "No history yet",
			Help:    "The index of each system over the range, coloured by its band.",
			Queries: panel.Ask(ask.Of("pci_history", ask.Rows{Scope: ask.Chosen(), Filters: bySystem, Value: "pci"})),
		}),
		panel.Lines(panel.Spec{
			Title: "Trend", Unit: "none", W: 12, H: 8, Bands: true, Empty: "No history yet",
			Help: "The index of all systems that are chosen, with the bounds between which it lies: what no log can show counted as used and as unused. Dashed lines are where the bands begin.",
			Queries: panel.Ask(
				ask.Of("pci_history", ask.Rows{Scope: ask.Chosen(), Filters: ask.Filters{"by": {"all"}}, Value: "pci"}),
				ask.Of("pci_history", ask.Rows{Scope: ask.Chosen(), Filters: bySystem, Value: "pci"}),
			),
		}),
	}
}

func first() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "identity system", Title: "Identities with the highest index", Unit: "none", W: 16, H: 11, Empty: "Nobody is in the medium or high band",
			Help: "Who is granted most of what nobody uses. Click a name for everything about the identity: why, findings, activity, response.",
			Queries: panel.Ask(ask.Of("identities", ask.Rows{
				Scope: ask.Chosen(), Filters: ask.Filters{"in_pci": {"yes"}}, Columns: "pci band name type cloud system_name unused_high last_active identity system", Sort: "-pci -unused_high", Limit: 25,
			})),
		}),
		panel.Table(panel.Spec{
			Hide: "finding identity system", Title: "Findings with the greatest impact", Unit: "none", W: 8, H: 11, Empty: "There are no findings",
			Help: "By how many points the index of its system falls if the identity keeps no more than it uses. Click a finding for its evidence and response.",
			Queries: panel.Ask(ask.Of("findings", ask.Rows{
				Scope: ask.Chosen(), Columns: "impact title name finding identity system", Sort: "-impact", Limit: 25,
			})),
			Overrides: []grafana.Override{panel.ByName("title", panel.LinksOf(panel.ToFinding("${__data.fields.finding:percentencode}")), panel.Width(190))},
		}),
	}
}

func overviewFindings() []grafana.Panel {
	count := func(families ...string) []any {
		return panel.Ask(ask.Of("finding_counts", ask.Rows{
			Scope: ask.Chosen(), Filters: ask.Filters{"family": families}, Columns: "title findings subjects category", Sort: "-findings",
		}))
	}
	overrides := []grafana.Override{
		panel.ByName("title", panel.LinksOf(panel.ToCategory("${__data.fields.category:percentencode}")), panel.Width(300)),
		panel.ByName("findings", panel.Bar()), panel.ByName("subjects", panel.Width(100)),
	}
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "category", Title: "Identity findings", Unit: "none", W: 12, H: 10, Queries: count(identityFamilies()...), Overrides: overrides, Empty: "No category was looked at yet",
			Help: "How many identities are inactive, may do everything, hold far more than they use, can raise their own permissions, administer security tools or read secrets; of how many that were looked at.",
		}),
		panel.Table(panel.Spec{
			Hide: "category", Title: "Resource and access findings", Unit: "none", W: 12, H: 10, Queries: count(resourceFamilies()...), Overrides: overrides, Empty: "No category was looked at yet",
			Help: "Buckets and storage accounts, security groups and firewalls, outside accounts, access keys and secrets, missing second factors; of how many that were looked at.",
		}),
	}
}
