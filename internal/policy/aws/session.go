package aws

import (
	"github.com/leastward/leastward/internal/entitlement"
)

// SessionPolicy is a policy that whoever starts a session gives it to narrow
// what it may do. It is safe for concurrent use.
type SessionPolicy struct {
	account *Account // Of this one policy.
}

// sessionPolicyID is what the policy is called while it is read.
const sessionPolicyID entitlement.PolicyID = "session policy"

// SessionPolicy compiles a session policy. What of it cannot be understood is
// left out and reported, as in [Evaluator.Compile].
func (e *Evaluator) SessionPolicy(doc []byte) (*SessionPolicy, []Diagnostic) {
	inv := &entitlement.Inventory{Policies: map[entitlement.PolicyID]entitlement.Policy{
		sessionPolicyID: {ID: sessionPolicyID, Document: doc},
	}}
	a := e.Compile(inv)
	return &SessionPolicy{account: a}, a.Diagnostics()
}
