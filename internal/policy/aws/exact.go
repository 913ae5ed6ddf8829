package aws

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// exact finds the reach of single actions by comparing the patterns of the
// statements with each other, where the bits alone cannot tell.
type exact struct {
	*merger
	memory map[pair]bool // Answers so far; patterns recur.
	atoms  []atom
}

// pair is a question about two patterns: whether the first covers the second,
// or whether they overlap.
type pair struct {
	a, b   int32
	covers bool
}

// atom is the smallest part of what a layer allows: one pattern, or, where
// pattern is none, all but the exceptions. Where layers meet, it is what all of
// its links have in common.
type atom struct {
	pattern    int32
	exceptions []int32
	reach      entitlement.Reach
	link       *atom // Of a layer before; nil if there is none.
}

const none = -1

// reach returns the reach of an action in one way.
func (e *exact) reach(action, way int) entitlement.Reach {
	if entitlement.ActionSet(e.denies.sets[way][entitlement.ReachAll]).Has(action) {
		return entitlement.ReachNone
	}
	e.atoms = e.atoms[:0]
	r, own := e.layer(e.layers[0], action, way)
	for _, l := range e.layers[1:] {
		if !l.limits {
			continue
		}
		limit, theirs := e.layer(l, action, way)
		if limit != entitlement.ReachAll && r != entitlement.ReachAll {
			own = e.meet(own, theirs)
			r = widest(own)
		} else {
			r = min(r, limit)
			if limit != entitlement.ReachAll { // The identity's own were all.
				own = theirs
			}
		}
	}
	return e.cap(r, action, way)
}

// cap applies what a partial Deny leaves at most.
func (e *exact) cap(r entitlement.Reach, action, way int) entitlement.Reach {
	for most := entitlement.ReachNamed; most < r; most++ {
		if entitlement.ActionSet(e.denies.sets[way][most]).Has(action) {
			return most
		}
	}
	return r
}

// layer returns what a layer allows of an action after every Deny, and the
// atoms that are left of it.
func (e *exact) layer(l *layer, action, way int) (entitlement.Reach, []atom) {
	start := len(e.atoms)
	for _, n := range l.policies {
		for i := range e.account.policies[n].statements {
			s := &e.account.policies[n].statements[i]
			if r := s.reach(action); !s.deny && r != entitlement.ReachNone && (way == maybe || !s.conditional) {
				e.addAtoms(s, action, r, way)
			}
		}
	}
	atoms := e.atoms[start:]
	if e.full(atoms, action) {
		return entitlement.ReachAll, atoms
	}
	return min(widest(atoms), entitlement.ReachPart), atoms
}

// reach returns where the statement holds an action.
func (s *statement) reach(action int) entitlement.Reach {
	switch {
	case s.all.has(action):
		return entitlement.ReachAll
	case s.part.has(action):
		return entitlement.ReachPart
	case s.named.has(action):
		return entitlement.ReachNamed
	}
	return entitlement.ReachNone
}

func (e *exact) addAtoms(s *statement, action int, r entitlement.Reach, way int) {
	if s.notResources {
		e.addAtom(atom{pattern: none, exceptions: s.resources, reach: r}, action, way)
		return
	}
	for _, id := range s.resources {
		p := e.account.patterns[id]
		switch {
		case p.every:
			e.addAtom(atom{pattern: none, reach: entitlement.ReachAll}, action, way)
		case e.account.judge.matches(action, p):
			e.addAtom(atom{pattern: id, reach: p.class()}, action, way)
		}
	}
}

// addAtom keeps an atom unless a Deny covers it whole.
func (e *exact) addAtom(a atom, action, way int) {
	for _, l := range e.layers {
		for _, n := range l.policies {
			for i := range e.account.policies[n].statements {
				s := &e.account.policies[n].statements[i]
				if s.deny && (way == firm || !s.conditional) && s.reach(action) != entitlement.ReachNone && e.removes(s, &a) {
					return
				}
			}
		}
	}
	e.atoms = append(e.atoms, a)
}

// removes reports whether a Deny covers all of an atom. (Of an atom that is
// everything it may cover a part; cap sees to that.)
func (e *exact) removes(s *statement, a *atom) bool {
	switch {
	case s.notResources && a.pattern != none: // Is it clear of all exceptions?
		return !slices.ContainsFunc(s.resources, func(id int32) bool { return e.overlaps(id, a.pattern) })
	case s.notResources: // Do both leave out the same?
		return !slices.ContainsFunc(s.resources, func(id int32) bool { return !e.covered(a.exceptions, id) })
	case a.pattern != none:
		return e.covered(s.resources, a.pattern)
	}
	return false
}

// covered reports whether one of the patterns covers p.
func (e *exact) covered(patterns []int32, p int32) bool {
	return slices.ContainsFunc(patterns, func(id int32) bool { return e.covers(id, p) })
}

func (e *exact) covers(a, b int32) bool {
	return e.ask(pair{a, b, true}, (*pattern).coversPattern)
}

func (e *exact) overlaps(a, b int32) bool {
	return e.ask(pair{min(a, b), max(a, b), false}, (*pattern).overlapsPattern)
}

// ask answers from memory where it can. The memory is bounded.
func (e *exact) ask(q pair, f func(*pattern, *pattern) bool) bool {
	const most = 1 << 16
	yes, ok := e.memory[q]
	if !ok {
		if len(e.memory) >= most {
			clear(e.memory)
		}
		yes = f(e.account.patterns[q.a], e.account.patterns[q.b])
		e.memory[q] = yes
	}
	return yes
}

// full reports whether the atoms together cover every resource of the action.
func (e *exact) full(atoms []atom, action int) bool {
	if widest(atoms) == entitlement.ReachAll {
		return true
	}
	j := e.account.judge
	formats, _ := j.formatsOf(action)
	covered := 0
	for _, id := range formats {
		full := slices.ContainsFunc(atoms, func(a atom) bool {
			return a.pattern != none && j.relation(e.account.patterns[a.pattern], id, &j.home, false) == relationFull
		})
		if !full && !j.formats[id].alias {
			return false
		}
		if full {
			covered++
		}
	}
	return covered > 0
}

// meet returns what parts of a and parts of b have in common, each at the
// narrower reach.
func (e *exact) meet(a, b []atom) []atom {
	out := make([]atom, 0, len(a))
	for i := range a {
		x := &a[i]
		if len(out)+len(b) > mostAtoms {
			out = e.widen(out, x, b)
			continue
		}
		for _, y := range b {
			if e.linked(x, &y) {
				out = append(out, atom{y.pattern, y.exceptions, min(x.reach, y.reach), x})
			}
		}
	}
	return out
}

// mostAtoms is how many parts are told apart; beyond, access is assumed.
const mostAtoms = 4096

// widen adds a part as a whole if it has anything in common with b.
func (e *exact) widen(out []atom, x *atom, b []atom) []atom {
	best := entitlement.ReachNone
	for i := range b {
		if e.linked(x, &b[i]) {
			best = max(best, b[i].reach)
		}
	}
	if best == entitlement.ReachNone {
		return out
	}
	whole := *x
	whole.reach = min(x.reach, best)
	return append(out, whole)
}

// linked reports whether an atom may have a resource in common with another and
// all that this one is linked with.
func (e *exact) linked(x, y *atom) bool {
	for ; x != nil; x = x.link {
		if !e.common(x, y) {
			return false
		}
	}
	return true
}

// common reports whether two atoms may have a resource in common.
func (e *exact) common(x, y *atom) bool {
	switch {
	case x.pattern == none && y.pattern == none:
		return true
	case x.pattern == none:
		return !e.covered(x.exceptions, y.pattern)
	case y.pattern == none:
		return !e.covered(y.exceptions, x.pattern)
	}
	return e.overlaps(x.pattern, y.pattern)
}

func widest(atoms []atom) entitlement.Reach {
	r := entitlement.ReachNone
	for i := range atoms {
		r = max(r, atoms[i].reach)
	}
	return r
}
