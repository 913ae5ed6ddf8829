package azure

import "time"

// group is a security group of the directory.
type group struct {
	id, name string
	created  time.Time
	grants   []grant
	inside   []string // Names of the groups that are members.
	empty    bool
}

// allGroups returns the groups of the tenant: those of each team's developers,
// those of operations with the people on call nested in them, auditors,
// administrators, and one that everybody has left.
func (t *Tenant) allGroups() []group {
	list := []group{t.group("auditors", nil, "watching@root", t.subscriptions[0], "")}
	for _, s := range t.subscriptions {
		for _, team := range teams() {
			list = append(list, t.group(developers(s, team), nil, "contributor@group", s, team))
		}
		if s.env == "data" {
			continue // Of the same management group as production.
		}
		list = append(list,
			t.group("operations-"+s.group, []string{"on-call-" + s.group}, "machines@management support@management", s, ""),
			t.group("on-call-"+s.group, nil, "", s, ""),
			t.group("administrators-"+s.group, nil, "owner@management", s, ""))
	}
	last := t.group("contractors-legacy", nil, "machines@subscription", t.subscriptions[2], "")
	last.empty = true
	return append(list, last)
}

func (t *Tenant) group(name string, inside []string, grants string, s *subscription, team string) group {
	seed := int(t.opts.Seed.Hash(name) >> 33)
	g := group{id: t.opts.Seed.UUID("group", seed, 0), name: name, inside: inside}
	g.created = t.opts.Until.AddDate(-2, 0, -seed%700).Add(time.Duration(seed%86400) * time.Second)
	for n, one := range splitGrants(grants) {
		g.grants = append(g.grants, grant{
			id: t.opts.Seed.UUID("group assignment", seed, n), role: t.roles[one[0]], member: g.id, kind: "Group", name: name,
			scope: scopeOf(one[1], s, team), created: g.created.Add(time.Hour),
		})
	}
	return g
}
