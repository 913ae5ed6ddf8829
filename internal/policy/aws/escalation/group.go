package escalation

import (
	"fmt"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// groups adds what the policies of a group let any of its members do by
// themselves: it is asked of a user who belongs to the group and has nothing
// else. Where such a user changes itself, the target is the group.
func (f *finder) groups(v *view, out map[entitlement.IdentityID]entitlement.Ways) {
	var list []entitlement.Identity
	of := map[entitlement.IdentityID]entitlement.IdentityID{}
	for _, g := range v.groups {
		if !f.raises(v.account.Access(g.ID)) {
			continue
		}
		member := entitlement.Identity{
			ID: v.probeUser() + entitlement.IdentityID(fmt.Sprintf("-%d", len(list))), System: v.inv.System.ID,
			Kind: entitlement.User, Name: fmt.Sprintf("%s-%d", probe, len(list)), Groups: []entitlement.IdentityID{g.ID},
		}
		of[member.ID] = g.ID
		list = append(list, member)
	}
	if len(list) == 0 {
		return
	}
	a := v.account.Evaluator().Compile(v.withMembers(list))
	other := newFinder(aws.NewEstate(a), f.cat)
	for _, member := range other.view(a).principals {
		if found := other.ofMember(member, of[member.ID]); found.Found > 0 {
			out[of[member.ID]] = found
		}
	}
}

// raises reports whether a group's policies could serve a path that needs
// nobody else.
func (f *finder) raises(a *entitlement.Access) bool {
	for _, p := range f.plans {
		if p.shape == onSelf && p.within(f, a) {
			return true
		}
	}
	return false
}

// withMembers is an inventory of all groups and these users.
func (v *view) withMembers(list []entitlement.Identity) *entitlement.Inventory {
	groups := make([]entitlement.Identity, len(v.groups))
	for i, g := range v.groups {
		groups[i] = *g
	}
	return v.excerpt(append(groups, list...)...)
}

func (f *finder) ofMember(member *actor, group entitlement.IdentityID) entitlement.Ways {
	if member.full {
		return entitlement.Ways{}
	}
	s := f.search(member)
	for _, m := range f.selfMoves(member) {
		if s.gain(m) != nothing {
			s.single(m)
		}
	}
	found := s.report()
	for i := range found.Gravest {
		e := &found.Gravest[i]
		e.Steps[0].By = group
		if e.Target == string(member.ID) {
			e.Target, e.Steps[0].Target = string(group), string(group)
		}
	}
	return found
}
