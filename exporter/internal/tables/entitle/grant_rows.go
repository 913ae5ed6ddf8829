package entitle

import (
	"cmp"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
)

// grantsOf returns the grants of roles that reach the identities that are asked
// for, and where all are, those to members that are none of the identities, the
// denials and the boundaries.
func (s *system) grantsOf(q *tables.Question) []assignment {
	var list []assignment
	named := map[*entitlement.RoleGrant]bool{}
	for i := range s.Assessment.Identities {
		one := &s.Assessment.Identities[i]
		for _, v := range s.Assessment.Roles.Grants(one.ID) {
			named[v.Grant] = named[v.Grant] || v.Group == "" || s.identity(v.Group) != nil
			if q.Keeps("identity", string(one.ID)) && q.Keeps("type", string(one.Kind)) {
				list = append(list, s.granting(one, &v))
			}
		}
	}
	if q.Values("type") != nil {
		return list
	}
	inv := s.inventory()
	for i := range inv.Grants {
		if g := &inv.Grants[i]; !named[g] && q.Keeps("identity", g.Member) {
			one := s.granting(nil, &assess.Via{Grant: g, Role: s.definition(g.Role), Conditional: g.Condition != nil})
			one.member = g.Member
			list = append(list, one)
		}
	}
	if q.Values("identity") != nil {
		return list
	}
	return append(list, s.limits(inv)...)
}

// granting is the row of a grant.
func (s *system) granting(one *assess.Identity, v *assess.Via) assignment {
	a := assignment{
		sys: s, one: one, id: entitlement.PolicyID(v.Grant.Role), way: direct, name: roleName(v),
		scope: v.Grant.Scope, conditional: tables.YesNo(v.Conditional),
	}
	if v.Grant.Eligible {
		a.conditional = "eligible"
	}
	switch {
	case v.Group != "":
		a.way, a.through = byMember, string(v.Group)
	case one != nil && one.RunsAs != "":
		a.through = string(one.RunsAs)
	}
	return a
}

// limits are what takes away: deny assignments, deny policies and principal
// access boundaries.
func (s *system) limits(inv *entitlement.Inventory) []assignment {
	var list []assignment
	for i := range inv.Denials {
		d := &inv.Denials[i]
		list = append(list, assignment{sys: s, id: entitlement.PolicyID(d.ID), name: cmp.Or(d.Name, d.ID), way: control, scope: d.Scope, conditional: tables.YesNo(conditionalDenial(d))})
	}
	for i := range inv.Boundaries {
		b := &inv.Boundaries[i]
		list = append(list, assignment{
			sys: s, id: entitlement.PolicyID(b.ID), name: cmp.Or(b.Name, b.ID), way: boundary, through: b.Target, conditional: tables.YesNo(b.Condition != nil),
		})
	}
	return list
}

func conditionalDenial(d *entitlement.Denial) bool {
	for i := range d.Rules {
		if d.Rules[i].Condition != nil {
			return true
		}
	}
	return false
}

// roleKind tells the cloud's own roles from the owner's; "" of what is no role.
func (a *assignment) roleKind() string {
	if a.way == control || a.way == boundary {
		return ""
	}
	if def := a.sys.definition(entitlement.RoleID(a.id)); def.Managed {
		return "managed"
	} else if def.Name == "" && def.Blocks == nil {
		return "" // Not known.
	}
	return "custom"
}
