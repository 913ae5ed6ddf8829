package app

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/expose"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/schedule"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/state"
)

// generation is everything that one version of the configuration makes.
type generation struct {
	config    *config.Config
	assessors *assess.Set
	collector *collector.Collector
	schedules []schedule.Schedule

	// Sections are those whose systems are discovered, chosen the systems of each
	// that are collected.
	sections []onboard.Section
	chosen   map[string][]entitlement.System

	// Of the audit store.
	folders  map[string][]entitlement.SystemID
	guard    *access.Guard
	triggers []trigger.Definition
	rules    []anomaly.Rule
	queries  []state.Definition // Those that are provisioned.
}

// generation builds what a configuration asks for. Whatever may be wrong with
// it shows here, before the running generation ends.
func (a *app) generation(ctx context.Context, cfg *config.Config) (*generation, error) {
	options := a.sources(cfg)
	sections := source.Onboarding(options)
	chosen := a.chosen(sections) // Before the sources are made of it: what is found meanwhile is found once more.
	sources, err := source.Sources(ctx, options)
	if err != nil {
		return nil, err
	}
	g := &generation{config: cfg, assessors: clouds.NewSet(cfg.Assess.Settings()), folders: foldersOf(sources), sections: sections, chosen: chosen}
	if g.triggers, err = cfg.Audit.Triggers.Configured(); err != nil {
		return nil, err
	}
	g.rules = cfg.Audit.Rules()
	g.guard = a.guardOf(cfg, g.folders)
	if g.queries, err = state.ReadDefinitions(cfg.Audit.Queries...); err != nil {
		return nil, fmt.Errorf("audit.queries: %w", err)
	}
	g.collector = collector.New(collector.Options{
		Sources: sources, Assessors: g.assessors, Store: a.store,
		Interval: cfg.Collect.Interval.Std(), Timeout: cfg.Collect.Timeout.Std(), Concurrency: cfg.Collect.Concurrency,
		Publish: a.publisher(cfg), Now: a.Now, Logger: a.Logger,
	})
	for _, r := range cfg.Reports {
		if err := a.builder(g).Check(report.Kind(r.Report), question(r)); err != nil {
			return nil, fmt.Errorf("reports: %s: %w", r.Name, err)
		}
		one, err := scheduleOf(r)
		if err != nil {
			return nil, fmt.Errorf("reports: %s: %w", r.Name, err)
		}
		g.schedules = append(g.schedules, one)
	}
	return g, nil
}

// systems returns the ids of the systems that are collected, sorted. Files may
// hold other ones than before, though the configuration says the same.
func (g *generation) systems() []entitlement.SystemID {
	var ids []entitlement.SystemID
	for _, r := range g.collector.Snapshot().Results {
		ids = append(ids, r.System.ID)
	}
	slices.Sort(ids)
	return ids
}

// run collects and delivers reports until the context ends.
func (a *app) run(ctx context.Context, g *generation) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return g.collector.Run(ctx) })
	group.Go(func() error { return a.watch(ctx, g) })
	if len(g.schedules) > 0 {
		group.Go(func() error { return a.unlessStopped(ctx, a.deliverReports(ctx, g)) })
	}
	return group.Wait()
}

// unlessStopped returns the error of something that ended by itself. Where a
// reload or the exporter's end cut it off, that is no reason to fail.
func (a *app) unlessStopped(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	a.Logger.WarnContext(ctx, "the delivery of reports was interrupted", "err", err)
	return nil
}

// publisher renders the metrics of each system whenever its state changes, and
// remembers its index.
func (a *app) publisher(cfg *config.Config) func(*collector.Result) {
	options := expose.Options{
		IdentitySeries: cfg.Metrics.IdentitySeries, FindingSeries: cfg.Metrics.FindingSeries,
		Interval: cfg.Collect.Interval.Std(),
	}
	settings := indexSettings(&cfg.Assess)
	return func(r *collector.Result) {
		a.remember(r, settings)
		start := a.Now()
		page, err := expose.Page(r, options)
		if err == nil {
			err = a.exposition.Publish(string(r.System.ID), page)
		}
		if err != nil {
			a.Logger.Error("render metrics; the old ones stay", "system", r.System.ID, "err", err)
			return
		}
		a.metrics.rendered(a.exposition, a.Now().Sub(start))
	}
}
