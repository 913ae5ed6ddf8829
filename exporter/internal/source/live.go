package source

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// live reads an account's APIs. Events are read from where the last reading
// ended, and the index grows.
type live struct {
	options Options
	expect  entitlement.System
	config  config.Live
	// member tells that the organisation's settings are read: the exporter's own
	// credentials assume each role, so that the accounts' may assume none.
	member bool
}

// System returns what is known of the account before it was read.
func (l *live) System() entitlement.System { return l.expect }

// Read collects the inventory, then the new events.
func (l *live) Read(ctx context.Context, now time.Time) (*collector.Reading, error) {
	known, problems := l.load()
	account, err := aws.New(ctx, l.awsOptions(known.Seen))
	if err != nil {
		return nil, err
	}
	inv, err := account.Collect(ctx)
	if err != nil {
		return &collector.Reading{Requests: requests(account)}, err
	}
	adopt(inv, l.expect)
	inv.Problems = append(inv.Problems, problems...)
	reading := &collector.Reading{Inventory: inv, Usage: known.Index}
	err = l.events(ctx, account, known, reading, now)
	reading.Requests = requests(account)
	return reading, err
}

// requests counts what was asked of the account's APIs.
func requests(account *aws.Collector) []collector.Request {
	var list []collector.Request
	for _, s := range account.Stats() {
		list = append(list, collector.Request{
			Service: s.Service, Operation: s.Name, Count: int(s.Requests), Throttled: int(s.Throttled),
		})
	}
	return list
}

func (l *live) awsOptions(seen *usage.Seen) aws.Options {
	o := aws.Options{
		Account: l.expect.ID, Regions: l.config.Regions, Endpoint: l.config.Endpoint, Profile: l.config.Profile,
		Role: l.role(l.config.RoleARN), OrganizationRole: l.other(l.config.OrganizationRoleARN),
		AccessAdvisor: l.config.AccessAdvisor, LookupEvents: l.config.LookupEvents, SkipResources: l.config.SkipResources,
		Window: l.options.Window, Limits: map[string]rate.Limit{}, Logger: l.options.Logger,
		Events: aws.EventOptions{Catalog: l.options.Catalog, KeepRaw: l.options.Audit.Store != nil, Lean: l.options.Audit.Store == nil},
	}
	if l.member {
		o.OrganizationRole.Own = true
	}
	if seen != nil {
		o.Events.Seen = seen
	}
	if t := l.config.Trail; t != nil {
		o.Trail = aws.Bucket{
			Name: t.Bucket, Prefix: t.Prefix, Region: t.Region,
			Role: l.other(t.RoleARN),
		}
		if q := t.Queue; q != nil && !l.options.Aside {
			o.Trail.Queue = aws.Queue{URL: q.URL, Region: q.Region, Role: l.other(q.RoleARN)}
		}
	}
	if c := l.config.IdentityCenter; c != nil {
		o.IdentityCenter = aws.IdentityCenter{Region: c.Region, Role: l.other(c.RoleARN)}
	}
	for family, perSecond := range l.config.Limits {
		o.Limits[family] = rate.Limit(perSecond)
	}
	return o
}

// role returns a role to assume; the external id belongs to a role that there
// is.
func (l *live) role(arn string) aws.Role {
	if arn == "" {
		return aws.Role{}
	}
	return aws.Role{ARN: arn, ExternalID: l.config.ExternalID}
}

// other returns a role to assume beside the account's.
func (l *live) other(arn string) aws.Role {
	r := l.role(arn)
	r.Own = l.member && arn != ""
	return r
}
