package gcp

import "github.com/leastward/leastward/internal/entitlement"

// Canonical returns the one spelling of a full resource name that scopes are
// compared in: projects by id, service accounts by e-mail address, buckets as
// Cloud Asset Inventory names them. "" is the project.
func (p *Project) Canonical(id entitlement.ResourceID) entitlement.ResourceID {
	return entitlement.ResourceID(p.names.canonical(id))
}

// Elsewhere returns the other projects of the estate in which an identity of a
// project has grants of its own or of its groups, in their order.
func (e *Estate) Elsewhere(p *Project, id entitlement.IdentityID) []*Project {
	if len(e.projects) < 2 {
		return nil
	}
	w := p.identify(id)
	var out []*Project
	for _, other := range e.projects {
		if other != p && other.concerns(w) {
			out = append(out, other)
		}
	}
	return out
}

// concerns reports whether the project grants something to somebody that it
// does not grant to everybody.
func (p *Project) concerns(w *who) bool {
	for k := range w.has {
		if k != allUsers && k != authenticated && len(p.index[k]) > 0 {
			return true
		}
	}
	return false
}

// Knows reports whether an identity is in the inventory or has a grant of its
// own.
func (p *Project) Knows(id entitlement.IdentityID) bool {
	id = lower(id)
	return p.identities[id] != nil || len(p.index[p.names.ownKey(string(id))]) > 0
}

// Houses reports whether a service account was made in the project: accounts of
// other projects, and identities of pools, may stand in its inventory for their
// grants. One whose address does not tell is the project's.
func (p *Project) Houses(id entitlement.IdentityID) bool {
	s := string(lower(id))
	if !isServiceAccount(s) || isAgent(s) {
		return false
	}
	of := projectOfAccount(s)
	return of == "" || p.names.own(of)
}
