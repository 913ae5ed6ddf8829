package entitlement

import "time"

// Category is the kind of a finding. The names follow the finding types of
// Entra Permissions Management.
type Category string

// The finding categories.
const (
	InactiveUser     Category = "inactive_user"
	InactiveRole     Category = "inactive_role"
	InactiveGroup    Category = "inactive_group"
	InactiveFunction Category = "inactive_function"
	InactiveInstance Category = "inactive_instance"

	InactiveServicePrincipal Category = "inactive_service_principal" // Azure: managed identities too.
	InactiveServiceAccount   Category = "inactive_service_account"

	SuperUser     Category = "super_user"
	SuperRole     Category = "super_role"
	SuperGroup    Category = "super_group"
	SuperFunction Category = "super_function"
	SuperInstance Category = "super_instance"

	SuperServicePrincipal Category = "super_service_principal" // Azure: managed identities too.
	SuperServiceAccount   Category = "super_service_account"

	OverprovisionedUser     Category = "overprovisioned_user"
	OverprovisionedRole     Category = "overprovisioned_role"
	OverprovisionedGroup    Category = "overprovisioned_group"
	OverprovisionedFunction Category = "overprovisioned_function"
	OverprovisionedInstance Category = "overprovisioned_instance"

	OverprovisionedServicePrincipal Category = "overprovisioned_service_principal" // Azure: managed identities too.
	OverprovisionedServiceAccount   Category = "overprovisioned_service_account"

	// Privilege escalation: may raise its own permissions.
	EscalationUser     Category = "privilege_escalation_user"
	EscalationRole     Category = "privilege_escalation_role"
	EscalationGroup    Category = "privilege_escalation_group"
	EscalationFunction Category = "privilege_escalation_function"
	EscalationInstance Category = "privilege_escalation_instance"

	EscalationServiceAccount Category = "privilege_escalation_service_account"

	// Security tools: may administer, and so switch off, what watches.
	SecurityToolUser     Category = "security_tool_admin_user"
	SecurityToolRole     Category = "security_tool_admin_role"
	SecurityToolFunction Category = "security_tool_admin_function"
	SecurityToolInstance Category = "security_tool_admin_instance"

	// Secrets: may read secret material.
	SecretAccessUser     Category = "secret_access_user"
	SecretAccessRole     Category = "secret_access_role"
	SecretAccessFunction Category = "secret_access_function"
	SecretAccessInstance Category = "secret_access_instance"

	ExternalAccount     Category = "external_access"       // An outside account that can enter.
	RoleTrustsAccount   Category = "role_trusts_account"   // A role that every identity of an outside account or identity provider may assume.
	RoleReachesExternal Category = "role_reaches_external" // A role that can enter other accounts.

	BucketUnencrypted    Category = "bucket_unencrypted"
	BucketManagedKeys    Category = "bucket_sse_s3"        // Encrypted with keys that S3 manages.
	StorageManagedKeys   Category = "storage_managed_keys" // Encrypted with keys that Microsoft or Google manages.
	BucketPublic         Category = "bucket_public"
	BucketObjectACLs     Category = "bucket_object_acls" // Google Cloud: objects may be public by lists of their own.
	BucketCrossAccount   Category = "bucket_cross_account"
	InstanceBucketAccess Category = "instance_bucket_access"
	OpenSecurityGroup    Category = "open_security_group"

	AccessKeyOld    Category = "access_key_old"
	AccessKeyUnused Category = "access_key_unused"
	UserWithoutMFA  Category = "user_without_mfa"

	// ExcludedFromReports lists what carries the exemption tag, so that
	// exemptions stay visible.
	ExcludedFromReports Category = "excluded_from_reports"
)

// Finding is one thing that someone should act on.
type Finding struct {
	ID       string // Stable for the same category and subject, safe in a URL.
	Category Category
	Cloud    Cloud
	System   SystemID
	Identity IdentityID // Whom it concerns.
	Kind     Kind
	Name     string
	Resource string // Access key id or other resource, where it has one.
	Owner    string
	// PCI is the identity's index, 0 to 100. Impact is how far the system's
	// index would fall, in points, if the identity held no more than it uses:
	// for a finding about a key or MFA, what is at stake and not what its
	// remedy brings.
	PCI, Impact float64
	Granted     int // Actions granted.
	Used        int // Actions used in the window.
	Created     time.Time
	LastActive  time.Time // Zero if never seen.
	FirstSeen   time.Time // When a collection first reported it.
	// Covered is the part of the window that the event logs reach, 0 to 1. An
	// action should wait where it is below 1: what the logs do not reach may
	// hold a use.
	Covered  float64
	Evidence []Evidence
}

// Evidence is one fact behind a finding, in the order that a reader wants them.
type Evidence struct {
	Name  string
	Value string
}
