package exposure

import (
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/policy/aws"
)

// callers are those of whom a trust policy speaks, the role's own account apart.
type callers struct {
	accounts, names, providers map[string]bool
	anybody                    bool
}

func (s *Survey) callers(t *trust) callers {
	c := callers{accounts: map[string]bool{}, names: map[string]bool{}, providers: map[string]bool{}}
	for i := range t.rules {
		r := &t.rules[i]
		if r.deny {
			if r.who.negated {
				s.addNames(&c, r.who.names) // Whom it may spare.
			}
			continue
		}
		if r.ways[byAccount] {
			s.addCallers(&c, r)
		}
		for _, p := range r.who.providers {
			c.providers[p] = true
		}
	}
	s.narrow(t, &c)
	own := string(t.account.System())
	delete(c.accounts, own)
	maps.DeleteFunc(c.names, func(n string, _ bool) bool { return accountOf(n) == own })
	return c
}

// addCallers adds those whom an Allow names, or whom its conditions pick.
func (s *Survey) addCallers(c *callers, r *rule) {
	s.addNames(c, r.who.names)
	if !r.who.everyone && !r.who.negated && len(r.who.accounts) == 0 {
		return
	}
	if names := pinned(r.raw); names != nil {
		s.addNames(c, names)
		return
	}
	if !r.who.everyone && !r.who.negated {
		maps.Copy(c.accounts, setOf(r.who.accounts))
		return
	}
	for _, l := range narrowing(r.raw) {
		if l.accounts != nil {
			maps.Copy(c.accounts, setOf(l.accounts))
			return
		}
	}
	c.anybody = true
}

// narrow keeps of the accounts, and of everybody, whom "deny unless" leaves, as
// far as it names them. Whether these are admitted is asked later.
func (s *Survey) narrow(t *trust, c *callers) {
	for i := range t.rules {
		r := &t.rules[i]
		if !r.deny || !r.ways[byAccount] || !r.who.everyone || r.who.negated || len(r.raw) != 1 {
			continue
		}
		l, ok := escape(r.raw)
		switch {
		case !ok || l.accounts == nil:
		case strings.EqualFold(r.raw[0].Key, "aws:PrincipalArn") && !slices.ContainsFunc(r.raw[0].Values, wild):
			s.addNames(c, r.raw[0].Values)
			clear(c.accounts)
			c.anybody = false
		case c.anybody:
			maps.Copy(c.accounts, setOf(l.accounts))
			c.anybody = false
		}
	}
}

// addNames adds ARNs. A unique id stands for a user or role that is no more,
// unless the documents have it.
func (s *Survey) addNames(c *callers, names []string) {
	for _, n := range names {
		if arn, ok := s.byUnique[n]; ok {
			n = string(arn)
		}
		if accountOf(n) != "" {
			c.names[n] = true
		}
	}
}

// pinned returns the principals that conditions name one by one; nil if they
// name none.
func pinned(when []aws.Condition) []string {
	for i := range when {
		op := operatorOf(when[i].Operator)
		if strings.EqualFold(when[i].Key, "aws:PrincipalArn") && op.compares() && !op.negated && !op.ifExists && !op.forAll &&
			!slices.ContainsFunc(when[i].Values, wild) {
			return when[i].Values
		}
	}
	return nil
}
