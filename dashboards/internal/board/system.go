package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// system is everything about one authorization system.
func system() grafana.Dashboard {
	s := spec{
		uid: panel.System, title: "Leastward / Authorization system", tags: []string{"entitlements"}, from: "now-90d", refresh: "5m",
		help:      "One AWS account, Azure subscription or Google Cloud project: its index, who is in it, what they may do and do, what was found, and whether it is collected.",
		variables: oneSystem(),
		rows: []row{
			{panels: systemHead()},
			{"Permission Creep Index", systemCreep()},
			{"Identities", systemIdentities()},
			{"Findings", systemFindings()},
			{"What is granted", systemGrants()},
			{"Activity and collection", systemActivity()},
		},
	}
	return s.dashboard()
}

func ofSystem(column string) []any {
	return panel.Ask(ask.Of("pci", ask.Rows{Scope: ask.System(), Filters: ask.Filters{"by": {"system"}}, Columns: column}))
}

func systemHead() []grafana.Panel {
	const none = "Not collected yet"
	return []grafana.Panel{
		panel.Gauge(panel.Spec{
			Title: "Permission Creep Index", Unit: "none", W: 4, H: 5, Bands: true, Queries: ofSystem("pci"), Empty: none,
			Help: "How much more is granted than used, from 0 to 100: low to 33, medium to 67, high above.",
		}),
		panel.Stat(panel.Spec{
			Title: "Bounds", Unit: "none", W: 5, H: 5, Bands: true, Queries: ofSystem("pci_lower pci_upper"), Empty: none,
			Help:    "The index with what no log can show counted as used (lower) and as unused (upper). The nearer they are, the surer the index.",
			Options: map[string]any{"textMode": "value_and_name", "orientation": "vertical"},
		}),
		panel.Stat(panel.Spec{
			Title: "Identities by band", Unit: "none", W: 6, H: 5, Queries: ofSystem("low medium high"), Empty: none,
			Help:    "How many identities have a low, medium and high index.",
			Options: map[string]any{"textMode": "value_and_name", "orientation": "vertical"},
			Overrides: []grafana.Override{
				panel.ByName("low", panel.Property("color", grafana.Color{Mode: "fixed", Fixed: panel.Low})),
				panel.ByName("medium", panel.Property("color", grafana.Color{Mode: "fixed", Fixed: panel.Medium})),
				panel.ByName("high", panel.Property("color", grafana.Color{Mode: "fixed", Fixed: panel.High})),
			},
		}),
		panel.Stat(panel.Spec{
			Title: "Seen by the logs", Unit: "percentunit", W: 4, H: 5, Queries: ofSystem("observability"), Empty: none,
			Help: "Share of the granted weight whose use the logs at hand can show.", Steps: panel.Steps("red", 0.5, "yellow", 0.8, "green"),
		}),
		panel.Stat(panel.Spec{
			Title: "Findings", Unit: "none", W: 5, H: 5, Empty: "None", Steps: panel.Steps("green", 1, "orange"),
			Help:    "Findings of all categories in the system. Click for the list.",
			Queries: panel.Ask(ask.Of("systems", ask.Rows{Scope: ask.System(), Columns: "findings"})),
			Links:   []grafana.Link{panel.To("Findings of the system", panel.Findings, "var-system=${system:percentencode}")},
		}),
	}
}

func systemCreep() []grafana.Panel {
	history := func(value string) ask.Query {
		return ask.Of("pci_history", ask.Rows{Scope: ask.System(), Filters: ask.Filters{"by": {"system"}}, Columns: "time key name " + value, Value: value})
	}
	return []grafana.Panel{
		panel.Lines(panel.Spec{
			Title: "Trend", Unit: "none", W: 12, H: 8, Bands: true, Empty: "No history yet", Display: "${__field.name}",
			Help:    "The index and its bounds as collections found them. Dashed lines are where the bands begin.",
			Queries: panel.Ask(history("pci"), history("pci_lower"), history("pci_upper")),
		}),
		panel.Categories(panel.Spec{
			Title: "Distribution", Unit: "none", W: 12, H: 8, Empty: "Not collected yet",
			Help:      "How many identities of the system have which index, people and workloads apart.",
			Queries:   panel.Ask(ask.Of("pci_distribution", ask.Rows{Scope: ask.System(), Columns: "bucket human workload"})),
			Overrides: classes(),
		}, "bucket", false),
	}
}

func systemIdentities() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "identity system", Filter: true, Title: "Identities", Unit: "none", W: 16, H: 11, Empty: "There are no identities",
			Help: "The identities of the system, those with the highest index first. Click a name for everything about it.",
			Queries: panel.Ask(ask.Of("identities", ask.Rows{
				Scope: ask.System(), Columns: "pci band name type state granted used unused_high last_active owner identity system", Sort: "-pci", Limit: 500,
			})),
		}),
		panel.Table(panel.Spec{
			Hide: "identity system", Title: "Groups", Unit: "none", W: 8, H: 11, Empty: "There are no groups",
			Help: "Groups with their index and number of members.",
			Queries: panel.Ask(ask.Of("groups", ask.Rows{
				Scope: ask.System(), Columns: "pci name members granted used unused_high identity system", Sort: "-pci", Limit: 200,
			})),
		}),
	}
}

func systemFindings() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "category", Title: "Findings by category", Unit: "none", W: 9, H: 10, Empty: "No category was looked at yet",
			Help: "Numbers of findings, of how many that were looked at.",
			Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{
				Scope: ask.System(), Columns: "title findings subjects category", Sort: "-findings",
			})),
			Overrides: []grafana.Override{
				panel.ByName("title", panel.LinksOf(panel.To("Findings of the category", panel.Findings, "var-system=${system:percentencode}&var-category=${__data.fields.category:percentencode}"))),
				panel.ByName("findings", panel.Bar()),
			},
		}),
		panel.Table(panel.Spec{
			Hide: "finding identity system", Title: "Findings with the greatest impact", Unit: "none", W: 15, H: 10, Empty: "There are no findings",
			Help: "By how many points the index of the system falls if the identity keeps no more than it uses.",
			Queries: panel.Ask(ask.Of("findings", ask.Rows{
				Scope: ask.System(), Columns: "impact title name resource evidence response finding identity system", Sort: "-impact", Limit: 200,
			})),
			Overrides: []grafana.Override{panel.ByName("title", panel.LinksOf(panel.ToFinding("${__data.fields.finding:percentencode}")), panel.Width(220))},
		}),
	}
}

func systemGrants() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Title: "High-risk actions that are granted", Unit: "none", W: 12, H: 9, Empty: "No high-risk action is granted",
			Help: "By how many identities may do them; those that nobody uses come first.",
			Queries: panel.Ask(ask.Of("actions", ask.Rows{
				Scope: ask.System(), Filters: ask.Filters{"severity": {"high"}}, Columns: "action type identities_granted identities_used last_used", Sort: "identities_used -identities_granted", Limit: 200,
			})),
		}),
		panel.Table(panel.Spec{
			Title: "Policies and roles", Unit: "none", W: 12, H: 9, Empty: "There are no policies or roles",
			Help: "What permissions are given by, policies on AWS, role definitions on Azure and Google Cloud: how many high-risk actions each has, and whether it is assigned.",
			Queries: panel.Ask(ask.Of("policies", ask.Rows{
				Scope: ask.System(), Columns: "name kind assigned identities granted granted_high used", Sort: "-granted_high", Limit: 200,
			})),
		}),
		panel.Table(panel.Spec{
			Hide: "resource", Title: "Resources in use", Unit: "none", W: 12, H: 9, Empty: "No event names a resource",
			Help: "Resources by how many identities used them within the window.",
			Queries: panel.Ask(ask.Of("resources", ask.Rows{
				Scope: ask.System(), Columns: "name resource_type identities_accessed identities_with_access actions_used last_used resource", Sort: "-identities_accessed", Limit: 200,
			})),
		}),
		panel.Table(panel.Spec{
			Hide: "from role", Title: "Who can enter by assuming a role", Unit: "none", W: 12, H: 9, Empty: "Nobody outside can enter by a role",
			Help: "AWS: outside accounts and identity providers that may assume roles of the system. On Azure and Google Cloud whoever comes from outside holds grants itself, and stands below.",
			Queries: panel.Ask(ask.Of("external_access", ask.Rows{
				Scope: ask.System(), Columns: "from_name role_name method trusts_all identities conditional from role", Limit: 200,
			})),
		}),
		panel.Table(panel.Spec{
			Hide: "identity policy system", Title: "Grants", Unit: "none", W: 12, H: 9, Empty: "Nothing is granted to anybody", Filter: true,
			Help: "Which policy or role is assigned to whom, on what, and through which group. On Azure and Google Cloud a role is granted on a scope and holds below it; conditional grants hold under a condition, or once activated.",
			Queries: panel.Ask(ask.Of("assignments", ask.Rows{
				Scope: ask.System(), Columns: "name type policy_name scope way through conditional identity policy system", Limit: 1000,
			})),
			Overrides: []grafana.Override{panel.ByName("policy_name", panel.Width(190)), panel.ByName("scope", panel.Width(230)), panel.ByName("way", panel.Width(80))},
		}),
		outsiders("Identities from outside", ask.System(), 12, 9),
	}
}

func systemActivity() []grafana.Panel {
	return []grafana.Panel{
		panel.Stacked(panel.Spec{
			Title: "Events by outcome", Unit: "short", W: 12, H: 8, Empty: "No events in the range",
			Help:      "Calls that were recorded in the system: done, refused for want of a permission, failed otherwise.",
			Queries:   panel.Ask(ask.Audit(ask.Series, "| series by outcome", ask.System())),
			Overrides: outcomes(),
		}),
		panel.Table(panel.Spec{
			Title: "Problems of the collection", Unit: "none", W: 12, H: 8, Empty: "Everything could be read",
			Help:    "What the last collection could not read, and what to do about it.",
			Queries: panel.Ask(ask.Of("problems", ask.Rows{Scope: ask.System(), Columns: "code subject permission message remedy"})),
		}),
	}
}
