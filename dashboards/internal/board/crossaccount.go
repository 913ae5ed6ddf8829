package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// crossAccount is who can come in from outside, and who does.
func crossAccount() grafana.Dashboard {
	s := spec{
		uid: panel.CrossAccount, title: "Leastward / Cross-account access", tags: []string{"entitlements"}, from: "now-90d", refresh: "15m",
		help:      "Who can enter from outside: other accounts and identity providers, the roles that let them in, what those roles reach, and who really came.",
		variables: append(places(), column("role", "Role", "The role whose way through the events is drawn.", "external_access", "role", "role_name")),
		rows: []row{
			{panels: crossHead()},
			{"Who can enter", crossLists()},
			{"Who came", crossActivity()},
		},
	}
	return s.dashboard()
}

func crossHead() []grafana.Panel {
	list := []struct{ category, title, help string }{
		{"external_access", "Outside accounts", "Outside accounts, or anybody, that can enter by assuming a role."},
		{"role_trusts_account", "Roles that trust everybody of an account", "Roles that every identity of an outside account or identity provider may assume."},
		{"role_reaches_external", "Roles that reach outside", "Roles that can assume roles of other accounts."},
		{"bucket_cross_account", "Buckets open to others", "Buckets that give access to named other accounts."},
		{"bucket_public", "Public buckets", "Buckets that are open to anybody."},
		{"open_security_group", "Open security groups", "Security groups that let in the whole internet."},
	}
	out := make([]grafana.Panel, 0, len(list))
	for _, one := range list {
		out = append(out, panel.Stat(panel.Spec{
			Title: one.title, Help: one.help + " Click for the findings.", Unit: "none", W: 4, H: 4, Empty: "None", Steps: panel.Steps("green", 1, "orange"),
			Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{Scope: ask.Chosen(), Filters: ask.Filters{"category": {one.category}}, Columns: "findings"})),
			Options: map[string]any{"reduceOptions": panel.Reduce("sum", "")},
			Links:   []grafana.Link{panel.ToCategory(one.category)},
		}))
	}
	return out
}

func crossLists() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "from role system", Title: "Access from outside", Unit: "none", W: 12, H: 10, Empty: "Nobody outside can enter",
			Help:    "Outside accounts and identity providers, the roles that they may assume, and how. Of an account that is collected too, how many of its identities may.",
			Queries: panel.Ask(ask.Of("external_access", ask.Rows{Scope: ask.Chosen(), Columns: "from_name role_name method trusts_all identities conditional band system_name from role system", Limit: 500})),
		}),
		panel.Table(panel.Spec{
			Hide: "role system", Title: "Roles and who may assume them", Unit: "none", W: 12, H: 10, Empty: "There are no roles that anybody may assume",
			Help:    "The AWS role policy audit: each role with whom its trust policy lets in.",
			Queries: panel.Ask(ask.Of("assumable_roles", ask.Rows{Scope: ask.Chosen(), Columns: "role_name pci by_name by_kind how via conditional system_name role system", Limit: 1000})),
		}),
		panel.Table(panel.Spec{
			Hide: "system finding identity", Title: "Findings about access from outside", Unit: "none", W: 24, H: 9, Empty: "Nothing was found about access from outside",
			Help: "Outside accounts, trusting roles, and buckets that are open, with evidence and the playbook that answers it.",
			Queries: panel.Ask(ask.Of("findings", ask.Rows{
				Scope:   ask.Chosen(),
				Filters: ask.Filters{"category": {"external_access", "role_trusts_account", "role_reaches_external", "bucket_cross_account", "bucket_public"}},
				Columns: "title name resource evidence response runbook first_seen system_name system finding identity", Limit: 500,
			})),
			Overrides: []grafana.Override{
				panel.ByName("title", panel.LinksOf(panel.ToFinding("${__data.fields.finding:percentencode}")), panel.Width(220)),
				panel.ByName("evidence", panel.Width(300)),
			},
		}),
	}
}

func crossActivity() []grafana.Panel {
	const assume = "action:(sts:AssumeRole, sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity)"
	return []grafana.Panel{
		panel.Stacked(panel.Spec{
			Title: "Roles that were assumed", Unit: "short", W: 12, H: 9, Empty: "No role was assumed in the range",
			Help:    "Calls that began sessions of roles, by outcome.",
			Queries: panel.Ask(ask.Audit(ask.Series, assume+" by_service:false | series by outcome", ask.Chosen())), Overrides: outcomes(),
		}),
		panel.Table(panel.Spec{
			Title: "Who assumed what", Unit: "none", W: 12, H: 9, Empty: "No role was assumed in the range",
			Help:    "Callers and the roles whose sessions they began, how often, from how many addresses, first and last. A refused call is a door that somebody tried.",
			Queries: panel.Ask(ask.Audit(ask.Groups, assume+" by_service:false | count, unique(address), first, last by identity, resource, outcome | limit 500", ask.Chosen())), Overrides: eventColumns(),
		}),
		panel.Graph(panel.Spec{
			Title: "Path of the role", Unit: "none", W: 24, H: 14, Empty: "The role was not used in the range",
			Help:    "Who came into the role that is chosen above, from where, and what they went on to.",
			Queries: panel.Ask(ask.Trace("$role", nil)),
		}),
	}
}
