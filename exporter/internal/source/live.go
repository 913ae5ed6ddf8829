package source

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
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
	account, err := aws.New(ctx, l.awsOptions())
	if err != nil {
		return nil, err
	}
	inv, err := account.Collect(ctx)
	if err != nil {
		return nil, err
	}
	adopt(inv, l.expect)
	reading := &collector.Reading{Inventory: inv}
	if err := l.events(ctx, account, reading); err != nil {
		return nil, err
	}
	reading.Usage.Prune(now.Add(-2 * l.options.Window))
	for _, s := range account.Stats() {
		reading.Requests = append(reading.Requests, collector.Request{
			Service: s.Service, Operation: s.Name, Count: int(s.Requests), Throttled: int(s.Throttled),
		})
	}
	return reading, nil
}

func (l *live) awsOptions() aws.Options {
	o := aws.Options{
		Account: l.expect.ID, Regions: l.config.Regions, Endpoint: l.config.Endpoint, Profile: l.config.Profile,
		Role:             aws.Role{ARN: l.config.RoleARN, ExternalID: l.config.ExternalID},
		OrganizationRole: aws.Role{ARN: l.config.OrganizationRoleARN, ExternalID: l.config.ExternalID},
		AccessAdvisor:    l.config.AccessAdvisor, LookupEvents: l.config.LookupEvents,
		Window: l.options.Window, Limits: map[string]rate.Limit{}, Logger: l.options.Logger,
		Events: aws.EventOptions{Catalog: l.options.Catalog},
	}
	if t := l.config.Trail; t != nil {
		o.Trail = aws.Bucket{
			Name: t.Bucket, Prefix: t.Prefix, Region: t.Region,
			Role: aws.Role{ARN: t.RoleARN, ExternalID: l.config.ExternalID},
		}
	}
	for family, perSecond := range l.config.Limits {
		o.Limits[family] = rate.Limit(perSecond)
	}
	return o
}

// events brings the saved index up to date and saves it with its checkpoint,
// also on the way: what was read is not read again after a crash, and what was
// not saved is.
func (l *live) events(ctx context.Context, account *aws.Collector, r *collector.Reading) error {
	checkpoint, index := l.load(r.Inventory)
	track(index, r.Inventory)
	before := index.Counts()
	save := func(c aws.Checkpoint) error { return l.save(c, index) }
	read, err := account.Events(ctx, checkpoint, func(ev *auditlog.Event) error {
		index.Add(ev)
		return nil
	}, save)
	if err != nil {
		return err
	}
	index.RecordsData(l.expect.ID, read.Coverage.DataEvents...)
	r.Usage, r.Events, r.Latest = index, count(&read.Stats, before, index.Counts()), read.Stats.Latest
	r.Inventory.Problems = append(r.Inventory.Problems, read.Problems...)
	// What was really read, not what the source promises to hold.
	r.Inventory.FullHistoryFrom = read.Checkpoint.From
	return l.save(read.Checkpoint, index)
}

// load returns the saved index and checkpoint. Where they are damaged reading
// begins anew, and a problem says so.
func (l *live) load(inv *entitlement.Inventory) (aws.Checkpoint, *usage.Index) {
	var checkpoint aws.Checkpoint
	data, index, err := l.options.Store.LoadUsage(l.expect, l.options.Catalog)
	if err == nil && data != nil {
		err = json.Unmarshal(data, &checkpoint)
	}
	if err != nil {
		inv.Problems = append(inv.Problems, entitlement.Problem{
			Code: "usage_damaged", Subject: string(l.expect.ID),
			Message: fmt.Sprintf("load the saved usage: %v; all events of the window are read again", err),
		})
		return aws.Checkpoint{}, usage.New(l.options.Catalog)
	}
	return checkpoint, index
}

func (l *live) save(c aws.Checkpoint, index *usage.Index) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode the checkpoint: %w", err)
	}
	return l.options.Store.SaveUsage(l.expect, data, index)
}
