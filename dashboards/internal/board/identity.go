package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// identity is everything about one identity, on the way from a red number to
// what is done about it.
func identity() grafana.Dashboard {
	s := spec{
		uid: panel.Identity, title: "Leastward / Identity", tags: []string{"entitlements"}, from: "now-90d", refresh: "5m",
		help: "Everything about one identity: its index and why, what it may do and does, what was found, what it did and from where, and the response with its page of approval.",
		variables: []grafana.Variable{
			cloud(),
			several(asked("system", "System", "Where the identity is looked at, and of which systems one can choose from.", ask.Variable{Kind: "systems", Scope: ask.Cloud()})),
			asIs(asked("identity", "Identity", "Unique id: an ARN, an object id of Entra ID, an e-mail address of Google Cloud; the highest index first.", ask.Variable{Kind: "identities", Scope: ask.Listed()})),
		},
		rows: []row{
			{panels: identityHead()},
			{"Response", identityResponse()},
			{"Why the index is what it is", identityWhy()},
			{"What it may do", identityGrants()},
			{"What it does", identityActivity()},
		},
	}
	return s.dashboard()
}

// one asks for rows of a table that are about the identity, in the systems that
// are chosen: somebody of Azure or Google Cloud may be in many.
func one(table, columns, sort string, limit int) []any {
	return panel.Ask(ask.Of(table, ask.Rows{Scope: ask.Listed(), Filters: ask.Filters{"identity": {"$identity"}}, Columns: columns, Sort: sort, Limit: limit}))
}

func identityHead() []grafana.Panel {
	const none = "Unknown"
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "identity system", Title: "Who it is", Unit: "none", W: 24, H: 5, Empty: "No identity of the systems that are chosen has this id",
			Help:    "Name, system and owner of the identity; whether it is active, in the index, may do everything. A row for each system that it is in: a click on the index looks at that system alone.",
			Queries: one("identities", "pci name type subtype state band band_since cloud system_name owner in_pci super mfa created last_active identity system", "-pci", 0),
			Overrides: []grafana.Override{
				panel.ByName("subtype", panel.Subtypes(), panel.Width(95)), panel.ByName("in_pci", panel.Property("displayName", "In index")),
				panel.ByName("band_since", panel.Property("displayName", "Band since"), panel.UnitOf("dateTimeFromNow"), panel.Width(115)),
			},
		}),
		panel.Gauge(panel.Spec{
			Title: "Permission Creep Index", Unit: "none", W: 5, H: 5, Bands: true, Queries: one("identities", "pci", "", 0), Empty: none,
			Help:    "How much more is granted than used, from 0 to 100: low to 33, medium to 67, high above. Of several systems the highest.",
			Options: map[string]any{"reduceOptions": panel.Reduce("max", "")},
		}),
		panel.Stat(panel.Spec{
			Title: "Actions", Unit: "none", W: 7, H: 5, Queries: one("identities", "granted used unused", "", 0), Empty: none,
			Help:    "Actions that are granted; of these used, and not used, within the window. Several systems are added up.",
			Options: map[string]any{"textMode": "value_and_name", "orientation": "vertical", "reduceOptions": panel.Reduce("sum", "")},
		}),
		panel.Stat(panel.Spec{
			Title: "High-risk actions", Unit: "none", W: 7, H: 5, Queries: one("identities", "granted_high used_high unused_high", "", 0), Empty: none,
			Help:    "High-risk actions that are granted; of these used, and not used, within the window. Several systems are added up.",
			Options: map[string]any{"textMode": "value_and_name", "orientation": "vertical", "reduceOptions": panel.Reduce("sum", "")},
			Overrides: []grafana.Override{
				panel.ByName("granted_high", panel.Property("displayName", "Granted")), panel.ByName("used_high", panel.Property("displayName", "Used")),
				panel.ByName("unused_high", panel.Property("displayName", "Unused")),
			},
		}),
		panel.Count(panel.Spec{
			Title: "Findings", Unit: "none", W: 5, H: 5, Queries: one("findings", "finding", "", 0), Empty: "None", Steps: panel.Steps("green", 1, "orange"),
			Help: "Findings about the identity. They stand below.",
		}),
	}
}

func identityResponse() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "system finding", Title: "Findings and their evidence", Unit: "none", W: 14, H: 9, Queries: one("findings", "title impact evidence response runbook system_name system finding", "-impact", 0), Empty: "Nothing was found about this identity",
			Help:      "What was found, why, and the playbook that answers it. Click a finding for its runs and its runbook for what to do by hand.",
			Overrides: []grafana.Override{panel.ByName("title", panel.LinksOf(panel.ToFinding("${__data.fields.finding:percentencode}")), panel.Width(190)), panel.ByName("evidence", panel.Width(260))},
		}),
		panel.Table(panel.Spec{
			Title: "Runs of playbooks", Unit: "none", W: 10, H: 9, Queries: one("runs", "state playbook mode updated url reason", "-updated", 50), Empty: "No playbook ran for this identity",
			Help: "What the remediator did or wants to do about the identity. The address leads to the run's page: its plan, its evidence, approve or deny.",
		}),
	}
}

func identityWhy() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Title: "Contributions of actions", Unit: "none", W: 14, H: 10, Empty: "Nothing is granted that counts",
			Help:    "The actions that make up the index, the greatest first: weight of the action, factor of its reach, points of the index. Take the first ones away and the index falls most.",
			Queries: one("pci_contributions", "action points share state severity weight reach factor saves system_name", "-points", 200),
			Overrides: []grafana.Override{
				panel.ByName("action", panel.Width(290)), panel.ByName("points", panel.Property("decimals", 2)), panel.ByName("saves", panel.Property("decimals", 2)),
			},
		}),
		identityTrend(),
	}
}

// identityTrend shows each point, for Grafana draws no line of a single one.
func identityTrend() grafana.Panel {
	p := panel.Lines(panel.Spec{
		Title: "Trend", Unit: "none", W: 10, H: 10, Bands: true,
		Empty:   "Prometheus has no values in the range: the identity is beyond the budget of series, not in the index, or new",
		Help:    "The identity's index as Prometheus keeps it, up to now. At first there is one point, at the right. Dashed lines are where the bands begin.",
		Queries: panel.Ask(ranged(upToNow(`ciem_identity_pci{cloud=~"$cloud", system=~"$system", identity=${identity:doublequote}}`), "PCI in {{system}}")),
	})
	p.FieldConfig.Defaults.Custom["showPoints"] = "always"
	return p
}

// upToNow has each point stand for the interval that begins there. The last
// point is one interval before the range's end at most, and that of a long range
// is hours: without this a series that is new could not be seen until then.
func upToNow(selector string) string {
	return "max by (cloud, system, identity) (last_over_time(" + selector + "[$__rate_interval] offset -$__interval))"
}

func identityGrants() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Filter: true, Title: "Permissions", Unit: "none", W: 14, H: 10, Empty: "Nothing is granted",
			Help:      "Every action that is granted, by what, on how much, and when it was used. Unused ones of high risk come first.",
			Queries:   one("permissions", "action state severity type reach conditional last_used uses denied via system_name", "-state severity action", 2000),
			Overrides: []grafana.Override{panel.ByName("action", panel.Width(240)), panel.ByName("reach", panel.Width(80)), panel.ByName("uses", panel.Width(70)), panel.ByName("conditional", panel.Width(95))},
		}),
		panel.Table(panel.Spec{
			Title: "Where it has them from", Unit: "none", W: 10, H: 10, Empty: "No policy or role is assigned",
			Help:      "Policies and roles that are assigned to the identity itself, through groups, and what bounds them. On Azure and Google Cloud a role is granted on a scope and holds below it; conditional ones hold under a condition, or once activated.",
			Queries:   one("assignments", "policy_name scope way through conditional kind system_name", "", 200),
			Overrides: []grafana.Override{panel.ByName("policy_name", panel.Width(190)), panel.ByName("scope", panel.Width(200)), panel.ByName("way", panel.Width(75)), panel.ByName("through", panel.Width(110))},
		}),
		panel.Table(panel.Spec{
			Title: "Ways to more permissions", Unit: "none", W: 16, H: 7, Empty: "No way is known",
			Help:    "How the identity can come to hold more than it is granted, step by step. Computed for AWS and Google Cloud, not for Azure.",
			Queries: one("escalations", "title admin conditional chain", "", 100),
		}),
		panel.Table(panel.Spec{
			Title: "Access keys", Unit: "none", W: 8, H: 7, Empty: "It has no keys, secrets or certificates",
			Help:    "Long-lived keys, secrets and certificates of the identity, how old they are and when they were last used.",
			Queries: one("access_keys", "access_key status age_days last_used", "-age_days", 50),
		}),
	}
}

func identityActivity() []grafana.Panel {
	const whose = "identity:$identity"
	return []grafana.Panel{
		panel.Stacked(panel.Spec{
			Title: "Events by outcome", Unit: "short", W: 12, H: 8, Empty: "It did nothing in the range",
			Help:    "Calls of the identity over time: done, refused for want of a permission, failed otherwise.",
			Queries: panel.Ask(ask.Audit(ask.Series, whose+" | series by outcome", nil)), Overrides: outcomes(),
		}),
		panel.Table(panel.Spec{
			Title: "Actions that it used", Unit: "none", W: 12, H: 8, Empty: "It did nothing in the range",
			Help:      "How often, how often in vain, from how many addresses, first and last within the range.",
			Queries:   panel.Ask(ask.Audit(ask.Groups, whose+" action:* | count, unique(address), first, last by action, outcome | limit 500", nil)),
			Overrides: eventColumns(),
		}),
		panel.Graph(panel.Spec{
			Title: "Path", Unit: "none", W: 24, H: 14, Empty: "It did nothing in the range",
			Help:    "From where the identity came, which sessions and keys it had, which roles it went on to: a graph of the events in the range.",
			Queries: panel.Ask(ask.Trace("$identity", nil)),
		}),
		panel.Records(panel.Spec{
			Title: "Events", Unit: "none", W: 24, H: 10, Empty: "It did nothing in the range",
			Help:    "The identity's latest events. Open one for all its fields and the record as the cloud wrote it.",
			Queries: panel.Ask(ask.Audit(ask.Logs, whose+" | limit 300", nil)),
		}),
	}
}
