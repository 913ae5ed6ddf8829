package entitlement

// Resource is something in a system that identities act on, as far as
// evaluators and findings look at it.
type Resource struct {
	ID   ResourceID // ARN on AWS.
	Type string     // Service and type as in the cloud's reference: "s3:bucket", "kms:key", "sqs:queue".
	Name string
	Tags map[string]string
	// Policy is the resource policy as the cloud wrote it; nil where the
	// resource has none or PolicyUnknown is set.
	Policy        []byte
	PolicyUnknown bool    // The policy could not be read.
	Bucket        *Bucket // Of storage buckets.
}

// Exempt reports whether the resource carries the exemption tag, as
// [Identity.Exempt] does.
func (r *Resource) Exempt(tag string) bool { return exempt(r.Tags, tag) }

// Encryption tells who manages the encryption of what a bucket holds, by the
// bucket's default.
type Encryption string

// The kinds of encryption at rest.
const (
	EncryptionUnknown Encryption = ""
	EncryptionNone    Encryption = "none"
	EncryptionS3      Encryption = "sse_s3"  // Keys that S3 manages.
	EncryptionKMS     Encryption = "sse_kms" // Keys in KMS, also in two layers.

	EncryptionProvider Encryption = "provider_managed" // Keys that Microsoft or Google manages.
	EncryptionCustomer Encryption = "customer_managed" // Keys of the customer in Key Vault or Cloud KMS.
)

// Bucket is what is known of a storage bucket beyond its policy.
type Bucket struct {
	Encryption Encryption
	KeyID      string // KMS key; "" is AWS's own for the service, or none.
	Owner      string // Canonical user id of the owner; "" if not known.
	// The four parts of S3 Block Public Access, each as it is in force: set
	// for the bucket or for its account.
	BlockPublicACLs, IgnorePublicACLs, BlockPublicPolicy, RestrictPublicBuckets Tristate
	// Grants are those of the access control list; nil where ACLUnknown is set
	// or where ACLs are off (object ownership "bucket owner enforced").
	Grants []BucketGrant
	// ACLUnknown tells that the access control list could not be read and that
	// nothing says that ACLs are off.
	ACLUnknown bool

	// PublicAllowed tells whether settings let anything in it be public: Azure's
	// allowBlobPublicAccess, Google Cloud's public access prevention not being
	// enforced.
	PublicAllowed Tristate
	// NetworkClosed tells whether the network lets in nobody from the internet,
	// or only from addresses that its owner named (Azure).
	NetworkClosed Tristate
	// PublicContainers are the blob containers that anybody may read (Azure).
	PublicContainers []string
	// ContainersUnknown tells that the containers were not read.
	ContainersUnknown bool
	// ObjectACLs tells whether objects may have access lists of their own
	// (Google Cloud without uniform bucket-level access).
	ObjectACLs Tristate
}

// BucketGrant is one entry of a bucket's access control list.
type BucketGrant struct {
	Grantee    string // "AllUsers", "AuthenticatedUsers", "LogDelivery" or a canonical user id.
	Permission string // READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL.
}

// The groups that a BucketGrant may name which anybody is a member of.
const (
	AllUsers           = "AllUsers"
	AuthenticatedUsers = "AuthenticatedUsers"
)

// SecurityGroup is a firewall around network interfaces.
type SecurityGroup struct {
	ID        ResourceID // ARN on AWS.
	GroupID   string     // "sg-…"
	Name      string
	Network   string // VPC id.
	Tags      map[string]string
	Inbound   []InboundRule // Those that let in the whole internet.
	Instances []IdentityID  // Instances that it is attached to.
}

// Exempt reports whether the group carries the exemption tag, as
// [Identity.Exempt] does.
func (g *SecurityGroup) Exempt(tag string) bool { return exempt(g.Tags, tag) }

// InboundRule opens a range of ports to the whole internet.
type InboundRule struct {
	Protocol string // "tcp", "udp", "icmp", …; "all" is every protocol and port.
	From, To int    // Ports, both included; 0 to 65535 are all.
	Source   string // "0.0.0.0/0" or "::/0".
}

// Organization is what is known of the organisation that a system belongs to.
type Organization struct {
	ID         string   // "o-…"
	Path       string   // As in aws:PrincipalOrgPaths: "o-…/r-…/ou-…/".
	Management SystemID // The account that service control policies do not bind.
	Members    []SystemID
}

// Assignment lets a person or a group of people into a system through a
// permission set of IAM Identity Center.
type Assignment struct {
	PermissionSet string // Name.
	Role          IdentityID
	Principal     string // Name of the user or group in the directory, its id where the name is unknown.
	PrincipalID   string
	Group         bool
	Members       []string // Names of the users of a group, as far as known.
}
