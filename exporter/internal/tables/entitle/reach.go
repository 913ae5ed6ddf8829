package entitle

import "github.com/leastward/leastward/internal/entitlement"

// coverage is who holds an action of a type of resource on every one of it.
type coverage struct {
	actors int
	by     map[*entitlement.Access]bool
}

// coverageOf returns who holds an action of a type of resource, of some actions
// only unless these are nil, on every resource of it.
func (s *system) coverageOf(k *kinds, kind string, only entitlement.ActionSet) *coverage {
	if c := s.covered[kind]; c != nil {
		return c
	}
	c := &coverage{by: map[*entitlement.Access]bool{}}
	set := k.on(kind)
	if only != nil {
		set = set.Intersect(only)
	}
	for access, h := range s.holdings() {
		if !access.All.Intersect(set).Empty() {
			c.by[access] = true
			c.actors += h.actors
		}
	}
	if s.covered == nil {
		s.covered = map[string]*coverage{}
	}
	s.covered[kind] = c
	return c
}

// withAccess counts those who hold an action on every resource of the type, and
// those who used the resource: at least so many have access.
func (r *resource) withAccess() int {
	c := r.sys.coverageOf(r.kinds, r.kind, r.only)
	n := c.actors
	for _, i := range r.counts.who {
		if !c.by[r.sys.Assessment.Identities[i].Access] {
			n++
		}
	}
	return n
}
