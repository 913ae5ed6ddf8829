package entitle

import (
	"context"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/report"
)

// action is one action, in a system or in all that are asked about.
type action struct {
	*catalog.Info

	of    *collector.Result // Nil where it is of all.
	count actionCount
	seen  bool // Whether the logs of each system could show a use.
}

// actions is the table of actions.
func actions() tables.Definition {
	fields := slices.Concat(actionInfo(), actionNumbers(), actionSystem())
	by := tables.Enum("by", "By", "all counts over all systems that are asked about, system each one by itself.", false, "all", "system")
	by.Default = "all"
	return tables.Definition{
		Name: "actions", Title: "Actions", Group: tables.Entitlements,
		Help: "The actions that somebody holds, used or was refused, with how many. Counted are users, roles, service principals, managed identities and service accounts, but for what root " +
			"users may do: groups act through their members, functions and instances as their role. Uses are those within the look-back window.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			by, tables.Enum("severity", "Severity", "", false, "normal", "high"),
			tables.Enum("type", "Type", "", true, "read", "list", "write", "delete", "permissions", "tagging"),
			yes("used", "Used", "Somebody used it within the window."), yes("granted", "Granted", "Somebody holds it."),
			tables.Complete("service", "Service", ""), tables.Complete("action", "Action", ""),
		},
		Sort: []api.TableOrder{{By: "identities_unused", Descending: true}, {By: "action"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			return tables.Of(everyAction(q), fields), nil
		},
	}
}

func actionInfo() []tables.Field[action] {
	return []tables.Field[action]{
		tables.Fill(tables.Text("action", "Action", ""), func(a *action) report.Cell { return report.Text(string(a.Action)) }),
		tables.Fill(tables.Text("service", "Service", ""), func(a *action) report.Cell { return report.Text(a.Service) }),
		tables.Fill(tables.Text("severity", "Severity", "high: someone can leak data, disrupt a service or change the security posture by it."), func(a *action) report.Cell {
			return report.Text(a.Severity.String()).At(severityLevel(a.Severity))
		}),
		tables.Fill(tables.Text("type", "Type", "read, list, write, delete, permissions or tagging."), func(a *action) report.Cell { return report.Text(a.Type.String()) }),
		tables.Fill(tables.Text("sensitive", "Sensitive", "Why: credentials, data, escalation, exposure."), func(a *action) report.Cell {
			return report.Text(sensitivity(a.Sensitivity))
		}),
		tables.Fill(tables.Text("observable", "Observable", "Whether the logs of every system could show a use."), func(a *action) report.Cell {
			return report.Text(tables.YesNo(a.seen))
		}),
	}
}

func severityLevel(s catalog.Severity) report.Level {
	if s == catalog.High {
		return report.High
	}
	return report.Plain
}

// sensitivity writes why an action is sensitive.
func sensitivity(s catalog.Sensitivity) string {
	var list []string
	for i, name := range [...]string{"credentials", "data", "escalation", "exposure"} {
		if s.Has(1 << i) {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}

func actionNumbers() []tables.Field[action] {
	count := func(name, title, unit, help string, n func(*actionCount) int) tables.Field[action] {
		return tables.Fill(tables.Number(name, title, unit, help), func(a *action) report.Cell { return report.Integer(n(&a.count)) })
	}
	return []tables.Field[action]{
		count("identities_granted", "Granted to", "identities", "", func(n *actionCount) int { return n.granted }),
		count("identities_used", "Used by", "identities", "Those that their own policies do not grant it included: a resource's policy may.", func(n *actionCount) int { return n.used }),
		count("identities_unused", "Unused by", "identities", "They hold it and did not use it.", func(n *actionCount) int { return n.unused }),
		count("resources", "Performed on", "resources", "Different ones that events name, of each identity 32 at most.", func(n *actionCount) int { return n.resources }),
		count("uses", "Uses", "uses", "Since the logs were first read.", func(n *actionCount) int { return int(n.uses) }),
		count("denied", "Denied", "attempts", "", func(n *actionCount) int { return int(n.denied) }),
		tables.Fill(tables.Time("last_used", "Last used", ""), func(a *action) report.Cell { return report.Time(a.count.last) }),
	}
}

func actionSystem() []tables.Field[action] {
	var list []tables.Field[action]
	for i, c := range tables.OfSystem() {
		list = append(list, tables.Fill(c, func(a *action) report.Cell {
			if a.of == nil {
				return report.Cell{}
			}
			return tables.SystemCells(a.of)[i]
		}))
	}
	return list
}

// everyAction returns the actions of each catalogue, by system or in all.
func everyAction(q *tables.Question) []action {
	var list []action
	byCatalog := map[*catalog.Catalog][]action{}
	var catalogs []*catalog.Catalog // In the order of the systems.
	for _, s := range systems(q) {
		all, known := byCatalog[s.sets.catalog]
		if !known {
			all = make([]action, s.sets.catalog.Len())
			for i := range all {
				all[i].seen = true
			}
			byCatalog[s.sets.catalog], catalogs = all, append(catalogs, s.sets.catalog)
		}
		for i, n := range s.actionCounts() {
			one := action{Info: s.sets.catalog.Info(i), of: s.Result, count: n, seen: s.Assessment.Observable.Has(i)}
			if q.Value("by") == "system" {
				list = appendAction(list, q, &one)
				continue
			}
			all[i].count.add(&n)
			all[i].seen = all[i].seen && one.seen
		}
	}
	for _, cat := range catalogs {
		for i, one := range byCatalog[cat] {
			one.Info = cat.Info(i)
			list = appendAction(list, q, &one)
		}
	}
	return list
}

// appendAction appends an action that there is something to say of, and that
// passes the filters.
func appendAction(list []action, q *tables.Question, a *action) []action {
	if a.count.none() || !q.Keeps("severity", a.Severity.String()) || !q.Keeps("type", a.Type.String()) ||
		!q.Keeps("service", a.Service) || !q.Keeps("action", string(a.Action)) ||
		!q.Keeps("used", tables.YesNo(a.count.used > 0)) || !q.Keeps("granted", tables.YesNo(a.count.granted > 0)) {
		return list
	}
	return append(list, *a)
}
