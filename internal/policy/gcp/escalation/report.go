package escalation

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// ways returns what there is to report of somebody. Those of a class have the
// same ways, but that they go them themselves.
func (f *finder) ways(a *actor) entitlement.Ways {
	if a.class.views[0].access.Super {
		return entitlement.Ways{}
	}
	key := known{a.class, a.home}
	w, ok := f.known[key]
	if !ok {
		s := search{finder: f, class: a.class, direct: map[*node]bool{}}
		s.run()
		w = s.report()
		f.known[key] = w
	}
	if a.id == a.class.member || len(w.Gravest) == 0 {
		return w
	}
	return by(w, a.id)
}

// by returns the ways as another goes them.
func by(w entitlement.Ways, who entitlement.IdentityID) entitlement.Ways {
	w.Gravest = slices.Clone(w.Gravest)
	for i := range w.Gravest {
		e := &w.Gravest[i]
		e.Steps = slices.Clone(e.Steps)
		e.Steps[0].By = who
	}
	return w
}

// report writes down what was found.
func (s *search) report() entitlement.Ways {
	w := s.ways
	for _, c := range s.found {
		w.Gravest = append(w.Gravest, s.escalation(c))
	}
	return w
}

func (s *search) escalation(c *chain) entitlement.Escalation {
	last := c.last()
	e := entitlement.Escalation{
		Path: last.list.plan.ID, Name: last.list.plan.Name, Target: last.target(), Admin: c.admin, Conditional: c.truth != yes,
	}
	for i := range c.moves {
		m := &c.moves[i]
		if m.by == "" {
			m.by = s.class.member
		}
		e.Steps = append(e.Steps, entitlement.EscalationStep{
			Path: m.list.plan.ID, Name: m.list.plan.Name, By: m.by, Permissions: m.list.plan.list, Target: m.target(),
		})
		if e.Conditional {
			e.Keys = append(e.Keys, s.keys(m)...)
		}
	}
	slices.Sort(e.Keys)
	e.Keys = slices.Compact(e.Keys)
	return e
}

// keys returns what decides whether a move can be made.
func (s *search) keys(m *move) []string {
	var out []string
	if m.list.exists != "" {
		out = append(out, "existing "+m.list.exists)
	}
	for _, a := range m.list.plan.OnProject {
		out = append(out, s.decides(m.by, a, m.list.home.Canonical(""))...)
	}
	where := entitlement.ResourceID(m.list.end)
	switch m.list.plan.Ends {
	case Account:
		where = m.to.name
	case Delegate:
		where = entitlement.ResourceID(m.list.through)
	case Function, Instance:
		where = m.list.home.Canonical("")
		out = append(out, s.decides(m.by, actAs, m.to.name)...)
	case CustomRole:
		where = m.list.home.Canonical("")
	case Storage, Agent, Policy, Guardrail:
	}
	for _, a := range m.list.plan.OnTarget {
		out = append(out, s.decides(m.by, a, where)...)
	}
	return out
}

// decides returns what decides about one permission.
func (s *search) decides(who entitlement.IdentityID, a entitlement.Action, on entitlement.ResourceID) []string {
	if s.decide(who, a, on) != perhaps {
		return nil
	}
	return slices.Clone(s.decision.Keys)
}
