package azure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// merger is room to merge effects in.
type merger struct {
	sure, maybe [reaches][]uint64 // By reach less one.
	out         [reaches + 1][]uint64
}

func newMerger(n int) *merger {
	m := &merger{}
	words := len(entitlement.NewActionSet(n))
	for i := range reaches {
		m.sure[i], m.maybe[i] = make([]uint64, words), make([]uint64, words)
	}
	for i := range m.out {
		m.out[i] = make([]uint64, words)
	}
	return m
}

// compute merges the effects of a cell.
func (s *Subscription) compute(c *cell) *entitlement.Access {
	m, _ := s.scratch.Get().(*merger)
	if m == nil {
		m = newMerger(s.evaluator.cat.Len())
	}
	defer s.scratch.Put(m)
	for i := range reaches {
		clear(m.sure[i])
		clear(m.maybe[i])
	}
	var literals map[string]entitlement.LiteralGrant
	for _, n := range c.effects {
		e := s.effects[n]
		s.work(e)
		m.add(e)
		literals = addLiterals(literals, e.literals)
	}
	m.conclude()
	a := &entitlement.Access{
		All: s.results.Share(m.out[2]), Part: s.results.Share(m.out[1]), Named: s.results.Share(m.out[0]),
		Conditional: s.results.Share(m.out[reaches]), Literal: sortedLiterals(literals),
	}
	a.Super = covers(a.All.Minus(a.Conditional), s.evaluator.control)
	return a
}

func (m *merger) add(e *effect) {
	for i := range e.by {
		or(m.sure[i], e.by[i].sure)
		or(m.maybe[i], e.by[i].maybe)
	}
}

func or(dst []uint64, set entitlement.ActionSet) {
	for i, w := range set {
		dst[i] |= w
	}
}

// conclude leaves each action at its widest reach, and finds those that have
// that only under a condition.
func (m *merger) conclude() {
	for w := range m.out[0] {
		var wider, maybe uint64
		for i := reaches - 1; i >= 0; i-- {
			here := (m.maybe[i][w] | m.sure[i][w]) &^ wider
			m.out[i][w] = here
			maybe |= here &^ m.sure[i][w]
			wider |= here
		}
		m.out[reaches][w] = maybe
	}
}

// covers reports whether set holds all of other, which has something.
func covers(set, other entitlement.ActionSet) bool {
	return !other.Empty() && other.Minus(set).Empty()
}

// addLiterals keeps the widest reach of each literal.
func addLiterals(to map[string]entitlement.LiteralGrant, literals []literal) map[string]entitlement.LiteralGrant {
	if to == nil && len(literals) > 0 {
		to = map[string]entitlement.LiteralGrant{}
	}
	for _, l := range literals {
		held, ok := to[l.key]
		switch {
		case !ok || l.reach > held.Reach:
			if ok {
				l.action = held.Action
			}
			to[l.key] = entitlement.LiteralGrant{Action: l.action, Reach: l.reach, Conditional: l.maybe}
		case l.reach == held.Reach && !l.maybe:
			held.Conditional = false
			to[l.key] = held
		}
	}
	return to
}

func sortedLiterals(literals map[string]entitlement.LiteralGrant) []entitlement.LiteralGrant {
	if len(literals) == 0 {
		return nil
	}
	keys := make([]string, 0, len(literals))
	for k := range literals {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, strings.Compare)
	out := make([]entitlement.LiteralGrant, len(keys))
	for i, k := range keys {
		out[i] = literals[k]
	}
	return out
}
