package escalation

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// escalations returns what there is to report of an identity.
func (f *finder) escalations(who *actor) []entitlement.Escalation {
	if who.full {
		return nil
	}
	return f.report(who, f.chains(who))
}

// report writes down the gravest chains.
func (f *finder) report(who *actor, chains []*chain) []entitlement.Escalation {
	for _, c := range chains {
		c.rank = f.rank(who, c)
	}
	slices.SortFunc(chains, func(a, b *chain) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.steps, b.steps),
			strings.Compare(a.move.plan.ID, b.move.plan.ID), cmp.Compare(a.move.target, b.move.target))
	})
	chains = chains[:min(len(chains), MaxPerIdentity)]
	out := make([]entitlement.Escalation, len(chains))
	for i, c := range chains {
		out[i] = f.escalation(who, c)
	}
	return out
}

// rank puts the gravest first: unconditional ways to everything.
func (f *finder) rank(who *actor, c *chain) int {
	n := 0
	if !f.everything(c.move) {
		n = 2
	}
	if f.conditional(who, c) {
		n++
	}
	return n
}

// conditional reports whether a chain hangs on conditions: those of a move, or
// all of what it brings.
func (f *finder) conditional(who *actor, c *chain) bool {
	for at := c; at != nil; at = at.before {
		if at.move.truth != yes {
			return true
		}
	}
	return !f.everything(c.move) && f.gainOf(who, c.move) == doubtful
}

func (f *finder) escalation(who *actor, c *chain) entitlement.Escalation {
	last := c.move
	e := entitlement.Escalation{
		Path: last.plan.ID, Name: last.plan.Name, Target: string(last.target), Admin: f.everything(last),
	}
	sum := answer{truth: yes}
	for at := c; at != nil; at = at.before {
		e.Steps = append(e.Steps, at.step())
		sum = sum.and(at.move.answer)
	}
	slices.Reverse(e.Steps)
	e.Conditional = f.conditional(who, c)
	e.Keys = sum.keys
	return e
}

func (c *chain) step() entitlement.EscalationStep {
	return entitlement.EscalationStep{
		Path: c.move.plan.ID, Name: c.move.plan.Name, By: c.by.ID, Permissions: c.move.plan.list, Target: string(c.move.target),
	}
}
