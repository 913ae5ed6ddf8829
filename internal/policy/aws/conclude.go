package aws

import "github.com/leastward/leastward/internal/policy/aws/condition"

// conclude joins the layers where no Deny is certain.
func (q *query) conclude(v *weighed) {
	boundary, session := q.layers[BoundaryLayer].allow, q.layers[SessionLayer].allow
	limits := boundary.And(session)
	v.principal = q.layers[IdentityLayer].allow.And(limits)
	allowed := q.across(v)
	if q.caller.system == q.owner || q.caller.system == "" {
		allowed = q.within(v, limits)
	}
	allowed = allowed.And(q.layers[ServiceControlLayer].allow)
	if q.caller.kind == rootCaller && q.assumes() {
		allowed = condition.No // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
	}
	v.verdict = verdictOf(allowed, q.denied())
}

// within is the rule for one account: the policy of the resource or those of
// the caller must allow; for roles and KMS keys, the resource's must, if only
// by leaving it to the account. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-id-rdp.html.
func (q *query) within(v *weighed, limits condition.Truth) condition.Truth {
	byResource := v.guests.exact.Or(v.guests.role.And(limits))
	byCaller := v.principal
	if q.strict() {
		byCaller = byCaller.And(v.guests.any())
	}
	if q.caller.system == "" { // A service or anybody: it has no policies.
		return v.guests.exact
	}
	return byResource.Or(byCaller)
}

// across is the rule between accounts: both sides must allow. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
func (q *query) across(v *weighed) condition.Truth {
	return v.principal.And(v.guests.any())
}

// denied tells whether any layer denies.
func (q *query) denied() condition.Truth {
	t := condition.No
	for i := range q.layers {
		t = t.Or(q.layers[i].deny)
	}
	return t
}

func verdictOf(allowed, denied condition.Truth) Verdict {
	switch {
	case allowed == condition.No:
		return ImplicitlyDenied
	case allowed == condition.Maybe || denied == condition.Maybe:
		return Conditional
	}
	return Allowed
}
