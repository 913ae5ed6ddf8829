package escalation

import (
	"github.com/leastward/leastward/internal/entitlement"
)

// maxVisits bounds the identities that bring nothing and that a search goes
// through from one identity.
const maxVisits = 50

// chain is a way from an identity through others, and its last move.
type chain struct {
	before *chain
	by     *actor
	move   *move
	steps  int
	rank   int // Of what is reported: the gravest is 0.
}

// then adds a move to a chain.
func (c *chain) then(by *actor, m *move) *chain {
	next := &chain{before: c, by: by, move: m, steps: 1}
	if c != nil {
		next.steps += c.steps
	}
	return next
}

// end identifies what a chain comes to.
type end struct {
	path   string
	target entitlement.IdentityID
}

// search looks at what an identity can do.
type search struct {
	*finder

	from *actor
	ends map[end]bool
	out  []*chain
}

func (f *finder) search(from *actor) *search {
	return &search{finder: f, from: from, ends: map[end]bool{}}
}

// chains returns how an identity can escalate: by each of its own moves that
// brings more, and by the shortest chains.
func (f *finder) chains(from *actor) []*chain {
	moves := f.movesOf(from)
	if len(moves) == 0 {
		return nil
	}
	s := f.search(from)
	best := no // How surely one move brings everything.
	for _, m := range moves {
		if s.gain(m) == nothing {
			continue
		}
		s.add((*chain)(nil).then(from, m))
		if f.everything(m) {
			best = max(best, m.truth)
		}
	}
	if best == yes {
		return s.out
	}
	s.through(moves)
	if c := f.ways[yes].chain(from); c != nil {
		s.add(c)
	} else if c := f.ways[perhaps].chain(from); c != nil && best == no {
		s.add(c)
	}
	return s.out
}

// gain tells what a move brings to who the search began with.
func (s *search) gain(m *move) gain { return s.gainOf(s.from, m) }

// gainOf tells what a move brings to an identity, which has nothing in other
// accounts.
func (f *finder) gainOf(who *actor, m *move) gain {
	c := who.view.classOf(who)
	g, ok := c.gains[m.after]
	if ok {
		return g
	}
	before := who.access
	if m.view != who.view {
		before = &entitlement.Access{}
	}
	if c.gains == nil {
		c.gains = map[*entitlement.Access]gain{}
	}
	g = f.weight.gain(before, m.after)
	c.gains[m.after] = g
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

func (s *search) add(c *chain) {
	e := end{c.move.plan.ID, c.move.target}
	if !s.ends[e] {
		s.ends[e] = true
		s.out = append(s.out, c)
	}
}

// through goes on from identities that bring nothing by themselves, first by
// unconditional moves alone. It goes breadth first, so that the first chain to
// an identity is a shortest one.
func (s *search) through(moves []*move) {
	for _, least := range []truth{yes, perhaps} {
		visited := map[*actor]bool{s.from: true}
		queue := s.onward(nil, s.from, moves, least, visited)
		for len(queue) > 0 && len(visited) <= maxVisits && len(s.out) < MaxPerIdentity {
			at := queue[0]
			queue = queue[1:]
			by := at.move.to
			for _, m := range s.movesOf(by) {
				if m.truth >= least && m.target != s.from.ID && m.to != s.from && s.gain(m) != nothing {
					s.add(at.then(by, m))
				}
			}
			if at.steps+1 < MaxSteps {
				queue = append(queue, s.onward(at, by, s.movesOf(by), least, visited)...)
			}
		}
	}
}

// onward lists the moves to identities that bring nothing.
func (s *search) onward(at *chain, by *actor, moves []*move, least truth, visited map[*actor]bool) []*chain {
	var out []*chain
	for _, m := range moves {
		if m.to != nil && m.truth >= least && !visited[m.to] && s.gain(m) == nothing {
			visited[m.to] = true
			out = append(out, at.then(by, m))
		}
	}
	return out
}
