package source

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// gcpScope reads an organization, a folder or a project of Google Cloud through
// its APIs, once for all projects in it.
type gcpScope struct {
	options Options
	config  *config.GCPLive
	systems []entitlement.SystemID // That are read, by id.
	round   *round[*gcpRound]
}

// gcpRound is what was read of a scope.
type gcpRound struct {
	found    *gcp.Collection
	aliases  *usage.Aliases
	readings map[entitlement.SystemID]*collector.Reading // With what is of no project at the first one.
}

func newGCPScope(o *Options, c *config.GCPLive) *gcpScope {
	return &gcpScope{options: *o, config: c, round: newRound[*gcpRound]()}
}

// gcpOptions are those of the collector.
func (s *gcpScope) gcpOptions() gcp.Options {
	c := s.config
	o := gcp.Options{
		Scope: c.Scope, CredentialsFile: c.CredentialsFile, Impersonate: c.Impersonate, QuotaProject: c.QuotaProject, Endpoint: c.Endpoint,
		Directory: gcp.Directory{Customer: c.Directory.Customer, Subject: c.Directory.Subject}, SkipActivity: c.SkipActivity,
		Logs:   gcp.Logs{Subscription: c.Logs.Subscription, Bucket: c.Logs.Bucket, Prefix: c.Logs.Prefix, Entries: c.Logs.Entries},
		Window: s.options.Window, Limits: map[string]rate.Limit{}, Now: s.options.Now, Logger: s.options.Logger,
	}
	if s.options.Aside {
		o.Logs.Subscription = "" // Whose messages are another's.
	}
	o.Events.KeepRaw, o.Events.Lean = s.options.Audit.Store != nil, s.options.Audit.Store == nil
	for service, perSecond := range c.Limits {
		o.Limits[service] = rate.Limit(perSecond)
	}
	return o
}

// check refuses names that would have no effect.
func (s *gcpScope) check() error {
	o := s.gcpOptions()
	return o.Validate()
}

// Discover returns the projects of the scope.
func (s *gcpScope) Discover(ctx context.Context) ([]onboard.Found, error) {
	c, err := gcp.New(ctx, s.gcpOptions())
	if err != nil {
		return nil, err
	}
	list, err := c.Discover(ctx)
	if err != nil {
		return nil, err
	}
	var found []onboard.Found
	for _, p := range list {
		p.System.Owner = p.Labels[s.config.OwnerLabel]
		found = append(found, onboard.Found{System: p.System, Ancestors: p.Ancestors})
	}
	return found, nil
}

// members returns a source for each project.
func (s *gcpScope) members(systems []entitlement.System) []collector.Source {
	var list []collector.Source
	for _, one := range systems {
		s.systems = append(s.systems, one.ID)
		list = append(list, &gcpMember{one, s})
	}
	slices.Sort(s.systems)
	s.round.expect(s.systems)
	return list
}

// read reads the scope.
func (s *gcpScope) read(ctx context.Context, now time.Time, logs bool) (*gcpRound, error) {
	c, err := gcp.New(ctx, s.gcpOptions())
	if err != nil {
		return nil, err
	}
	r := &gcpRound{aliases: usage.NewAliases(), readings: map[entitlement.SystemID]*collector.Reading{}}
	if r.found, err = c.Collect(ctx); err != nil {
		return nil, err
	}
	for _, inv := range r.found.Systems {
		if _, chosen := slices.BinarySearch(s.systems, inv.System.ID); chosen {
			r.aliases.Know(inv)
			r.readings[inv.System.ID] = &collector.Reading{Inventory: inv}
		}
	}
	first := s.first(r)
	if first == nil {
		return r, nil
	}
	first.Inventory.Problems = append(first.Inventory.Problems, r.found.Problems...)
	if s.options.Aside && s.config.Logs.Subscription != "" {
		first.Inventory.Problems = append(first.Inventory.Problems, entitlement.Problem{
			Code: gcp.CodeLogSubscription, Subject: s.config.Logs.Subscription,
			Message: "the subscription belongs to the exporter, so its events are not read here: nothing can be said to be unused. Ask the exporter",
		})
	}
	if logs {
		err = s.events(ctx, r, first, now)
	}
	first.Requests = gcpRequests(c, first.Requests)
	return r, err
}

// first is the reading that is given what is of no project: so it counts once.
func (s *gcpScope) first(r *gcpRound) *collector.Reading {
	for _, id := range s.systems {
		if reading := r.readings[id]; reading != nil {
			return reading
		}
	}
	return nil
}

func gcpRequests(c *gcp.Collector, list []collector.Request) []collector.Request {
	for _, s := range c.Stats() {
		list = append(list, collector.Request{Service: s.Service, Operation: s.Method, Count: int(s.Requests), Throttled: int(s.Throttled)})
	}
	return list
}

// of returns the reading of a project.
func (r *gcpRound) of(id entitlement.SystemID) (*collector.Reading, error) {
	if p, unread := r.found.Unread[id]; unread {
		return nil, &gcp.AccessError{Problem: p}
	}
	if reading := r.readings[id]; reading != nil {
		return reading, nil
	}
	return nil, fmt.Errorf("project %s: nothing was read of it; check that it is there, is active, and is in the scope", id)
}

// gcpMember is one project of a scope, as a source.
type gcpMember struct {
	expect entitlement.System
	scope  *gcpScope
}

var (
	_ collector.Source = (*gcpMember)(nil)
	_ inventoried      = (*gcpMember)(nil)
	_ liveSystem       = (*gcpScope)(nil)
)

// System returns what is known of the project before it was read.
func (m *gcpMember) System() entitlement.System { return m.expect }

// Read collects the inventory with the new events.
func (m *gcpMember) Read(ctx context.Context, now time.Time) (*collector.Reading, error) {
	return m.read(ctx, now, true)
}

// inventory collects what is no event.
func (m *gcpMember) inventory(ctx context.Context, now time.Time) (*entitlement.Inventory, error) {
	reading, err := m.read(ctx, now, false)
	if err != nil {
		return nil, err
	}
	return reading.Inventory, nil
}

func (m *gcpMember) read(ctx context.Context, now time.Time, logs bool) (*collector.Reading, error) {
	r, err := m.scope.round.get(ctx, m.expect.ID, func(ctx context.Context) (*gcpRound, error) { return m.scope.read(ctx, now, logs) })
	if err != nil {
		return nil, err
	}
	reading, err := r.of(m.expect.ID)
	if err != nil {
		return nil, err
	}
	number := reading.Inventory.System.Number
	adopt(reading.Inventory, m.expect)
	reading.Inventory.System.Number = number
	return reading, nil
}

// kept is the name that what belongs to no project is kept under: that of the
// scope, which no project can have.
func (s *gcpScope) kept() entitlement.System {
	return entitlement.System{Cloud: entitlement.GCP, ID: entitlement.SystemID(strings.ToLower(s.config.Scope))}
}
