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
	related  []related

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
		for _, certain := range []bool{true, false} {
			for _, r := range e.related {
				s.deny(e, &s.denials.all[r.denial], r.how, certain)
			}
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
				l.reach = reachOn(e.typ, typeOfAction(l.key))
			}
			t := holds(l.key, b.guard, e.guard)
			if l.maybe = t != yes || e.eligible; t != no && l.reach != entitlement.ReachNone {
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

// deny takes from an effect what a denial takes for certain, or makes what it
// may take hang on a condition. What is certain comes first: what is left of it
// then counts as a part.
func (s *Subscription) deny(e *effect, d *denial, how uint8, certain bool) {
	for i := range d.blocks {
		b := &d.blocks[i]
		sure, maybe := split(s.on(d, b.set), b.guard, d.guard)
		whole := entitlement.ActionSet(nil)
		switch how {
		case covering:
			whole = s.evaluator.actions.All
		case itself:
			whole = s.wholeOf(e)
		}
		if certain {
			e.take(sure, whole, how)
		} else {
			e.doubt(maybe, whole, how)
		}
		s.denyLiterals(e, d, b, how, certain)
	}
}

// on returns those of a set that can be where a denial is.
func (s *Subscription) on(d *denial, set entitlement.ActionSet) entitlement.ActionSet {
	if reach, typ := reachOf(d.place, s.chain.last); reach == entitlement.ReachNamed {
		on := s.evaluator.spreadOf(typ)
		return set.Intersect(on.named.Union(on.part))
	}
	return set
}

// take removes actions: those of whole altogether, of others a part.
func (e *effect) take(set, whole entitlement.ActionSet, how uint8) {
	for i := range e.by {
		e.by[i].take(set.Intersect(whole))
	}
	if how != covering {
		e.narrow(set)
	}
}

func (e *effect) doubt(set, whole entitlement.ActionSet, how uint8) {
	for i := range e.by {
		e.by[i].doubt(set.Intersect(whole))
	}
	if how != covering {
		e.at(entitlement.ReachAll).doubt(set)
	}
}

// wholeOf returns the actions that can only be on the very scope of an effect.
func (s *Subscription) wholeOf(e *effect) entitlement.ActionSet {
	switch e.reach {
	case entitlement.ReachNamed:
		return s.evaluator.spreadOf(e.typ).own
	case entitlement.ReachPart:
		return s.evaluator.spreadOf(groupType).own
	case entitlement.ReachNone, entitlement.ReachAll:
	}
	return s.evaluator.onSubscription
}

// take removes actions.
func (l *layer) take(set entitlement.ActionSet) {
	l.sure, l.maybe = l.sure.Minus(set), l.maybe.Minus(set)
}

// doubt makes actions hang on a condition.
func (l *layer) doubt(set entitlement.ActionSet) {
	l.maybe = l.maybe.Union(l.sure.Intersect(set))
	l.sure = l.sure.Minus(set)
}

// narrow makes actions that reach everything reach a part.
func (e *effect) narrow(set entitlement.ActionSet) {
	all, part := e.at(entitlement.ReachAll), e.at(entitlement.ReachPart)
	part.sure = part.sure.Union(all.sure.Intersect(set))
	part.maybe = part.maybe.Union(all.maybe.Intersect(set))
	all.take(set)
}

func (s *Subscription) denyLiterals(e *effect, d *denial, b *block, how uint8, certain bool) {
	reach, typ := reachOf(d.place, s.chain.last)
	kept := e.literals[:0]
	for _, l := range e.literals {
		t := no
		there := reach != entitlement.ReachNamed || reachOn(typ, typeOfAction(l.key)) != entitlement.ReachNone
		if there && b.names(l.key, l.plane) {
			t = holds(l.key, b.guard, d.guard)
		}
		whole := how == covering || how == itself && e.whole(l)
		switch {
		case certain && t == yes && whole:
			continue
		case certain && t == yes && l.reach == entitlement.ReachAll:
			l.reach = entitlement.ReachPart
		case !certain && t == perhaps && (whole || l.reach == entitlement.ReachAll):
			l.maybe = true
		}
		kept = append(kept, l)
	}
	e.literals = kept
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
	return onSubscription(typ)
}
