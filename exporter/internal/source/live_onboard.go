package source

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/internal/entitlement"
)

// liveSystem is a tenant or an organisation that is read through APIs.
type liveSystem interface {
	onboard.Discoverer
	// members returns a source for each of its systems.
	members(systems []entitlement.System) []collector.Source
}

// liveOf returns what reads a section through APIs, nil if nothing does.
func (o *Options) liveOf(s *config.Section) liveSystem {
	switch c := s.Live.(type) {
	case *config.AWSOrganization:
		return &awsOrganization{*o, c}
	case *config.AzureLive:
		return newAzureTenant(o, c)
	case *config.GCPLive:
		return newGCPScope(o, c)
	}
	return nil
}

// Onboarding returns the sections whose systems are discovered.
func Onboarding(o Options) []onboard.Section {
	var list []onboard.Section
	for i := range o.Sections {
		s := &o.Sections[i]
		if live := o.liveOf(s); live != nil {
			list = append(list, sectionOf(s, live))
		}
	}
	return list
}

func sectionOf(s *config.Section, live liveSystem) onboard.Section {
	out := onboard.Section{Name: string(s.Cloud), Cloud: s.Cloud, Mode: onboard.Mode(s.Mode)}
	if out.Mode != onboard.Listed {
		out.Discoverer = live
	}
	for _, one := range s.Systems {
		if one.Files == nil {
			out.Known = append(out.Known, one.System(s.Cloud))
			continue
		}
		out.Except = append(out.Except, entitlement.SystemID(one.ID))
	}
	for _, id := range s.Apart {
		out.Except = append(out.Except, entitlement.SystemID(id))
	}
	for _, id := range s.Selected {
		out.Picked = append(out.Picked, entitlement.SystemID(id))
	}
	return out
}

// liveMembers returns a source for each system of a section that is read through
// APIs.
func (o *Options) liveMembers(ctx context.Context, s config.Section) ([]collector.Source, error) {
	live := o.liveOf(&s)
	if live == nil {
		return nil, nil
	}
	if c, ok := live.(interface{ check() error }); ok {
		if err := c.check(); err != nil {
			return nil, err
		}
	}
	section, roster := sectionOf(&s, live), o.Roster
	if roster == nil {
		var err error
		if roster, err = onboard.New(onboard.Options{Now: o.Now, Logger: o.Logger}); err != nil {
			return nil, err
		}
		roster.Refresh(ctx, []onboard.Section{section})
		if err := roster.Failure(section.Name); err != nil {
			return nil, err
		}
	}
	return live.members(roster.Systems(&section)), nil
}

// liveInventories reads each of these systems once, without its events.
func (o *Options) liveInventories(ctx context.Context, s config.Section, now time.Time) ([]*entitlement.Inventory, error) {
	members, err := o.liveMembers(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", field(&s), err)
	}
	list := make([]*entitlement.Inventory, len(members))
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(parallelAccounts)
	for i, m := range members {
		group.Go(func() (err error) {
			one, ok := m.(inventoried)
			if !ok {
				return fmt.Errorf("system %s has no inventory", m.System().ID)
			}
			list[i], err = one.inventory(within, now)
			return err
		})
	}
	return list, group.Wait()
}
