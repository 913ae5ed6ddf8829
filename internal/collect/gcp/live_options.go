package gcp

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/collect/records"
)

// Options tell [New] what to read and how.
type Options struct {
	// Scope is what is read: "organizations/123", "folders/123" or
	// "projects/my-project", each with everything below it.
	Scope string

	// CredentialsFile holds credentials: of workload identity federation, of a
	// service account, of a user. "" means those of the environment, application
	// default credentials.
	// https://cloud.google.com/docs/authentication/application-default-credentials
	CredentialsFile string
	// Impersonate is the address of a service account to act as, "" is none.
	Impersonate string
	// QuotaProject is the project whose quotas the requests use and whose enabled
	// APIs count. "" means that of the credentials.
	QuotaProject string
	// Endpoint replaces the URL of every service; "{service}" in it stands for
	// the service's name: "https://{service}-mine.p.googleapis.com".
	Endpoint string

	// Directory is the directory of Google Workspace or Cloud Identity. Its zero
	// value is not read.
	Directory Directory
	// SkipActivity leaves out when service accounts and their keys were used
	// last, two requests for each project.
	SkipActivity bool
	// Logs are where events come from. Its zero value is nowhere.
	Logs Logs
	// Window is how far back the first collection of events goes. Zero means 90
	// days.
	Window time.Duration
	// Events tells how events are parsed; its Now and Logger are those below.
	Events records.Options

	// Limits is the most requests per second for each service, named as in
	// [DefaultLimits], which stand for what is missing here.
	Limits map[string]rate.Limit
	// Parallel bounds the requests in flight within one source. Zero means 8.
	Parallel int
	// Attempts bounds the tries of a request that fails for another reason than
	// throttling; throttled requests are tried until the context ends. Zero
	// means 6.
	Attempts int
	// MaxBackoff is the longest pause between two tries. Zero means 30 s.
	MaxBackoff time.Duration

	// HTTPClient sends the requests, with credentials of its own. Nil means one
	// with the credentials above.
	HTTPClient *http.Client
	// Now reads the clock. Nil means time.Now.
	Now func() time.Time
	// Logger is told of degraded sources. Nil discards.
	Logger *slog.Logger
}

// Directory says how users and domains are read, which shows second factors and
// who is a guest.
type Directory struct {
	// Customer is the customer's id, "C012abc34", or "my_customer", that of the
	// credentials. "" reads no users.
	Customer string
	// Subject is an administrator to act as, by domain-wide delegation to the
	// service account that Impersonate names. "" reads with the credentials as
	// they are: of a service account that has an administrator's role itself.
	// https://support.google.com/a/answer/162106
	Subject string
}

// Logs are where audit logs are read: one source of the three.
type Logs struct {
	// Subscription is one of Pub/Sub, "projects/p/subscriptions/s", which a sink
	// of the scope feeds. It belongs to this collector alone.
	Subscription string
	// Bucket is one of Cloud Storage that a sink of the scope writes to.
	Bucket string
	// Prefix is what stands before the names of logs in the names of the bucket's
	// objects; sinks write none.
	Prefix string
	// Entries reads Cloud Logging itself, project by project: Admin Activity logs
	// of the last 400 days and Data Access logs as long as they are kept.
	Entries bool
	// Wait is how long an empty subscription is asked for messages. Zero means
	// 5 s.
	Wait time.Duration
	// Hold is how long messages are hidden from others; it is prolonged while
	// they are in work. Zero means 5 minutes.
	Hold time.Duration
}

func (o Options) withDefaults() Options {
	o.Window = orElse(o.Window, 90*24*time.Hour)
	o.Parallel = orElse(o.Parallel, 8)
	o.Attempts = orElse(o.Attempts, 6)
	o.MaxBackoff = orElse(o.MaxBackoff, 30*time.Second)
	o.Logs.Wait = orElse(o.Logs.Wait, 5*time.Second)
	o.Logs.Hold = orElse(o.Logs.Hold, 5*time.Minute)
	o.Endpoint = strings.TrimSuffix(o.Endpoint, "/")
	if o.Now == nil {
		o.Now = time.Now
	}
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

// Validate refuses options that have no sense, naming the field of the
// configuration that they come from.
func (o *Options) Validate() error {
	kind, id, _ := strings.Cut(o.Scope, "/")
	if !container(o.Scope) || kind != "projects" && !isNumber(id) {
		return fmt.Errorf("scope: %q is not what is to be read; write organizations/123, folders/123 or projects/my-project", o.Scope)
	}
	if u, err := url.Parse(strings.ReplaceAll(o.Endpoint, "{service}", "s")); o.Endpoint != "" && (err != nil || u.Scheme == "" || u.Host == "") {
		return fmt.Errorf("endpoint: %q is not a URL such as https://{service}-mine.p.googleapis.com", o.Endpoint)
	}
	if o.Impersonate != "" && newAccounts().kind(strings.ToLower(o.Impersonate)) == notAccount {
		return fmt.Errorf("impersonate: %q is not the address of a service account, name@project.iam.gserviceaccount.com", o.Impersonate)
	}
	if o.Directory.Subject != "" && (o.Directory.Customer == "" || o.Impersonate == "") {
		return errors.New("directory.subject: acts through the service account that impersonate names, in the directory of a customer; give these, too")
	}
	if o.Window < 0 || o.Parallel < 0 || o.Attempts < 0 || o.MaxBackoff < 0 {
		return errors.New("window, parallel, attempts and max backoff must not be negative")
	}
	for service, limit := range o.Limits {
		if _, known := DefaultLimits()[service]; !known || limit <= 0 {
			return fmt.Errorf("rate_limits.%s: needs a rate above 0 for one of %s", service, strings.Join(slices.Sorted(maps.Keys(DefaultLimits())), ", "))
		}
	}
	return o.Logs.validate()
}

func (l *Logs) validate() error {
	given := 0
	for _, is := range []bool{l.Subscription != "", l.Bucket != "", l.Entries} {
		if is {
			given++
		}
	}
	name := regexp.MustCompile(`^projects/[^/]+/subscriptions/[^/]+$`)
	switch {
	case given > 1:
		return errors.New("logs: names several of subscription, bucket and entries, which would deliver the same events; name one")
	case l.Subscription != "" && !name.MatchString(l.Subscription):
		return fmt.Errorf("logs.subscription: %q is not a subscription, projects/my-project/subscriptions/my-subscription", l.Subscription)
	case strings.ContainsAny(l.Bucket, "/:"):
		return fmt.Errorf("logs.bucket: %q is not the name of a bucket; leave out gs:// and folders", l.Bucket)
	case l.Wait < 0 || l.Hold < 0 || l.Hold > 10*time.Minute || l.Hold != 0 && l.Hold < 10*time.Second:
		return errors.New("logs: wait must not be negative, and messages are held from 10 seconds to 10 minutes")
	}
	return nil
}
