package exposure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/condition"
	"github.com/leastward/leastward/internal/policy/glob"
)

// entrance is a way of assuming a role. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use.html.
type entrance uint8

const (
	byAccount entrance = iota // sts:AssumeRole.
	bySAML
	byWeb
	entrances
)

func (w entrance) action() string {
	return [...]string{"sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"}[w]
}

// trust is a role with what decides who enters it: its trust policy, and what
// the resource control policies above its account deny.
type trust struct {
	account *aws.Account
	role    *entitlement.Identity
	rules   []rule
	direct  []entitlement.ExternalAccess // Once known is set.
	edges   []edge                       // Once edged is set.
	known   bool
	edged   bool
	kin     *kin // Once related is set.
	related bool
}

// rule is a statement of a trust.
type rule struct {
	deny bool
	who  principals
	ways [entrances]bool
	raw  []aws.Condition
	when *condition.Set
}

// trustsOf reads the roles of an account that somebody outside could enter. AWS
// alone decides who enters the roles of its services and of Identity Center,
// whose people the assignments name.
func trustsOf(a *aws.Account) []*trust {
	var out []*trust
	var guards []guard
	eachControl(a, func(doc *aws.Document, s *aws.Statement) {
		if r, ok := ruleOf(doc, s); ok {
			guards = append(guards, guard{r, s})
		}
	})
	inv := a.Inventory()
	read := map[string][]rule{} // By document; many roles have the same.
	for i := range inv.Identities {
		id := &inv.Identities[i]
		if id.Kind != entitlement.Role || id.Trust == nil || managed(id) {
			continue
		}
		rules, ok := read[string(id.Trust)]
		if !ok {
			rules = rulesOf(a.Trust(id.ID))
			read[string(id.Trust)] = rules
		}
		out = append(out, &trust{account: a, role: id, rules: guarded(slices.Clip(rules), guards, id)})
	}
	return out
}

// managed reports whether AWS made a role and alone decides who enters it.
func managed(id *entitlement.Identity) bool {
	path := partOf(string(id.ID), resourcePart)
	return id.ServiceManaged || id.PermissionSet != "" ||
		strings.HasPrefix(path, "role/aws-service-role/") || strings.HasPrefix(path, "role/aws-reserved/")
}

// guard is a Deny of a resource control policy.
type guard struct {
	rule      rule
	statement *aws.Statement
}

func rulesOf(doc *aws.Document) []rule {
	var rules []rule
	for i := range doc.Statements {
		if r, ok := ruleOf(doc, &doc.Statements[i]); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

// guarded adds the guards that are about a role.
func guarded(rules []rule, guards []guard, role *entitlement.Identity) []rule {
	for i := range guards {
		if about(guards[i].statement, string(role.ID)) {
			rules = append(rules, guards[i].rule)
		}
	}
	return rules
}

// about reports whether a statement is about a resource.
func about(s *aws.Statement, resource string) bool {
	match := func(p string) bool { return glob.Match(glob.Encode(p, false), resource) }
	if s.NotResources != nil {
		return !slices.ContainsFunc(s.NotResources, match)
	}
	return s.Resources == nil || slices.ContainsFunc(s.Resources, match)
}

// ruleOf reads a statement; false if it says nothing of assuming a role, or if
// it cannot be understood, which leaves it out.
func ruleOf(doc *aws.Document, s *aws.Statement) (rule, bool) {
	r := rule{deny: s.Effect == aws.Deny, raw: s.Conditions}
	relevant := false
	for w := range entrances {
		r.ways[w] = selects(s, w.action())
		relevant = relevant || r.ways[w]
	}
	if !relevant {
		return r, false
	}
	var ok bool
	if r.who, ok = principalsOf(s); !ok {
		return r, false
	}
	var err error
	r.when, err = compiled(doc, s)
	return r, err == nil
}

func compiled(doc *aws.Document, s *aws.Statement) (*condition.Set, error) {
	raw := make([]condition.Raw, len(s.Conditions))
	for i, c := range s.Conditions {
		raw[i] = condition.Raw(c)
	}
	return condition.Compile(raw, doc.Version == aws.Version2012)
}

// selects reports whether a statement is about an action, in lower case.
func selects(s *aws.Statement, action string) bool {
	match := func(p string) bool { return glob.Match(glob.Encode(strings.ToLower(p), false), action) }
	if s.NotActions != nil {
		return !slices.ContainsFunc(s.NotActions, match)
	}
	return slices.ContainsFunc(s.Actions, match)
}

// about reports whether a rule speaks of a visitor. A NotPrincipal with Deny is
// taken to speak of an account as a whole, since it spares named identities
// alone; those are asked for by themselves.
func (r *rule) about(v *visitor) bool {
	p := &r.who
	switch {
	case v.provider != "":
		listed := slices.Contains(p.providers, v.provider)
		if p.negated {
			return !listed && !p.everyone
		}
		return listed || p.everyone && r.deny
	case p.negated && (p.everyone || !r.deny && slices.Contains(p.accounts, v.account)):
		return false
	case v.arn != "":
		return p.speaksOf(v.account, v.arn, v.unique)
	case p.negated:
		return true
	}
	return p.everyone || slices.Contains(p.accounts, v.account)
}

// admits tells whether a trust lets a visitor in, and the condition keys that
// decide where it is not known.
func (t *trust) admits(v *visitor, w entrance) (condition.Truth, []string) {
	v.trust = t
	allow, deny := condition.No, condition.No
	var allowKeys, denyKeys []string
	for i := range t.rules {
		r := &t.rules[i]
		if !r.ways[w] || !r.about(v) {
			continue
		}
		is := r.when.Eval(v)
		if r.deny {
			deny = deny.Or(is)
			denyKeys = r.when.AppendKeys(denyKeys, v)
		} else {
			allow = allow.Or(is)
			allowKeys = r.when.AppendKeys(allowKeys, v)
		}
	}
	if allow == condition.Yes {
		allowKeys = nil
	}
	is := allow.And(deny.Not())
	if is != condition.Maybe {
		return is, nil
	}
	return is, sorted(append(allowKeys, denyKeys...))
}
