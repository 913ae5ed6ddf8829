package app

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/entitlement"
)

// discoveryPatience is how long the start waits for the clouds to tell which
// systems there are.
const discoveryPatience = 30 * time.Second

// discoveryRetry is the pause after a discovery that failed.
const discoveryRetry = time.Minute

// openRoster opens what was discovered before.
func (a *app) openRoster() (err error) {
	a.roster, err = onboard.New(onboard.Options{File: filepath.Join(a.Config.DataDir, "onboarding.json"), Now: a.Now, Logger: a.Logger})
	return err
}

// sources are what a configuration has read.
func (a *app) sources(cfg *config.Config) source.Options {
	return source.Options{
		Accounts: cfg.AWS.Accounts, Sections: cfg.Sections(), Window: cfg.Assess.Window.Std(), Catalog: a.catalog, Store: a.store,
		Audit: a.audit.source(), Roster: a.roster, Now: a.Now, Logger: a.Logger,
	}
}

// refresh discovers the systems of a configuration that begins.
func (a *app) refresh(ctx context.Context, cfg *config.Config) {
	ctx, cancel := context.WithTimeout(ctx, discoveryPatience)
	defer cancel()
	a.roster.Refresh(ctx, source.Onboarding(a.sources(cfg)))
}

// chosen are the systems of each section that are to be collected.
func (a *app) chosen(sections []onboard.Section) map[string][]entitlement.System {
	all := map[string][]entitlement.System{}
	for i := range sections {
		all[sections[i].Name] = a.roster.Systems(&sections[i])
	}
	return all
}

// discover asks the clouds at each interval which systems there are, until the
// context ends. Where other ones are to be collected, the sources are made anew:
// a new system needs no restart.
func (a *app) discover(ctx context.Context) error {
	timer := time.NewTimer(a.untilDiscovery())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		if err := a.rediscover(ctx); err != nil && ctx.Err() == nil {
			a.Logger.ErrorContext(ctx, "the systems that were discovered are not collected", "err", err)
		}
		timer.Reset(a.untilDiscovery())
	}
}

// untilDiscovery is the pause before the next discovery.
func (a *app) untilDiscovery() time.Duration {
	g := a.current.Load()
	interval := g.config.Collect.Interval.Std()
	for i := range g.sections {
		if a.roster.Failure(g.sections[i].Name) != nil {
			interval = min(interval, discoveryRetry)
		}
	}
	return interval
}

// rediscover has another generation take over where the systems are other ones.
func (a *app) rediscover(ctx context.Context) error {
	sections := a.current.Load().sections
	if len(sections) == 0 {
		return nil
	}
	a.roster.Refresh(ctx, sections)
	a.reloads.Lock()
	defer a.reloads.Unlock()
	if !a.others(a.current.Load()) {
		return nil
	}
	next, err := a.generation(ctx, a.latest)
	if err != nil {
		return err
	}
	if err := a.provision(ctx, next); err != nil {
		return err
	}
	select {
	case a.next <- next:
	case <-ctx.Done():
	}
	return nil
}

// others reports whether other systems are to be collected than a generation
// does.
func (a *app) others(g *generation) bool {
	for name, systems := range a.chosen(g.sections) {
		if !onboard.Same(systems, g.chosen[name]) {
			return true
		}
	}
	return false
}

// onboarding returns the state of every system, of those that are discovered and
// of those that the configuration names, by cloud and id.
func (a *app) onboarding() []onboard.Status {
	g := a.current.Load()
	snapshot := g.collector.Snapshot()
	var list []onboard.Status
	for i := range g.sections {
		list = append(list, a.roster.Statuses(&g.sections[i], func(id entitlement.SystemID) onboard.Progress { return onboard.ProgressOf(snapshot.Result(id)) })...)
	}
	for _, r := range snapshot.Results {
		if !slices.ContainsFunc(list, func(s onboard.Status) bool { return s.System.ID == r.System.ID && s.System.Cloud == r.System.Cloud }) {
			list = append(list, onboard.StatusOf(r.System, onboard.ProgressOf(r)))
		}
	}
	slices.SortFunc(list, func(x, y onboard.Status) int {
		return cmp.Or(cmp.Compare(x.System.Cloud, y.System.Cloud), cmp.Compare(x.System.ID, y.System.ID))
	})
	return list
}
