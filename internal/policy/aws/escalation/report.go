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

func (f *finder) report(who *actor, chains []*chain) []entitlement.Escalation {
	out := make([]entitlement.Escalation, len(chains))
	for i, c := range chains {
		out[i] = f.escalation(who, c)
	}
	slices.SortStableFunc(out, func(a, b entitlement.Escalation) int {
		return cmp.Or(cmp.Compare(rank(&a), rank(&b)), cmp.Compare(len(a.Steps), len(b.Steps)),
			strings.Compare(a.Path, b.Path), strings.Compare(a.Target, b.Target))
	})
	return slices.Clip(out[:min(len(out), MaxPerIdentity)])
}

// rank puts the gravest first.
func rank(e *entitlement.Escalation) int {
	n := 0
	if !e.Admin {
		n = 2
	}
	if e.Conditional {
		n++
	}
	return n
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
	before := who.access
	if last.view != who.view {
		before = &entitlement.Access{}
	}
	e.Conditional = sum.truth == perhaps || f.weight.gain(before, last.after) == doubtful
	e.Keys = sum.keys
	return e
}

func (c *chain) step() entitlement.EscalationStep {
	return entitlement.EscalationStep{
		Path: c.move.plan.ID, Name: c.move.plan.Name, By: c.by.ID, Permissions: c.move.plan.list, Target: string(c.move.target),
	}
}
