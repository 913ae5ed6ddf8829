package aws

import (
	"math/bits"

	"github.com/leastward/leastward/internal/entitlement"
)

// compiler finds for each statement the actions that it bears on.
type compiler struct {
	reader   *reader
	judge    *judge
	universe *universe

	expanded []*sparse // By action pattern, as far as done.
	done     []bool
	shared   *sets
	fresh    [6][]uint64 // Room to work in.
}

// The uses of compiler.fresh.
const (
	freshActions = iota
	freshAll
	freshPart
	freshNamed
	freshSeveral
	freshCandidates
)

func (c *compiler) compile() {
	c.expanded = make([]*sparse, len(c.reader.actions.texts))
	c.done = make([]bool, len(c.reader.actions.texts))
	c.shared = newSets()
	for i := range c.fresh {
		c.fresh[i] = make([]uint64, c.universe.words)
	}
	for i := range c.reader.policies {
		p := &c.reader.policies[i]
		for j := range p.statements {
			c.statement(&p.statements[j])
			c.literals(p, &p.statements[j])
		}
		p.union = c.union(p)
		p.lookup = lookupOf(p)
	}
	c.empties()
}

func (c *compiler) statement(s *statement) {
	for i := range c.fresh {
		clear(c.fresh[i])
	}
	actions := c.fresh[freshActions]
	for _, id := range s.actions {
		c.expand(id).orInto(actions)
	}
	if s.notActions {
		c.universe.invert(actions)
	}
	s.acts = c.shared.share(sparseOf(actions))
	if s.principal != nil {
		return // How far the policy of a resource reaches is asked by resource.
	}
	patterns := c.patterns(s)
	if everything(patterns) {
		if !s.notResources { // Else it says nothing about any resource.
			s.all = s.acts
		}
		return
	}
	c.judgeAll(s, actions, patterns)
	s.all = c.shared.share(sparseOf(c.fresh[freshAll]))
	s.part = c.shared.share(sparseOf(c.fresh[freshPart]))
	s.named = c.shared.share(sparseOf(c.fresh[freshNamed]))
	s.several = c.shared.share(sparseOf(c.fresh[freshSeveral]))
}

// union returns the actions that any statement of a policy is about.
func (c *compiler) union(p *policy) *sparse {
	if len(p.statements) == 1 {
		return p.statements[0].acts
	}
	clear(c.fresh[freshActions])
	for i := range p.statements {
		p.statements[i].acts.orInto(c.fresh[freshActions])
	}
	return c.shared.share(sparseOf(c.fresh[freshActions]))
}

// literals notes the literal actions that an Allow names.
func (c *compiler) literals(p *policy, s *statement) {
	if s.deny || s.notActions || s.principal != nil || len(c.universe.literals) == 0 {
		return
	}
	for _, id := range s.actions {
		set := c.expand(id)
		if set != nil && int(set.at[0]) >= c.universe.base/64 && !isWild(c.reader.actions.texts[id]) {
			i := int(set.at[0])<<6 + bits.TrailingZeros64(set.bits[0])
			p.literals = append(p.literals, int32(i-c.universe.base)) //nolint:gosec // newUniverse checks the size
		}
	}
}

// judgeAll sorts the actions of a statement by reach.
func (c *compiler) judgeAll(s *statement, actions []uint64, patterns []*pattern) {
	if c.candidates(patterns) {
		c.narrow(s, actions)
	}
	for i := range entitlement.ActionSet(actions).Indices() {
		r, several := c.effect(s, i, patterns)
		switch r {
		case entitlement.ReachAll:
			c.fresh[freshAll][i>>6] |= 1 << (i & 63)
		case entitlement.ReachPart:
			c.fresh[freshPart][i>>6] |= 1 << (i & 63)
		case entitlement.ReachNamed:
			c.fresh[freshNamed][i>>6] |= 1 << (i & 63)
		case entitlement.ReachNone:
		}
		if several && !s.deny {
			c.fresh[freshSeveral][i>>6] |= 1 << (i & 63)
		}
	}
}

// effect is the reach of an Allow. For a Deny, ReachAll means that nothing of
// the action is left, less is the most that may be left of it.
func (c *compiler) effect(s *statement, action int, patterns []*pattern) (r entitlement.Reach, several bool) {
	if !s.notResources {
		r, several = c.judge.reach(action, patterns)
		if s.deny && r == entitlement.ReachNamed {
			r = entitlement.ReachPart // All but some named ones are left.
		}
		return r, several
	}
	r = c.judge.outside(action, patterns)
	if s.deny && r == entitlement.ReachPart {
		r, _ = c.judge.reach(action, patterns) // The exceptions are left.
	}
	return r, false
}

// candidates finds the actions that may have a resource in one of the services
// that the patterns name; false if the patterns name no service.
func (c *compiler) candidates(patterns []*pattern) bool {
	for _, p := range patterns {
		if p.service == "" {
			return false
		}
		c.judge.byService[p.service].orInto(c.fresh[freshCandidates])
	}
	c.judge.anywhere.orInto(c.fresh[freshCandidates])
	return true
}

// narrow takes out the actions that are no candidates, so that few need a
// closer look: no pattern matches any of their resources.
func (c *compiler) narrow(s *statement, actions []uint64) {
	for i, w := range c.fresh[freshCandidates][:c.universe.base/64] {
		if s.notResources {
			c.fresh[freshAll][i] = actions[i] &^ w
		}
		actions[i] &= w
	}
}

func (c *compiler) patterns(s *statement) []*pattern {
	out := make([]*pattern, len(s.resources))
	for i, id := range s.resources {
		out[i] = c.reader.patterns[id]
	}
	return out
}

func everything(patterns []*pattern) bool {
	for _, p := range patterns {
		if p.every {
			return true
		}
	}
	return false
}

// expand returns the actions of an action pattern.
func (c *compiler) expand(id int32) *sparse {
	if !c.done[id] {
		set := make([]uint64, c.universe.words)
		c.universe.match(c.reader.actions.texts[id], set)
		c.expanded[id] = sparseOf(set)
		c.done[id] = true
	}
	return c.expanded[id]
}

// empties reports action patterns that select nothing, with each policy that
// has them, and literal actions that the catalogue does not know.
func (c *compiler) empties() {
	for id, n := range c.reader.ids {
		p := &c.reader.policies[n]
		for i := range p.statements {
			s := &p.statements[i]
			for _, a := range s.actions {
				c.empty(id, s, a)
			}
		}
	}
}

func (c *compiler) empty(id entitlement.PolicyID, s *statement, action int32) {
	pattern := c.reader.actions.texts[action]
	set := c.expanded[action]
	d := Diagnostic{Policy: id, Position: s.position, Level: Notice}
	switch {
	case set == nil:
		d.Message = "the action " + quoted(pattern) + " matches nothing in the catalogue"
	case int(set.at[0]) >= c.universe.base/64 && !isWild(pattern):
		d.Message = "the action " + quoted(pattern) + " is not in the catalogue; it is shown as granted but has no weight"
	default:
		return
	}
	c.reader.diagnostics = append(c.reader.diagnostics, d)
}
