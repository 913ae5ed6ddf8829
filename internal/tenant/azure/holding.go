package azure

import "slices"

// holding is what reaches an identity: its own grants and those of its groups.
type holding struct {
	scopes []string
	owned  []string // Scopes of the grants of Owner.
}

func (h *holding) add(grants []grant) {
	for _, g := range grants {
		h.scopes = append(h.scopes, g.scope)
		if g.role.name == "Owner" {
			h.owned = append(h.owned, g.scope)
		}
	}
}

// holdingOf adds up what an identity holds, what it may activate included.
func (t *Tenant) holdingOf(x *identity, by map[string]*holding) *holding {
	h := &holding{}
	h.add(t.grantsOf(x))
	for _, name := range x.groups {
		h.scopes = append(h.scopes, by[name].scopes...)
		h.owned = append(h.owned, by[name].owned...)
	}
	if x.eligible != "" {
		h.scopes = append(h.scopes, x.home.path())
	}
	return h
}

// holdings are what each group gives its members: its own grants and those of
// the groups that it is in.
func (t *Tenant) holdings() map[string]*holding {
	all := map[string]*holding{}
	for _, g := range t.groups {
		h := &holding{}
		h.add(g.grants)
		all[g.name] = h
	}
	for _, g := range t.groups {
		for _, inside := range g.inside {
			all[inside].add(g.grants)
		}
	}
	return all
}

// activeGroups are the groups of which a member, be it by another group, is
// active.
func (t *Tenant) activeGroups() map[string]bool {
	active := map[string]bool{}
	for i := range t.users {
		if x := t.identity(kindUser, i); x.active {
			for _, name := range x.groups {
				active[name] = true
			}
		}
	}
	for _, g := range t.groups {
		for _, inside := range g.inside {
			active[g.name] = active[g.name] || active[inside]
		}
	}
	return active
}

func reaches(s *subscription, scopes []string) bool { return slices.ContainsFunc(scopes, s.below) }

func owns(s *subscription, scopes []string) bool { return slices.ContainsFunc(scopes, s.whole) }
