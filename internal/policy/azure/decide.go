package azure

import (
	"slices"

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
