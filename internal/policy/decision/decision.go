// Package decision holds the answer to "may this identity do that there?" as
// the evaluators of Azure and Google Cloud give it.
package decision

import (
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Verdict is the answer to a request.
type Verdict uint8

// The verdicts.
const (
	ImplicitlyDenied Verdict = iota // Nothing grants it.
	ExplicitlyDenied                // A denial takes it away, or a boundary does not reach so far.
	Conditional                     // It hangs on conditions, or on an activation.
	Allowed
)

func (v Verdict) String() string {
	return [...]string{"implicitly_denied", "explicitly_denied", "conditional", "allowed"}[v]
}

// Request is one thing that somebody might do.
type Request struct {
	Principal entitlement.IdentityID // As in Inventory; an evaluator may take other spellings, which it says.
	Action    entitlement.Action     // Case does not matter.
	Resource  entitlement.ResourceID // ARM id or full resource name; "" is the system itself.
	// Context is what is known of the request: attributes as conditions name
	// them, such as "request.time" or
	// "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name]".
	// Nil: nothing.
	Context map[string][]string
	// Absent names attributes that the request is known not to have.
	Absent []string
	// At is when; zero is when the inventory was collected.
	At time.Time
}

// The kinds of a Reason.
const (
	RoleAssignment     = "role_assignment"
	EligibleAssignment = "eligible_assignment"
	ClassicAdmin       = "classic_administrator"
	DenyAssignment     = "deny_assignment"
	AllowPolicy        = "allow_policy"
	DenyPolicy         = "deny_policy"
	AccessBoundary     = "principal_access_boundary"
	NoGrant            = "no_grant" // Nothing grants it.
)

// Reason is one thing that made or could make a decision what it is.
type Reason struct {
	Kind      string
	Policy    string // Id of the assignment, of the policy with the binding's place, of the denial.
	Role      entitlement.RoleID
	RoleName  string
	Scope     entitlement.ResourceID
	Group     entitlement.IdentityID // By way of which group, or special member such as "allUsers".
	Effect    string                 // "Allow" or "Deny"; "" where nothing speaks.
	Statement int                    // Place of the permission block or rule, from 0.
	Uncertain bool                   // It applies or not, depending on conditions.
	Note      string                 // In words, where more is to say: the condition, why nothing grants.
}

// Decision is the answer to a Request with what decided.
type Decision struct {
	Verdict Verdict
	Because []Reason
	Keys    []string // The attributes that would decide a conditional answer, sorted.
}
