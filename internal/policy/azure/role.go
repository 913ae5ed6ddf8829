package azure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure/condition"
)

// plane is a set of the two kinds of action.
type plane uint8

const (
	controlPlane plane = 1 << iota
	dataPlane
)

// role is a compiled role definition.
type role struct {
	def    *entitlement.RoleDefinition
	blocks []block
	known  bool // There is a definition.
	names  bool // It names actions that the catalogue does not have.
}

// block is a compiled permission block. What its Not… patterns take away, other
// blocks may grant. See
// https://learn.microsoft.com/azure/role-based-access-control/role-definitions#notactions.
type block struct {
	control, data patterns
	set           entitlement.ActionSet // Of the catalogue, each action on its own plane.
	literals      []mention             // Named in full and not in the catalogue.
	guard         *guard                // nil is none.
}

// mention is an action by name.
type mention struct {
	action entitlement.Action
	plane  plane
}

// patterns are those of one plane, in lower case.
type patterns struct{ allow, except []string }

func (p patterns) match(action string) bool {
	return anyMatches(p.allow, action) && !anyMatches(p.except, action)
}

func anyMatches(patterns []string, action string) bool {
	for _, p := range patterns {
		if condition.Wildcard(p, action) {
			return true
		}
	}
	return false
}

func lowered(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		if t = lower(strings.TrimSpace(t)); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// lower makes ASCII letters and others lower case; texts that are so already
// are not copied.
func lower(s string) string { return strings.ToLower(s) }

// role compiles a definition.
func (e *Evaluator) role(def *entitlement.RoleDefinition) *role {
	r := &role{def: def, known: true}
	if def.Deleted {
		return r
	}
	for i := range def.Blocks {
		b := e.block(&def.Blocks[i])
		r.blocks = append(r.blocks, b)
		r.names = r.names || len(b.literals) > 0
	}
	return r
}

func (e *Evaluator) block(p *entitlement.PermissionBlock) block {
	b := block{
		control: patterns{lowered(p.Actions), lowered(p.NotActions)},
		data:    patterns{lowered(p.DataActions), lowered(p.NotDataActions)},
		guard:   e.guard(p.Condition),
	}
	control, data := e.matched(b.control), e.matched(b.data)
	b.set = control.Intersect(e.cat.Control()).Union(data.Intersect(e.cat.Data()))
	b.literals = e.unknown(b.literals, p.Actions, b.control, controlPlane)
	b.literals = e.unknown(b.literals, p.DataActions, b.data, dataPlane)
	return b
}

func (e *Evaluator) matched(p patterns) entitlement.ActionSet {
	var set entitlement.ActionSet
	for _, s := range p.allow {
		set = set.Union(e.cat.Match(s))
	}
	for _, s := range p.except {
		set = set.Minus(e.cat.Match(s))
	}
	return set
}

// unknown adds the names that patterns give in full and the catalogue does not
// have.
func (e *Evaluator) unknown(out []mention, names []string, p patterns, on plane) []mention {
	for _, name := range names {
		m := mention{entitlement.Action(strings.TrimSpace(name)), on}
		if _, ok := e.cat.Index(m.action); ok || m.action == "" || strings.Contains(name, "*") || !p.match(lower(string(m.action))) {
			continue
		}
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// mention notes on which plane a role names actions that the catalogue does not
// have.
func (e *Evaluator) mention(in map[string]plane, def *entitlement.RoleDefinition) {
	note := func(names []string, p plane) {
		for _, name := range names {
			if _, ok := e.cat.Index(entitlement.Action(name)); !ok && !strings.Contains(name, "*") {
				in[lower(name)] |= p
			}
		}
	}
	for i := range def.Blocks {
		b := &def.Blocks[i]
		note(b.Actions, controlPlane)
		note(b.NotActions, controlPlane)
		note(b.DataActions, dataPlane)
		note(b.NotDataActions, dataPlane)
	}
}

// guard is a compiled condition.
type guard struct {
	text    string
	expr    *condition.Expression // nil: it cannot be read.
	err     error
	yes, no entitlement.ActionSet // Where it is true, and false, whatever the request is.
}

// guard compiles the text of a condition, nil if there is none.
func (e *Evaluator) guard(text string) *guard {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	g := &guard{text: text}
	if g.expr, g.err = condition.Parse(text); g.err == nil {
		g.yes, g.no = g.expr.Split(e.actions)
	}
	return g
}

// truth evaluates the condition for a request.
func (g *guard) truth(r *condition.Request, keys []string) (condition.Truth, []string) {
	switch {
	case g == nil:
		return condition.Yes, keys
	case g.expr == nil:
		return condition.Maybe, keys
	}
	return g.expr.Truth(r, keys)
}

// split returns the part of a set for which the guards are certainly true, and
// that for which it hangs on more.
func split(set entitlement.ActionSet, guards ...*guard) (sure, maybe entitlement.ActionSet) {
	sure = set
	for _, g := range guards {
		if g != nil {
			sure, set = sure.Intersect(g.yes), set.Minus(g.no)
		}
	}
	return sure, set.Minus(sure)
}
