package catalog

import "github.com/leastward/leastward/internal/entitlement"

// ActionType tells what an action does.
type ActionType uint8

// The action types. A Delete is a write that destroys something for good.
const (
	Read ActionType = iota
	List
	Write
	Delete
	Permissions
	Tagging
)

func (t ActionType) String() string {
	return [...]string{"read", "list", "write", "delete", "permissions", "tagging"}[t]
}

// Changes reports whether actions of this type change anything.
func (t ActionType) Changes() bool { return t != Read && t != List }

// Severity tells how much harm an action can do.
type Severity uint8

// The severities. High are the actions by which someone can leak data, disrupt
// a service or change the security posture.
const (
	Normal Severity = iota
	High
)

func (s Severity) String() string {
	return [...]string{"normal", "high"}[s]
}

// Sensitivity is a set of reasons why an action is sensitive; zero is none.
type Sensitivity uint8

// The reasons, one bit each.
const (
	CredentialExposure  Sensitivity = 1 << iota // Hands out credentials.
	DataAccess                                  // Hands out the data of a workload.
	PrivilegeEscalation                         // Lets an identity widen its own permissions.
	ResourceExposure                            // Opens a resource to others.
)

// Has reports whether s holds any of the reasons in t.
func (s Sensitivity) Has(t Sensitivity) bool { return s&t != 0 }

// Info is what the catalogue knows of one action.
type Info struct {
	Action      entitlement.Action // The cloud's own spelling: "s3:GetObject".
	Service     string             // The part before the colon: "s3".
	Type        ActionType
	Severity    Severity
	Sensitivity Sensitivity
	// ResourceTypes are the types of resource that a policy can name for the
	// action, as the cloud's service authorization reference calls them. Empty
	// means that the action works on the resource "*" alone.
	ResourceTypes []string
	// ResourceARNs are the ARN formats of ResourceTypes, in the same order,
	// with placeholders such as "${BucketName}".
	ResourceARNs []string
	// DataPlane is set where CloudTrail records the action only if a trail
	// selects data events for it.
	DataPlane bool
	// Unrecorded is set where the absence of the action from CloudTrail proves
	// nothing: no operation of the public API exercises it, as with
	// iam:PassRole, which other calls check, or calls of a console; or the
	// operation needs no permission.
	Unrecorded bool
}
