package gcp

import (
	"fmt"

	"github.com/leastward/leastward/internal/entitlement"
)

// Access returns what an identity may do in the project. It is never nil and
// shared by all whose grants, denials and boundaries are the same: do not change
// it.
//
// A grant on the project or above reaches all; one on a resource reaches named
// ones, and a part with the actions on what lies in the resource. Conditions
// are evaluated as far as the time of the collection decides them, and make the
// grant conditional otherwise. What everybody has counts for each user and
// service account. A function or instance has the access of whom it runs as.
func (p *Project) Access(id entitlement.IdentityID) *entitlement.Access {
	s := p.subject(id)
	key := s.key()
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.shared[key]; a != nil {
		return a
	}
	a := p.access(s)
	p.shared[key] = a
	return a
}

// pair is a set of permissions that are had, and those of them that are had for
// sure.
type pair struct{ any, sure entitlement.ActionSet }

func (s *pair) add(set entitlement.ActionSet, t truth) {
	if t == no {
		return
	}
	unite(s.any, set)
	if t == yes {
		unite(s.sure, set)
	}
}

func unite(into, set entitlement.ActionSet) {
	for i, w := range set {
		into[i] |= w
	}
}

func subtract(from, set entitlement.ActionSet) {
	for i, w := range set {
		from[i] &^= w
	}
}

// tally is what an identity has, by reach.
type tally struct {
	all, part, named pair
	denied, doubtful entitlement.ActionSet
	conditional      entitlement.ActionSet
}

// fresh returns a tally of nothing. It is used again; p.mu must be held.
func (p *Project) fresh() *tally {
	n := p.universe.size()
	if p.tally == nil {
		set := func() entitlement.ActionSet { return entitlement.NewActionSet(n) }
		p.tally = &tally{
			all: pair{set(), set()}, part: pair{set(), set()}, named: pair{set(), set()},
			denied: set(), doubtful: set(), conditional: set(),
		}
	}
	for _, set := range p.tally.sets() {
		clear(set)
	}
	return p.tally
}

func (t *tally) sets() []entitlement.ActionSet {
	return []entitlement.ActionSet{t.all.any, t.all.sure, t.part.any, t.part.sure, t.named.any, t.named.sure, t.denied, t.doubtful, t.conditional}
}

func (p *Project) access(s *subject) *entitlement.Access {
	t := p.fresh()
	for _, m := range s.grants {
		p.count(t, s, m)
	}
	p.countDenials(t, s)
	p.countBoundaries(t, s)
	for _, reach := range []*pair{&t.all, &t.part, &t.named} {
		subtract(reach.any, t.denied)
		subtract(reach.sure, t.denied)
		subtract(reach.sure, t.doubtful)
	}
	subtract(t.part.any, t.all.any)
	subtract(t.named.any, t.all.any)
	subtract(t.named.any, t.part.any)
	return p.finish(t)
}

// count adds what a grant gives.
func (p *Project) count(t *tally, s *subject, m match) {
	g := &p.grants[m.grant]
	surely := m.sure.and(g.holds)
	if surely == no || !g.during(p.inv.CollectedAt) {
		return
	}
	if g.level >= 0 {
		t.all.add(g.role.set, surely)
		return
	}
	part, named := p.split(g)
	part, named = p.lessDenied(s, g, part), p.lessDenied(s, g, named)
	t.part.add(part, surely)
	t.named.add(named, surely)
}

// lessDenied takes away what a denial on the same resource, or on one that it
// lies in, denies.
func (p *Project) lessDenied(s *subject, g *grant, set entitlement.ActionSet) entitlement.ActionSet {
	for _, h := range s.denials {
		if d := &p.denials[h.index]; d.level == below && covers(d.scope, g.scope) && h.sure.and(d.holds) == yes {
			set = set.Minus(d.set)
		}
	}
	return set
}

// countDenials notes what denials take away. One that covers a part of the
// project only leaves the rest.
func (p *Project) countDenials(t *tally, s *subject) {
	for _, h := range s.denials {
		d := &p.denials[h.index]
		surely := h.sure.and(d.holds)
		switch {
		case surely == yes && d.level == below:
			narrow(t, d.set)
		case surely == yes:
			unite(t.denied, d.set)
		case surely == perhaps:
			unite(t.doubtful, d.set)
		}
	}
}

// narrow makes what is had of a set everywhere to be had in a part.
func narrow(t *tally, set entitlement.ActionSet) {
	for i, w := range set {
		t.part.any[i] |= t.all.any[i] & w
		t.part.sure[i] |= t.all.sure[i] & w
		t.all.any[i] &^= w
		t.all.sure[i] &^= w
	}
}

// countBoundaries notes what boundaries block that do not reach the project.
func (p *Project) countBoundaries(t *tally, s *subject) {
	if len(s.boundaries) == 0 {
		return
	}
	key := fmt.Sprint(s.boundaries)
	walls, ok := p.walls[key]
	if !ok {
		walls = p.wallsOf(s)
		p.walls[key] = walls
	}
	unite(t.denied, walls.sure)
	unite(t.doubtful, walls.any)
}

// wallsOf returns the permissions that boundaries keep somebody from using in
// the project.
func (p *Project) wallsOf(s *subject) pair {
	out := pair{entitlement.NewActionSet(p.universe.size()), entitlement.NewActionSet(p.universe.size())}
	for i := range p.universe.size() {
		if i >= p.universe.cat.Len() && i < p.universe.base {
			continue // Between the catalogue and the literals.
		}
		switch p.barred(s, string(p.universe.name(i)), p.system, 0) {
		case yes:
			out.sure.Add(i)
		case perhaps:
			out.any.Add(i)
		case no:
		}
	}
	return out
}
