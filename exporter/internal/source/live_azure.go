package source

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// azureTenant reads a tenant of Azure through its APIs, once for all of its
// subscriptions.
type azureTenant struct {
	options Options
	config  *config.AzureLive
	systems []entitlement.SystemID // That are read, by id.
	round   *round[*azureRound]
}

// azureRound is what was read of a tenant.
type azureRound struct {
	live     *azure.Live
	byID     map[entitlement.SystemID]*entitlement.Inventory // Its members write to their inventories.
	aliases  *usage.Aliases
	requests []collector.Request // Of the tenant as a whole.
	tenant   *tenantReading
	hub      azure.Hub // Nil where no event hub is read.
}

func newAzureTenant(o *Options, c *config.AzureLive) *azureTenant {
	return &azureTenant{options: *o, config: c, round: newRound[*azureRound]()}
}

// options of the collector, for the systems that are wanted.
func (t *azureTenant) azureOptions(systems []entitlement.SystemID) azure.Options {
	c := t.config
	o := azure.Options{
		Tenant: c.TenantID, Cloud: c.Cloud, ManagementGroup: c.ManagementGroup, Subscriptions: systems, Endpoint: c.Endpoint,
		Credentials: azure.Credentials{ClientID: c.ClientID, SecretFile: c.ClientSecretFile, CertificateFile: c.CertificateFile, TokenFile: c.TokenFile},
		Skip:        c.Skip, Operations: c.Operations,
		Limits: map[string]rate.Limit{}, Now: t.options.Now, Logger: t.options.Logger,
		Logs: azure.LogOptions{ActivityLog: c.Logs.ActivityLog, Directory: c.Logs.Directory, Window: t.options.Window},
	}
	if s := c.Logs.Storage; s != nil {
		o.Logs.Storage = azure.LogStorage{Account: s.Account, Containers: s.Containers}
	}
	if h := c.Logs.EventHub; h != nil {
		o.Logs.EventHub = azure.LogHub{Namespace: h.Namespace, Name: h.Hub, ConsumerGroup: h.ConsumerGroup, Hub: t.options.AzureHub}
	}
	o.Logs.Events.KeepRaw, o.Logs.Events.Lean = t.options.Audit.Store != nil, t.options.Audit.Store == nil
	for family, perSecond := range c.Limits {
		o.Limits[family] = rate.Limit(perSecond)
	}
	return o
}

// check refuses names that would have no effect.
func (t *azureTenant) check() error {
	o := t.azureOptions(nil)
	return o.Validate()
}

// Discover returns the subscriptions of the tenant.
func (t *azureTenant) Discover(ctx context.Context) ([]onboard.Found, error) {
	o := t.azureOptions(nil)
	c, err := azure.New(o)
	if err != nil {
		return nil, err
	}
	list, err := c.Discover(ctx)
	if err != nil {
		return nil, err
	}
	var found []onboard.Found
	for _, s := range list {
		f := onboard.Found{System: entitlement.System{Cloud: entitlement.Azure, ID: s.ID, Name: s.Name, Owner: s.Tags[t.config.OwnerTag]}, Ancestors: s.Ancestors}
		for _, above := range s.Ancestors[:max(0, len(s.Ancestors)-1)] { // The root is above all.
			f.System.Folders = append(f.System.Folders, above.Name)
		}
		found = append(found, f)
	}
	return found, nil
}

// members returns a source for each subscription.
func (t *azureTenant) members(systems []entitlement.System) []collector.Source {
	var list []collector.Source
	for _, s := range systems {
		t.systems = append(t.systems, s.ID)
		list = append(list, &azureMember{live{options: t.options, expect: s}, t})
	}
	slices.Sort(t.systems)
	t.round.expect(t.systems)
	return list
}

// read reads the tenant, with its own logs.
func (t *azureTenant) read(ctx context.Context, now time.Time, logs bool) (*azureRound, error) {
	c, err := azure.New(t.azureOptions(t.systems))
	if err != nil {
		return nil, err
	}
	r := &azureRound{aliases: usage.NewAliases(), byID: map[entitlement.SystemID]*entitlement.Inventory{}}
	if r.live, err = c.Collect(ctx); err != nil {
		return nil, err
	}
	for _, inv := range r.live.Systems {
		r.aliases.Know(inv)
		r.byID[inv.System.ID] = inv
	}
	r.requests = azureRequests(c)
	if logs && t.config.Logs.EventHub != nil {
		r.hub = azure.ShareHub(c.OpenHub(), sharedMessages)
	}
	if logs && (t.config.Logs.Directory || t.config.Logs.Storage != nil || r.hub != nil) {
		r.tenant, err = t.readTenant(ctx, r, now)
	}
	return r, err
}

// sharedMessages is how many bytes of an event hub's messages are held for all
// subscriptions while one round lasts.
const sharedMessages = 64 << 20

func azureRequests(c *azure.Collector) []collector.Request {
	var list []collector.Request
	for _, s := range c.Stats() {
		list = append(list, collector.Request{Service: s.Service, Operation: s.Name, Count: int(s.Requests), Throttled: int(s.Throttled)})
	}
	return list
}

// of returns the inventory of a subscription.
func (r *azureRound) of(id entitlement.SystemID) (*entitlement.Inventory, error) {
	if err := r.live.Failed[id]; err != nil {
		return nil, fmt.Errorf("read subscription %s: %w", id, err)
	}
	if inv := r.byID[id]; inv != nil {
		return inv, nil
	}
	return nil, fmt.Errorf("subscription %s: nothing was read of it", id)
}

// azureMember is one subscription of a tenant, as a source.
type azureMember struct {
	live
	tenant *azureTenant
}

var (
	_ collector.Source = (*azureMember)(nil)
	_ inventoried      = (*azureMember)(nil)
)

// Read collects the inventory, then the new events.
func (m *azureMember) Read(ctx context.Context, now time.Time) (*collector.Reading, error) {
	t, id := m.tenant, m.expect.ID
	r, err := t.round.get(ctx, id, func(ctx context.Context) (*azureRound, error) { return t.read(ctx, now, true) })
	if err != nil {
		return nil, err
	}
	inv, err := r.of(id)
	if err != nil {
		return nil, err
	}
	adopt(inv, merged(m.expect, inv.System))
	reading := &collector.Reading{Inventory: inv}
	if r.live.Systems[0] == inv { // What is of the tenant is counted with one.
		inv.Problems = append(inv.Problems, r.live.Problems...)
		reading.Requests = r.requests
		r.tenant.give(reading)
	}
	return reading, m.events(ctx, r, reading, now)
}

func merged(expect, found entitlement.System) entitlement.System {
	if expect.Name == "" {
		expect.Name = found.Name
	}
	return expect
}

// inventory collects what is no event.
func (m *azureMember) inventory(ctx context.Context, now time.Time) (*entitlement.Inventory, error) {
	t := m.tenant
	r, err := t.round.get(ctx, m.expect.ID, func(ctx context.Context) (*azureRound, error) { return t.read(ctx, now, false) })
	if err != nil {
		return nil, err
	}
	inv, err := r.of(m.expect.ID)
	if err != nil {
		return nil, err
	}
	adopt(inv, merged(m.expect, inv.System))
	return inv, nil
}
