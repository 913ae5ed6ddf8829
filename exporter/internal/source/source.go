// Package source reads AWS accounts, from their APIs or from exported files, and
// Azure subscriptions and Google Cloud projects from exported files, into what
// the collector assesses.
package source

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/catalog"
	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// Options says which systems to read.
type Options struct {
	Accounts []*config.Account
	Sections []config.Section // Of Azure, Google Cloud and an organisation of AWS.
	// Window is how far back events are read.
	Window  time.Duration
	Catalog *catalog.Catalog
	// Store keeps the usage of live accounts between collections and restarts.
	Store *store.Store
	// Audit keeps the events themselves.
	Audit Audit
	// Aside reads beside an exporter that may run: no message is taken from its
	// queues.
	Aside bool
	// Roster has the systems that were discovered; nil discovers them anew.
	Roster *onboard.Roster
	// AzureHub, if set, stands for the event hub of Azure's section.
	AzureHub azure.Hub
	Now      func() time.Time // Defaults to time.Now.
	Logger   *slog.Logger
}

// organization reports whether accounts of AWS are found.
func (o *Options) organization() bool {
	return slices.ContainsFunc(o.Sections, func(s config.Section) bool { return s.Cloud == entitlement.AWS && s.Live != nil })
}

// New returns a source for each account of AWS that has settings of its own.
func New(o Options) ([]collector.Source, error) {
	var list []collector.Source
	for i, account := range o.Accounts {
		system := entitlement.System{
			Cloud: entitlement.AWS, ID: entitlement.SystemID(account.ID), Name: account.Name,
			Owner: account.Owner, Folders: account.Folders,
		}
		switch {
		case account.Files != nil:
			list = append(list, &Files{Expect: system, Paths: *account.Files, Catalog: o.Catalog, Audit: o.Audit, Logger: o.Logger})
		case account.Live != nil:
			if err := known(account.Live); err != nil {
				return nil, fmt.Errorf("[%d].live.%w", i, err)
			}
			list = append(list, &live{options: o, expect: system, config: *account.Live})
		case o.organization():
			continue // It is one of its members.
		default:
			return nil, fmt.Errorf("[%d]: neither live nor files", i)
		}
	}
	return list, nil
}

// known refuses names that would have no effect.
func known(l *config.Live) error {
	for family := range l.Limits {
		if _, known := aws.DefaultLimits()[family]; !known {
			return fmt.Errorf("rate_limits.%s: is no API family; known are %s",
				family, strings.Join(slices.Sorted(maps.Keys(aws.DefaultLimits())), ", "))
		}
	}
	for _, service := range l.SkipResources {
		if !slices.Contains(aws.ResourceServices(), service) {
			return fmt.Errorf("skip_resources: %q is no service whose resources are read; known are %s",
				service, strings.Join(aws.ResourceServices(), ", "))
		}
	}
	return nil
}

// adopt fills in what the configuration says of the system. A name that it
// does not say is the account's alias.
func adopt(inv *entitlement.Inventory, expect entitlement.System) {
	name := cmp.Or(expect.Name, inv.System.Name)
	if expect.ID != "" {
		inv.System = expect
	}
	inv.System.Name = name
}

// track tells the index whose sessions are those of functions and instances: a
// session has the name of the function or the id of the instance, which is the
// last part of the ARN of either.
func track(index *usage.Index, inv *entitlement.Inventory) {
	for i := range inv.Identities {
		if id := &inv.Identities[i]; id.RunsAs != "" {
			index.Track(id.RunsAs, string(id.ID[strings.LastIndexAny(string(id.ID), ":/")+1:]), id.ID)
		}
	}
}

// count tells what became of a reading's events, which took the index from one
// state of its counts to another.
func count(stats *aws.EventStats, before, after usage.Counts) collector.EventCounts {
	c := collector.EventCounts{
		In:                   int(stats.In),
		Used:                 int(after.Used - before.Used),
		Denied:               int(after.Denied - before.Denied),
		NotPermissionBearing: int(after.NotPermissionBearing - before.NotPermissionBearing),
		Unmapped:             int(after.Unmapped - before.Unmapped),
	}
	for reason, n := range stats.Rejected {
		if c.Rejected == nil {
			c.Rejected = map[string]int{}
		}
		c.Rejected[string(reason)] += int(n)
	}
	return c
}
