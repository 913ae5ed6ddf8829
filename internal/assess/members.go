package assess

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// addMembers gives each group what its members did: "an inactive group is one
// of whose permissions no member has used any". Only what the group grants
// counts, which score sees to. Members of a group's groups are its members too.
func addMembers(list []Identity) {
	groups := map[entitlement.IdentityID]*Identity{}
	for i := range list {
		if one := &list[i]; one.Kind == entitlement.Group {
			groups[one.ID] = one
			used := *one.Usage // What the index says of the group itself stays as it is.
			used.Used = used.Used.Clone()
			one.Usage = &used
		}
	}
	above := map[entitlement.IdentityID][]*Identity{} // Every group that holds a group, itself first.
	for i := range list {
		if list[i].Kind == entitlement.Group {
			continue
		}
		for _, g := range groupsOf(&list[i], groups, above) {
			g.Members++
			g.join(list[i].Usage)
		}
	}
}

// groupsOf returns the groups that an identity belongs to, each once.
func groupsOf(one *Identity, groups map[entitlement.IdentityID]*Identity, above map[entitlement.IdentityID][]*Identity) []*Identity {
	switch len(one.Groups) {
	case 0:
		return nil
	case 1:
		return climb(one.Groups[0], groups, above)
	}
	var all []*Identity
	for _, id := range one.Groups {
		for _, g := range climb(id, groups, above) {
			if !slices.Contains(all, g) {
				all = append(all, g)
			}
		}
	}
	return all
}

// climb returns a group and all groups that hold it, each once. Groups may hold
// each other.
func climb(id entitlement.IdentityID, groups map[entitlement.IdentityID]*Identity, above map[entitlement.IdentityID][]*Identity) []*Identity {
	if known, ok := above[id]; ok {
		return known
	}
	var all []*Identity
	if g := groups[id]; g != nil {
		all = append(all, g)
	}
	for i := 0; i < len(all); i++ {
		for _, holder := range all[i].Groups {
			if g := groups[holder]; g != nil && !slices.Contains(all, g) {
				all = append(all, g)
			}
		}
	}
	above[id] = all
	return all
}

// join adds the usage of a member. The records by action are not merged: a
// group's are those of its members.
func (i *Identity) join(u *entitlement.Usage) {
	into := i.Usage
	for len(into.Used) < len(u.Used) {
		into.Used = append(into.Used, 0)
	}
	for k, w := range u.Used {
		into.Used[k] |= w
	}
	into.LastActive = later(into.LastActive, u.LastActive)
	into.Actions, into.Literal = nil, nil
}
