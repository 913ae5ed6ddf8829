package entitle

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// roles returns the role definitions that somebody is granted, and those that
// the owner made, as rows of policies.
func (s *system) roles() []policyRow {
	inv := s.inventory()
	all := map[entitlement.RoleID]*roleRow{}
	for id := range inv.Roles {
		if def := inv.Roles[id]; !def.Managed {
			all[id] = s.roleRow(&def, id)
		}
	}
	for i := range inv.Grants {
		if id := inv.Grants[i].Role; all[id] == nil {
			all[id] = s.roleRow(nil, id)
		}
	}
	for i := range inv.Grants {
		all[inv.Grants[i].Role].members[strings.ToLower(inv.Grants[i].Member)] = true
	}
	for i := range s.Assessment.Identities {
		if acts(&s.Assessment.Identities[i]) {
			s.reachedBy(all, i)
		}
	}
	list := make([]policyRow, 0, len(all))
	for _, id := range slices.Sorted(maps.Keys(all)) {
		r := all[id]
		r.holders = len(r.members)
		r.used = r.granted.Intersect(r.used)
		list = append(list, r.policyRow)
	}
	return list
}

// roleRow is a role definition with who has it.
type roleRow struct {
	policyRow

	members map[string]bool // Of its grants.
}

// roleRow makes the row of a role. One that is granted and of which no
// definition is known grants nothing that is known.
func (s *system) roleRow(def *entitlement.RoleDefinition, id entitlement.RoleID) *roleRow {
	if def == nil {
		def = s.definition(id)
	}
	return &roleRow{members: map[string]bool{}, policyRow: policyRow{
		Policy: &entitlement.Policy{ID: entitlement.PolicyID(id), Name: cmp.Or(def.Name, string(id)), Managed: def.Managed},
		sys:    s, role: true, granted: expand(s.sets.catalog, def),
	}}
}

// definition returns a role's definition, as the inventory or the cloud's own
// list has it; one without permissions where neither does.
func (s *system) definition(id entitlement.RoleID) *entitlement.RoleDefinition {
	if def, ok := s.inventory().Roles[id]; ok {
		return &def
	}
	list := catalog.GCPRoles
	if s.System.Cloud == entitlement.Azure {
		list = catalog.AzureRoles
	}
	defs := list()
	i, ok := slices.BinarySearchFunc(defs, id, func(d entitlement.RoleDefinition, id entitlement.RoleID) int { return cmp.Compare(d.ID, id) })
	if !ok {
		return &entitlement.RoleDefinition{ID: id}
	}
	return &defs[i]
}

// expand returns the actions of the catalogue that a role has. What one block
// takes away another may have: see
// https://learn.microsoft.com/azure/role-based-access-control/role-definitions.
func expand(cat *catalog.Catalog, def *entitlement.RoleDefinition) entitlement.ActionSet {
	set := entitlement.NewActionSet(cat.Len())
	if def.Deleted {
		return set
	}
	for i := range def.Blocks {
		b := &def.Blocks[i]
		control := matching(cat, b.Actions).Minus(matching(cat, b.NotActions)).Intersect(cat.Control())
		data := matching(cat, b.DataActions).Minus(matching(cat, b.NotDataActions)).Intersect(cat.Data())
		set = set.Union(control).Union(data)
	}
	return set
}

func matching(cat *catalog.Catalog, patterns []string) entitlement.ActionSet {
	set := entitlement.NewActionSet(cat.Len())
	for _, p := range patterns {
		if strings.Contains(p, "*") {
			set = set.Union(cat.Match(p))
		} else if i, ok := cat.Index(entitlement.Action(p)); ok {
			set.Add(i)
		}
	}
	return set
}

// reachedBy counts an identity for the roles that it has, those of its groups
// included.
func (s *system) reachedBy(all map[entitlement.RoleID]*roleRow, n int) {
	one := &s.Assessment.Identities[n]
	had := map[entitlement.RoleID]bool{}
	for _, v := range s.Assessment.Roles.Grants(one.ID) {
		id := v.Grant.Role
		if r := all[id]; r != nil && !had[id] {
			had[id] = true
			r.reached++
			r.used = r.used.Union(one.Usage.Used)
		}
	}
}
