package escalation

import (
	"github.com/leastward/leastward/internal/entitlement"
)

// end identifies what a chain comes to.
type end struct {
	path   string
	target entitlement.IdentityID
}

// search looks at what an identity can do.
type search struct {
	*finder

	from  *actor
	gains map[outcome]gain
	ends  map[end]bool // Of what was found.
	best  best
}

// outcome is what a move ends with.
type outcome struct {
	after *entitlement.Access
	view  *view
}

func (f *finder) search(from *actor) *search {
	return &search{finder: f, from: from, gains: map[outcome]gain{}}
}

// escalate finds how an identity can escalate: by each of its own moves that
// brings more, and by the shortest chains.
func (s *search) escalate() {
	s.best.more = s.from.cut
	for _, l := range s.from.lists {
		s.best.more = s.best.more || l.cut
	}
	surest, any := no, false // How surely one move brings everything.
	for m := range s.from.moves() {
		any = true
		if s.gain(m) == nothing {
			continue
		}
		s.single(m)
		if s.everything(m) {
			surest = max(surest, m.truth)
		}
	}
	if !any || surest == yes {
		return
	}
	s.note()
	s.through()
	if c := s.ways[yes].chain(s.from); c != nil {
		s.add(c)
	} else if c := s.ways[perhaps].chain(s.from); c != nil && surest == no {
		s.add(c)
	}
}

// note notes the ends of single moves, so that no chain has the same.
func (s *search) note() {
	s.ends = map[end]bool{}
	for m := range s.from.moves() {
		if s.gain(m) != nothing {
			s.ends[end{m.plan.ID, m.target}] = true
		}
	}
}

// gain tells what a move brings to who the search began with, which has
// nothing in other accounts.
func (s *search) gain(m *move) gain {
	key := outcome{m.after, m.view}
	g, ok := s.gains[key]
	if !ok {
		before := s.from.access
		if m.view != s.from.view {
			before = &entitlement.Access{}
		}
		g = s.weight.gain(before, m.after)
		s.gains[key] = g
	}
	return g
}

// everything reports whether a move ends with all that there is.
func (f *finder) everything(m *move) bool {
	if m.after.Super {
		return true
	}
	all, ok := m.view.holds[m.after]
	if !ok {
		all = f.holdsAll(m.view, m.after)
		m.view.holds[m.after] = all
	}
	return all
}

// single adds a chain of one move.
func (s *search) single(m *move) {
	c := chain{by: s.from, move: m, steps: 1}
	c.rank = s.rank(&c)
	s.best.add(&c)
}

func (s *search) add(c *chain) {
	e := end{c.move.plan.ID, c.move.target}
	if !s.ends[e] {
		s.ends[e] = true
		c.rank = s.rank(c)
		s.best.add(c)
	}
}

// through goes on from identities that bring nothing by themselves, first by
// unconditional moves alone. It goes breadth first, so that the first chain to
// an identity is a shortest one.
func (s *search) through() {
	for _, least := range []truth{yes, perhaps} {
		visited := map[*actor]bool{s.from: true}
		queue := s.onward(nil, s.from, least, visited)
		for len(queue) > 0 {
			if len(visited) > maxVisits {
				s.best.more = true
				break
			}
			at := queue[0]
			queue = queue[1:]
			by := at.move.to
			for m := range by.moves() {
				if m.truth >= least && m.target != s.from.ID && m.to != s.from && s.gain(m) != nothing {
					s.add(at.then(by, m))
				}
			}
			if at.steps+1 < MaxSteps {
				queue = append(queue, s.onward(at, by, least, visited)...)
			}
		}
	}
}

// onward lists the moves to identities that bring nothing.
func (s *search) onward(at *chain, by *actor, least truth, visited map[*actor]bool) []*chain {
	var out []*chain
	for m := range by.moves() {
		if m.to != nil && m.truth >= least && !visited[m.to] && s.gain(m) == nothing {
			visited[m.to] = true
			out = append(out, at.then(by, m))
		}
	}
	return out
}

// rank puts the gravest first: unconditional ways to everything.
func (s *search) rank(c *chain) int {
	n := 0
	if !s.everything(c.move) {
		n = 2
	}
	if s.conditional(c) {
		n++
	}
	return n
}

// conditional reports whether a chain hangs on conditions: those of a move, or
// all of what it brings.
func (s *search) conditional(c *chain) bool {
	for at := c; at != nil; at = at.before {
		if at.move.truth != yes {
			return true
		}
	}
	return !s.everything(c.move) && s.gain(c.move) == doubtful
}
