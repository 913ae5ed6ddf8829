package azure

import (
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// Via is a role assignment by which somebody holds something.
type Via = decision.Via

// Via lists the grants that give an identity an action, its own first and then
// its groups'. Whether a deny assignment takes the action away again is for
// Access to say.
func (s *Subscription) Via(id entitlement.IdentityID, action entitlement.Action) []Via {
	a := s.named(action)
	var out []Via
	s.reaching(id, func(g *grant, group entitlement.IdentityID) {
		if given, maybe := s.gives(g, a); given {
			out = append(out, Via{Grant: g.RoleGrant, Role: g.role.def, Group: group, Conditional: maybe || g.Eligible})
		}
	})
	return out
}

// Grants lists all grants that reach an identity at the time of the collection,
// its own first and then those of the groups that it belongs to at any depth.
func (s *Subscription) Grants(id entitlement.IdentityID) []Via {
	var out []Via
	s.reaching(id, func(g *grant, group entitlement.IdentityID) {
		out = append(out, Via{Grant: g.RoleGrant, Role: g.role.def, Group: group, Conditional: g.conditional()})
	})
	return out
}

func (s *Subscription) reaching(id entitlement.IdentityID, each func(g *grant, group entitlement.IdentityID)) {
	who := s.subjects[idOf(id)]
	if who == nil {
		return
	}
	who = who.actor()
	visit := func(member, group entitlement.IdentityID) {
		for _, n := range s.byMember[member] {
			if g := &s.grants[n]; g.current {
				each(g, group)
			}
		}
	}
	visit(who.id, "")
	for _, g := range who.groups {
		visit(g, g)
	}
}

// conditional reports whether a condition stands before all or some of what the
// grant gives.
func (g *grant) conditional() bool {
	if g.Eligible || g.guard != nil {
		return true
	}
	for i := range g.role.blocks {
		if g.role.blocks[i].guard != nil {
			return true
		}
	}
	return false
}

// gives reports whether a grant gives an action in the subscription, and
// whether only under a condition.
func (s *Subscription) gives(g *grant, a action) (given, maybe bool) {
	reach, typ := reachOf(g.place, s.chain.last)
	outside := g.place.rank < s.chain.last && g.place.below != ""
	if outside || a.index >= 0 && reach == entitlement.ReachNamed && reachOn(typ, typeOfAction(a.key)) == entitlement.ReachNone {
		return false, false
	}
	maybe = true
	for i := range g.role.blocks {
		b := &g.role.blocks[i]
		if !b.gives(a, a.planes) {
			continue
		}
		switch holds(a.key, b.guard, g.guard) {
		case yes:
			given, maybe = true, false
		case perhaps:
			given = true
		case no:
		}
	}
	return given, given && maybe
}
