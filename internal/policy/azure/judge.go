package azure

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure/condition"
	"github.com/leastward/leastward/internal/policy/decision"
)

// deniedBy looks for deny assignments that apply.
func (q *query) deniedBy(on plane) {
	all := q.system.denials.all
	for _, n := range q.applying() {
		d := &all[n]
		if !d.place.covers(q.place) || d.NotChildScopes && d.place != q.place {
			continue
		}
		for i := range d.blocks {
			b := &d.blocks[i]
			if b.gives(q.action, on) {
				q.deny(d, i, b)
			}
		}
	}
}

// applying returns the denials that apply to the caller.
func (q *query) applying() []int32 {
	s := q.system
	if len(s.denials.all) == 0 {
		return nil
	}
	if who := s.subjects[q.id]; who != nil && slices.Equal(who.groups, q.person.groups) {
		return who.denials.list
	}
	return s.denials.of([]entitlement.IdentityID{q.id}, q.person.groups)
}

func (q *query) deny(d *denial, n int, b *block) {
	t, g := q.truth(b.guard, d.guard)
	if t == no {
		return
	}
	r := decision.Reason{Kind: decision.DenyAssignment, Policy: d.ID, RoleName: d.Name, Scope: d.Scope, Effect: "Deny", Statement: n, Uncertain: t == perhaps, Note: g.note()}
	if t == yes {
		q.denied = true
		q.sure = append(q.sure, r)
		return
	}
	q.mayDenied = true
	q.unsure = append(q.unsure, r)
}

// allow looks for role assignments to one member.
func (q *query) allow(member, group entitlement.IdentityID, on plane) {
	for _, n := range q.system.byMember[member] {
		g := &q.system.grants[n]
		if !g.place.covers(q.place) || !q.current(g) {
			continue
		}
		if !g.role.known {
			q.grant(g, 0, group, perhaps, "there is no definition of the role")
			continue
		}
		q.blocks(g, group, on)
	}
}

func (q *query) current(g *grant) bool {
	if q.request.At.IsZero() {
		return g.current
	}
	return g.at(q.request.At)
}

// blocks looks for the first block of a role that gives the action for
// certain, or else those that may.
func (q *query) blocks(g *grant, group entitlement.IdentityID, on plane) {
	start, keys := len(q.unsure), len(q.keys)
	for i := range g.role.blocks {
		b := &g.role.blocks[i]
		if !b.gives(q.action, on) {
			continue
		}
		t, deciding := q.truth(b.guard, g.guard)
		if t == yes { // What other blocks may give does not matter.
			q.unsure, q.keys = q.unsure[:start], q.keys[:keys]
		}
		if t != no {
			q.grant(g, i, group, t, deciding.note())
		}
		if t == yes {
			return
		}
	}
}

// grant notes a role assignment that gives the action.
func (q *query) grant(g *grant, n int, group entitlement.IdentityID, t condition.Truth, note string) {
	r := decision.Reason{
		Kind: decision.RoleAssignment, Policy: g.ID, Role: g.role.def.ID, RoleName: g.role.def.Name,
		Scope: g.Scope, Group: group, Effect: "Allow", Statement: n, Note: note,
	}
	switch {
	case g.Classic != "":
		r.Kind, r.Note = decision.ClassicAdmin, g.Classic
	case g.Eligible:
		r.Kind = decision.EligibleAssignment
		if t, note = min(t, perhaps), "it has to be activated first"; r.Note == "" {
			r.Note = note
		}
	}
	if r.Uncertain = t != yes; r.Uncertain {
		q.mayAllow = true
		q.unsure = append(q.unsure, r)
		return
	}
	q.allowed = true
	q.sure = append(q.sure, r)
}

// truth evaluates two guards together, and returns one that is not certain, or
// that there is.
func (q *query) truth(a, b *guard) (condition.Truth, *guard) {
	if a == nil && b == nil {
		return yes, nil
	}
	if q.condition == nil {
		from := derived{string(q.request.Resource), q.request.At}
		q.condition = &condition.Request{Action: q.action.key, Context: q.request.Context, Absent: q.request.Absent, Derive: from.derive}
	}
	start := len(q.keys)
	var t, u condition.Truth
	if t, q.keys = a.truth(q.condition, q.keys); t != no {
		u, q.keys = b.truth(q.condition, q.keys)
	}
	if t = min(t, u); t == no {
		q.keys = q.keys[:start]
	}
	if a == nil || u == perhaps {
		return t, b
	}
	return t, a
}

// note tells of a condition.
func (g *guard) note() string {
	if g == nil {
		return ""
	}
	if g.err != nil {
		return "its condition cannot be read, " + g.err.Error()
	}
	return g.text
}
