package creeping

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// summaries is the table of the six summaries of Entra Permissions Management's
// dashboard, with three numbers each.
func summaries() tables.Definition {
	return tables.Definition{
		Name: "summaries", Title: "Summaries", Group: tables.PCI,
		Help: "Who may do high-risk actions and who may delete, and how much of that is used. Users are all but the root user; " +
			"resources are the instances and functions, which act as their role. Of people and resources total is how many are granted " +
			"one such action at least, active how many of these used one that they are granted within the look-back window, and inactive " +
			"the others. Of actions total is how many different ones any user is granted, active how many of these any user who is granted " +
			"it used, and inactive the others. High-risk actions are those of high severity in the catalogue, delete actions those of type " +
			"delete; the one is no part of the other. What systems have is added up: the same action counts in each.",
		Columns: append([]tables.Column{
			tables.Text("summary", "Summary", "Its name for programs."), tables.Text("title", "Title", ""),
			tables.Text("of", "Of", "What is counted: users, actions or resources."),
			tables.Number("total", "Total", "", "Who has access; of actions, how many are granted."),
			tables.Number("inactive", "Inactive", "", "Of actions, how many of these nobody executed."),
			tables.Number("active", "Active", "", "Of actions, how many of these were executed."),
			tables.Number("unobservable", "Unobservable", "", "Of the inactive, how many no log at hand could show otherwise."),
		}, keyColumns()...),
		Filters: []api.TableFilter{
			byFilter(byAll, bySystem, byFolder, byCloud),
			tables.Enum("summary", "Summary", "", true, summaryNames()...),
		},
		Sort: []api.TableOrder{{By: "key"}},
		Rows: rowsOfSummaries,
	}
}

// trio is one summary.
type trio struct{ total, active, unobservable int }

func (t *trio) add(u trio) {
	t.total += u.total
	t.active += u.active
	t.unobservable += u.unobservable
}

// summary says how one trio is made.
type summary struct {
	name, title, of string
	// chosen are the actions that it is about.
	chosen func(*catalog.Info) bool
	count  func(*assess.Assessment, entitlement.ActionSet) trio
}

func high(i *catalog.Info) bool    { return i.Severity == catalog.High }
func deletes(i *catalog.Info) bool { return i.Type == catalog.Delete }

func summaryList() []summary {
	return []summary{
		{"users_high", "Users with access to high-risk actions", "users", high, users},
		{"users_delete", "Users with access to delete actions", "users", deletes, users},
		{"actions_high", "High-risk actions accessible by users", "actions", high, actions},
		{"actions_delete", "Delete actions accessible by users", "actions", deletes, actions},
		{"resources_high", "Resources that permit high-risk actions", "resources", high, resources},
		{"resources_delete", "Resources that permit delete actions", "resources", deletes, resources},
	}
}

func summaryNames() []string {
	var names []string
	for _, s := range summaryList() {
		names = append(names, s.name)
	}
	return names
}

func rowsOfSummaries(_ context.Context, q *tables.Question) (*tables.Rows, error) {
	rows := &tables.Rows{}
	by, list := q.Value("by"), groups(q.Value("by"), q.Assessed())
	for _, s := range summaryList() {
		if !q.Keeps("summary", s.name) {
			continue
		}
		chosen := chosen{by: s.chosen, of: map[*catalog.Catalog]entitlement.ActionSet{}}
		for i := range list {
			t := list[i].count(&s, &chosen)
			rows.Add(slices.Concat([]report.Cell{
				report.Text(s.name), report.Text(s.title), report.Text(s.of),
				report.Integer(t.total), report.Integer(t.total - t.active), report.Integer(t.active), report.Integer(t.unobservable),
			}, list[i].cells(by))...)
		}
	}
	return rows, nil
}

func (g *group) count(s *summary, chosen *chosen) trio {
	var t trio
	for _, r := range g.results {
		t.add(s.count(r.Assessment, chosen.in(r.Assessment.Catalog)))
	}
	return t
}

// chosen is the actions that a summary is about, by catalogue.
type chosen struct {
	by func(*catalog.Info) bool
	of map[*catalog.Catalog]entitlement.ActionSet
}

func (c *chosen) in(cat *catalog.Catalog) entitlement.ActionSet {
	if set, ok := c.of[cat]; ok {
		return set
	}
	set := entitlement.NewActionSet(cat.Len())
	for i := range cat.Len() {
		if c.by(cat.Info(i)) {
			set.Add(i)
		}
	}
	c.of[cat] = set
	return set
}

func isUser(one *assess.Identity) bool { return one.Kind == entitlement.User && !one.Root }

func isResource(one *assess.Identity) bool {
	return one.Kind == entitlement.Instance || one.Kind == entitlement.Function
}

func users(a *assess.Assessment, chosen entitlement.ActionSet) trio {
	return holders(a, chosen, isUser)
}

func resources(a *assess.Assessment, chosen entitlement.ActionSet) trio {
	return holders(a, chosen, isResource)
}

// holders counts the identities that are granted one of the actions at least.
func holders(a *assess.Assessment, chosen entitlement.ActionSet, of func(*assess.Identity) bool) (t trio) {
	for i := range a.Identities {
		one := &a.Identities[i]
		if !of(one) {
			continue
		}
		if !meets(one.Access, chosen) {
			continue
		}
		t.total++
		switch {
		case meets(one.Access, chosen, one.Usage.Used):
			t.active++
		case !meets(one.Access, chosen, a.Observable):
			t.unobservable++
		}
	}
	return t
}

// meets reports whether any granted action is in all of the sets. It makes no
// set of its own: there are many identities.
func meets(a *entitlement.Access, sets ...entitlement.ActionSet) bool {
	for i := range sets[0] {
		word := wordOf(a.All, i) | wordOf(a.Part, i) | wordOf(a.Named, i)
		for _, set := range sets {
			word &= wordOf(set, i)
		}
		if word != 0 {
			return true
		}
	}
	return false
}

func wordOf(set entitlement.ActionSet, i int) uint64 {
	if i < len(set) {
		return set[i]
	}
	return 0
}

// actions counts the actions that users are granted.
func actions(a *assess.Assessment, chosen entitlement.ActionSet) trio {
	var granted, used entitlement.ActionSet
	for i := range a.Identities {
		if one := &a.Identities[i]; isUser(one) {
			has := one.Access.Granted().Intersect(chosen)
			granted, used = granted.Union(has), used.Union(has.Intersect(one.Usage.Used))
		}
	}
	return trio{total: granted.Len(), active: used.Len(), unobservable: granted.Minus(used).Minus(a.Observable).Len()}
}
