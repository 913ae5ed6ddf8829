package escalation

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// maxVisits bounds the identities that one search goes through.
const maxVisits = 1000

// chain is a way from an identity through others, and its last move.
type chain struct {
	before *chain
	by     *actor
	move   *move
	steps  int
	more   bool // A move of it brought more.
}

// end identifies what a chain comes to.
type end struct {
	path   string
	target entitlement.IdentityID
}

// search walks from one identity.
type search struct {
	*finder

	from *actor
	firm bool // Leave conditional moves out.
	ends map[end]bool
	out  []*chain
	stop int // Chains longer than this are of no more interest.
}

// chains returns how an identity can escalate: by each of its own moves that
// brings more, and by the shortest chains.
func (f *finder) chains(from *actor) []*chain {
	moves := f.movesOf(from)
	if len(moves) == 0 {
		return nil
	}
	s := search{finder: f, from: from, ends: map[end]bool{}}
	for _, m := range moves {
		c := &chain{by: from, move: m, steps: 1}
		if s.brings(c) {
			s.add(c)
		}
	}
	if slices.ContainsFunc(s.out, func(c *chain) bool { return c.move.truth == yes && s.everything(c) }) {
		return s.out
	}
	for _, s.firm = range []bool{true, false} {
		s.walk()
	}
	return s.out
}

// brings reports whether a chain ends with more than its beginning has.
func (s *search) brings(c *chain) bool {
	before := s.from.access
	if c.move.view != s.from.view {
		before = &entitlement.Access{}
	}
	return s.weight.gain(before, c.move.after) != nothing
}

// everything reports whether a chain ends with all that there is.
func (s *search) everything(c *chain) bool {
	return s.holdsAll(c.move.view, c.move.after)
}

func (s *search) add(c *chain) {
	e := end{c.move.plan.ID, c.move.target}
	if !s.ends[e] {
		s.ends[e] = true
		s.out = append(s.out, c)
	}
}

// walk goes breadth first, so that the first chain to an identity is a
// shortest one.
func (s *search) walk() {
	s.stop = MaxSteps
	visited := map[*actor]bool{s.from: true}
	queue := []*chain{nil}
	for len(queue) > 0 && len(visited) < maxVisits {
		at := queue[0]
		queue = queue[1:]
		by, steps := s.from, 0
		if at != nil {
			by, steps = at.move.to, at.steps
		}
		if steps >= s.stop {
			return
		}
		for _, m := range s.movesOf(by) {
			if s.firm && m.truth != yes {
				continue
			}
			next := s.extend(at, by, m)
			if m.to != nil && !visited[m.to] {
				visited[m.to] = true
				queue = append(queue, next)
			}
		}
	}
}

// extend adds a move to a chain, which is reported if it is worth it.
func (s *search) extend(at *chain, by *actor, m *move) *chain {
	next := &chain{before: at, by: by, move: m, steps: 1}
	brings := s.brings(next)
	next.more = brings
	if at == nil {
		return next
	}
	next.steps, next.more = at.steps+1, at.more || brings
	if !brings || m.target == s.from.ID {
		return next
	}
	everything := s.everything(next)
	if everything && s.firm {
		s.stop = min(s.stop, next.steps)
	}
	if everything || !at.more {
		s.add(next)
	}
	return next
}
