package gcp

import (
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp/condition"
)

// decider gathers what speaks for and against a request.
type decider struct {
	*Project

	request request
	subject *subject
	index   int // Of the permission; -1 if no role has it.
	spelled []string

	against, favour        truth
	because, maybe, denied []decision.Reason
	keys                   []string
}

// decide answers a request for a resource of the project, or above it.
func (p *Project) decide(r *decision.Request, s *subject, d *decision.Decision) {
	c := decider{Project: p, subject: s, index: -1, request: request{Request: r, project: p, at: p.moment(r)}}
	c.request.somewhere = r.Resource == ""
	c.request.name = p.names.canonical(r.Resource)
	c.request.level, _ = p.level(c.request.name)
	c.permission()
	c.service()
	c.weighBoundaries()
	c.weighDenials()
	c.weighGrants()
	c.conclude(d)
}

// permission finds the permission by any of its spellings.
func (c *decider) permission() {
	c.spelled = spellings(string(c.request.Action))
	c.request.permission = c.spelled[len(c.spelled)-1]
	for _, s := range c.spelled {
		if i, ok := c.universe.index(s); ok {
			c.index, c.request.permission = i, string(c.universe.name(i))
			return
		}
	}
}

// service completes a name whose service is not named: it is the permission's.
func (c *decider) service() {
	if rest, ok := strings.CutPrefix(c.request.name, "//-/"); ok {
		c.request.name = "//" + host(first(strings.ReplaceAll(c.request.permission, ".", "/"))) + "/" + rest
	}
}

func (c *decider) weighBoundaries() {
	t := c.barred(c.subject, c.request.permission, c.request.name, c.request.level)
	if t == no {
		return
	}
	c.against = t
	for _, h := range c.subject.boundaries {
		b := &c.boundaries[h.index]
		surely := h.sure.and(c.blocks(b.version, c.request.permission))
		if surely == no || c.reaches(b, c.request.name, c.request.level) == yes {
			continue
		}
		r := decision.Reason{
			Kind: decision.AccessBoundary, Policy: b.ID, Scope: entitlement.ResourceID(b.Target), Effect: "Deny", Uncertain: t != yes,
			Note: "the resource is not among those that the boundary lets its members reach",
		}
		if t != yes {
			r.Note = "whether the boundary holds here is not known"
			c.keys = append(c.keys, c.boundaryKey(b, h))
		}
		c.note(r, t)
	}
}

// boundaryKey names what would decide whether a boundary holds.
func (c *decider) boundaryKey(b *boundary, h hit) string {
	if h.sure == yes {
		return fmt.Sprintf("principal access boundary: permissions of enforcement version %d", b.version)
	}
	return "member of " + b.Target
}

func (c *decider) weighDenials() {
	for _, h := range c.subject.denials {
		d := &c.denials[h.index]
		if !d.denies(c.index, c.spelled) || !c.applies(d.scope, d.level) {
			continue
		}
		holds, keys := c.evaluate(d.expr, d.condition, yes)
		t := h.sure.and(holds).and(c.inside())
		if t == no {
			continue
		}
		c.against = c.against.or(t)
		if t == perhaps {
			c.open(h.sure, "member of a principal of "+d.ID, keys)
		}
		c.note(decision.Reason{
			Kind: decision.DenyPolicy, Policy: d.ID, Scope: d.Scope, Effect: "Deny", Statement: d.rule,
			Uncertain: t != yes, Note: expression(d.condition),
		}, t)
	}
}

// note keeps a reason against the request.
func (c *decider) note(r decision.Reason, t truth) {
	if t == yes {
		c.denied = append(c.denied, r)
	} else {
		c.maybe = append(c.maybe, r)
	}
}

// applies reports whether what is attached to a scope is inherited by the
// resource of the request.
func (c *decider) applies(scope string, level int) bool {
	if level == below || c.request.level == foreign {
		return covers(scope, c.request.name) || level > 0 && c.request.level == foreign
	}
	return level >= c.request.level
}

// inside tells how surely what is above the project is above the resource: a
// resource of a project that is not known may be of another organization.
func (c *decider) inside() truth {
	if c.request.level == foreign {
		return perhaps
	}
	return yes
}

func (c *decider) weighGrants() {
	for _, m := range c.subject.grants {
		g := &c.grants[m.grant]
		if c.index < 0 || !g.role.set.Has(c.index) || !c.applies(g.scope, g.level) || !g.during(c.request.at) {
			continue
		}
		holds, keys := c.evaluate(g.expr, g.Condition, no)
		if g.Eligible {
			holds, keys = holds.and(perhaps), append(keys, "activation of "+g.ID)
		}
		t := m.sure.and(holds).and(c.inside())
		if t == no {
			continue
		}
		c.favour = c.favour.or(t)
		r := c.allows(g, m, t)
		if t == yes {
			c.because = append(c.because, r)
			continue
		}
		c.maybe = append(c.maybe, r)
		c.open(m.sure, "member of "+g.Member, keys)
	}
}

func (c *decider) allows(g *grant, m match, t truth) decision.Reason {
	kind := decision.AllowPolicy
	if g.Eligible {
		kind = decision.EligibleAssignment
	}
	return decision.Reason{
		Kind: kind, Policy: g.ID, Role: g.Role, RoleName: g.role.Name, Scope: g.Scope, Group: m.by(g), Effect: "Allow",
		Uncertain: t != yes, Note: expression(g.Condition),
	}
}

// open notes what would decide.
func (c *decider) open(member truth, what string, keys []string) {
	c.keys = append(c.keys, keys...)
	if c.request.level == foreign {
		c.keys = append(c.keys, "organization of the resource")
	}
	if member == perhaps {
		c.keys = append(c.keys, what)
	}
}

// evaluate evaluates a condition; failed is what it comes to where it cannot be
// evaluated with what the request has.
func (c *decider) evaluate(expr *condition.Expr, text *entitlement.Condition, failed truth) (truth, []string) {
	if text == nil || strings.TrimSpace(text.Expression) == "" {
		return yes, nil
	}
	if expr == nil {
		return perhaps, []string{"condition that cannot be read"}
	}
	switch t, keys := expr.Eval(&c.request); t {
	case condition.Yes:
		return yes, nil
	case condition.No:
		return no, nil
	case condition.Unknown:
		return perhaps, keys
	case condition.Failed:
	}
	return failed, nil
}

func expression(c *entitlement.Condition) string {
	if c == nil {
		return ""
	}
	return c.Expression
}

// conclude writes the decision down: boundaries and denials win over grants.
func (c *decider) conclude(d *decision.Decision) {
	d.Verdict, d.Because, d.Keys = decision.ImplicitlyDenied, d.Because[:0], d.Keys[:0]
	switch {
	case c.against == yes:
		d.Verdict, d.Because = decision.ExplicitlyDenied, append(d.Because, c.denied...)
	case c.favour == yes && c.against == no:
		d.Verdict, d.Because = decision.Allowed, append(d.Because, c.because...)
	case c.favour > no:
		d.Verdict = decision.Conditional
		d.Because = append(append(d.Because, c.because...), c.maybe...)
		d.Keys = append(d.Keys, sorted(c.keys)...)
	default:
		d.Because = append(d.Because, decision.Reason{Kind: decision.NoGrant, Note: c.missing()})
	}
}

// missing says why nothing grants the permission.
func (c *decider) missing() string {
	if c.index < 0 {
		return "no known role has the permission"
	}
	return "no allow policy on the resource or above it grants the permission to the principal"
}
