package entitle

import (
	"maps"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/entitlement"
)

// policyRow is one policy, or role definition, with who has it.
type policyRow struct {
	*entitlement.Policy

	sys        *system
	role       bool                  // A role definition of Azure or Google Cloud, with no document.
	granted    entitlement.ActionSet // What it allows by itself.
	used       entitlement.ActionSet // What those who have it used of that.
	holders    int                   // Users, roles and groups.
	reached    int                   // Users and roles, those of groups included.
	boundaries int
	control    bool
}

// everyPolicy returns the policies of the inventories.
func everyPolicy(q *tables.Question) []policyRow {
	var list []policyRow
	for _, s := range systems(q) {
		only := s.sets.of(q.Value("severity"))
		for _, p := range s.policies() {
			if only != nil {
				p.granted, p.used = p.granted.Intersect(only), p.used.Intersect(only)
			}
			if (only == nil || !p.granted.Empty()) && keepsPolicy(q, &p) {
				list = append(list, p)
			}
		}
	}
	return list
}

func (s *system) policies() []policyRow {
	if s.Assessment.Roles != nil {
		return s.roles()
	}
	inv := s.inventory()
	list, at := make([]policyRow, 0, len(inv.Policies)), map[entitlement.PolicyID]int{}
	for _, id := range slices.Sorted(maps.Keys(inv.Policies)) {
		p := inv.Policies[id]
		at[id] = len(list)
		list = append(list, policyRow{Policy: &p, sys: s})
	}
	s.grants(list)
	for i := range s.Assessment.Identities {
		s.attach(list, at, i)
	}
	for _, level := range slices.Concat(inv.Controls, inv.ResourceControls) {
		for _, id := range level {
			if n, ok := at[id]; ok {
				list[n].control = true
			}
		}
	}
	for i := range list {
		list[i].used = list[i].granted.Intersect(list[i].used)
	}
	return list
}

// grants finds out what each policy allows by itself: what a role would hold
// that had nothing else.
func (s *system) grants(list []policyRow) {
	inv := &entitlement.Inventory{System: s.System, Policies: s.inventory().Policies, Identities: make([]entitlement.Identity, len(list))}
	for i := range list {
		inv.Identities[i] = entitlement.Identity{
			ID: entitlement.IdentityID(list[i].ID), Kind: entitlement.Role, Policies: []entitlement.PolicyID{list[i].ID},
		}
	}
	account := s.accounts().Compile(inv)
	for i := range list {
		list[i].granted = account.Access(entitlement.IdentityID(list[i].ID)).Granted()
	}
}

// attach counts an identity for its policies, those of its groups included.
func (s *system) attach(list []policyRow, at map[entitlement.PolicyID]int, n int) {
	one := &s.Assessment.Identities[n]
	had := map[int]bool{}
	for _, id := range one.Policies {
		if i, ok := at[id]; ok && !had[i] {
			had[i] = true
			list[i].holders++
		}
	}
	for _, group := range one.Groups {
		if g := s.identity(group); g != nil {
			for _, id := range g.Policies {
				if i, ok := at[id]; ok {
					had[i] = true
				}
			}
		}
	}
	if i, ok := at[one.Boundary]; ok && one.Boundary != "" {
		list[i].boundaries++
	}
	for i := range had {
		if acts(one) {
			list[i].reached++
			list[i].used = list[i].used.Union(one.Usage.Used)
		}
	}
}

func (p *policyRow) kind() string { return kindOfPolicy(p.Policy) }

func kindOfPolicy(p *entitlement.Policy) string {
	switch {
	case p.Managed:
		return "managed"
	case p.Inline:
		return "inline"
	}
	return "custom"
}

func (p *policyRow) assigned() bool { return p.holders > 0 || p.boundaries > 0 || p.control }
