package azure

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure/condition"
	"github.com/leastward/leastward/internal/policy/decision"
)

// Data is the key of Request.Context that says whether an action is meant that
// is a data action, "true", or not, "false". Without it the catalogue says so.
// An action that it does not have is on the plane on which roles name it, or on
// that of all other actions on its type of resource or of its resource
// provider. Where that leaves both it is judged as both, and the answer is
// conditional where they differ.
const Data = "data"

// Decide says whether somebody may do something, and why. The principal is an
// object id, a user principal name or an application id; the resource is an ARM
// id, or that of something above a subscription. The decision's slices are used
// again. An error says which of identity, action and resource cannot be
// understood.
func (e *Estate) Decide(r *decision.Request, d *decision.Decision) error {
	d.Verdict, d.Because, d.Keys = decision.ImplicitlyDenied, d.Because[:0], d.Keys[:0]
	q := query{request: r, decision: d}
	q.sure, q.keys = d.Because, d.Keys
	if err := checkAction(r.Action); err != nil {
		return err
	}
	var err error
	if q.id, q.person, err = e.caller(r.Principal); err != nil {
		return err
	}
	if q.system, q.place, err = e.system(string(r.Resource), q.id); err != nil {
		return err
	}
	q.action = q.system.named(r.Action)
	if err := q.plane(); err != nil {
		return err
	}
	q.decide()
	if len(d.Keys) > 1 {
		slices.Sort(d.Keys)
		d.Keys = slices.Compact(d.Keys)
	}
	return nil
}

// query is a request with all that its decision needs looked up.
type query struct {
	request   *decision.Request
	decision  *decision.Decision
	system    *Subscription
	id        entitlement.IdentityID
	person    person
	place     place
	action    action
	condition *condition.Request // Made when a condition asks for it.
	tally
}

// tally is what the evaluation came upon.
type tally struct {
	allowed, denied     bool // For certain.
	mayAllow, mayDenied bool
	sure, unsure        []decision.Reason
	keys                []string
	// How many of unsure and keys are those of denials.
	denials, denialKeys int
}

// plane narrows the planes to what the request says.
func (q *query) plane() error {
	values, ok := q.request.Context[Data]
	if !ok || len(values) == 0 {
		return nil
	}
	switch lower(values[0]) {
	case "true":
		q.action.planes = dataPlane
	case "false":
		q.action.planes = controlPlane
	default:
		return errorf("context: data is %q; it is true or false", values[0])
	}
	return nil
}

// decide judges the request on the plane of its action, or on both.
func (q *query) decide() {
	if q.action.planes != controlPlane|dataPlane {
		q.judge(q.action.planes)
		q.conclude()
		return
	}
	q.judge(controlPlane)
	control := q.verdict()
	first := q.tally
	first.sure, first.keys = slices.Clone(first.sure), slices.Clone(first.keys)
	q.tally = tally{}
	q.judge(dataPlane)
	switch {
	case q.verdict() != control:
		q.either(&first)
	case control == decision.Conditional:
		q.allowed = false // Both planes' reasons count.
		q.mayAllow = true
		q.sure = append(first.sure, q.sure...)
		q.unsure = append(first.unsure, q.unsure...)
		q.keys = append(first.keys, q.keys...)
		q.conclude()
	default:
		q.conclude()
	}
}

// either concludes where the planes differ.
func (q *query) either(other *tally) {
	d := q.decision
	d.Verdict = decision.Conditional
	d.Because, d.Keys = d.Because[:0], append(d.Keys[:0], Data)
	for _, t := range []*tally{other, &q.tally} {
		for _, r := range slices.Concat(t.sure, t.unsure) {
			r.Uncertain = true
			d.Because = append(d.Because, r)
		}
		d.Keys = append(d.Keys, t.keys...)
	}
}

func (q *query) judge(on plane) {
	q.deniedBy(on)
	q.tally.denials, q.denialKeys = len(q.unsure), len(q.keys)
	if !q.denied {
		q.allow(q.id, "", on)
		for _, g := range q.person.groups {
			q.allow(g, g, on)
		}
	}
}

func (q *query) verdict() decision.Verdict {
	switch {
	case q.denied:
		return decision.ExplicitlyDenied
	case q.allowed && !q.mayDenied:
		return decision.Allowed
	case q.allowed, q.mayAllow:
		return decision.Conditional
	}
	return decision.ImplicitlyDenied
}

// conclude writes the decision: what is certain where that decides, else all.
func (q *query) conclude() {
	d := q.decision
	d.Verdict = q.verdict()
	d.Because, d.Keys = q.sure, q.keys[:0]
	switch d.Verdict {
	case decision.ExplicitlyDenied, decision.Allowed:
	case decision.Conditional:
		if q.allowed { // What else may give it does not matter.
			q.unsure, q.keys = q.unsure[:q.tally.denials], q.keys[:q.denialKeys]
		}
		d.Because, d.Keys = append(d.Because, q.unsure...), q.keys
	case decision.ImplicitlyDenied:
		d.Because = append(d.Because, decision.Reason{Kind: decision.NoGrant, Note: "no role assignment on the resource or above it gives the action"})
	}
}

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
