package escalation

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// move is one step by one method to one target.
type move struct {
	by   entitlement.IdentityID // "" is whoever is looked at.
	list *list
	to   *node // nil where the method ends with no account.
}

func (m *move) target() string {
	if m.to == nil {
		return m.list.end
	}
	return string(m.to.id)
}

// chain is moves one after the other.
type chain struct {
	moves []move
	admin bool
	truth truth
}

// rank orders chains: sure ways to everything are the gravest.
func (c *chain) rank() int {
	r := 0
	if !c.admin {
		r = 2
	}
	if c.truth != yes {
		r++
	}
	return r
}

func (c *chain) last() *move { return &c.moves[len(c.moves)-1] }

func compare(a, b *chain) int {
	return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(len(a.moves), len(b.moves)),
		strings.Compare(a.last().list.plan.ID, b.last().list.plan.ID), strings.Compare(a.last().target(), b.last().target()))
}

// search looks for what a class may come to.
type search struct {
	*finder

	class  *class
	found  []*chain // The gravest, sorted.
	ways   entitlement.Ways
	direct map[*node]bool
	single truth // The surest single move to everything.
}

func (s *search) add(c *chain) {
	s.ways.Found++
	if c.admin {
		s.ways.Admin++
	}
	if c.truth != yes {
		s.ways.Conditional++
	}
	i, _ := slices.BinarySearchFunc(s.found, c, compare)
	s.found = slices.Insert(s.found, i, c)
	if len(s.found) > MaxPerIdentity {
		s.found = s.found[:MaxPerIdentity]
	}
}

// run finds the single moves that bring more, the shortest chain to everything
// if none of them is sure to, and chains that bring more.
func (s *search) run() {
	lists := s.moves(s.class)
	s.ways.More = s.class.more
	for _, l := range lists {
		if l.end != "" {
			s.terminal(l)
		}
		s.targets(l, func(n *node) { s.step(l, n) })
	}
	s.toEverything(lists)
	s.further(lists)
}

// targets calls f for each target of a list that is looked at.
func (s *search) targets(l *list, f func(*node)) {
	for i, n := range l.targets {
		if i == MaxTargets {
			s.ways.More = true
			return
		}
		f(n)
	}
}

// terminal adds a move that leads to no account.
func (s *search) terminal(l *list) {
	if l.admin && s.class.in(l.home).Super && l.plan.On == "project" {
		return
	}
	if l.admin {
		s.single = max(s.single, l.truth)
	}
	s.add(&chain{moves: []move{{list: l}}, admin: l.admin, truth: l.truth})
}

// step adds a move to an account if it brings more.
func (s *search) step(l *list, n *node) {
	b := s.brings(s.class, n)
	more, admin := b.more, b.admin
	if l.plan.Ends == Storage {
		more, admin = b.storage, no
	} else {
		s.direct[n] = true
	}
	if more == no {
		return
	}
	c := &chain{moves: []move{{list: l, to: n}}, admin: admin != no, truth: min(l.truth, more)}
	if c.admin {
		c.truth = min(l.truth, admin)
		s.single = max(s.single, c.truth)
	}
	s.add(c)
}

// toEverything adds the shortest chain to everything.
func (s *search) toEverything(lists []*list) {
	if s.single == yes {
		return
	}
	for least, truth := range []truth{yes, perhaps} {
		if truth <= s.single {
			return
		}
		if c := s.shortest(lists, least); c != nil {
			c.truth = truth
			s.add(c)
			return
		}
	}
}

func (s *search) shortest(lists []*list, least int) *chain {
	var first move
	steps := MaxSteps + 1
	for _, l := range lists {
		if l.truth < leastTruth(least) || l.plan.Ends == Storage {
			continue
		}
		s.targets(l, func(n *node) {
			if d := n.dist[least]; d > 0 && d+1 < steps && n.id != s.class.member {
				first, steps = move{list: l, to: n}, d+1
			}
		})
	}
	if steps > MaxSteps {
		return nil
	}
	c := &chain{moves: []move{first}, admin: true}
	for at := first.to; len(c.moves) < steps; {
		next := at.next[least]
		next.by = at.id
		c.moves = append(c.moves, next)
		at = next.to
	}
	return c
}

func leastTruth(least int) truth {
	if least == 0 {
		return yes
	}
	return perhaps
}

// maxVisits bounds the accounts that a search goes through.
const maxVisits = 50

// further adds chains that end with more than the identity has, by way of
// accounts that are no administrators, each end once by a shortest one.
func (s *search) further(lists []*list) {
	type visit struct {
		at    *node
		chain *chain
	}
	var queue []visit
	seen := map[*node]bool{}
	push := func(before *chain, l *list, n *node) {
		if seen[n] || n.id == s.class.member || l.plan.Ends == Storage {
			return
		}
		seen[n] = true
		c := &chain{truth: l.truth}
		if before != nil {
			c.moves, c.truth = slices.Clone(before.moves), min(before.truth, l.truth)
		}
		c.moves = append(c.moves, move{list: l, to: n})
		queue = append(queue, visit{n, c})
	}
	for _, l := range lists {
		s.targets(l, func(n *node) { push(nil, l, n) })
	}
	for visits := 0; len(queue) > 0; queue = queue[1:] {
		v := queue[0]
		b := s.brings(s.class, v.at)
		if len(v.chain.moves) > 1 && b.more != no && b.admin == no && !s.direct[v.at] {
			v.chain.truth = min(v.chain.truth, b.more)
			s.add(v.chain)
		}
		if b.admin != no || len(v.chain.moves) == MaxSteps {
			continue
		}
		if visits++; visits > maxVisits {
			s.ways.More = true
			return
		}
		next := s.actorOf(v.at).class
		for _, l := range s.moves(next) {
			s.targets(l, func(n *node) {
				size := len(queue)
				push(v.chain, l, n)
				if len(queue) > size {
					queue[size].chain.moves[len(v.chain.moves)].by = v.at.id
				}
			})
		}
		s.ways.More = s.ways.More || next.more
	}
}
