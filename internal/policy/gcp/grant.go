package gcp

import (
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/gcp/condition"
)

// grant is a grant with all that it refers to looked up.
type grant struct {
	*entitlement.RoleGrant

	role  *role
	scope string // Canonical.
	level int
	expr  *condition.Expr // nil where there is none, or it cannot be read.
	holds truth           // For any request at the time of the collection.
}

// readGrants reads the grants, then the roles that they give.
func (p *Project) readGrants() {
	p.grants = make([]grant, 0, len(p.inv.Grants))
	for i := range p.inv.Grants {
		p.readGrant(&p.inv.Grants[i])
	}
	for _, r := range p.roles {
		if r != nil {
			r.fill(p.universe.size())
		}
	}
}

func (p *Project) readGrant(g *entitlement.RoleGrant) {
	m := p.names.readMember(g.Member)
	if m.problem != "" {
		p.report(m.problem, g.Member, "on "+string(g.Scope))
		return
	}
	out := grant{RoleGrant: g, scope: p.names.remembered(g.Scope)}
	out.level, _ = p.level(out.scope)
	if out.level == foreign {
		p.report(foreignScope, string(g.Scope), "")
		return
	}
	if out.role = p.role(g.Role, g.ID); out.role == nil {
		return
	}
	out.expr, out.holds = p.readCondition(g.Condition, g.ID)
	if g.Eligible {
		out.holds = out.holds.and(perhaps)
	}
	if out.level == below {
		p.places[out.scope] = true
	}
	p.noteConvenience(&out, m)
	p.grants = append(p.grants, out)
	for _, k := range p.keysOf(m) {
		p.index[k] = append(p.index[k], int32(len(p.grants)-1)) //nolint:gosec // far fewer
	}
}

// keysOf returns the keys of a member: those who are of a domain are of its
// customer too.
func (p *Project) keysOf(m member) []string {
	if domain, ok := strings.CutPrefix(m.keys[0], domainKey); ok {
		if customer := p.inv.Domains[domain]; customer != "" {
			return []string{m.keys[0], customerKey + customer}
		}
	}
	return m.keys
}

// noteConvenience notes who holds a basic role on the project, and reports
// members who stand for those of another.
func (p *Project) noteConvenience(g *grant, m member) {
	if kind, project, ok := strings.Cut(m.keys[0], ":"); ok && strings.HasPrefix(kind, "project") && project != p.names.project {
		p.report(otherProjectMember, g.Member, "on "+string(g.Scope))
	}
	i, basic := map[entitlement.RoleID]int{roleOwner: 0, roleEditor: 1, roleViewer: 2}[g.Role]
	if !basic || g.level < 0 {
		return
	}
	t := g.holds
	if g.level > 0 { // Whether those who inherit the role count is not documented.
		t = t.and(perhaps)
	}
	for _, k := range p.keysOf(m) {
		if p.holders[k] == nil {
			p.holders[k] = &[3]truth{}
		}
		p.holders[k][i] = p.holders[k][i].or(t)
	}
}

// convenience are the members that stand for who holds a basic role.
func convenience(project string) [3]string {
	return [3]string{"projectOwner:" + project, "projectEditor:" + project, "projectViewer:" + project}
}

// readCondition reads a condition, and what it comes to for any request at the
// time of the collection. Without condition that is yes.
func (p *Project) readCondition(c *entitlement.Condition, subject string) (*condition.Expr, truth) {
	if c == nil || strings.TrimSpace(c.Expression) == "" {
		return nil, yes
	}
	expr, err := condition.Parse(c.Expression)
	if err != nil {
		p.report(unreadCondition, subject, err.Error())
		return nil, perhaps
	}
	if calls := expr.Unsupported(); len(calls) > 0 {
		p.report(unevaluatedCall, subject, strings.Join(calls, ", "))
	}
	switch t, _ := expr.Eval(anyRequest{p.inv.CollectedAt}); t {
	case condition.Yes:
		return expr, yes
	case condition.No, condition.Failed:
		return expr, no
	case condition.Unknown:
	}
	return expr, perhaps
}

// anyRequest is all that is known of a request of which nothing is: about when
// it is made.
type anyRequest struct{ at time.Time }

// Attribute returns the value of "request.time".
func (r anyRequest) Attribute(name string) (any, bool) {
	if name == timeAttribute && !r.at.IsZero() {
		return condition.About{Time: r.at}, true
	}
	return nil, false
}

// during reports whether a grant is in force at a time; a zero time is within
// what is open.
func (g *grant) during(at time.Time) bool {
	if at.IsZero() {
		return true
	}
	return (g.From.IsZero() || !at.Before(g.From)) && (g.Until.IsZero() || at.Before(g.Until))
}
