package azure

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure/condition"
	"github.com/leastward/leastward/internal/policy/decision"
)

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
	denialReasons, denialKeys int
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
	q.denialReasons, q.denialKeys = len(q.unsure), len(q.keys)
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
			q.unsure, q.keys = q.unsure[:q.denialReasons], q.keys[:q.denialKeys]
		}
		d.Because, d.Keys = append(d.Because, q.unsure...), q.keys
	case decision.ImplicitlyDenied:
		d.Because = append(d.Because, decision.Reason{Kind: decision.NoGrant, Note: "no role assignment on the resource or above it gives the action"})
	}
}
