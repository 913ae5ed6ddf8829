package aws

import (
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// Decide answers a request by AWS's rules for single accounts and across
// accounts, and puts the answer into d, whose slices it uses again; it does
// not allocate once they are large enough. It fails, and says why, where the
// request names no identity of the documents, not one action or no resource.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (e *Estate) Decide(r *Request, d *Decision) error {
	d.Verdict, d.Because, d.Keys = ImplicitlyDenied, d.Because[:0], d.Keys[:0]
	q := &d.query
	if err := q.open(e, r); err != nil {
		return err
	}
	var v weighed
	q.weigh(&v)
	d.Verdict = v.verdict
	q.explain(d, &v)
	return nil
}

// weighed is a verdict with what it rests on.
type weighed struct {
	verdict   Verdict
	denier    *reference // Of the Deny that decides.
	layer     Layer      // Of the denier.
	guests    guests
	principal condition.Truth // What the caller's own side allows.
	required  uint16          // Layers that had to allow, as bits.
}

// weigh goes through the layers until a Deny applies for certain.
func (q *query) weigh(v *weighed) {
	if q.weighServiceControls(v) || q.weighResourceControls(v) || q.weighResource(v) ||
		q.weighIdentity(v) || q.weighBoundary(v) || q.weighSession(v) {
		v.verdict = ExplicitlyDenied
		return
	}
	q.conclude(v)
}

// close notes a Deny of a layer that has been read, and reports whether there is
// one.
func (v *weighed) close(layer Layer, t *tally) bool {
	if t.deny == condition.Yes {
		v.denier, v.layer = &t.against, layer
	}
	return v.denier != nil
}

// weighServiceControls reads the service control policies above the caller's
// account. They bind no service-linked role, and nobody in the management
// account, which has none. See
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html.
func (q *query) weighServiceControls(v *weighed) bool {
	t := &q.layers[ServiceControlLayer]
	t.allow = condition.Yes
	if q.caller.system == "" || q.caller.serviceLinked() {
		return false
	}
	if !q.caller.listed() { // Of an account that is not among the documents.
		t.allow, t.deny = condition.Maybe, condition.Maybe
		return false
	}
	a := q.caller.account
	for i := range a.serviceLevels {
		l, seen := &a.serviceLevels[i], len(q.unsure)
		one := tally{}
		for _, p := range l.policies {
			q.scan(&one, &a.policies[p.policy], where{account: a, layer: ServiceControlLayer, policy: p.id, level: i})
		}
		if l.doubtful {
			one.allow = one.allow.Or(condition.Maybe)
		}
		if l.missing {
			one.unknown()
		}
		if one.allow == condition.Yes {
			q.forget(seen)
		}
		q.addLevel(t, &one, i)
		if v.close(ServiceControlLayer, t) {
			return true
		}
	}
	if len(a.serviceLevels) > 0 {
		v.required |= 1 << ServiceControlLayer
	}
	return false
}

// addLevel adds a level: each must allow, and none deny.
func (q *query) addLevel(t, one *tally, level int) {
	if one.deny == condition.Yes {
		t.against = one.against
	}
	t.deny = t.deny.Or(one.deny)
	if t.allow != condition.No && one.allow == condition.No {
		t.by = reference{level: level}
	} else if t.allow == condition.Yes && one.allow == condition.Yes {
		t.by = one.by
	}
	t.allow = t.allow.And(one.allow)
}

// weighResourceControls reads the resource control policies above the
// resource's account. A policy that allows everything stands at each level and
// cannot be taken away, so that only what they deny counts. See
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html.
func (q *query) weighResourceControls(v *weighed) bool {
	t := &q.layers[ResourceControlLayer]
	t.allow = condition.Yes
	if q.home == nil || q.caller.serviceLinked() {
		return false
	}
	for i := range q.home.shareLevels {
		for _, p := range q.home.shareLevels[i].policies {
			q.scanGuests(t, &q.home.policies[p.policy], where{account: q.home, layer: ResourceControlLayer, policy: p.id, level: i})
		}
		if v.close(ResourceControlLayer, t) {
			return true
		}
		if q.home.shareLevels[i].missing {
			t.deny = condition.Maybe
		}
	}
	return false
}

// weighResource reads the policy of the resource, or a role's trust policy.
func (q *query) weighResource(v *weighed) bool {
	layer, n, id := ResourceLayer, int32(absent), ""
	switch {
	case q.assumes():
		layer = TrustLayer
		if s := q.role(); s != nil {
			n, id = s.trust, string(s.ID)
		}
	case q.guarded != nil:
		n, id = q.guarded.policy, q.guarded.id
	}
	t := &q.layers[layer]
	if n != absent && q.home != nil {
		v.guests = q.scanGuests(t, &q.home.policies[n], where{account: q.home, layer: layer, policy: entitlement.PolicyID(id)})
		if q.rootKeepsPolicy() {
			t.deny = condition.No
		}
		return v.close(layer, t)
	}
	q.withoutPolicy(v, t)
	return false
}

// role returns the role that is to be assumed, nil if it is not known.
func (q *query) role() *subject {
	if q.home == nil {
		return nil
	}
	if s := q.home.subjects[entitlement.IdentityID(q.resource)]; s != nil && s.Kind == entitlement.Role {
		return s
	}
	return nil
}

// withoutPolicy assumes what has to be assumed where no policy of the resource
// is known: of a KMS key of the caller's account, the one that KMS gives to new
// keys, which leaves access to the account's IAM policies; where a policy could
// not be read, nothing.
func (q *query) withoutPolicy(v *weighed, t *tally) {
	switch {
	case q.guarded != nil && q.guarded.unknown:
		v.guests = guests{condition.Maybe, condition.Maybe, condition.Maybe}
		if t.deny = condition.Maybe; q.rootKeepsPolicy() {
			t.deny = condition.No
		}
	case q.strict() && !q.assumes() && q.owner == q.caller.system:
		v.guests.account = condition.Yes
		if q.caller.kind == rootCaller {
			v.guests.exact = condition.Yes
		}
	}
}

// rootKeepsPolicy reports whether this is the root user of a bucket's account
// on the bucket's policy, from which no policy can keep it. See
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html.
func (q *query) rootKeepsPolicy() bool {
	if q.caller.kind != rootCaller || q.owner != q.caller.system || q.index < 0 {
		return false
	}
	switch q.estate.cat.Info(q.index).Action {
	case "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy":
		return true
	}
	return false
}

// weighIdentity reads the policies of the caller and of its groups. The root
// user may do everything in its account.
func (q *query) weighIdentity(v *weighed) bool {
	t := &q.layers[IdentityLayer]
	switch q.caller.kind {
	case serviceCaller, anyoneCaller:
		return false
	case rootCaller:
		t.allow = condition.Yes
		return false
	case userCaller, sessionCaller:
	}
	if q.caller.subject == nil { // Of an account that is not among the documents.
		t.unknown()
		return false
	}
	q.scanSubject(t, q.caller.subject, "")
	for _, g := range q.caller.subject.groups {
		q.scanSubject(t, g, g.ID)
	}
	if len(q.caller.subject.groups) < len(q.caller.subject.Groups) {
		t.unknown()
	}
	return v.close(IdentityLayer, t)
}

func (q *query) scanSubject(t *tally, s *subject, group entitlement.IdentityID) {
	a := q.caller.account
	for i, n := range s.own {
		if n == absent {
			t.unknown()
			continue
		}
		q.scan(t, &a.policies[n], where{account: a, layer: IdentityLayer, policy: s.Policies[i], group: group})
	}
}

// weighBoundary reads the permissions boundary of the caller. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
func (q *query) weighBoundary(v *weighed) bool {
	t := &q.layers[BoundaryLayer]
	t.allow = condition.Yes
	if !q.caller.bounded() {
		return false
	}
	v.required |= 1 << BoundaryLayer
	a := q.caller.account
	if t.allow = condition.No; q.caller.subject.boundary == absent {
		t.unknown()
		return false
	}
	p := &a.policies[q.caller.subject.boundary]
	q.scan(t, p, where{account: a, layer: BoundaryLayer, policy: q.caller.subject.Boundary})
	if p.doubtful {
		t.allow = t.allow.Or(condition.Maybe)
	}
	return v.close(BoundaryLayer, t)
}

// weighSession reads the session policies: together they must allow. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session.
func (q *query) weighSession(v *weighed) bool {
	t := &q.layers[SessionLayer]
	t.allow = condition.Yes
	if len(q.request.Session) == 0 {
		return false
	}
	v.required |= 1 << SessionLayer
	t.allow = condition.No
	for i, s := range q.request.Session {
		q.scan(t, &s.account.policies[0], where{account: s.account, layer: SessionLayer, level: i})
		if s.account.policies[0].doubtful {
			t.allow = t.allow.Or(condition.Maybe)
		}
	}
	return v.close(SessionLayer, t)
}
