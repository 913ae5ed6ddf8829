package aws

import "github.com/leastward/leastward/internal/entitlement"

// judge tells what the resources of a statement mean for an action.
type judge struct {
	*schema
	home home
	n    int // Actions of the catalogue; above are literal ones.
}

// reach tells how much of an action's resources the patterns match, and in
// several whether they match all resources of one type but not those of
// another, so that another statement may fill the gap.
func (j *judge) reach(action int, patterns []*pattern) (r entitlement.Reach, several bool) {
	formats, typed := j.formatsOf(action)
	if formats == nil {
		return untypedReach(patterns, typed), false
	}
	full, count := 0, 0
	for _, id := range formats {
		rel, class := j.best(patterns, id)
		r = max(r, class)
		if j.formats[id].alias && rel != relationFull {
			continue // Without it, all can still be reached by the other name.
		}
		if count++; rel == relationFull {
			full++
		}
	}
	if full == count && full > 0 {
		return entitlement.ReachAll, false
	}
	return r, full > 0
}

// formatsOf returns the ARN formats of an action's resources; nil if it has no
// resource types or, where typed, if nothing is known of their ARNs.
func (j *judge) formatsOf(action int) (formats []int32, typed bool) {
	if action >= j.n {
		return nil, true
	}
	return j.ofAction[action], j.unknown[action]
}

// untypedReach judges an action without known ARN formats. If it has no
// resource types at all, "*" alone grants it.
func untypedReach(patterns []*pattern, typed bool) entitlement.Reach {
	r := entitlement.ReachNone
	for _, p := range patterns {
		switch {
		case p.every:
			return entitlement.ReachAll
		case typed:
			r = max(r, p.class())
		}
	}
	return r
}

// class is the reach of a pattern that matches some but not all.
func (p *pattern) class() entitlement.Reach {
	if p.named {
		return entitlement.ReachNamed
	}
	return entitlement.ReachPart
}

// best returns how the patterns relate to a format, at best, and the widest
// class among those that match.
func (j *judge) best(patterns []*pattern, id int32) (relation, entitlement.Reach) {
	best, class := relationNone, entitlement.ReachNone
	for _, p := range patterns {
		if r := j.relation(p, id, &j.home, true); r > relationNone {
			best, class = max(best, r), max(class, p.class())
		}
	}
	return best, class
}

// matches reports whether p may match a resource of the action. It only reads.
func (j *judge) matches(action int, p *pattern) bool {
	formats, typed := j.formatsOf(action)
	if formats == nil {
		return p.every || typed
	}
	for _, id := range formats {
		if j.relation(p, id, &j.home, false) > relationNone {
			return true
		}
	}
	return false
}

// outside tells how much of an action's resources are left by the patterns of
// a NotResource element.
func (j *judge) outside(action int, patterns []*pattern) entitlement.Reach {
	switch r, _ := j.reach(action, patterns); r {
	case entitlement.ReachNone:
		return entitlement.ReachAll
	case entitlement.ReachAll:
		return entitlement.ReachNone
	case entitlement.ReachNamed, entitlement.ReachPart:
	}
	return entitlement.ReachPart
}
