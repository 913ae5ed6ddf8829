package ask

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// others decides of those whom the policy of the resource lets in, or may, and
// who are not identities of the accounts.
func (s *awsSearch) others() {
	doc := s.side.words.ResourcePolicy(s.found.Resource)
	if doc == nil {
		return
	}
	var done []named
	for i := range doc.Statements {
		st := &doc.Statements[i]
		if st.Effect != policy.Allow {
			continue
		}
		for _, n := range namedBy(st) {
			if !slices.Contains(done, n) && s.other(n, st) {
				done = append(done, n)
			}
		}
	}
}

// other decides of one of those whom a statement speaks of, as whoever stands
// for it. It reports whether that is done with.
func (s *awsSearch) other(n named, st *policy.Statement) bool {
	o := s.classify(n)
	for _, principal := range o.standIns {
		a := &s.answer.aws
		a.request = *s.awsRequest(principal)
		if err := s.side.estate.Decide(&a.request, &a.decision); err != nil {
			if !concerns(st, s.question.Action) {
				return false // Another statement may be about the action.
			}
			a.decision.Verdict, a.decision.Because, a.decision.Keys = policy.Conditional, nil, nil
		}
		s.adopt()
		if granted(s.answer.Verdict) {
			if !s.within(n) {
				s.annotate(o.kind)
				s.found.Others = append(s.found.Others, s.holder(o.name, o.kind, o.account))
			}
			return true
		}
	}
	return true
}

// within reports whether the last decision, of somebody whom no Principal
// element names, says nothing more than that of anybody.
func (s *awsSearch) within(n named) bool {
	return (n.sort == signedPrincipal || n.sort == soughtPrincipal) && slices.ContainsFunc(s.found.Others, func(h *Holder) bool {
		return h.Kind == kindAnybody && (h.Verdict == policy.Allowed || slices.Equal(h.Keys, s.answer.Keys))
	})
}

// annotate says what is not known of those who are not among the documents.
func (s *awsSearch) annotate(kind string) {
	note, d := "", &s.answer.aws.decision
	switch kind {
	case kindAnybody, kindService, kindProvider:
		return
	case kindAccount, kindAnyAccount:
		note = "named by the " + s.policyKind() + "; whom the account lets use that is not known"
		d.Verdict = policy.Conditional
	default:
		note = "named by the " + s.policyKind() + "; its own policies are not known"
		d.Verdict = policy.Conditional
	}
	d.Because = slices.DeleteFunc(d.Because, func(r policy.Reason) bool {
		return r.Layer == policy.IdentityLayer && r.Effect == "" // The same in other words.
	})
	d.Because = append(d.Because, policy.Reason{Layer: policy.BuiltInLayer, Note: note})
	s.adopt()
}

// policyKind names the policy that says who may use the resource.
func (s *awsSearch) policyKind() string {
	if strings.HasPrefix(strings.ToLower(s.question.Action), "sts:") {
		return "trust policy"
	}
	return "resource policy"
}

// The kinds of those who are not identities of the accounts, beside user, role
// and session.
const (
	kindAnybody    = "anybody"
	kindAnyAccount = "any_account"
	kindAccount    = "account"
	kindService    = "service"
	kindProvider   = "identity_provider"
	kindOther      = "other"
)

// outsider is one of those whom a policy speaks of. Who stands for it is asked
// about in its place: for a whole account somebody who is in it.
type outsider struct {
	name, kind string
	account    entitlement.SystemID
	standIns   []string
}
