package gcp

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// identify finds out who somebody is for each project, with the keys that they
// have in any.
func (e *Estate) identify(id entitlement.IdentityID) []*who {
	people := make([]*who, len(e.projects))
	for i, p := range e.projects {
		people[i] = p.identify(id)
	}
	if len(people) < 2 {
		return people
	}
	home := e.home(id)
	all := &who{has: map[string]truth{}, via: map[string]entitlement.IdentityID{}}
	for i, w := range people {
		if w.kind != people[home].kind {
			people[i] = people[home].with(e.projects[i])
		}
		all.learn(people[i])
	}
	placed := slices.ContainsFunc(e.projects, func(p *Project) bool { return p.whole && p.names.is(people[home].project) })
	for _, w := range people {
		w.placed = placed
	}
	for range people { // Until nothing is added; a group of one project may be in one of another.
		changed := false
		for i, w := range people {
			w.learn(all)
			e.projects[i].again(w)
			changed = all.learn(w) || changed
		}
		if !changed {
			break
		}
	}
	for _, w := range people {
		w.learn(all)
	}
	return people
}

// home returns the place of the first project whose inventory has an identity,
// 0 if none has.
func (e *Estate) home(id entitlement.IdentityID) int {
	return max(0, slices.IndexFunc(e.projects, func(p *Project) bool { return p.identities[lower(id)] != nil }))
}

// with returns somebody as another project sees them.
func (w *who) with(p *Project) *who {
	out := &who{
		id: w.id, kind: w.kind, subject: w.subject, domain: w.domain, customer: w.customer, pool: w.pool, project: w.project, agent: w.agent,
		has: map[string]truth{}, via: map[string]entitlement.IdentityID{},
	}
	if w.kind != nobodyKind {
		p.addKeys(out)
	}
	return out
}

// learn takes over the keys that somebody has for another project, and reports
// whether there were any.
func (w *who) learn(other *who) bool {
	changed := false
	for k, t := range other.has {
		if t > w.has[k] {
			w.add(k, t, other.via[k])
			changed = true
		}
	}
	return changed
}

// again adds the groups, and roles, that follow from keys of other projects.
func (p *Project) again(w *who) {
	for _, g := range w.groups() {
		p.addGroupsOf(w, g)
	}
	p.addConvenience(w)
}

// groups returns by way of whom somebody has keys.
func (w *who) groups() []entitlement.IdentityID {
	var out []entitlement.IdentityID
	for k, via := range w.via {
		if via != "" && k == string(via) {
			out = append(out, via)
		}
	}
	return out
}
