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
	// Action is in the cloud's own spelling: "s3:GetObject",
	// "Microsoft.Storage/storageAccounts/read", "storage.objects.get".
	Action entitlement.Action
	// Service is what the action's name begins with: "s3", "Microsoft.Storage",
	// "storage".
	Service     string
	Type        ActionType
	Severity    Severity
	Sensitivity Sensitivity
	// ResourceTypes are the types of resource that the action works on: on AWS
	// those that a policy can name for it, as the service authorization
	// reference calls them, where empty means the resource "*" alone; on Azure
	// and Google Cloud the type that is part of the name, as
	// "Microsoft.Storage/storageAccounts" and "storage.objects".
	ResourceTypes []string
	// ResourceARNs are the ARN formats of ResourceTypes, in the same order,
	// with placeholders such as "${BucketName}" (AWS).
	ResourceARNs []string
	// DataPlane is set where logs record the action only if its owner turned
	// them on: data events of CloudTrail, the diagnostic settings of a resource
	// of Azure (data actions), the Data Access logs of Google Cloud (ADMIN_READ,
	// DATA_READ, DATA_WRITE).
	DataPlane bool
	// Unrecorded is set where the absence of the action from the logs proves
	// nothing: no operation of the public API exercises it, as with
	// iam:PassRole, which other calls check, or calls of a console; the
	// operation needs no permission; or no log has it at all, as with reads of
	// Azure's control plane, which the Activity Log leaves out.
	Unrecorded bool
	// Data marks an action of Azure that roles grant through data actions.
	// DataOnly is set where they can grant it in no other way.
	Data, DataOnly bool
}
