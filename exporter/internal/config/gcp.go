package config

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// GCPLive says how to read an organization, a folder or a project through Google
// Cloud's APIs.
type GCPLive struct {
	// Scope is what is read, with everything below it: organizations/123,
	// folders/123 or projects/my-project.
	Scope string `yaml:"scope"`
	// CredentialsFile is of workload identity federation, of a service account or
	// of a user. Defaults to application default credentials.
	CredentialsFile string `yaml:"credentials_file"`
	Impersonate     string `yaml:"impersonate"` // Address of a service account to act as.
	// QuotaProject is whose quotas the requests use, and where the APIs have to be
	// enabled. Defaults to the project of the credentials.
	QuotaProject string `yaml:"quota_project"`
	// Endpoint is the URL of every service, {service} in it its name; for private
	// endpoints or an emulator.
	Endpoint  string       `yaml:"endpoint"`
	Directory GCPDirectory `yaml:"directory"`
	// SkipActivity leaves out when service accounts and keys were used last.
	// Defaults to false.
	SkipActivity bool `yaml:"skip_activity"`
	// OwnerLabel is the key of a project's label that names its owner. Defaults to
	// owner.
	OwnerLabel string  `yaml:"owner_label"`
	Logs       GCPLogs `yaml:"logs"`
	// Limits are requests per second by service, such as iam: 10.
	Limits map[string]float64 `yaml:"rate_limits"`
}

// GCPDirectory is the directory whose users and domains are read, for second
// factors and guests.
type GCPDirectory struct {
	Customer string `yaml:"customer"` // C012abc34, or my_customer. Without it users are not read.
	// Subject is an administrator to act as, by domain-wide delegation to the
	// service account of impersonate.
	Subject string `yaml:"subject"`
}

// GCPLogs say where events are read; give one of the three.
type GCPLogs struct {
	// Subscription is one of Pub/Sub that a sink feeds and this exporter alone
	// reads, projects/p/subscriptions/s.
	Subscription string `yaml:"subscription"`
	// Bucket is one of Cloud Storage that a sink writes to.
	Bucket string `yaml:"bucket"`
	Prefix string `yaml:"prefix"` // What stands before the logs' names in the objects'.
	// Entries reads Cloud Logging itself, where there is no sink.
	Entries bool `yaml:"entries"`
}

// isProjectID knows the ids of projects; one of a domain's has the domain before
// it. See
// https://cloud.google.com/resource-manager/docs/creating-managing-projects.
func isProjectID(s string) bool {
	return regexp.MustCompile(`^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$`).MatchString(s)
}

func (l *GCPLive) validate() error {
	if l == nil {
		return nil
	}
	l.OwnerLabel = cmp.Or(l.OwnerLabel, "owner")
	kind, id, _ := strings.Cut(l.Scope, "/")
	switch {
	case kind == "projects" && isProjectID(id):
	case (kind == "organizations" || kind == "folders") && regexp.MustCompile(`^\d+$`).MatchString(id):
	default:
		return fmt.Errorf("live.scope: %q is not what is to be read; write organizations/123, folders/123 or projects/my-project", l.Scope)
	}
	switch {
	case l.Impersonate != "" && !strings.HasSuffix(l.Impersonate, "gserviceaccount.com"):
		return fmt.Errorf("live.impersonate: %q is not the address of a service account, name@project.iam.gserviceaccount.com", l.Impersonate)
	case l.Directory.Subject != "" && (l.Directory.Customer == "" || l.Impersonate == ""):
		return errors.New("live.directory.subject: acts through the service account of live.impersonate in the directory of a customer; give these, too")
	}
	for service, limit := range l.Limits {
		if limit <= 0 {
			return fmt.Errorf("live.rate_limits.%s: %g is not above 0", service, limit)
		}
	}
	return l.Logs.validate()
}

func (l *GCPLogs) validate() error {
	given := 0
	for _, is := range []bool{l.Subscription != "", l.Bucket != "", l.Entries} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return errors.New("live.logs.subscription, bucket, entries: give one of the three, for all hold the same events")
	case l.Subscription != "" && !regexp.MustCompile(`^projects/[^/]+/subscriptions/[^/]+$`).MatchString(l.Subscription):
		return fmt.Errorf("live.logs.subscription: %q is not one, projects/my-project/subscriptions/my-subscription", l.Subscription)
	case strings.ContainsAny(l.Bucket, "/:"):
		return fmt.Errorf("live.logs.bucket: %q is not the name of a bucket; leave out gs:// and folders", l.Bucket)
	case l.Prefix != "" && l.Bucket == "":
		return errors.New("live.logs.prefix: is of a bucket; name it")
	}
	return nil
}

func (l *GCPLive) paths() []*string {
	if l == nil {
		return nil
	}
	return []*string{&l.CredentialsFile}
}
