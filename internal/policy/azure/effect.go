package azure

import (
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure/condition"
)

// effect is what a grant gives somebody, denials counted: the same for all
// grants of one role in places of one kind.
type effect struct {
	role     *role
	guard    *guard
	reach    entitlement.Reach
	typ      string // Of the resource where reach is ReachNamed.
	eligible bool
	denied   *combined // nil: nothing is.

	once     sync.Once
	by       [reaches]layer // By reach less one.
	literals []literal
}

const reaches = int(entitlement.ReachAll)

// layer holds actions of one reach: those that are certain, and those that hang
// on a condition or an activation.
type layer struct{ sure, maybe entitlement.ActionSet }

// literal is an action that the catalogue does not have.
type literal struct {
	action entitlement.Action
	key    string // In lower case.
	plane  plane
	reach  entitlement.Reach
	maybe  bool
}

func (e *effect) at(r entitlement.Reach) *layer { return &e.by[r-1] }

// work computes the effect.
func (s *Subscription) work(e *effect) {
	e.once.Do(func() {
		sure, maybe := e.role.gives(e.guard)
		if e.eligible {
			sure, maybe = nil, sure.Union(maybe)
		}
		if e.reach == entitlement.ReachNamed {
			on := s.evaluator.spreadOf(e.typ)
			*e.at(entitlement.ReachNamed) = layer{sure.Intersect(on.named), maybe.Intersect(on.named)}
			*e.at(entitlement.ReachPart) = layer{sure.Intersect(on.part), maybe.Intersect(on.part)}
		} else {
			*e.at(e.reach) = layer{sure, maybe}
		}
		e.name()
		if e.denied != nil {
			s.deny(e)
		}
	})
}

// gives returns what a role gives under the condition of an assignment.
func (r *role) gives(g *guard) (sure, maybe entitlement.ActionSet) {
	for i := range r.blocks {
		b := &r.blocks[i]
		yes, perhaps := split(b.set, b.guard, g)
		sure, maybe = sure.Union(yes), maybe.Union(perhaps)
	}
	return sure, maybe.Minus(sure)
}

// name lists the literals that the effect gives.
func (e *effect) name() {
	for i := range e.role.blocks {
		b := &e.role.blocks[i]
		for _, m := range b.literals {
			l := literal{action: m.action, plane: m.plane, key: lower(string(m.action)), reach: e.reach}
			if e.reach == entitlement.ReachNamed {
				l.reach = max(entitlement.ReachNamed, reachOn(e.typ, typeOfAction(l.key)))
			}
			t := holds(l.key, b.guard, e.guard)
			if l.maybe = t != yes || e.eligible; t != no {
				e.literals = append(e.literals, l)
			}
		}
	}
}

// holds evaluates guards for an action where nothing else is known.
func holds(action string, guards ...*guard) condition.Truth {
	t := yes
	for _, g := range guards {
		one, _ := g.truth(&condition.Request{Action: action}, nil)
		t = min(t, one)
	}
	return t
}

// whole reports whether a literal can only be on the very scope of the effect.
func (e *effect) whole(l literal) bool {
	typ := typeOfAction(l.key)
	switch e.reach {
	case entitlement.ReachNamed:
		return typ == e.typ
	case entitlement.ReachPart:
		return typ == groupType
	case entitlement.ReachNone, entitlement.ReachAll:
	}
	return onSubscription(l.key)
}
