package azure

import (
	"github.com/leastward/leastward/internal/entitlement"
)

// combined is what several denials take from a grant, as sets. Unions are
// enough, since what is certain is taken first and then what is not.
type combined struct {
	take   entitlement.ActionSet // Denied wherever the grant reaches.
	narrow entitlement.ActionSet // Denied in a part of that.
	doubt  entitlement.ActionSet // Perhaps denied wherever it reaches.
	part   entitlement.ActionSet // Perhaps denied in a part.
	// itself are denials of the grant's own scope alone: what they take depends
	// on what that is.
	itself []related
	list   []related // All of them.
}

// combine joins related denials.
func (s *Subscription) combine(list []related) *combined {
	c := &combined{list: list}
	for _, r := range list {
		d := &s.denials.all[r.denial]
		switch r.how {
		case covering:
			c.take, c.doubt = c.take.Union(d.sure), c.doubt.Union(d.maybe)
		case within:
			c.narrow, c.part = c.narrow.Union(d.sure), c.part.Union(d.maybe)
		case itself:
			c.itself = append(c.itself, r)
		}
	}
	c.take, c.narrow = s.results.Share(c.take), s.results.Share(c.narrow)
	c.doubt, c.part = s.results.Share(c.doubt), s.results.Share(c.part)
	return c
}

// sharedKey tells apart combined denials that take different things.
type sharedKey struct {
	take, narrow, doubt, part *uint64
	itself                    string
}

func (c *combined) key() sharedKey {
	return sharedKey{first(c.take), first(c.narrow), first(c.doubt), first(c.part), keyOf(c.itself)}
}

// first identifies a shared set.
func first(set entitlement.ActionSet) *uint64 {
	if len(set) == 0 {
		return nil
	}
	return &set[0]
}

// deny takes from an effect what its denials take.
func (s *Subscription) deny(e *effect) {
	c := e.denied
	whole := entitlement.ActionSet(nil)
	if len(c.itself) > 0 {
		whole = s.wholeOf(e)
	}
	e.take(c.take, c.narrow)
	for _, r := range c.itself {
		d := &s.denials.all[r.denial]
		e.take(d.sure.Intersect(whole), d.sure)
	}
	e.doubt(c.doubt, c.part)
	for _, r := range c.itself {
		d := &s.denials.all[r.denial]
		e.doubt(d.maybe.Intersect(whole), d.maybe)
	}
	for _, certain := range []bool{true, false} {
		for _, r := range c.list {
			s.denyLiterals(e, &s.denials.all[r.denial], r.how, certain)
		}
	}
}

// take removes actions of one set altogether, of another a part.
func (e *effect) take(all, part entitlement.ActionSet) {
	if len(all) > 0 {
		for i := range e.by {
			l := &e.by[i]
			l.sure, l.maybe = l.sure.Minus(all), l.maybe.Minus(all)
		}
	}
	whole, narrowed := e.at(entitlement.ReachAll), e.at(entitlement.ReachPart)
	if len(part) > 0 && len(whole.sure)+len(whole.maybe) > 0 {
		narrowed.sure = narrowed.sure.Union(whole.sure.Intersect(part))
		narrowed.maybe = narrowed.maybe.Union(whole.maybe.Intersect(part))
		whole.sure, whole.maybe = whole.sure.Minus(part), whole.maybe.Minus(part)
	}
}

// doubt makes actions hang on a condition: those of one set wherever they
// reach, those of another where they reach everything.
func (e *effect) doubt(all, part entitlement.ActionSet) {
	if len(all) > 0 {
		for i := range e.by {
			e.by[i].doubt(all)
		}
	}
	if len(part) > 0 {
		e.at(entitlement.ReachAll).doubt(part)
	}
}

func (l *layer) doubt(set entitlement.ActionSet) {
	if len(l.sure) > 0 {
		l.maybe = l.maybe.Union(l.sure.Intersect(set))
		l.sure = l.sure.Minus(set)
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

// on returns those of a set that can be where a denial is.
func (s *Subscription) on(d *denial, set entitlement.ActionSet) entitlement.ActionSet {
	if reach, typ := reachOf(d.place, s.chain.last); reach == entitlement.ReachNamed {
		on := s.evaluator.spreadOf(typ)
		return set.Intersect(on.named.Union(on.part))
	}
	return set
}

// denyLiterals takes from the literals of an effect what a denial takes.
func (s *Subscription) denyLiterals(e *effect, d *denial, how uint8, certain bool) {
	if len(e.literals) == 0 {
		return
	}
	reach, typ := reachOf(d.place, s.chain.last)
	kept := e.literals[:0]
	for _, l := range e.literals {
		t := no
		if reach != entitlement.ReachNamed || reachOn(typ, typeOfAction(l.key)) != entitlement.ReachNone {
			t = d.holds(l)
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
