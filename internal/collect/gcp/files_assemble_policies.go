package gcp

import (
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// placePolicies turns allow policies into grants of the containers that their
// resources are in.
func (a *assembly) placePolicies() {
	byName := map[string][]*allowPolicy{}
	var order []string
	for _, p := range a.policies {
		name := a.name(p.name)
		if byName[name] == nil {
			order = append(order, name)
		}
		byName[name] = append(byName[name], p)
	}
	for _, name := range order {
		a.placePolicy(name, byName[name])
	}
}

// agree chooses among policies of the same resource: those that say the same
// are one, a later one replaces an earlier one, and of others nobody could tell
// which counts.
func (a *assembly) agree(name string, all []*allowPolicy) []*allowPolicy {
	kept := all[:1]
	for _, p := range all[1:] {
		last := kept[len(kept)-1]
		switch {
		case slices.ContainsFunc(kept, func(k *allowPolicy) bool { return k.text == p.text }):
		case !last.updated.IsZero() && !p.updated.IsZero() && !p.updated.Equal(last.updated):
			if p.updated.After(last.updated) {
				kept = []*allowPolicy{p}
			}
			a.problem(p.src.place, Contradiction, "the policy of %s stands at %s with other bindings; the one that was updated later counts",
				name, last.src.place)
		default:
			kept = append(slices.Clip(kept), p)
			a.problem(p.src.place, Contradiction, "the policy of %s stands at %s with other bindings, and nobody could tell which counts: "+
				"those of both do; give one export, not several of different times", name, last.src.place)
		}
	}
	return kept
}

func (a *assembly) placePolicy(name string, all []*allowPolicy) {
	ref := a.place(name)
	direct := containerOf(name) != ""
	switch {
	case ref == "":
		for _, p := range all {
			a.reject(p.src, NoProject, "nothing tells which project %s is in: its %d bindings are left out; "+
				"export assets with their ancestors, or give the files of one project", name, len(p.bindings))
		}
		return
	case !direct && a.systems[ref] == nil: // Of a folder or an organization, and in no project.
		for _, p := range all {
			a.problem(p.src.place, NoProject, "%s belongs to %s and to no project: its %d bindings are in no inventory", name, ref, len(p.bindings))
		}
		return
	}
	s := a.scoped(ref)
	n := 0
	for _, p := range a.agree(name, all) {
		s.sources = append(s.sources, p.src)
		for _, x := range p.bindings {
			id := name + "#" + strconv.Itoa(n)
			n++
			for _, m := range x.members {
				s.grants = append(s.grants, entitlement.RoleGrant{
					ID: id, Role: x.role, Member: m, Scope: entitlement.ResourceID(name), Condition: x.condition,
				})
			}
		}
	}
}

// placeDenials gives deny policies to the containers that they are attached to.
func (a *assembly) placeDenials() {
	seen := map[string]bool{}
	for _, d := range a.denials {
		name := a.name(string(d.Scope))
		ref := containerOf(name)
		if ref == "" {
			a.reject(d.src, NoProject, "%s is attached to %s, which is no project, folder or organization", d.ID, name)
			continue
		}
		if seen[d.ID] {
			continue
		}
		seen[d.ID] = true
		d.Scope = entitlement.ResourceID(name)
		s := a.scoped(ref)
		s.denials = append(s.denials, d.Denial)
		s.sources = append(s.sources, d.src)
	}
}

// limit gives principal access boundaries to every project: they bind
// principals wherever these go.
func (a *assembly) limit() {
	var all []entitlement.AccessBoundary
	seen := map[string]bool{}
	for _, x := range a.bound {
		p := a.limits[x.policy]
		if p == nil {
			a.reject(x.src, UnknownPolicy, "policy %s of binding %s is not known: whom it keeps from what is unknown; "+
				"export the principal access boundary policies, too", x.policy, x.name)
			continue
		}
		if seen[x.name] {
			continue
		}
		seen[x.name] = true
		all = append(all, entitlement.AccessBoundary{
			ID: p.name, Name: p.title, Binding: x.name, Target: a.target(x.target), Resources: a.names(p.resources),
			Version: p.version, Condition: x.condition, Customer: a.customer(x.target),
		})
	}
	for _, s := range a.systems {
		s.inv.Boundaries = slices.Clone(all)
	}
}

// customer returns the customer of the organization that a principal set is.
func (a *assembly) customer(set string) string {
	if n := a.tree.nodes[containerOf(set)]; n != nil {
		return n.customer
	}
	return ""
}

func (a *assembly) target(set string) string {
	if strings.HasPrefix(set, managerHost) {
		return a.name(set)
	}
	return set
}

func (a *assembly) names(ids []entitlement.ResourceID) []entitlement.ResourceID {
	out := make([]entitlement.ResourceID, len(ids))
	for i, id := range ids {
		out[i] = entitlement.ResourceID(a.name(string(id)))
	}
	return out
}

// roles gives a project the definitions that it may need: custom ones of its
// own and of its organization, and those that a grant refers to.
func (a *assembly) roles(s *system) {
	homes := map[string]bool{s.node.ref: true}
	for _, scope := range s.inv.Ancestors {
		homes[containerOf(string(scope.ID))] = true
	}
	for id, r := range a.builder.roles {
		if home := ownRole(string(id)); home != "" && homes[a.tree.canonical(home)] {
			s.inv.Roles[a.roleID(id)] = a.definition(r)
		}
	}
	for i := range s.inv.Grants {
		g := &s.inv.Grants[i]
		was := g.Role
		g.Role = a.roleID(was)
		if r := cmpRole(a.builder.roles[was], a.builder.roles[g.Role]); r != nil {
			s.inv.Roles[g.Role] = a.definition(r)
		}
	}
}

func cmpRole(a, b *role) *role {
	if a != nil {
		return a
	}
	return b
}

// roleID names a project's role by the project's id.
func (a *assembly) roleID(id entitlement.RoleID) entitlement.RoleID {
	home := ownRole(string(id))
	if to := a.tree.canonical(home); home != "" && to != home {
		return entitlement.RoleID(to + strings.TrimPrefix(string(id), home))
	}
	return id
}

func (a *assembly) definition(r *role) entitlement.RoleDefinition {
	d := r.RoleDefinition
	d.ID = a.roleID(d.ID)
	return d
}
