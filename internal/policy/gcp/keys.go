package gcp

import (
	"maps"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// addKeys gives somebody the keys of what they are, of their groups, and of
// the members that stand for many.
func (p *Project) addKeys(w *who) {
	w.add(p.names.ownKey(string(w.id)), yes, "")
	p.addGroups(w)
	switch w.kind {
	case userKind:
		p.addDomain(w)
	case accountKind:
		p.addProject(w, "/type/ServiceAccount")
	case workloadKind, workforceKind:
		p.addPool(w)
	case groupKind, anybodyKind, nobodyKind:
	}
	switch {
	case w.kind == userKind, w.kind == accountKind:
		w.add(authenticated, yes, authenticated)
		w.add(allUsers, yes, allUsers)
	case w.kind == workforceKind, w.kind == workloadKind, w.id == authenticated:
		w.add(allUsers, yes, allUsers)
	}
	p.addConvenience(w)
}

// addGroups adds the groups that somebody is in, also by way of others. A
// cycle does no harm.
func (p *Project) addGroups(w *who) { p.addGroupsOf(w, w.id) }

func (p *Project) addGroupsOf(w *who, of entitlement.IdentityID) {
	queue := []entitlement.IdentityID{of}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		lists := [2][]entitlement.IdentityID{1: p.inv.Memberships[id]}
		if known := p.identities[id]; known != nil {
			lists[0] = known.Groups
		}
		for _, list := range lists {
			for _, g := range list {
				if g = lower(g); w.has[string(g)] == no {
					w.add(string(g), yes, g)
					queue = append(queue, g)
				}
			}
		}
	}
}

func (p *Project) addDomain(w *who) {
	if w.domain == "" {
		return
	}
	w.add(domainKey+w.domain, yes, entitlement.IdentityID(domainKey+w.domain))
	_, known := p.inv.Domains[w.domain]
	switch {
	case w.customer != "":
		w.add(customerKey+w.customer, yes, entitlement.IdentityID(customerKey+w.customer))
	case known || len(p.inv.Domains) == 0:
		w.add(anyCustomer, perhaps, anyCustomer)
	}
}

// addProject adds the project of a workload and, where it is this one, what
// lies above.
func (p *Project) addProject(w *who, kind string) {
	if w.project == "" {
		return
	}
	if w.agent {
		kind = "/type/ServiceAgent"
	}
	scopes := []string{projects + w.project}
	if p.names.own(w.project) {
		scopes = slices.Collect(maps.Keys(p.levels))
		if p.names.number != "" { // Other projects may name this one by it.
			scopes = append(scopes, projects+p.names.number)
		}
	}
	for _, s := range scopes {
		via := entitlement.IdentityID(s)
		w.add(inKey+s, yes, via)
		if kind != "" {
			w.add(inKey+s+kind, yes, via)
		}
	}
}

// addPool adds the pool of an identity. What attributes it has only its groups
// may tell: sets of its pool by attribute are perhaps.
func (p *Project) addPool(w *who) {
	all := setPrefix + w.pool + "/*"
	w.add(all, yes, entitlement.IdentityID(all))
	w.add(poolKey+w.pool, perhaps, entitlement.IdentityID(poolKey+w.pool))
	p.addProject(w, "")
}

// addConvenience adds the members that stand for who holds a basic role on the
// project.
func (p *Project) addConvenience(w *who) {
	var found [3]truth
	for k, surely := range w.has {
		if h := p.holders[k]; h != nil {
			for i := range found {
				found[i] = found[i].or(h[i].and(surely))
			}
		}
	}
	for i, m := range convenience(p.names.project) {
		if found[i] > no {
			w.add(m, found[i], entitlement.IdentityID(m))
		}
	}
}
