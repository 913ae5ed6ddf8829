package entitlement

import "time"

// Cloud names a kind of authorization system.
type Cloud string

// The clouds, and the suite's own log.
const (
	AWS      Cloud = "aws"
	Azure    Cloud = "azure"
	GCP      Cloud = "gcp"
	Platform Cloud = "platform"
)

// SystemID identifies an authorization system within its cloud: an AWS account
// number, an Azure subscription id or a GCP project id.
type SystemID string

// IdentityID identifies an identity in the cloud's own form: an ARN on AWS, an
// object id in lower case on Azure, an e-mail address in lower case on Google
// Cloud, or there the whole "principal://…" of one that has none.
type IdentityID string

// PolicyID identifies a policy document. A managed policy has the cloud's own
// id (its ARN); an inline one has "<identity>/inline/<name>".
type PolicyID string

// ResourceID identifies a resource in the cloud's own form.
type ResourceID string

// AccessKeyID identifies a long-lived credential.
type AccessKeyID string

// Action is one operation in the cloud's own spelling, such as
// "iam:PassRole". Compare actions without regard to case on AWS.
type Action string

// Names of tags that exempt an identity or a resource. The two are
// independent: the first leaves it out of the Permission Creep Index, the
// second out of findings.
const (
	TagExcludeFromPCI     = "ck_exclude_from_pci"
	TagExcludeFromReports = "ck_exclude_from_reports"
)

// Kind tells what sort of identity one is.
type Kind string

// The kinds of identity.
const (
	User     Kind = "user"
	Role     Kind = "role"
	Group    Kind = "group"
	Function Kind = "function"
	Instance Kind = "instance"

	ServicePrincipal Kind = "service_principal" // Azure: an application in the tenant.
	ManagedIdentity  Kind = "managed_identity"  // Azure.
	ServiceAccount   Kind = "service_account"   // Google Cloud.
)

// Human reports whether people act under identities of this kind.
func (k Kind) Human() bool { return k == User }

// System is one authorization system.
type System struct {
	ID      SystemID
	Cloud   Cloud
	Name    string   // Alias or display name; need not be unique.
	Owner   string   // Team that answers for it; routes alerts. "" is unknown.
	Folders []string // Named sets of systems that it belongs to.
	Number  string   // Project number (Google Cloud), by which logs and policies name it too.
}

// Tristate is a fact that may be unknown.
type Tristate uint8

// The values of a Tristate.
const (
	Unknown Tristate = iota
	No
	Yes
)

// Identity is a human or workload, or a group of them, with the policies that
// its authorization system attaches to it.
type Identity struct {
	ID       IdentityID
	UniqueID string // The cloud's never-reused id ("AIDA…"), "" if unknown.
	System   SystemID
	Kind     Kind
	Name     string
	Owner    string // Team that answers for it; "" falls back to the system's.
	Created  time.Time
	Tags     map[string]string

	Policies []PolicyID   // Attached and inline, in the order read.
	Boundary PolicyID     // Permissions boundary; "" is none.
	Groups   []IdentityID // Groups that it belongs to.
	RunsAs   IdentityID   // Role of a function or an instance; "" otherwise.
	Trust    []byte       // Role trust policy as the cloud wrote it; nil otherwise.

	// PermissionSet is the permission set of IAM Identity Center that made the
	// role; "" for others. Its sessions bear the names of people.
	PermissionSet string

	// ServiceManaged marks identities that the cloud itself made and manages
	// (AWS service-linked roles, service agents of Google Cloud, Microsoft's own
	// applications); their owner cannot change them.
	ServiceManaged bool

	// Default marks a default service account (Google Cloud): it has findings
	// and does not count in the Permission Creep Index.
	Default bool

	// Guest marks users of another directory (Azure B2B), or of another domain
	// than the organization's (Google Cloud).
	Guest bool

	// Disabled marks identities that cannot sign in until they are enabled.
	Disabled bool

	// Email is the user principal name or mail address where ID is another
	// thing; logs name people by it.
	Email string

	// AppID is the application (client) id of a service principal or managed
	// identity, the unique id of a service account; logs name them by it.
	AppID string

	// Root marks the account's root user: it may do everything, whatever the
	// policies say, and nothing of that can be taken away.
	Root bool

	Console      Tristate // Has a password for the web console.
	MFA          Tristate // A second factor is registered.
	PasswordUsed time.Time
	Keys         []AccessKey

	// LastUsed is the cloud's own record of the last use (such as AWS role
	// last used), zero if never or unknown. It tells of activity that the
	// event logs at hand may not reach.
	LastUsed time.Time
}

// Exempt reports whether the identity carries the exemption tag. A tag counts
// unless its value says "false" or "no".
func (i *Identity) Exempt(tag string) bool { return exempt(i.Tags, tag) }

func exempt(tags map[string]string, tag string) bool {
	v, ok := tags[tag]
	return ok && v != "false" && v != "no"
}

// AccessKey is a long-lived credential of an identity.
type AccessKey struct {
	ID       AccessKeyID
	Created  time.Time
	Active   bool
	LastUsed time.Time // Zero if never used or unknown; see UseKnown.
	UseKnown bool      // Whether LastUsed was read at all.
}

// Policy is one policy document as the cloud wrote it.
type Policy struct {
	ID       PolicyID
	Name     string
	Managed  bool   // The cloud vendor's own, which an owner cannot change.
	Inline   bool   // Belongs to one identity and goes with it.
	Document []byte // JSON, as the cloud wrote it, URL encoding removed.
}

// Inventory is everything that one collection read about one system.
type Inventory struct {
	System     System
	Identities []Identity
	Policies   map[PolicyID]Policy
	// Profiles are the roles of instance profiles, through which instances run
	// as a role (AWS).
	Profiles map[ResourceID]IdentityID

	// Controls are the guardrails from above (service control policies), one
	// list for each level of the organisation from the root to the account
	// itself; an action must be allowed by every level. Empty means none.
	Controls [][]PolicyID
	// ResourceControls are the resource control policies, level by level as in
	// Controls. A level need not name the policy that allows everything, which
	// the cloud attaches to each by itself. Empty means that there are none.
	ResourceControls [][]PolicyID
	Organization     *Organization // nil: none, or not known.

	Resources      []Resource
	SecurityGroups []SecurityGroup
	Assignments    []Assignment

	// Roles, Grants, Denials and Boundaries say who may do what on Azure and
	// Google Cloud: those of the system's scope, of what is in it, and of all
	// that is above it.
	Roles      map[RoleID]RoleDefinition
	Grants     []RoleGrant
	Denials    []Denial
	Boundaries []AccessBoundary
	// Ancestors are the scopes above the system, the nearest first.
	Ancestors []Scope
	// Domains are those whose accounts are the organization's own (Google
	// Cloud); the customer id of each beside it where known.
	Domains map[string]string
	// Memberships are the groups of each member, as far as known, also of those
	// who are no identities of the system: groups that hold no grants may stand
	// in denials (Google Cloud). It is shared by the systems of a collection.
	Memberships map[IdentityID][]IdentityID

	// FullHistoryFrom is the earliest time from which the event source holds
	// every recorded event; zero if there is no event source.
	FullHistoryFrom time.Time

	CollectedAt time.Time
	Problems    []Problem // What could not be read. Never silently empty.
}

// Problem is one thing that a collection could not read or had to reject. The
// rest of the collection goes on without it.
type Problem struct {
	Code       string // Bounded set, used as a metric label.
	Subject    string // What it concerns: an API, a file with position, an ARN.
	Permission string // The missing permission where one was refused.
	Message    string // For people; says the remedy.
}
