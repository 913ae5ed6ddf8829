package aws

import (
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// Verdict is the answer to a request.
type Verdict = decision.Verdict

// The verdicts. Conditional means that it depends on context that is not known.
const (
	ImplicitlyDenied = decision.ImplicitlyDenied
	ExplicitlyDenied = decision.ExplicitlyDenied
	Conditional      = decision.Conditional
	Allowed          = decision.Allowed
)

// Request is one call that somebody might make.
type Request struct {
	// Principal is who calls: the ARN of a user, of a role (any session of it),
	// of an assumed-role session or of an account's root user; the name of a
	// service, such as "ec2.amazonaws.com"; or "*", anybody at all.
	Principal string
	Action    string // Such as "s3:GetObject"; case does not matter.
	Resource  string // ARN; "*" or "" for actions without resource types.
	// Context is what is known of the request beside what the documents tell;
	// nil: nothing.
	Context *Context
	// Session policies narrow a session; none: it has the role's full access.
	Session []*SessionPolicy
}

// Layer is the kind of policy that a reason comes from.
type Layer uint8

// The layers of policies that a request passes.
const (
	IdentityLayer Layer = iota
	BoundaryLayer
	SessionLayer
	ServiceControlLayer
	ResourceControlLayer
	ResourceLayer // Bucket, key, queue and other resource policies.
	TrustLayer    // The trust policy of a role, its resource policy.
	BuiltInLayer  // What AWS decides without a policy, as for root users.
)

// Reason is one thing that made or could make a decision what it is.
type Reason struct {
	Layer     Layer
	Level     int                    // Of the organisation, from 0 at the root, where the layer has levels.
	Effect    Effect                 // Of the statement; "" where no statement speaks: nothing allows.
	Uncertain bool                   // The statement applies or not, depending on context.
	Policy    entitlement.PolicyID   // Document; of a resource policy the resource's ARN.
	Group     entitlement.IdentityID // By way of which group.
	Statement int                    // Place in the document, from 0.
	Sid       string
	Note      string // Where no statement decides: why.
}

// Decision is the answer to a Request with what decided. Its slices are used
// again when it is passed to Decide again.
type Decision struct {
	Verdict Verdict
	// Because holds the deciding statements: the first Deny that applies; or one
	// Allow of each layer that had to allow; or the layers where nothing allows;
	// or, of a conditional one, the statements whose conditions are not known.
	Because []Reason
	// Keys are the context keys that would decide a conditional answer, in
	// lower case and sorted.
	Keys []string

	query query
}
