package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/gcp/condition"
)

// denial is one rule of a deny policy.
type denial struct {
	*entitlement.Denial

	rule      int
	scope     string
	level     int
	set       entitlement.ActionSet
	block     []entitlement.PermissionBlock // For permissions that no role has.
	who, save map[string]bool               // Keys of whom it denies, and of whom it spares.
	expr      *condition.Expr
	condition *entitlement.Condition
	holds     truth // As of grants.
}

// readDenials reads the deny policies of the project and above it.
func (p *Project) readDenials() {
	for i := range p.inv.Denials {
		d := &p.inv.Denials[i]
		scope := p.names.canonical(d.Scope)
		level, _ := p.level(scope)
		if level == foreign {
			p.report(foreignScope, string(d.Scope), "")
			continue
		}
		for rule := range d.Rules {
			p.readRule(&denial{Denial: d, rule: rule, scope: scope, level: level})
		}
	}
}

func (p *Project) readRule(d *denial) {
	rule := &d.Rules[d.rule]
	d.set = entitlement.NewActionSet(p.universe.size())
	for _, b := range rule.Blocks {
		denied, unknown := p.universe.permissionSet(b.Actions)
		spared, _ := p.universe.permissionSet(b.NotActions)
		d.set = d.set.Union(denied.Minus(spared))
		for _, u := range unknown {
			p.report(unknownPermission, u, "in "+d.ID)
		}
	}
	d.block = rule.Blocks
	d.who, d.save = p.keySet(rule.Members, d.ID), p.keySet(rule.ExceptMembers, d.ID)
	d.condition = rule.Condition
	d.expr, d.holds = p.readDenyCondition(rule.Condition, d.ID)
	if d.holds != no {
		p.denials = append(p.denials, *d)
	}
}

// readDenyCondition reads the condition of a denial, which holds where it fails.
func (p *Project) readDenyCondition(c *entitlement.Condition, subject string) (*condition.Expr, truth) {
	expr, t := p.readCondition(c, subject)
	if expr != nil && t == no {
		if result, _ := expr.Eval(anyRequest{p.inv.CollectedAt}); result == condition.Failed {
			t = yes
		}
	}
	// With the time of another request it may come to something else.
	if expr != nil && t == no && strings.Contains(c.Expression, timeAttribute) {
		t = perhaps
	}
	return expr, t
}

func (p *Project) keySet(members []string, subject string) map[string]bool {
	out := map[string]bool{}
	for _, s := range members {
		m := p.names.readMember(s)
		if m.problem != "" {
			p.report(m.problem, s, "in "+subject)
			continue
		}
		for _, k := range p.keysOf(m) {
			out[k] = true
		}
	}
	return out
}

// hits tells how surely a rule is about somebody: among whom it denies and not
// among whom it spares.
func (d *denial) hits(w *who) truth {
	t := w.among(d.who)
	if w.kind == groupKind && (d.who[allUsers] || d.who[authenticated]) {
		t = yes // Whoever is a member is denied.
	}
	if t == no {
		return no
	}
	switch w.among(d.save) {
	case yes:
		return no
	case perhaps:
		return perhaps
	case no:
	}
	return t
}

// denies reports whether a rule is about a permission, which has these
// spellings; its number is -1 where no role has it.
func (d *denial) denies(index int, all []string) bool {
	if index >= 0 {
		return d.set.Has(index)
	}
	for _, b := range d.block {
		if names(b.Actions, all) && !names(b.NotActions, all) {
			return true
		}
	}
	return false
}

// names reports whether one of some patterns selects a permission.
func names(patterns, permission []string) bool {
	for _, p := range patterns {
		for _, spelled := range spellings(p) {
			for _, s := range permission {
				if wild(spelled, strings.ToLower(s)) {
					return true
				}
			}
		}
	}
	return false
}
