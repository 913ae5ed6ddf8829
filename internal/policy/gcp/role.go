package gcp

import "github.com/leastward/leastward/internal/entitlement"

// role is a role definition with its permissions looked up.
type role struct {
	*entitlement.RoleDefinition

	indices []int
	set     entitlement.ActionSet               // Over the project's universe.
	deep    map[string][2]entitlement.ActionSet // What it gives below a type, and else.
}

// role finds a role that a grant refers to, nil if there is none or it is
// deleted: among the inventory's, then among Google's own.
func (p *Project) role(id entitlement.RoleID, subject string) *role {
	if r, ok := p.roles[id]; ok {
		return r
	}
	def, ok := p.definition(id)
	var r *role
	switch {
	case !ok:
		p.report(unknownRole, string(id), "granted by "+subject)
	case def.Deleted || def.Stage == "DISABLED":
		p.report(deletedRole, string(id), "granted by "+subject)
	default:
		r = &role{RoleDefinition: def, deep: map[string][2]entitlement.ActionSet{}}
		for _, b := range def.Blocks {
			for _, a := range b.Actions {
				r.indices = append(r.indices, p.universe.learn(a))
			}
		}
	}
	p.roles[id] = r
	return r
}

func (p *Project) definition(id entitlement.RoleID) (*entitlement.RoleDefinition, bool) {
	if def, ok := p.inv.Roles[id]; ok && (len(def.Blocks) > 0 || def.Deleted || def.Stage == "DISABLED" || !def.Managed) {
		return &def, true
	}
	def, ok := p.eval.known()[id]
	return def, ok
}

// fill makes the role's set once the universe is complete.
func (r *role) fill(size int) {
	r.set = entitlement.NewActionSet(size)
	for _, i := range r.indices {
		r.set.Add(i)
	}
}
