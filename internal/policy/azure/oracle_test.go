package azure_test

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// oracle decides by the rules of docs/azure-evaluation.md, one by one, with
// regular expressions. It shares no code with the evaluator.
type oracle struct {
	drawn
	x []string // Values of the attribute x; nil is unknown.
}

const (
	never = iota
	perhaps
	surely
)

func (o *oracle) decide(who, action, resource string) decision.Verdict {
	ids := o.everyone(who)
	i, _ := catalog.Azure().Index(entitlement.Action(action))
	data := catalog.Azure().Data().Has(i)
	denied, granted := never, never
	for _, d := range o.Denials {
		if !o.covers(string(d.Scope), resource) || d.NotChildScopes && !sameScope(string(d.Scope), resource) {
			continue
		}
		for _, r := range d.Rules {
			hit := slices.ContainsFunc(r.Members, func(m string) bool { return m == everybody || slices.Contains(ids, m) })
			spared := slices.ContainsFunc(r.ExceptMembers, func(m string) bool { return slices.Contains(ids, m) })
			if hit && !spared {
				denied = max(denied, o.blocks(r.Blocks, r.Condition, action, data))
			}
		}
	}
	for _, g := range o.Grants {
		if !slices.Contains(ids, g.Member) || !o.covers(string(g.Scope), resource) {
			continue
		}
		gives := o.role(g, action, data)
		if g.Eligible {
			gives = min(gives, perhaps)
		}
		granted = max(granted, gives)
	}
	switch {
	case denied == surely:
		return explicit
	case granted == never:
		return implicit
	case granted == surely && denied == never:
		return allowed
	}
	return cond
}

func (o *oracle) role(g entitlement.RoleGrant, action string, data bool) int {
	r, ok := o.Roles[g.Role]
	if !ok {
		for _, b := range catalog.AzureRoles() {
			if b.ID == g.Role {
				r, ok = b, true
			}
		}
	}
	if !ok {
		return perhaps
	}
	return o.blocks(r.Blocks, g.Condition, action, data)
}

func (o *oracle) blocks(blocks []entitlement.PermissionBlock, c *entitlement.Condition, action string, data bool) int {
	best := never
	for _, b := range blocks {
		yes, no := b.Actions, b.NotActions
		if data {
			yes, no = b.DataActions, b.NotDataActions
		}
		if !anyLike(yes, action) || anyLike(no, action) {
			continue
		}
		holds := o.holds(b.Condition, action)
		if c != nil {
			holds = min(holds, o.holds(c.Expression, action))
		}
		best = max(best, holds)
	}
	return best
}

func (o *oracle) holds(text, action string) int {
	c := o.conditions[text]
	switch {
	case text == "":
		return surely
	case c.broken:
		return perhaps
	case c.only && like(c.guarded, action):
		return surely
	case c.only:
		return never
	case !like(c.guarded, action) && c.guarded != "*":
		return surely
	case o.x == nil:
		return perhaps
	case slices.Contains(o.x, "v"):
		return surely
	}
	return never
}

// expressions are the regular expressions of patterns, made once.
var expressions sync.Map

func anyLike(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return like(p, action) })
}

func like(pattern, action string) bool {
	held, ok := expressions.Load(pattern)
	if !ok {
		held, _ = expressions.LoadOrStore(pattern, regexp.MustCompile("(?i)^"+strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")+"$"))
	}
	return held.(*regexp.Regexp).MatchString(action)
}

// everyone is an identity with all its groups.
func (o *oracle) everyone(who string) []string {
	out := []string{who}
	for i := 0; i < len(out); i++ {
		for _, id := range o.Identities {
			if string(id.ID) != out[i] {
				continue
			}
			for _, g := range id.Groups {
				if !slices.Contains(out, string(g)) {
					out = append(out, string(g))
				}
			}
		}
	}
	return out
}

// covers reports whether a resource of the subscription is in a scope.
func (o *oracle) covers(scope, resource string) bool {
	scope = strings.ToLower(scope)
	for _, a := range o.Ancestors {
		if scope == strings.ToLower(string(a.ID)) {
			return true
		}
	}
	if scope == "/" {
		return true
	}
	want, have := strings.Split(strings.Trim(scope, "/"), "/"), strings.Split(strings.Trim(strings.ToLower(resource), "/"), "/")
	return len(have) >= len(want) && slices.Equal(have[:len(want)], want)
}

func sameScope(a, b string) bool {
	return strings.EqualFold(strings.Trim(a, "/"), strings.Trim(b, "/"))
}
