package explain

import (
	"strings"

	policy "github.com/leastward/leastward/internal/policy/aws"
)

// missing says where no statement allows what one would have to.
func (w *Words) missing(b []byte, r *policy.Request, reason *policy.Reason) []byte {
	if reason.Layer == policy.BuiltInLayer || reason.Uncertain {
		return w.doubt(b, r, reason)
	}
	switch reason.Layer {
	case policy.IdentityLayer:
		b = append(append(b, "No policy of "...), r.Principal...)
	case policy.BoundaryLayer:
		b = append(b, "No statement of the permissions boundary"...)
		b = append(b, spaced(reason.Policy)...)
	case policy.SessionLayer:
		b = append(b, "No statement of the session policies"...)
	case policy.ServiceControlLayer:
		b = w.level(append(b, "No service control policy"...), r, reason)
	case policy.ResourceControlLayer:
		b = w.level(append(b, "No resource control policy"...), r, reason)
	case policy.ResourceLayer:
		b = append(append(b, "No statement of the resource policy of "...), w.resourceOf(r, reason)...)
	case policy.TrustLayer:
		b = append(append(b, "No statement of the trust policy of "...), w.resourceOf(r, reason)...)
	case policy.BuiltInLayer:
	}
	b = append(append(append(append(b, " allows "...), r.Action...), " on "...), r.Resource...)
	return end(b, reason.Note)
}

// doubt says what AWS decides without a policy, or what is not known of the
// policies.
func (w *Words) doubt(b []byte, r *policy.Request, reason *policy.Reason) []byte {
	if reason.Layer == policy.ServiceControlLayer || reason.Layer == policy.ResourceControlLayer {
		return end(w.level(append(b, "It depends on the policies"...), r, reason), reason.Note)
	}
	at := len(b)
	if b = append(b, reason.Note...); len(b) == at {
		b = append(b, "AWS decides this without a policy"...)
	}
	if c := b[at]; 'a' <= c && c <= 'z' && !strings.HasPrefix(reason.Note, "arn:") {
		b[at] = c - 'a' + 'A'
	}
	return end(b, "")
}
