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
	up := ladder{groups: groups, above: map[entitlement.IdentityID][]entitlement.IdentityID{}}
	for i := range list {
		one := &list[i]
		if one.Within = up.within(one.Groups); one.Kind == entitlement.Group {
			continue
		}
		for _, id := range one.Within {
			if g := groups[id]; g != nil {
				g.Members++
				g.join(one.Usage)
			}
		}
	}
}

// ladder climbs from groups to those that hold them.
type ladder struct {
	groups map[entitlement.IdentityID]*Identity
	above  map[entitlement.IdentityID][]entitlement.IdentityID // A group, and every one that holds it.
}

// within returns groups and all that hold them, each once.
func (l *ladder) within(groups []entitlement.IdentityID) []entitlement.IdentityID {
	switch len(groups) {
	case 0:
		return nil
	case 1:
		return l.climb(groups[0])
	}
	var all []entitlement.IdentityID
	for _, id := range groups {
		for _, g := range l.climb(id) {
			if !slices.Contains(all, g) {
				all = append(all, g)
			}
		}
	}
	return all
}

// climb returns a group and all groups that hold it, each once. Groups may hold
// each other.
func (l *ladder) climb(id entitlement.IdentityID) []entitlement.IdentityID {
	if known, ok := l.above[id]; ok {
		return known
	}
	all := []entitlement.IdentityID{id}
	for i := 0; i < len(all); i++ {
		g := l.groups[all[i]]
		if g == nil {
			continue
		}
		for _, holder := range g.Groups {
			if !slices.Contains(all, holder) {
				all = append(all, holder)
			}
		}
	}
	l.above[id] = all
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
