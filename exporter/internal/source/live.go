package source

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/auditlog"
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
		Role: l.role(l.config.RoleARN), OrganizationRole: l.role(l.config.OrganizationRoleARN),
		AccessAdvisor: l.config.AccessAdvisor, LookupEvents: l.config.LookupEvents, SkipResources: l.config.SkipResources,
		Window: l.options.Window, Limits: map[string]rate.Limit{}, Logger: l.options.Logger,
		Events: aws.EventOptions{Catalog: l.options.Catalog, Seen: seen},
	}
	if t := l.config.Trail; t != nil {
		o.Trail = aws.Bucket{
			Name: t.Bucket, Prefix: t.Prefix, Region: t.Region,
			Role: l.role(t.RoleARN),
		}
	}
	if c := l.config.IdentityCenter; c != nil {
		o.IdentityCenter = aws.IdentityCenter{Region: c.Region, Role: l.role(c.RoleARN)}
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

// remembered is how long the ids of events are kept: longer than any source
// delivers an event a second time by itself.
const remembered = 7 * 24 * time.Hour

// events brings the saved usage up to date and saves it with its checkpoint,
// also on the way: what was read is not read again after a crash, and what was
// not saved is.
func (l *live) events(ctx context.Context, account *aws.Collector, known kept, r *collector.Reading, now time.Time) error {
	track(known.Index, r.Inventory)
	before := known.Index.Counts()
	sometimes := rate.Sometimes{Interval: time.Minute} // The whole index is written each time.
	save := func(c aws.Checkpoint) (err error) {
		sometimes.Do(func() { err = l.save(c, known) })
		return err
	}
	read, err := account.Events(ctx, known.checkpoint, func(ev *auditlog.Event) error {
		known.Index.Add(ev)
		return nil
	}, save)
	if err != nil {
		return err
	}
	r.Events, r.Latest = count(&read.Stats, before, known.Index.Counts()), read.Stats.Latest
	r.Inventory.Problems = append(r.Inventory.Problems, read.Problems...)
	// What was really read, not what the source promises to hold.
	r.Inventory.FullHistoryFrom = read.Checkpoint.From
	known.Index.RecordsData(l.expect.ID, read.Coverage.DataEvents...)
	known.Index.Prune(now.Add(-2 * l.options.Window))
	known.Seen.Forget(earlier(now.Add(-remembered), read.Settled))
	return l.save(read.Checkpoint, known)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// kept is the saved usage with the checkpoint that it stands at.
type kept struct {
	store.Usage
	checkpoint aws.Checkpoint
}

// load returns the saved usage. Where it is damaged reading begins anew, and a
// problem says so.
func (l *live) load() (kept, []entitlement.Problem) {
	var known kept
	var err error
	known.Usage, err = l.options.Store.LoadUsage(l.expect, l.options.Catalog)
	if err == nil && known.Checkpoint != nil {
		err = json.Unmarshal(known.Checkpoint, &known.checkpoint)
	}
	if err != nil {
		fresh := store.Usage{Index: usage.New(l.options.Catalog), Seen: usage.NewSeen()}
		return kept{Usage: fresh}, []entitlement.Problem{{
			Code: "usage_damaged", Subject: string(l.expect.ID),
			Message: fmt.Sprintf("load the saved usage: %v; all events of the window are read again", err),
		}}
	}
	return known, nil
}

func (l *live) save(c aws.Checkpoint, known kept) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode the checkpoint: %w", err)
	}
	known.Checkpoint = data
	return l.options.Store.SaveUsage(l.expect, known.Usage)
}
