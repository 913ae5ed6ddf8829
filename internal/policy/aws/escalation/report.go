package escalation

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// best are the gravest chains of a search, and how many there were.
type best struct {
	chains                    []*chain
	found, admin, conditional int
	more                      bool
}

// add counts a chain, and keeps a copy of it if it is among the gravest.
func (b *best) add(c *chain) {
	b.found++
	if c.rank < 2 {
		b.admin++
	}
	b.conditional += c.rank % 2
	if n := len(b.chains); n == MaxPerIdentity && !graver(c, b.chains[n-1]) {
		return
	} else if n == MaxPerIdentity {
		b.chains = b.chains[:n-1]
	}
	kept := *c
	i, _ := slices.BinarySearchFunc(b.chains, &kept, compare)
	b.chains = slices.Insert(b.chains, i, &kept)
}

func graver(a, b *chain) bool { return compare(a, b) < 0 }

func compare(a, b *chain) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.steps, b.steps),
		strings.Compare(a.move.plan.ID, b.move.plan.ID), cmp.Compare(a.move.target, b.move.target))
}

// escalations returns what there is to report of an identity. Those that have
// the same access and the same moves have the same ways, but that they go them
// themselves; who can be given more by others is looked at alone.
func (f *finder) escalations(who *actor) entitlement.Ways {
	if who.full || len(who.own) == 0 && len(who.lists) == 0 {
		return entitlement.Ways{}
	}
	if len(who.own) > 0 || f.given[who] {
		s := f.search(who)
		s.escalate()
		return s.report()
	}
	key := groupOf(who)
	w, ok := f.known[key]
	if !ok {
		s := f.search(who)
		s.escalate()
		w = s.report()
		f.known[key] = w
		return w
	}
	return by(w, who.ID)
}

// groupOf identifies the identities with an access and lists of moves.
func groupOf(who *actor) string {
	key := fmt.Appendf(nil, "%s %p", who.view.number, who.access)
	for _, l := range who.lists {
		key = binary.AppendUvarint(key, uint64(l.number)) //nolint:gosec // never negative
	}
	return string(key)
}

// by returns the ways as another goes them.
func by(w entitlement.Ways, who entitlement.IdentityID) entitlement.Ways {
	w.Gravest = slices.Clone(w.Gravest)
	for i := range w.Gravest {
		e := &w.Gravest[i]
		e.Steps = slices.Clone(e.Steps)
		e.Steps[0].By = who
	}
	return w
}

// report writes down what was found.
func (s *search) report() entitlement.Ways {
	b := &s.best
	w := entitlement.Ways{Found: b.found, Admin: b.admin, Conditional: b.conditional, More: b.more}
	for _, c := range b.chains {
		w.Gravest = append(w.Gravest, s.escalation(c))
	}
	return w
}

func (s *search) escalation(c *chain) entitlement.Escalation {
	last := c.move
	e := entitlement.Escalation{
		Path: last.plan.ID, Name: last.plan.Name, Target: string(last.target), Admin: s.everything(last),
	}
	sum := answer{truth: yes}
	for at := c; at != nil; at = at.before {
		e.Steps = append(e.Steps, at.step())
		sum = sum.and(at.move.answer)
	}
	slices.Reverse(e.Steps)
	e.Conditional = s.conditional(c)
	e.Keys = sum.keys
	return e
}

func (c *chain) step() entitlement.EscalationStep {
	return entitlement.EscalationStep{
		Path: c.move.plan.ID, Name: c.move.plan.Name, By: c.by.ID, Permissions: c.move.plan.list, Target: string(c.move.target),
	}
}
