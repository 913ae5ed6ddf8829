package query

// table lists the fields. Titles that Entra Permissions Management had are kept,
// so that its users find their way: Username, Resource Name, Resource Type, Task
// Name, State, Role Name, Role Session Name, Access Key ID, tag keys.
func table() []Info {
	return []Info{
		{
			Name: Time, Title: "Date", Kind: KindTime, Sort: true, Example: "2026-01-31T12:00:00Z",
			Help: "When the call was made. A query's range says it better; conditions on it narrow further.",
		},
		{
			Name: Cloud, Title: "Authorization System Type", Kind: KindEnum, Values: []string{"aws", "azure", "gcp", "platform"}, Group: true, Sort: true, Example: "aws",
			Help: "The cloud, or platform for what this suite itself did.",
		},
		{
			Name: System, Title: "Authorization System", Kind: KindText, Group: true, Sort: true, Aliases: []string{"account"}, Example: "111122223333",
			Help: "Account, subscription or project where the call was recorded.",
		},
		{
			Name: Folder, Title: "Folder", Kind: KindText, Operators: []Operator{Is, IsNot, In, NotIn}, Example: "production",
			Help: "Named set of systems, as configured.",
		},
		{
			Name: Identity, Title: "Identity", Kind: KindText, Group: true, Sort: true, Example: "arn:aws:iam::111122223333:user/ana",
			Help: "ARN or id of who called; of a session, its role.",
		},
		{
			Name: Username, Title: "Username", Kind: KindText, Group: true, Sort: true, Aliases: []string{"user"}, Example: "ana",
			Help: "Name of the identity.",
		},
		{
			Name: IdentityType, Title: "Identity Type", Kind: KindText, Group: true, Sort: true, Example: "IAMUser",
			Help: "What the cloud calls the identity: IAMUser, AssumedRole, Root, AWSService.",
		},
		{
			Name: IdentityTag, Title: "Identity Tag Key", Kind: KindTag, Several: true, Example: "team=payments",
			Help: "A tag's key, or key=value, that the identity has now, by the inventory.",
		},
		{
			Name: Role, Title: "Role Name", Kind: KindText, Group: true, Sort: true, Example: "deploy",
			Help: "Name of the role, where the identity is one.",
		},
		{
			Name: Session, Title: "Role Session Name", Kind: KindText, Group: true, Sort: true, Example: "ci-4711",
			Help: "Name that the caller gave the session of a role.",
		},
		{
			Name: AccessKey, Title: "Access Key ID", Kind: KindText, Group: true, Sort: true, Aliases: []string{"key"}, Example: "AKIAIOSFODNN7EXAMPLE",
			Help: "The access key that signed the call.",
		},
		{
			Name: Action, Title: "Task Name", Kind: KindText, Several: true, Group: true, Sort: true, Aliases: []string{"task"}, Example: "iam:CreateUser",
			Help: "Permission that the call exercised; some need several.",
		},
		{
			Name: Severity, Title: "Task Severity", Kind: KindEnum, Values: []string{"high", "normal"}, Group: true, Sort: true, Example: "high",
			Help: "Whether the gravest action is a high-risk one; absent where the call needs no permission.",
		},
		{
			Name: ActionType, Title: "Task Type", Kind: KindEnum, Values: []string{"read", "write", "delete", "permissions"}, Group: true, Sort: true, Example: "permissions",
			Help: "What the gravest action does.",
		},
		{
			Name: Service, Title: "Service", Kind: KindText, Group: true, Sort: true, Example: "s3.amazonaws.com",
			Help: "The service that was called.",
		},
		{
			Name: Name, Title: "Event Name", Kind: KindText, Group: true, Sort: true, Aliases: []string{"event"}, Example: "ListBuckets",
			Help: "The call as recorded.",
		},
		{
			Name: Resource, Title: "Resource Name", Kind: KindText, Several: true, Group: true, Sort: true, Example: "arn:aws:s3:::reports",
			Help: "ARN or id of what was acted upon.",
		},
		{
			Name: ResourceType, Title: "Resource Type", Kind: KindText, Several: true, Group: true, Sort: true, Example: "AWS::S3::Bucket",
			Help: "The cloud's own type of the resource.",
		},
		{
			Name: ResourceTag, Title: "Resource Tag Key", Kind: KindTag, Several: true, Example: "critical",
			Help: "A tag's key, or key=value, that the resource has now, by the inventory.",
		},
		{
			Name: Outcome, Title: "State", Kind: KindEnum, Values: []string{"success", "authorization_failure", "error"}, Group: true, Sort: true, Aliases: []string{"state"}, Example: "authorization_failure",
			Help: "How the call ended. The text form also takes denied (authorization_failure), failed (either failure) and ok (success).",
		},
		{
			Name: ErrorCode, Title: "Error Code", Kind: KindText, Group: true, Sort: true, Example: "AccessDenied",
			Help: "The cloud's code of what went wrong.",
		},
		{
			Name: ErrorText, Title: "Error Message", Kind: KindText, Group: true, Sort: true, Example: "not authorized to perform",
			Help: "The cloud's words about what went wrong.",
		},
		{
			Name: Address, Title: "IP Address", Kind: KindAddress, Group: true, Sort: true, Aliases: []string{"ip"}, Example: "203.0.113.9",
			Help: "Where the call came from, or the name of the calling service.",
		},
		{
			Name: UserAgent, Title: "User Agent", Kind: KindText, Group: true, Sort: true, Aliases: []string{"agent"}, Example: "aws-cli/2.15",
			Help: "The program that called.",
		},
		{
			Name: Region, Title: "Region", Kind: KindText, Group: true, Sort: true, Example: "eu-west-1",
			Help: "The region that was called.",
		},
		{
			Name: ReadOnly, Title: "Read Only", Kind: KindBool, Group: true, Sort: true, Example: "false",
			Help: "Whether the cloud says that the call changed nothing.",
		},
		{
			Name: DataEvent, Title: "Data Event", Kind: KindBool, Group: true, Sort: true, Example: "true",
			Help: "Whether the call is recorded only because a trail records data events.",
		},
		{
			Name: InvokedBy, Title: "Invoked By", Kind: KindText, Group: true, Sort: true, Example: "cloudformation.amazonaws.com",
			Help: "The service that called on the identity's behalf.",
		},
		{
			Name: ByService, Title: "By Service", Kind: KindBool, Group: true, Sort: true, Example: "true",
			Help: "Whether the caller is the cloud itself, not an identity.",
		},
		{
			Name: Issued, Title: "Issued Access Key", Kind: KindText, Several: true, Group: true, Sort: true, Example: "ASIAIOSFODNN7EXAMPLE",
			Help: "Access key that the call handed out: of a session that it began, or a long-lived one that it created.",
		},
		{
			Name: RequestID, Title: "Request ID", Kind: KindText, Group: true, Sort: true, Aliases: []string{"request"}, Example: "c2f4b1a0-0000-4000-8000-111122223333",
			Help: "The cloud's id of the request.",
		},
		{
			Name: ID, Title: "Event ID", Kind: KindText, Group: true, Sort: true, Example: "0a1b2c3d-0000-4000-8000-444455556666",
			Help: "The cloud's own id of the event.",
		},
		{
			Name: Ingested, Title: "Ingested", Kind: KindTime, Sort: true, Example: "2026-01-31T12:05:00Z",
			Help: "When the event was stored.",
		},
		{
			Name: Text, Title: "Free Text", Kind: KindWords, Example: "reports",
			Help: "Any field that has words, and the request's parameters and answer.",
		},
	}
}
