package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// escalation is who can come to hold more than is granted.
func escalation() grafana.Dashboard {
	s := spec{
		uid: panel.Escalation, title: "Leastward / Privilege escalation", tags: []string{"findings"}, from: "now-30d", refresh: "15m",
		help:      "Who can come to hold more than is granted, by which way, who may do everything already, who can switch off what watches or read secrets, and who changed permissions of late. Ways to more are computed for AWS and Google Cloud, not for Azure; the rest is of all three.",
		variables: places(),
		rows: []row{
			{panels: escalationHead()},
			{"Ways to more", escalationWays()},
			{"Who holds most", escalationHolders()},
			{"Changes of permissions", escalationActivity()},
		},
	}
	return s.dashboard()
}

func escalationHead() []grafana.Panel {
	list := []struct{ family, title, help string }{
		{"privilege_escalation", "Can raise their own permissions", "AWS and Google Cloud: identities whose permissions lead to more than they hold."},
		{"super", "May do everything", "Identities that may do every action on every resource of their system. More than five users and groups in a system are too many."},
		{"security_tool_admin", "Can switch off what watches", "AWS: identities that can administer security tools, and so switch them off."},
		{"secret_access", "Can read secrets", "AWS: identities that can read secret material."},
	}
	out := make([]grafana.Panel, 0, len(list))
	for _, one := range list {
		out = append(out, panel.Stat(panel.Spec{
			Title: one.title, Help: one.help, Unit: "none", W: 6, H: 4, Empty: "None", Steps: panel.Steps("green", 1, "orange", 10, "red"),
			Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{Scope: ask.Chosen(), Filters: ask.Filters{"family": {one.family}}, Columns: "findings"})),
			Options: map[string]any{"reduceOptions": panel.Reduce("sum", "")},
			Links:   []grafana.Link{panel.To("Findings", panel.Findings, "")},
		}))
	}
	return out
}

func escalationWays() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "identity system", Title: "Ways to more permissions", Unit: "none", W: 16, H: 11, Empty: "No way is known",
			Help:      "Each way by which an identity of AWS or Google Cloud can come to hold more: what it leads to, whether that is everything, the steps. Click a name for the identity.",
			Queries:   panel.Ask(ask.Of("escalations", ask.Rows{Scope: ask.Chosen(), Columns: "name type pci admin conditional chain cloud system_name identity system", Sort: "-admin name", Limit: 1000})),
			Overrides: []grafana.Override{panel.ByName("chain", panel.Width(480)), panel.ByName("admin", panel.Width(80)), panel.ByName("conditional", panel.Width(100))},
		}),
		panel.Table(panel.Spec{
			Hide: "category", Title: "By kind of identity", Unit: "none", W: 8, H: 11, Empty: "No category was looked at yet",
			Help: "Findings about privilege escalation by kind of identity. Click one for its findings.",
			Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{
				Scope: ask.Chosen(), Filters: ask.Filters{"family": {"privilege_escalation"}}, Columns: "title findings category", Sort: "-findings",
			})),
			Overrides: []grafana.Override{
				panel.ByName("title", panel.LinksOf(panel.ToCategory("${__data.fields.category:percentencode}")), panel.Width(250)), panel.ByName("findings", panel.Bar()),
			},
		}),
	}
}

func escalationHolders() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "identity system", Title: "May do everything", Unit: "none", W: 12, H: 10, Empty: "Nobody may do everything",
			Help: "Identities that may do every action on every resource, those that were idle longest first: nobody misses what they hold.",
			Queries: panel.Ask(ask.Of("identities", ask.Rows{
				Scope: ask.Chosen(), Filters: ask.Filters{"super": {"yes"}}, Columns: "pci name type state last_active owner cloud system_name identity system", Sort: "last_active -pci", Limit: 500,
			})),
		}),
		panel.Table(panel.Spec{
			Hide: "system finding identity", Title: "Who can switch off what watches, or read secrets", Unit: "none", W: 12, H: 10, Empty: "Nobody can",
			Help: "AWS: findings about security tools and secrets, those with the greatest impact first.",
			Queries: panel.Ask(ask.Of("findings", ask.Rows{
				Scope: ask.Chosen(), Filters: ask.Filters{"family": {"security_tool_admin", "secret_access"}}, Columns: "title name evidence system_name system finding identity", Sort: "-impact", Limit: 500,
			})),
			Overrides: []grafana.Override{panel.ByName("title", panel.LinksOf(panel.ToFinding("${__data.fields.finding:percentencode}")), panel.Width(200))},
		}),
	}
}

func escalationActivity() []grafana.Panel {
	const changes = "type:permissions by_service:false"
	return []grafana.Panel{
		panel.Stacked(panel.Spec{
			Title: "Changes of permissions", Unit: "short", W: 8, H: 9, Empty: "Nobody changed permissions in the range",
			Help:    "Calls that change who may do what, by outcome.",
			Queries: panel.Ask(ask.Audit(ask.Series, changes+" | series by outcome", ask.Chosen())), Overrides: outcomes(),
		}),
		panel.Table(panel.Spec{
			Title: "Who changed what", Unit: "none", W: 16, H: 9, Empty: "Nobody changed permissions in the range",
			Help:    "Who changed permissions by which action, how often, last when within the range.",
			Queries: panel.Ask(ask.Audit(ask.Groups, changes+" | count, last by username, identity, action, outcome | limit 500", ask.Chosen())), Overrides: eventColumns(),
		}),
		panel.Records(panel.Spec{
			Title: "The latest changes", Unit: "none", W: 24, H: 10, Empty: "Nobody changed permissions in the range",
			Help:    "The events themselves. Open one for the request's parameters.",
			Queries: panel.Ask(ask.Audit(ask.Logs, changes+" outcome:ok | limit 200", ask.Chosen())),
		}),
	}
}
