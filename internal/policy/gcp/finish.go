package gcp

import (
	"github.com/leastward/leastward/internal/entitlement"
)

// finish makes the access of what was counted.
func (p *Project) finish(t *tally) *entitlement.Access {
	for _, reach := range []*pair{&t.all, &t.part, &t.named} {
		for i, w := range reach.any {
			t.conditional[i] |= w &^ reach.sure[i]
		}
	}
	a := &entitlement.Access{
		All: p.keep(t.all.any), Part: p.keep(t.part.any), Named: p.keep(t.named.any), Conditional: p.keep(t.conditional),
		Literal: p.literals(t), Super: p.super(t),
	}
	return a
}

func (p *Project) super(t *tally) bool {
	owner := p.eval.owner()
	for i, w := range owner {
		if w&^t.all.sure[i] != 0 {
			return false
		}
	}
	return !owner.Empty()
}

// literals are the permissions that the catalogue does not know.
func (p *Project) literals(t *tally) []entitlement.LiteralGrant {
	var out []entitlement.LiteralGrant
	for i, name := range p.universe.literals {
		at := p.universe.base + i
		l := entitlement.LiteralGrant{Action: name, Conditional: t.conditional.Has(at)}
		switch {
		case t.all.any.Has(at):
			l.Reach = entitlement.ReachAll
		case t.part.any.Has(at):
			l.Reach = entitlement.ReachPart
		case t.named.any.Has(at):
			l.Reach = entitlement.ReachNamed
		default:
			continue
		}
		out = append(out, l)
	}
	return out
}

// keep returns the actions of the catalogue in a set, without empty words at
// the end; nil if there are none. Equal sets are one.
func (p *Project) keep(set entitlement.ActionSet) entitlement.ActionSet {
	return p.kept.Share(set[:(p.universe.cat.Len()+63)/64])
}
