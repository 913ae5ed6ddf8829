package aws

import (
	"slices"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// explain writes down what decided.
func (q *query) explain(d *Decision, v *weighed) {
	switch v.verdict {
	case ExplicitlyDenied:
		d.Because = append(d.Because, v.denier.reason(v.layer))
	case Allowed:
		q.explainAllowed(d, v)
	case Conditional:
		q.explainConditional(d, v)
	case ImplicitlyDenied:
		q.explainSilence(d, v)
	}
}

// reason is what a statement did.
func (r *reference) reason(layer Layer) Reason {
	out := Reason{Layer: layer, Level: r.level, Policy: r.policy, Group: r.group}
	if s := r.statement; s != nil {
		out.Effect, out.Statement, out.Sid = Allow, int(s.index), s.sid
		if s.deny {
			out.Effect = Deny
		}
	}
	return out
}

// explainAllowed names one Allow of each layer that had to allow: of the
// resource's, and of the caller's unless the resource's suffices by itself.
func (q *query) explainAllowed(d *Decision, v *weighed) {
	layer := q.resourceLayer()
	if by := &q.layers[layer].by; by.statement != nil && q.resourceCounts(v) {
		d.Because = append(d.Because, by.reason(layer))
	}
	if !q.resourceSuffices(v) || v.guests.exact != condition.Yes && q.caller.kind == rootCaller {
		q.explainCaller(d, v)
	}
	if t := &q.layers[ServiceControlLayer]; v.required&(1<<ServiceControlLayer) != 0 && t.by.statement != nil {
		d.Because = append(d.Because, t.by.reason(ServiceControlLayer))
	}
}

// explainCaller names what allows on the caller's side.
func (q *query) explainCaller(d *Decision, v *weighed) {
	if q.caller.kind == rootCaller {
		d.Because = append(d.Because, Reason{Layer: BuiltInLayer, Note: "the root user may do everything in its account"})
		return
	}
	for _, layer := range [...]Layer{IdentityLayer, BoundaryLayer, SessionLayer} {
		if by := &q.layers[layer].by; by.statement != nil && (layer == IdentityLayer || v.required&(1<<layer) != 0) {
			d.Because = append(d.Because, by.reason(layer))
		}
	}
}

func (q *query) resourceLayer() Layer {
	if q.assumes() {
		return TrustLayer
	}
	return ResourceLayer
}

// resourceSuffices reports whether the policy of the resource allows without
// the caller's own policies.
func (q *query) resourceSuffices(v *weighed) bool {
	if q.caller.system != q.owner && q.caller.system != "" {
		return false
	}
	limits := q.layers[BoundaryLayer].allow.And(q.layers[SessionLayer].allow)
	return v.guests.exact.Or(v.guests.role.And(limits)) == condition.Yes
}

// resourceCounts reports whether the policy of the resource had a say.
func (q *query) resourceCounts(v *weighed) bool {
	return q.resourceSuffices(v) || q.strict() || q.caller.system != q.owner
}

// explainConditional names the statements that may apply and the keys that
// would tell.
func (q *query) explainConditional(d *Decision, v *weighed) {
	for i := range q.unsure {
		u := &q.unsure[i]
		if q.moot(u, v) {
			continue
		}
		r := u.ref.reason(u.layer)
		r.Uncertain = true
		d.Because = append(d.Because, r)
		d.Keys = q.keys(d.Keys, &u.ref)
	}
	q.explainMissing(d)
	slices.Sort(d.Keys)
	d.Keys = slices.Compact(d.Keys)
}

// moot reports whether an Allow changes nothing, because another statement of
// the layer allows for certain: of a resource's policy, in each way in which
// the one does.
func (q *query) moot(u *suspicion, v *weighed) bool {
	s := u.ref.statement
	switch {
	case s.deny || q.layers[u.layer].allow != condition.Yes:
		return false
	case u.layer != q.resourceLayer() || v.guests.exact == condition.Yes || q.caller.system != q.owner:
		return true
	}
	how := s.principal.speaksOf(&q.caller, false)
	return how.exact == condition.No && how.role <= v.guests.role && how.account <= v.guests.account
}

// forget leaves out the Allows of a level, seen from a place on, that another
// one of it makes moot.
func (q *query) forget(from int) {
	kept := slices.DeleteFunc(q.unsure[from:], func(u suspicion) bool { return !u.ref.statement.deny })
	q.unsure = q.unsure[:from+len(kept)]
}

// keys adds the context keys on which a statement hangs.
func (q *query) keys(keys []string, ref *reference) []string {
	s := ref.statement
	keys = s.conditions.AppendKeys(keys, q)
	for _, id := range s.resources {
		keys = q.variableKeys(keys, ref.account.patterns[id], s.notResources)
	}
	if s.principal != nil && s.principal.speaksOf(&q.caller, s.deny).any() == condition.Maybe {
		keys = append(keys, "sts:rolesessionname")
	}
	return keys
}

// variableKeys adds the policy variables of a pattern that are not known. In
// NotResource it counts too whether they have a value.
func (q *query) variableKeys(keys []string, p *pattern, outside bool) []string {
	if p.bound == nil || !outside && q.matches(p) != condition.Maybe {
		return keys
	}
	for i := range p.bound.variables {
		k := &p.bound.variables[i].Key
		if s := q.Lookup(k).State; s == condition.Unknown || s == condition.Hidden {
			keys = append(keys, k.Name)
		}
	}
	return keys
}

// explainSilence names the layers where nothing allows.
func (q *query) explainSilence(d *Decision, v *weighed) {
	silent := func(layer Layer, level int, note string) {
		d.Because = append(d.Because, Reason{Layer: layer, Level: level, Note: note})
	}
	if t := &q.layers[ServiceControlLayer]; t.allow == condition.No {
		silent(ServiceControlLayer, t.by.level, "")
	}
	c := &q.caller
	switch {
	case c.kind == rootCaller && q.assumes():
		silent(BuiltInLayer, 0, "a root user cannot assume a role")
		return
	case c.kind == userCaller || c.kind == sessionCaller:
		for _, layer := range [...]Layer{IdentityLayer, BoundaryLayer, SessionLayer} {
			if q.layers[layer].allow == condition.No {
				silent(layer, 0, "")
			}
			if layer == BoundaryLayer && q.layers[layer].allow == condition.No {
				d.Because[len(d.Because)-1].Policy = c.subject.Boundary
			}
		}
	}
	if v.guests.any() == condition.No && q.isARN && (q.strict() || q.guarded != nil || c.system != q.owner || c.system == "") {
		silent(q.resourceLayer(), 0, q.noPolicyNote())
	}
}

// noPolicyNote says why the resource's policy does not speak.
func (q *query) noPolicyNote() string {
	switch {
	case q.assumes() && q.role() == nil:
		return "the role " + q.resource + " is not among the documents"
	case !q.assumes() && (q.guarded == nil || q.guarded.policy == absent):
		return "no policy of " + q.resource + " is among the documents"
	}
	return ""
}
