package config

import (
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// AWS lists the accounts to read.
type AWS struct {
	// Organization finds accounts and says how they are read. What Accounts say of
	// one goes before it.
	Organization *AWSOrganization `yaml:"organization"`
	Accounts     []*Account       `yaml:"accounts"`
}

// Account is one AWS account, read from its APIs (live) or from exported files,
// or with neither as the organisation says.
type Account struct {
	// ID is the account number. It is checked against what is read, so that a
	// file or a role of another account is never taken for this one.
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`    // Defaults to the account's alias.
	Owner   string   `yaml:"owner"`   // Team that answers for it.
	Folders []string `yaml:"folders"` // Named sets of systems that it belongs to.
	Live    *Live    `yaml:"live"`
	Files   *Files   `yaml:"files"`
}

// System returns what the configuration says of the account.
func (a *Account) System() entitlement.System {
	return entitlement.System{
		Cloud: entitlement.AWS, ID: entitlement.SystemID(a.ID), Name: a.Name, Owner: a.Owner, Folders: a.Folders,
	}
}

// Live says how to read an account's APIs.
type Live struct {
	// Regions have functions, instances and trails. Defaults to us-east-1.
	Regions  []string `yaml:"regions"`
	Endpoint string   `yaml:"endpoint"` // Of every service; for an emulator or a VPC endpoint.
	// Profile is one of the shared AWS configuration. Defaults to the default
	// credential chain of the AWS SDK.
	Profile    string `yaml:"profile"`
	RoleARN    string `yaml:"role_arn"`    // To assume; "" uses the credentials as they are.
	ExternalID string `yaml:"external_id"` // Of the assumed roles.
	// OrganizationRoleARN is assumed to read service control policies, which
	// only the management account and delegated administrators may.
	OrganizationRoleARN string `yaml:"organization_role_arn"`
	// AccessAdvisor reads service last accessed data; minutes for thousands of
	// identities. Defaults to false.
	AccessAdvisor bool `yaml:"access_advisor"`
	// SkipResources are services whose resources are not read, such as kms.
	SkipResources  []string        `yaml:"skip_resources"`
	IdentityCenter *IdentityCenter `yaml:"identity_center"`
	Trail          *Trail          `yaml:"cloudtrail_s3"`
	// LookupEvents reads CloudTrail's event history where there is no trail.
	LookupEvents bool `yaml:"cloudtrail_lookup"`
	// Limits are requests per second by API family, such as iam: 10.
	Limits map[string]float64 `yaml:"rate_limits"`
}

// IdentityCenter is where permission sets are assigned to people.
type IdentityCenter struct {
	Region string `yaml:"region"` // That it was set up in.
	// RoleARN is assumed to read it, in the management account or a delegated
	// administrator; "" uses the account's own credentials.
	RoleARN string `yaml:"role_arn"`
}

// Trail is where a trail delivers its files.
type Trail struct {
	Bucket  string `yaml:"bucket"`
	Prefix  string `yaml:"prefix"`   // What stands before AWSLogs/ in the keys.
	Region  string `yaml:"region"`   // Of the bucket. Defaults to the first of regions.
	RoleARN string `yaml:"role_arn"` // To read the bucket with; "" is the account's own.
	// Queue is told of new files, so that the bucket is listed now and then only.
	Queue *TrailQueue `yaml:"queue"`
}

// TrailQueue is an SQS queue that gets the notifications of a trail's files.
type TrailQueue struct {
	URL     string `yaml:"url"`
	Region  string `yaml:"region"`   // Defaults to that of the bucket.
	RoleARN string `yaml:"role_arn"` // To read the queue with; "" is the account's own.
}

// Files are what the cloud's own tools export; each is a file, a directory or a
// glob.
type Files struct {
	AuthorizationDetails string   `yaml:"authorization_details"` // aws iam get-account-authorization-details
	CredentialReport     string   `yaml:"credential_report"`     // aws iam get-credential-report, decoded
	Functions            string   `yaml:"functions"`             // aws lambda list-functions
	Instances            string   `yaml:"instances"`             // aws ec2 describe-instances
	Organization         string   `yaml:"organization"`
	SecurityGroups       string   `yaml:"security_groups"` // aws ec2 describe-security-groups
	IdentityCenter       string   `yaml:"identity_center"`
	ResourcePolicies     []string `yaml:"resource_policies"`
	CloudTrail           []string `yaml:"cloudtrail"`
}

// SMTP is the mail server that reports go through.
type SMTP struct {
	Address  string        `yaml:"address"` // host:port
	From     string        `yaml:"from"`
	Username string        `yaml:"username"`
	Password config.Secret `yaml:"password"`
	// PasswordFile is read when a mail is sent; it beats Password.
	PasswordFile string `yaml:"password_file"`
	// TLS is mandatory (STARTTLS, the default), implicit, opportunistic or none; none is refused
	// for a server that is not on loopback.
	TLS string `yaml:"tls"`
}

// Report is one scheduled report.
type Report struct {
	Name     string `yaml:"name"`     // Unique; part of file names.
	Report   string `yaml:"report"`   // Its kind, such as permissions-analytics.
	Format   string `yaml:"format"`   // pdf, xlsx, csv, csv.zip or json. Defaults to pdf.
	Cadence  string `yaml:"cadence"`  // hourly, daily, weekly, biweekly or monthly.
	At       string `yaml:"at"`       // Time of day, "07:30".
	Weekday  string `yaml:"weekday"`  // Of a weekly or biweekly report. Defaults to monday.
	Day      int    `yaml:"day"`      // Of the month, of a monthly report. Defaults to 1.
	Timezone string `yaml:"timezone"` // IANA name. Defaults to UTC.

	Systems []string `yaml:"systems"` // Ids; empty is all.
	Folders []string `yaml:"folders"` // Names; adds to systems.

	Parts   []string            `yaml:"parts"`   // Such as summary and detailed.
	Filters map[string][]string `yaml:"filters"` // Values by the filter's name.

	Email     []string `yaml:"email"`     // Recipients.
	Directory string   `yaml:"directory"` // Where to put the file.
}
