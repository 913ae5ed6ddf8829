package source

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// events brings the saved usage of a subscription and the audit store up to
// date.
func (m *azureMember) events(ctx context.Context, r *azureRound, reading *collector.Reading, now time.Time) error {
	f := &azureFeed{live: m.live, of: m.expect.ID, tenant: m.tenant, hub: r.hub}
	known, problems := f.load()
	reading.Inventory.Problems = append(reading.Inventory.Problems, problems...)
	known.Index.AliasAll(r.aliases)
	r.tenant.tell(known.Index, reading.Inventory)
	return f.read(ctx, r.aliases, known, reading, now)
}

// read reads the new events and saves the usage with its checkpoint, also on the
// way: what was read is not read again after a crash, and what was not saved is.
func (f *azureFeed) read(ctx context.Context, aliases *usage.Aliases, known *azureKept, reading *collector.Reading, now time.Time) error {
	k := f.options.Audit.keep(ctx, f.options.Logger)
	defer k.close()
	f.adoptStore(ctx, known)
	before := known.Index.Counts()
	c, err := f.collector(known.Seen, aliases)
	if err != nil {
		return err
	}
	read, err := c.Events(ctx, f.of, known.mark.Checkpoint, func(ev *auditlog.Event) error {
		known.Index.Add(ev)
		k.take(ctx, ev)
		return nil
	}, f.sometimes(ctx, known, k, func(p azure.Checkpoint) { known.mark.Checkpoint = p }))
	reading.Requests = append(reading.Requests, azureRequests(c)...)
	if err != nil {
		return err
	}
	reading.Events.Add(countedOf(&read.Stats, before, known.Index.Counts()))
	if read.Stats.Latest.After(reading.Latest) {
		reading.Latest = read.Stats.Latest
	}
	inv := reading.Inventory
	inv.Problems = append(inv.Problems, read.Problems...)
	// What was really read, not what the source promises to hold.
	inv.FullHistoryFrom = read.Checkpoint.From
	known.Index.Prune(now.Add(-2 * f.options.Window))
	known.Seen.Forget(earlier(now.Add(-remembered), read.Settled))
	known.mark.Checkpoint = read.Checkpoint
	if err := f.save(ctx, known, k); err != nil {
		return err
	}
	f.catchUp(ctx, known, k, aliases)
	if err := f.rebuild(ctx, known, k, aliases, now); err != nil {
		return err
	}
	reading.Usage = known.Index
	inv.Problems = append(inv.Problems, k.problems(f.expect.ID)...)
	return nil
}

// collector returns one with the memory of the events that were seen.
func (f *azureFeed) collector(seen *usage.Seen, aliases *usage.Aliases) (*azure.Collector, error) {
	o := f.tenant.azureOptions(nil)
	if seen != nil {
		o.Logs.Events.Seen = seen
	}
	o.Logs.Events.Resolve = aliases.Resolve
	o.Logs.EventHub.Hub = f.hub
	return azure.New(o)
}

// sometimes saves on the way, once a minute: the whole index is written each
// time.
func (f *azureFeed) sometimes(ctx context.Context, known *azureKept, k *keeper, set func(azure.Checkpoint)) func(azure.Checkpoint) error {
	sometimes := rate.Sometimes{Interval: time.Minute}
	return func(p azure.Checkpoint) (err error) {
		sometimes.Do(func() {
			set(p)
			err = f.save(ctx, known, k)
		})
		return err
	}
}

// countedOf tells what became of a reading's events, as count does for accounts.
func countedOf(stats *records.Stats, before, after usage.Counts) collector.EventCounts {
	c := collector.EventCounts{
		In: int(stats.In), Used: int(after.Used - before.Used), Denied: int(after.Denied - before.Denied),
		NotPermissionBearing: int(after.NotPermissionBearing - before.NotPermissionBearing), Unmapped: int(after.Unmapped - before.Unmapped),
	}
	for reason, n := range stats.Rejected {
		if c.Rejected == nil {
			c.Rejected = map[string]int{}
		}
		c.Rejected[string(reason)] += int(n)
	}
	return c
}

// catchUp reads the events from before the checkpoint once more, for an audit
// store that lacks them, in half of the time that is left.
func (f *azureFeed) catchUp(ctx context.Context, known *azureKept, k *keeper, aliases *usage.Aliases) {
	m := &known.mark
	if m.CatchUp == nil || !k.keeps() {
		return
	}
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, time.Now().Add(time.Until(end)/2))
		defer cancel()
	}
	if err := f.readMissing(ctx, known, k, aliases); err != nil {
		f.options.Logger.WarnContext(ctx, "older events are not in the audit store yet; the next collection goes on", "system", f.expect.ID, "err", err)
	}
}

func (f *azureFeed) readMissing(ctx context.Context, known *azureKept, k *keeper, aliases *usage.Aliases) error {
	m := &known.mark
	c, err := f.collector(nil, aliases) // With a memory of its own.
	if err != nil {
		return err
	}
	read, err := c.Events(ctx, f.of, m.CatchUp.Checkpoint, func(ev *auditlog.Event) error { return k.w.Add(ctx, ev) },
		f.sometimes(ctx, known, k, func(p azure.Checkpoint) { m.CatchUp.Checkpoint = p }))
	if err != nil {
		return err
	}
	m.CatchUp.Checkpoint = read.Checkpoint
	if !read.Checkpoint.From.IsZero() { // All of the source was read.
		m.Audit, m.CatchUp = m.CatchUp.Audit, nil
	}
	return f.save(ctx, known, k)
}

// rebuild makes the usage index anew from the audit store, if that was asked
// for, as it does for accounts.
func (f *azureFeed) rebuild(ctx context.Context, known *azureKept, k *keeper, aliases *usage.Aliases, now time.Time) error {
	if !k.keeps() || known.doubt || known.mark.Audit == "" || f.of == "" || !f.options.Store.RebuildRequested(f.expect) {
		return nil
	}
	recent := now.Add(-remembered)
	index, err := usage.Rebuild(ctx, catalog.Azure(), usage.Stored{
		Store: f.options.Audit.Store, System: f.expect.ID, From: now.Add(-2 * f.options.Window),
		Prepare: func(x *usage.Index) { x.AliasAll(aliases) },
		Each: func(ev *auditlog.Event) {
			if ev.Time.After(recent) { // What the source has not delivered yet counts once, too.
				known.Seen.Add(ev.ID, ev.Time)
			}
		},
	})
	if err != nil {
		f.options.Logger.WarnContext(ctx, "the usage index is not made anew; the next collection tries again", "system", f.expect.ID, "err", err)
		return ctx.Err()
	}
	known.Index = index
	if err := f.save(ctx, known, k); err != nil {
		return err
	}
	return f.options.Store.RebuildDone(f.expect)
}

// tenantReading is what the tenant's own logs told.
type tenantReading struct {
	*collector.Reading
	index *usage.Index
}

// readTenant reads the logs of the tenant, which are of no subscription. Their
// usage is kept under the id of the tenant.
func (t *azureTenant) readTenant(ctx context.Context, r *azureRound, now time.Time) (*tenantReading, error) {
	name := t.config.TenantID
	if len(r.live.Tenants) > 0 {
		name = cmp.Or(name, r.live.Tenants[0])
	}
	expect := entitlement.System{Cloud: entitlement.Azure, ID: entitlement.SystemID(cmp.Or(name, "tenant"))}
	f := &azureFeed{live: live{options: t.options, expect: expect}, tenant: t, hub: r.hub}
	known, problems := f.load()
	known.Index.AliasAll(r.aliases)
	reading := &collector.Reading{Inventory: &entitlement.Inventory{System: expect, Problems: problems}}
	err := f.read(ctx, r.aliases, known, reading, now)
	return &tenantReading{reading, known.Index}, err
}

// give hands what was counted of the tenant to the reading of a subscription: so
// each record counts once.
func (t *tenantReading) give(r *collector.Reading) {
	if t == nil {
		return
	}
	r.Events.Add(t.Events)
	r.Requests = append(r.Requests, t.Requests...)
	r.Inventory.Problems = append(r.Inventory.Problems, t.Inventory.Problems...)
	r.Latest = t.Latest
}

// tell tells a subscription's index when its identities were last in the tenant.
func (t *tenantReading) tell(index *usage.Index, inv *entitlement.Inventory) {
	if t == nil {
		return
	}
	for i := range inv.Identities {
		id := inv.Identities[i].ID
		if at := t.index.LastSeen(id); at.After(index.LastSeen(id)) {
			index.Add(&auditlog.Event{
				ID: "tenant|" + string(id), Time: at, Cloud: entitlement.Azure, Identity: id, Source: "Microsoft.Entra", Name: "last activity",
				Mapping: auditlog.NotPermissionBearing, Outcome: auditlog.Success,
			})
		}
	}
}
