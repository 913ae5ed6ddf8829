package aws

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/entitlement"
)

// Options tell [New] which account to read and how. The zero value reads the
// account of the process's own credentials in its default region, without
// events.
type Options struct {
	// Account is the account number, 12 digits. It is held against what the
	// credentials belong to; "" takes whatever account that is.
	Account entitlement.SystemID
	// Regions are where functions, instances and trails are looked for. Empty
	// means the default region of the environment.
	Regions []string
	// Role is assumed before anything is read; its zero value is none.
	Role Role
	// OrganizationRole is assumed to read the organisation, for which only its
	// management account and delegated administrators have the permission. Its
	// zero value reads it with the account's own credentials.
	OrganizationRole Role
	// Profile is a profile of the shared AWS configuration, "" is the default.
	Profile string
	// Endpoint replaces the URL of every service: an emulator or a VPC endpoint.
	Endpoint string

	// AccessAdvisor reads when each identity last used any service, one
	// asynchronous job for each user and role. It is slow (minutes for
	// thousands of identities), so it is off unless asked for.
	AccessAdvisor bool
	// SkipResources are services of [ResourceServices] whose resources are not
	// read: their policies, and of ec2 the security groups.
	SkipResources []string
	// IdentityCenter is where permission sets are assigned. Its zero value
	// leaves that out: only the organisation's management account and delegated
	// administrators have the permission.
	IdentityCenter IdentityCenter
	// Trail is a bucket that CloudTrail delivers to. Its zero value is none.
	Trail Bucket
	// LookupEvents reads the event history of CloudTrail: management events of
	// the last 90 days, at most 100 events a second in each region. It is the
	// fallback for accounts without a trail, so Trail goes before it.
	LookupEvents bool
	// Window is how far back the first collection of events goes. Zero means 90
	// days.
	Window time.Duration

	// Events tells how events are parsed; its Now and Logger are those below.
	Events EventOptions

	// Limits is the most requests per second for each API family, named as in
	// [DefaultLimits], which stand for what is missing here.
	Limits map[string]rate.Limit
	// Parallel bounds the requests in flight within one source. Zero means 8.
	Parallel int
	// Attempts bounds the tries of a request that fails for another reason than
	// throttling; throttled requests are tried until the context ends. Zero
	// means 8.
	Attempts int
	// MaxBackoff is the longest pause between two tries. Zero means 20 s.
	MaxBackoff time.Duration
	// PollInterval is the pause between two questions whether a report or job is
	// ready. Zero means 2 s.
	PollInterval time.Duration

	// Credentials replace the default chain of the environment.
	Credentials awssdk.CredentialsProvider
	// HTTPClient sends the requests. Nil means the SDK's own.
	HTTPClient *http.Client
	// Now reads the clock. Nil means time.Now.
	Now func() time.Time
	// Logger is told of degraded sources. Nil discards.
	Logger *slog.Logger
}

// Role is a role to assume.
type Role struct {
	ARN        string
	ExternalID string // As its trust policy demands, "" is none.
	// Own tells that the process's own credentials assume it, or with no ARN are
	// used, and not those of Options.Role: the account needs no permission then.
	Own bool
}

// IdentityCenter is where IAM Identity Center is read.
type IdentityCenter struct {
	Region string // That it was set up in.
	// Role is assumed to read it. Its zero value reads it with the account's own
	// credentials.
	Role Role
}

// Bucket is where a trail delivers its files.
type Bucket struct {
	Name string
	// Prefix is the trail's key prefix: what stands before "AWSLogs/" in the
	// keys, without the slash between them.
	Prefix string
	Region string // Of the bucket; "" means the first of Options.Regions.
	// Role is assumed to read the bucket, where the log archive is another
	// account. Its zero value reads it with the account's own credentials.
	Role Role
	// Queue tells of new files, so that the bucket is listed now and then only.
	// Its zero value lists it at each reading.
	Queue Queue
}

// lookupHistory is how far back LookupEvents reaches:
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
const lookupHistory = 90 * 24 * time.Hour

func (o Options) withDefaults() Options {
	o.Window = orElse(o.Window, lookupHistory)
	o.Parallel = orElse(o.Parallel, 8)
	o.Attempts = orElse(o.Attempts, 8)
	o.MaxBackoff = orElse(o.MaxBackoff, 20*time.Second)
	o.PollInterval = orElse(o.PollInterval, 2*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Trail.Prefix = strings.Trim(o.Trail.Prefix, "/")
	o.Trail.Queue.ListEvery = orElse(o.Trail.Queue.ListEvery, 6*time.Hour)
	o.Trail.Queue.Visibility = orElse(o.Trail.Queue.Visibility, 5*time.Minute)
	o.Trail.Queue.Wait = orElse(o.Trail.Queue.Wait, 2*time.Second)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

func orElse[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

func (o *Options) validate() error {
	account := regexp.MustCompile(`^\d{12}$`)
	if o.Account != "" && !account.MatchString(string(o.Account)) {
		return fmt.Errorf("account: %q is not an AWS account number; write its 12 digits, in quotes", o.Account)
	}
	if o.Window < 0 || o.Parallel < 0 || o.Attempts < 0 || o.MaxBackoff < 0 || o.PollInterval < 0 {
		return errors.New("window, parallel, attempts, max backoff and poll interval must not be negative")
	}
	if u, err := url.Parse(o.Endpoint); o.Endpoint != "" && (err != nil || u.Scheme == "" || u.Host == "") {
		return fmt.Errorf("endpoint: %q is not a URL such as https://vpce-0123.example", o.Endpoint)
	}
	for family, limit := range o.Limits {
		if _, known := DefaultLimits()[family]; !known || limit <= 0 {
			return fmt.Errorf("limits.%s: needs a known API family and a rate above 0", family)
		}
	}
	for _, service := range o.SkipResources {
		if !slices.Contains(ResourceServices(), service) {
			return fmt.Errorf("skip_resources: %q is no service whose resources are read; known are %s", service, strings.Join(ResourceServices(), ", "))
		}
	}
	if o.IdentityCenter != (IdentityCenter{}) && o.IdentityCenter.Region == "" {
		return errors.New("identity_center: has no region; name that in which Identity Center was set up")
	}
	return o.validateRoles()
}

func (o *Options) validateRoles() error {
	arn := regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/.+$`)
	roles := map[string]Role{
		"role": o.Role, "organization_role": o.OrganizationRole, "trail.role": o.Trail.Role, "identity_center.role": o.IdentityCenter.Role,
		"trail.queue.role": o.Trail.Queue.Role,
	}
	for field, r := range roles {
		if r.ARN != "" && !arn.MatchString(r.ARN) {
			return fmt.Errorf("%s: %q is not the ARN of a role, arn:aws:iam::<account>:role/<name>", field, r.ARN)
		}
		if r.ARN == "" && r.ExternalID != "" {
			return fmt.Errorf("%s: an external id without a role ARN has no effect; add the ARN", field)
		}
	}
	if o.Trail.Name == "" && o.Trail != (Bucket{}) {
		return errors.New("trail: prefix, region, role or queue without a bucket name; add the name")
	}
	return o.Trail.Queue.validate()
}

func (q *Queue) validate() error {
	if *q == (Queue{}) {
		return nil
	}
	if u, err := url.Parse(q.URL); err != nil || u.Scheme == "" || u.Host == "" || len(u.Path) < 2 {
		return fmt.Errorf("trail.queue: %q is not the URL of a queue such as https://sqs.eu-west-1.amazonaws.com/111122223333/trail", q.URL)
	}
	if q.ListEvery < 0 || q.Visibility < 0 || q.Wait < 0 || q.Visibility > 12*time.Hour || q.Wait > 20*time.Second {
		return errors.New("trail.queue: list every, visibility and wait must not be negative, nor be longer than SQS bears (12 hours hidden, 20 seconds waiting)")
	}
	return nil
}
