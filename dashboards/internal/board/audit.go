package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// audit is who did what, from where, and how it ended.
func audit() grafana.Dashboard {
	s := spec{
		uid: panel.Audit, title: "Leastward / Audit", tags: []string{"audit"}, from: "now-30d", refresh: "5m",
		help: "Who did what, on what, from where, and how it ended: the volume of events, the six queries that a review of a cloud's activity begins with, and the events themselves. The filters above hold in every panel.",
		variables: append(append([]grafana.Variable{clouds()}, systems()...),
			typed("identity", "Identity", "Unique id: an ARN, an object id of Entra ID, an e-mail address of Google Cloud; * stands for anything. Empty is everybody."),
			typed("access_key", "Access key", "Id of a key, secret or certificate. Empty is every key."),
			filters(),
		),
		rows: []row{
			{panels: auditHead()},
			{"Volume", volume()},
			{"The six queries of a review", review()},
			{"Events", events()},
		},
	}
	return s.dashboard()
}

// who are the conditions that the variables make.
const who = "identity:$identity access_key:$access_key"

func asks(format, text string) []any {
	return panel.Ask(ask.Audit(format, who+" "+text, ask.Chosen()))
}

func auditHead() []grafana.Panel {
	number := func(title, help, text, colour string) grafana.Panel {
		return panel.Stat(panel.Spec{
			Title: title, Help: help, Unit: "short", W: 4, H: 4, Empty: "None", Queries: asks(ask.Groups, text), Steps: panel.Steps("blue", 1, colour),
		})
	}
	return []grafana.Panel{
		number("Events", "Events in the range.", "| count", "blue"),
		number("Denied", "Calls that were refused for want of a permission.", "outcome:denied | count", "orange"),
		number("High-risk calls", "Calls that used a high-risk permission.", "severity:high outcome:ok | count", "orange"),
		number("Changes of permissions", "Calls that changed who may do what, and succeeded.", "type:permissions outcome:ok | count", "orange"),
		number("Identities", "Different identities that called.", "by_service:false | unique(identity)", "blue"),
		number("Calls of AWS root users", "Calls of the root users of AWS accounts. There should be none. Azure and Google Cloud have no such user; who may do everything there stands on the dashboard Privilege escalation.", "identity_type:Root by_service:false | count", "red"),
	}
}

func volume() []grafana.Panel {
	return []grafana.Panel{
		panel.Stacked(panel.Spec{
			Title: "Matches of triggers", Unit: "short", W: 8, H: 8, Empty: "No trigger matched in the range",
			Help:    "Events that activity triggers matched, by trigger, as Prometheus keeps them.",
			Queries: panel.Ask(ranged(`sum by (trigger) (increase(ciem_trigger_matches_total{cloud=~"$cloud", system=~"$system"}[$__rate_interval])) > 0`, "{{trigger}}")),
		}),
		panel.Stacked(panel.Spec{
			Title: "Events by outcome", Unit: "short", W: 8, H: 8, Empty: "No events in the range", Queries: asks(ask.Series, "| series by outcome"), Overrides: outcomes(),
			Help: "Calls over time: done, refused for want of a permission, failed otherwise.",
		}),
		panel.Stacked(panel.Spec{
			Title: "Events by what they do", Unit: "short", W: 8, H: 8, Empty: "No events in the range", Queries: asks(ask.Series, "type:* | series by type"),
			Help: "Calls over time by the type of the action: read, write, delete, permissions.",
		}),
		panel.Table(panel.Spec{
			Title: "Who called most", Unit: "none", W: 12, H: 9, Empty: "No events in the range", Queries: asks(ask.Groups, "by_service:false | count, unique(action), unique(address), last by username, identity | limit 100"),
			Help: "Identities by their number of calls, with how many different actions and addresses.", Overrides: eventColumns(),
		}),
		panel.Table(panel.Spec{
			Title: "Where calls came from", Unit: "none", W: 12, H: 9, Empty: "No events in the range", Queries: asks(ask.Groups, "by_service:false | count, unique(identity), first, last by address | limit 100"),
			Help: "Addresses by their number of calls, with how many different identities.", Overrides: eventColumns(),
		}),
	}
}

// review are the six starter queries.
func review() []grafana.Panel {
	list := []struct{ id, title, help string }{
		{"q1", "Access to critical resources", "Q1: what was done to resources tagged critical, to keys, vaults, secrets and parameters, and calls that read secrets or keys of storage, open data to others or switch off what watches, in any cloud."},
		{"q2", "Administrators and privileged accounts", "Q2: what root users did, and identities whose name or role says administrator, power user, root or emergency access."},
		{"q3", "Use of high-risk permissions", "Q3: who used which high-risk permission, how often, from how many addresses, first and last."},
		{"q4", "Authorization failures", "Q4: calls that were refused for want of a permission."},
		{"q5", "Use of access keys", "Q5: which long-lived keys were used, by whom, how often, from how many addresses, first and last: access keys of AWS, keys of service accounts, secrets and certificates of applications."},
		{"q6", "Remediation activity", "Q6: what the remediator planned, what was approved or denied, what it changed or rolled back, from the suite's own log."},
	}
	out := make([]grafana.Panel, 0, len(list))
	for _, one := range list {
		q := ask.Starter(one.id, ask.Chosen())
		s := panel.Spec{
			Title: one.title, Help: one.help + " Fit it to your organisation by duplicating the saved query.", Unit: "none", W: 12, H: 9,
			Empty: "No events in the range", Queries: panel.Ask(q), Overrides: eventColumns(),
		}
		if q.Audit != nil && q.Audit.Format == ask.Events {
			s.Transform = only("time", "identity", "username", "action", "resource", "outcome", "address", "system")
			s.Hide = "identity"
		}
		out = append(out, panel.Table(s))
	}
	return out
}

func events() []grafana.Panel {
	return []grafana.Panel{
		panel.Records(panel.Spec{
			Title: "Events", Unit: "none", W: 24, H: 16, Empty: "No events in the range", Queries: asks(ask.Logs, "| limit 500"),
			Help: "The latest events as they are chosen above. Open one for all its fields and the record as the cloud wrote it; filter for or out any value.",
		}),
	}
}
