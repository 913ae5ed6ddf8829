package aws

import (
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

const layerCount = int(BuiltInLayer) + 1

// reference is a statement with where it stands.
type reference struct {
	account   *Account // Whose patterns the statement speaks of.
	statement *statement
	policy    entitlement.PolicyID
	group     entitlement.IdentityID
	level     int
}

// tally is what the policies of one layer say to a request.
type tally struct {
	allow, deny condition.Truth
	by, against reference // The first statements that do so for certain.
}

// reset makes a tally empty. It is faster than a new one.
func (t *tally) reset() {
	t.allow, t.deny, t.by.statement, t.against.statement = condition.No, condition.No, nil, nil
}

// unknown adds policies that are not at hand, which may allow and may deny.
func (t *tally) unknown() {
	t.allow, t.deny = t.allow.Or(condition.Maybe), t.deny.Or(condition.Maybe)
}

// where says which policy is being read.
type where struct {
	account *Account
	layer   Layer
	policy  entitlement.PolicyID
	group   entitlement.IdentityID
	level   int
}

// scan adds the statements of a policy of an identity to a tally.
func (q *query) scan(t *tally, p *policy, w where) {
	for _, i := range q.about(p, w.account) {
		s := &p.statements[i]
		if !s.deny && t.allow == condition.Yes {
			continue
		}
		if is := q.applies(w.account, s); is != condition.No {
			q.count(t, s, is, w)
		}
	}
}

// count adds a statement that applies, or may apply, to a tally.
func (q *query) count(t *tally, s *statement, is condition.Truth, w where) {
	ref := reference{w.account, s, w.policy, w.group, w.level}
	if is == condition.Maybe {
		q.unsure = append(q.unsure, suspicion{w.layer, ref})
	}
	at, by := &t.allow, &t.by
	if s.deny {
		at, by = &t.deny, &t.against
	}
	if *at != condition.Yes && is == condition.Yes {
		*by = ref
	}
	*at = at.Or(is)
}

// guests is what the policy of a resource says, by the way in which its
// statements speak of the caller.
type guests struct {
	account, role, exact condition.Truth
}

// any tells whether the policy allows the caller in any way.
func (g guests) any() condition.Truth {
	return g.account.Or(g.role.Or(g.exact))
}

// scanGuests reads the policy of a resource.
func (q *query) scanGuests(t *tally, p *policy, w where) guests {
	var g guests
	for _, i := range q.about(p, w.account) {
		s := &p.statements[i]
		how := s.principal.speaksOf(&q.caller, s.deny)
		who := how.any()
		if who == condition.No {
			continue
		}
		is := q.applies(w.account, s)
		if whole := who.And(is); whole != condition.No {
			q.count(t, s, whole, w)
		}
		if !s.deny {
			g.account = g.account.Or(how.account.And(is))
			g.role = g.role.Or(how.role.And(is))
			g.exact = g.exact.Or(how.exact.And(is))
		}
	}
	return g
}
