// Package auditlog is the schema of audit events, one for every cloud and for
// the suite's own Platform log.
package auditlog

import (
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Outcome tells how a call ended.
type Outcome string

// The outcomes. They are the values of the audit query field State.
const (
	Success              Outcome = "success"
	AuthorizationFailure Outcome = "authorization_failure"
	Error                Outcome = "error" // The call was allowed and failed otherwise.
)

// Event is one call, sign-in or service event.
type Event struct {
	ID       string // The cloud's own unique id; de-duplicate on it.
	Time     time.Time
	Cloud    entitlement.Cloud
	System   entitlement.SystemID // Where the call was recorded.
	Identity entitlement.IdentityID
	// IdentityType is the cloud's own word: "IAMUser", "AssumedRole", ….
	IdentityType string
	IdentityName string
	Session      string // Role session name, "" where there is none.
	AccessKey    entitlement.AccessKeyID
	Source       string // Event source: "s3.amazonaws.com".
	Name         string // Call as recorded: "ListBuckets".
	// Actions are the permissions that the call exercises, the call's own
	// first: one call may need several (a passed role adds iam:PassRole).
	Actions []entitlement.Action
	// Mapping tells why Actions is empty, or that it is not.
	Mapping   Mapping
	Resources []Resource
	Outcome   Outcome
	ErrorCode string
	Address   string // Source address, or the name of the calling service.
	UserAgent string
	Region    string
	ReadOnly  bool
	DataEvent bool // Recorded only because a trail records data events.
	RequestID string
	InvokedBy string // The service that called on the identity's behalf, or "".
	ByService bool   // The caller is the cloud itself, not an identity.
	ErrorText string // Error message, as recorded.
	// Issued are the access keys that the call handed out: those of sessions
	// that it began and long-lived ones that it created.
	Issued []entitlement.AccessKeyID
	// Detail is what free-text search finds beyond the other fields: the values
	// of the request's parameters and of the answer, separated by spaces, at
	// most [MaxDetail] bytes.
	Detail string
	Raw    []byte // The record, byte for byte; nil where the reader was told not to keep it.
}

// MaxDetail bounds Event.Detail, in bytes.
const MaxDetail = 2 << 10

// Resource is something that a call acted upon.
type Resource struct {
	ID   entitlement.ResourceID
	Type string // The cloud's own type, "" if unknown.
}

// Mapping tells how an event relates to permissions.
type Mapping uint8

// The mappings.
const (
	// Unmapped: a genuine call whose permission is not known.
	Unmapped Mapping = iota
	// Mapped: Actions holds at least one permission.
	Mapped
	// NotPermissionBearing: nothing that a policy could grant or deny: a
	// sign-in, an event of the service itself, a call open to everyone.
	NotPermissionBearing
)
