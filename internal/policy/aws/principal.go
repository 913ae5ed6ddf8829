package aws

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// principals is a Principal or NotPrincipal element made ready to compare. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
type principals struct {
	negated  bool // NotPrincipal.
	everyone bool
	byARN    bool     // A condition of the statement names principals by ARN.
	accounts []string // Numbers of whole accounts.
	names    []string // ARNs of users, roles, sessions and providers; unique ids; services.
}

// admission tells in which way a Principal element speaks of a caller. The way
// decides which other policies still limit what a resource policy grants: see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
type admission struct {
	account condition.Truth // By way of its account, whose policies then decide too.
	role    condition.Truth // As a role: a boundary and session policies still limit.
	exact   condition.Truth // Itself: nothing else limits within the account.
}

// any tells whether the element speaks of the caller in any way.
func (m admission) any() condition.Truth {
	return m.account.Or(m.role.Or(m.exact))
}

// parsePrincipals reads both elements; nil if a statement has neither.
func parsePrincipals(s *Statement) *principals {
	raw := s.Principal
	if raw == nil {
		raw = s.NotPrincipal
	}
	if raw == nil {
		return nil
	}
	p := &principals{negated: s.NotPrincipal != nil, byARN: slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return strings.EqualFold(c.Key, "aws:PrincipalArn")
	})}
	tree, err := scan(string(raw))
	if err != nil || tree.kind != objectValue {
		p.everyone = true // A string is "*": the parser of statements takes no other.
		return p
	}
	for i := range tree.members {
		p.addKind(tree.members[i].name, &tree.members[i].value)
	}
	return p
}

func (p *principals) addKind(kind string, v *value) {
	list := v.items
	if v.kind != listValue {
		list = []value{*v}
	}
	for i := range list {
		if text := list[i].text; kind == "AWS" {
			p.addAWS(text)
		} else {
			p.everyone = p.everyone || text == "*" && kind == "Service"
			p.names = append(p.names, text)
		}
	}
}

func (p *principals) addAWS(text string) {
	switch {
	case text == "*":
		p.everyone = true
	case isAccountNumber(text):
		p.accounts = append(p.accounts, text)
	case strings.HasPrefix(text, "arn:") && strings.HasSuffix(text, ":root"):
		p.accounts = append(p.accounts, arnPart(text, partAccount))
	default:
		p.names = append(p.names, text)
	}
}

func isAccountNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) == 12
}

// admit tells how the element, which is no NotPrincipal, speaks of a caller.
func (p *principals) admit(c *caller) admission {
	var m admission
	if p.everyone {
		m = c.asEveryone(p.byARN)
	}
	if slices.Contains(p.accounts, string(c.system)) && c.system != "" {
		if m.account = condition.Yes; c.kind == rootCaller {
			m.exact = condition.Yes
		}
	}
	for _, name := range p.names {
		one := c.named(name)
		m.role, m.exact = m.role.Or(one.role), m.exact.Or(one.exact)
	}
	return m
}

// speaksOf tells how an element, also a NotPrincipal, speaks of a caller.
//
// A NotPrincipal with Deny spares those whom it names by themselves. It never
// spares an identity that has a permissions boundary. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
func (p *principals) speaksOf(c *caller, deny bool) admission {
	if !p.negated {
		return p.admit(c)
	}
	all := c.asEveryone(p.byARN)
	if deny && c.bounded() {
		return all
	}
	listed := p.admit(c)
	spared := listed.any()
	if deny && c.kind != rootCaller { // The account alone spares nobody in it.
		spared = listed.role.Or(listed.exact)
	}
	return admission{
		role:  all.role.And(spared.Not()),
		exact: all.exact.And(spared.Not()),
	}
}
