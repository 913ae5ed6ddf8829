package board

import (
	"maps"

	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// keys are the long-lived credentials of all clouds.
func keys() grafana.Dashboard {
	s := spec{
		uid: panel.Keys, title: "Leastward / Access keys", tags: []string{"entitlements"}, from: "now-90d", refresh: "15m",
		help:      "Long-lived credentials: access keys of AWS, secrets and certificates of Azure's service principals, keys of Google Cloud's service accounts. How old they are, when last used and from where, what they may do, and which ought to be rotated or taken away.",
		variables: append(places(), typed("access_key", "Access key", "Id of one key, secret or certificate; empty shows all.")),
		rows: []row{
			{panels: keysHead()},
			{"Keys", keyLists()},
			{"Use", keyUse()},
		},
	}
	return s.dashboard()
}

func chosenKeys(filters ask.Filters, columns, sort string) []any {
	all := ask.Filters{"access_key": {"$access_key"}}
	maps.Copy(all, filters)
	return panel.Ask(ask.Of("access_keys", ask.Rows{Scope: ask.Chosen(), Filters: all, Columns: columns, Sort: sort, Limit: 2000}))
}

func keysHead() []grafana.Panel {
	category := func(title, help, name string) grafana.Panel {
		return panel.Stat(panel.Spec{
			Title: title, Help: help, Unit: "none", W: 5, H: 4, Empty: "None", Steps: panel.Steps("green", 1, "orange"),
			Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{Scope: ask.Chosen(), Filters: ask.Filters{"category": {name}}, Columns: "findings"})),
			Options: map[string]any{"reduceOptions": panel.Reduce("sum", "")},
			Links:   []grafana.Link{panel.ToCategory(name)},
		})
	}
	return []grafana.Panel{
		panel.Count(panel.Spec{
			Title: "Keys", Unit: "none", W: 5, H: 4, Empty: "None", Queries: chosenKeys(nil, "access_key", ""), Help: "Keys, secrets and certificates as they are chosen above.",
		}),
		panel.Count(panel.Spec{
			Title: "Active keys", Unit: "none", W: 5, H: 4, Empty: "None", Queries: chosenKeys(ask.Filters{"status": {"active"}}, "access_key", ""), Help: "Keys, secrets and certificates that can be used.",
		}),
		category("Older than the limit", "Active keys that ought to be rotated. Click for the findings.", "access_key_old"),
		category("Not used within the limit", "Active keys that nobody needs, as it seems. Click for the findings.", "access_key_unused"),
		panel.Stat(panel.Spec{
			Title: "Oldest key", Unit: "d", W: 4, H: 4, Empty: "None", Queries: chosenKeys(ask.Filters{"status": {"active"}}, "age_days", "-age_days"),
			Help: "Age of the oldest key that can be used.", Steps: panel.Steps("green", 90, "orange", 365, "red"),
			Options: map[string]any{"reduceOptions": panel.Reduce("max", "")},
		}),
	}
}

func keyLists() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "identity system", Filter: true, Title: "Access keys", Unit: "none", W: 24, H: 12, Empty: "There are no access keys",
			Help:      "Keys, secrets and certificates, the oldest first, with whose they are, what that identity is granted and uses, and when the key was last used; empty where the cloud does not tell. Click a name for everything about the identity.",
			Queries:   chosenKeys(nil, "access_key status age_days age_bucket last_used unused_days name type pci band granted used cloud system_name identity system", "-age_days"),
			Overrides: []grafana.Override{panel.ByName("access_key", panel.Width(230))},
		}),
		panel.Categories(panel.Spec{
			Title: "By age", Unit: "short", W: 8, H: 9, Empty: "There are no access keys",
			Help:    "How many keys are how old; each bar is an age.",
			Queries: chosenKeys(nil, "age_bucket access_key", "age_days"), Transform: countedBy("Age, days", "Access key"),
		}, "Age, days", false),
		panel.Table(panel.Spec{
			Hide: "finding identity system", Title: "Findings about keys", Unit: "none", W: 16, H: 9, Empty: "Nothing was found about keys",
			Help: "Keys that are too old or not used, with the playbook that answers it.",
			Queries: panel.Ask(ask.Of("findings", ask.Rows{
				Scope: ask.Chosen(), Filters: ask.Filters{"family": {"access_key"}}, Columns: "title access_key name response evidence first_seen finding identity system", Limit: 500,
			})),
			Overrides: []grafana.Override{panel.ByName("title", panel.LinksOf(panel.ToFinding("${__data.fields.finding:percentencode}")), panel.Width(180))},
		}),
	}
}

// keyColumns are those of events by key.
func keyColumns() []grafana.Override {
	return append(eventColumns(), panel.ByName("access_key", panel.Width(200)), panel.ByName("issued", panel.Width(200)))
}

// countedBy counts rows by a column, named as people read it.
func countedBy(by, counted string) []grafana.Transformation {
	return []grafana.Transformation{{ID: "groupBy", Options: map[string]any{"fields": map[string]any{
		by:      map[string]any{"aggregations": []string{}, "operation": "groupby"},
		counted: map[string]any{"aggregations": []string{"count"}, "operation": "aggregate"},
	}}}}
}

func keyUse() []grafana.Panel {
	// Those of AWS's sessions, which begin with ASIA, are not long-lived.
	const key = "access_key:$access_key access_key:* access_key!:ASIA*"
	return []grafana.Panel{
		panel.Stacked(panel.Spec{
			Title: "Calls with long-lived keys", Unit: "short", W: 9, H: 9, Empty: "No long-lived key was used in the range",
			Help:    "Calls that were signed with long-lived keys, by key; the most used ones have a colour of their own.",
			Queries: panel.Ask(ask.Audit(ask.Series, key+" | series by access_key top 10", ask.Chosen())),
		}),
		panel.Table(panel.Spec{
			Title: "Use by key", Unit: "none", W: 15, H: 9, Empty: "No long-lived key was used in the range",
			Help:    "Who used which key, how often, from how many addresses, first and last. A key that is used from many addresses may be in several hands.",
			Queries: panel.Ask(ask.Audit(ask.Groups, key+" | count, unique(address), first, last by access_key, username, identity | limit 500", ask.Chosen())), Overrides: keyColumns(),
		}),
		panel.Table(panel.Spec{
			Title: "Keys that were made", Unit: "none", W: 12, H: 9, Empty: "No long-lived key was made in the range",
			Help:    "Calls that handed out long-lived keys: by whom, for whom.",
			Queries: panel.Ask(ask.Audit(ask.Groups, "issued:* issued!:ASIA* | count, last by issued, username, identity, resource | limit 500", ask.Chosen())), Overrides: keyColumns(),
		}),
		panel.Table(panel.Spec{
			Title: "Refused calls by key", Unit: "none", W: 12, H: 9, Empty: "No call with a long-lived key was refused in the range",
			Help:    "Which keys were refused what: a key that looks around may have leaked.",
			Queries: panel.Ask(ask.Audit(ask.Groups, key+" outcome:denied | count, unique(action), unique(address), last by access_key, username, identity | limit 500", ask.Chosen())), Overrides: keyColumns(),
		}),
	}
}
