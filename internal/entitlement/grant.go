package entitlement

import "time"

// RoleID identifies a role definition: on Azure its GUID in lower case, which
// is unique in a tenant whatever scope its resource id begins with; on Google
// Cloud its name, such as "roles/viewer" or "projects/p/roles/custom".
type RoleID string

// RoleDefinition is a named set of permissions that grants refer to (Azure,
// Google Cloud).
type RoleDefinition struct {
	ID          RoleID
	Name        string // Title for people: "Contributor", "Storage Object Viewer".
	Description string
	Managed     bool // The cloud vendor's own (built-in, predefined, basic), which an owner cannot change.
	// Blocks are unions of what each grants. Google Cloud's roles have one, of
	// permissions without wildcards.
	Blocks []PermissionBlock
	// AssignableScopes are where a custom role of Azure may be assigned.
	AssignableScopes []ResourceID
	Deleted          bool // It grants nothing any longer.
	Stage            string
}

// PermissionBlock grants what its Actions match and its NotActions do not, and
// the same of data actions: what is taken away in one block another may grant.
// Patterns hold "*" anywhere on Azure. See
// https://learn.microsoft.com/azure/role-based-access-control/role-definitions.
type PermissionBlock struct {
	Actions, NotActions, DataActions, NotDataActions []string
	Condition                                        string // Azure's ABAC condition of the block; "" is none.
}

// RoleGrant gives a role to somebody on a scope and everything below it: a role
// assignment of Azure, a member of a binding of an allow policy of Google Cloud.
type RoleGrant struct {
	// ID is the assignment's resource id (Azure); the full name of the resource
	// whose policy it is, "#", and the binding's place (Google Cloud).
	ID   string
	Role RoleID
	// Member is an object id in lower case (Azure) or a member as policies write
	// it: "user:alice@example.com", "allUsers" (Google Cloud).
	Member     string
	MemberType string // As Azure says: "User", "Group", "ServicePrincipal", ….
	Scope      ResourceID
	Condition  *Condition // nil is none.
	// Eligible grants only after the holder activates it (Privileged Identity
	// Management): a standing risk, held as conditional.
	Eligible bool
	// Activated marks one that an eligible holder activated for a time.
	Activated   bool
	From, Until time.Time // Zero is open.
	Created     time.Time
	CreatedBy   string
	Description string
	// Classic names the classic administrator that it stands for, such as
	// "CoAdministrator"; "" for role assignments.
	Classic string
}

// Condition is an expression that decides whether a grant or denial applies:
// Azure's ABAC or Google Cloud's CEL.
type Condition struct {
	Title, Description string
	Expression         string
	Version            string // Azure's conditionVersion.
}

// Denial takes permissions away whatever is granted: a deny assignment of
// Azure, a deny policy of Google Cloud.
type Denial struct {
	ID, Name, Description string
	Scope                 ResourceID // Google Cloud: the attachment point as a full resource name.
	// NotChildScopes limits it to the scope itself (Azure's
	// doNotApplyToChildScopes).
	NotChildScopes bool
	// System marks those that the cloud made and owners cannot change.
	System bool
	Rules  []DenialRule
}

// DenialRule is one rule of a Denial.
type DenialRule struct {
	// Blocks hold what is denied (Actions, DataActions) and what is not
	// (NotActions, NotDataActions). Google Cloud writes permissions with the
	// service's host name here: "iam.googleapis.com/roles.delete".
	Blocks                 []PermissionBlock
	Members, ExceptMembers []string // As in RoleGrant, or a principal identifier.
	Condition              *Condition
}

// AccessBoundary limits principals to resources: a principal access boundary
// policy of Google Cloud with one of its bindings.
type AccessBoundary struct {
	ID, Name  string // Of the policy.
	Binding   string
	Target    string       // The principal set: "//cloudresourcemanager.googleapis.com/projects/1", ….
	Resources []ResourceID // What the members may reach, with everything below it.
	// Customer is the customer id of the organization that Target names; "" if
	// it is none or not known.
	Customer string
	// Version is the enforcement version: which permissions it blocks at all.
	Version   string
	Condition *Condition
}

// Scope is a container above a system: a management group, an organization, a
// folder.
type Scope struct {
	ID   ResourceID // ARM id; full resource name.
	Type string     // "management_group", "organization", "folder".
	Name string
}
