package query

// Field is a field of an event, by the name that queries, answers and the
// store use.
type Field string

// The fields. Those marked "several" may have more than one value.
const (
	Time         Field = "time"
	ID           Field = "id"            // The cloud's own unique id.
	Cloud        Field = "cloud"         // aws, azure, gcp, platform.
	System       Field = "system"        // Account, subscription or project.
	Folder       Field = "folder"        // Named set of systems, as configured.
	Identity     Field = "identity"      // ARN or id of the identity; of a session, its role.
	IdentityType Field = "identity_type" // The cloud's own word: IAMUser, AssumedRole, Root.
	Username     Field = "username"      // Name of the identity.
	Role         Field = "role"          // Name of the role, where the identity is one.
	Session      Field = "session"       // Role session name.
	AccessKey    Field = "access_key"
	Service      Field = "service"       // Event source: s3.amazonaws.com.
	Name         Field = "name"          // Call as recorded: ListBuckets.
	Action       Field = "action"        // Several: permissions that the call exercises: s3:ListAllMyBuckets.
	Severity     Field = "severity"      // high or normal, of the gravest action.
	ActionType   Field = "type"          // read, write, delete or permissions, of the gravest action.
	Resource     Field = "resource"      // Several: ARN or id.
	ResourceType Field = "resource_type" // Several.
	Outcome      Field = "outcome"       // success, authorization_failure, error.
	ErrorCode    Field = "error_code"
	ErrorText    Field = "error_text"
	Address      Field = "address" // Source address, or the calling service's name.
	UserAgent    Field = "user_agent"
	Region       Field = "region"
	ReadOnly     Field = "read_only"  // true or false.
	DataEvent    Field = "data_event" // true or false.
	RequestID    Field = "request_id"
	InvokedBy    Field = "invoked_by"   // The service that called on the identity's behalf.
	ByService    Field = "by_service"   // true where the caller is the cloud itself.
	Issued       Field = "issued"       // Several: access keys that the call handed out.
	Ingested     Field = "ingested"     // When the event was stored.
	IdentityTag  Field = "identity_tag" // Several: key or key=value, as the inventory has them now.
	ResourceTag  Field = "resource_tag" // Several: likewise.
	// Text is every field that has words, and the request's parameters and
	// answer.
	Text Field = "text"
)
