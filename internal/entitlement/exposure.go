package entitlement

// Escalation is one way in which an identity can raise its own permissions.
type Escalation struct {
	Path        string           // Id of the published path, such as "iam-001"; that of the last step where there are several.
	Name        string           // Such as "iam:CreatePolicyVersion".
	Target      string           // What the identity comes to act as or to change: ARN of a role, user, group or policy.
	Admin       bool             // It ends with every action on every resource; else with more than the identity holds.
	Conditional bool             // It hangs on conditions whose context is not known.
	Keys        []string         // The condition keys that would decide.
	Steps       []EscalationStep // In order; one, unless it goes through other identities.
}

// Ways are the ways in which an identity can raise its own permissions.
type Ways struct {
	Gravest                   []Escalation // The gravest of them.
	Found, Admin, Conditional int          // In all, to every permission, and under conditions.
	More                      bool         // There may be others.
}

// EscalationStep is one move of an Escalation.
type EscalationStep struct {
	Path        string
	Name        string
	By          IdentityID // Who makes the move: the identity itself, then those that it took over.
	Permissions []Action   // What By needs for it and has.
	Target      string     // As in Escalation.
}

// The ways in which an outside account enters.
const (
	AccessDirect   = "direct"
	AccessChaining = "role_chaining"
)

// ExternalAccess is a way for identities of another account, or of an identity
// provider, to enter a system by assuming one of its roles.
type ExternalAccess struct {
	// From is the outside account's number, or the ARN or name of an identity
	// provider; "*" is anybody.
	From        string
	Role        IdentityID   // The role of the system that is reached.
	Method      string       // AccessDirect, or AccessChaining where other roles lie between.
	Via         []IdentityID // The roles between, the outermost first.
	TrustsAll   bool         // Every identity of the account, not named ones.
	Identities  []IdentityID // The named ones, or those of a known account that can.
	Conditional bool
	Keys        []string // Condition keys that would decide, such as "sts:externalid".
}

// The classes of access to a bucket from outside.
const (
	BucketIsPublic       = "public"        // Anybody.
	BucketIsRestricted   = "restricted"    // Its policy or ACL would let anybody in; Block Public Access or a condition stands before.
	BucketIsCrossAccount = "cross_account" // Named other accounts.
	BucketIsPrivate      = "private"
	BucketIsUnknown      = "unknown" // Its policy or ACL could not be read.
	// BucketSubjectToACLs: objects may be public by lists of their own (Google
	// Cloud).
	BucketSubjectToACLs = "subject_to_object_acls"
)

// BucketExposure tells who outside of a bucket's account has access to it.
type BucketExposure struct {
	Access   string   // One of the classes.
	Accounts []string // Other accounts that get in: numbers, or canonical user ids where these are not known.
	Because  []string // The statements and grants that say so, in words.
}
