// Package app wires the exporter together and keeps it running: collection on
// a timer, HTTP, reload of the configuration.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/expose"
	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/outgoing"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/exporter/internal/tables/acted"
	"github.com/leastward/leastward/exporter/internal/tables/asked"
	"github.com/leastward/leastward/exporter/internal/web"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/metric"
	"github.com/leastward/leastward/internal/run"
)

// Options says what to run.
type Options struct {
	// ConfigFile is read again on a reload.
	ConfigFile string
	// Config is what was read from it at the start.
	Config *config.Config
	// Address, WebConfigFile and Hosts are those of run.ServeOptions.
	Address       string
	WebConfigFile string
	Hosts         []string
	// Ready, if set, is told the address that the listener really has.
	Ready   func(net.Addr)
	Version string
	Now     func() time.Time // Defaults to time.Now.
	Logger  *slog.Logger
}

// app is the running exporter.
type app struct {
	Options
	catalog    *catalog.Catalog
	store      *store.Store
	history    *history.Store
	estates    *asked.Estates
	remediator *acted.Remediator
	registry   *prometheus.Registry
	exposition *metric.Exposition
	metrics    *selfMetrics
	audit      *auditing // Nil where no events are kept.
	gate       *outgoing.Gate
	roster     *onboard.Roster

	current atomic.Pointer[generation]
	next    chan *generation
	reloads sync.Mutex     // Held during a reload: one at a time. Guards latest.
	latest  *config.Config // What runs, or takes over next.
}

// Run runs the exporter until the context ends.
func Run(ctx context.Context, o Options) (err error) {
	a, err := newApp(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }() //nolint:contextcheck // It has ended, and what is left must be written.
	whole := ctx
	group, ctx := errgroup.WithContext(whole)
	group.Go(func() error { return a.history.Run(ctx) })
	group.Go(func() error { return a.supervise(ctx) })
	group.Go(func() error { return a.reloadOnSignal(ctx) })
	group.Go(func() error { return a.discover(ctx) })
	group.Go(func() error {
		return run.Serve(ctx, run.ServeOptions{
			Handler: a.handler(ctx), Address: o.Address, WebConfigFile: o.WebConfigFile, Hosts: o.Hosts, Logger: o.Logger,
			Ready: func(address net.Addr) {
				o.Logger.InfoContext(ctx, "listening", "address", address.String())
				if o.Ready != nil {
					o.Ready(address)
				}
			},
		})
	})
	if err := group.Wait(); err != nil && (whole.Err() == nil || !errors.Is(err, context.Canceled)) {
		return err
	}
	return nil
}

func newApp(ctx context.Context, o Options) (*app, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	data, err := store.Open(o.Config.DataDir)
	if err != nil {
		return nil, fmt.Errorf("data_dir: %w", err)
	}
	a := &app{Options: o, latest: o.Config, catalog: catalog.AWS(), store: data, estates: asked.NewEstates(), registry: prometheus.NewRegistry(), next: make(chan *generation)}
	a.gate = outgoing.NewGate(reportsWaiting, reportsPatience)
	a.remediator = acted.NewRemediator(func() *config.Remediation { return a.inForce().Remediation })
	a.metrics = newSelfMetrics(a.registry, o.Version)
	a.exposition = metric.NewExposition(metric.ExpositionOptions{Self: a.registry, Logger: o.Logger})
	if err := a.openRoster(); err != nil {
		return nil, err
	}
	if err := a.openHistory(context.WithoutCancel(ctx)); err != nil {
		return nil, err
	}
	if a.audit, err = a.openAudit(context.WithoutCancel(ctx), o.Config); err != nil {
		return nil, errors.Join(err, a.history.Close()) //nolint:contextcheck // What is left must be written.
	}
	if err := a.begin(context.WithoutCancel(ctx)); err != nil {
		return nil, errors.Join(err, a.close()) //nolint:contextcheck // What is left must be written.
	}
	a.metrics.reloaded(o.Now(), nil)
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		expose.Spanning{Snapshot: a.snapshot, Assessors: func() *assess.Set { return a.current.Load().assessors }, Onboarding: a.onboarding}, a.audit.collector(a.onset, a.Now))
	return a, nil
}

// close closes what is open; nothing uses it any longer.
func (a *app) close() error { return errors.Join(a.audit.close(), a.history.Close()) }

// begin makes the first generation the current one.
func (a *app) begin(ctx context.Context) error {
	a.refresh(ctx, a.Config)
	first, err := a.generation(ctx, a.Config)
	if err != nil {
		return err
	}
	a.current.Store(first)
	return a.provision(ctx, first)
}

func (a *app) snapshot() *collector.Snapshot { return a.current.Load().collector.Snapshot() }

// guard knows the callers of the configuration in force.
func (a *app) guard() *access.Guard { return a.current.Load().guard }

func (a *app) handler(ctx context.Context) http.Handler {
	api, page := a.auditHandlers(ctx)
	return web.Handler(web.Options{
		Snapshot:  a.snapshot,
		Assessors: func() *assess.Set { return a.current.Load().assessors },
		Guard:     a.guard, Onboarding: a.onboarding,
		Metrics: a.exposition, Tables: a.tables(), Reports: a.systemReports(),
		Audit: api, AuditPage: page, Troubles: a.audit.troubles(),
		Reload:  func() error { return a.reload(ctx) },
		Version: a.Version, Now: a.Now, Logger: a.Logger,
	})
}

// supervise runs one generation after the other. Each has ended before the
// next begins, so that two never write the same files.
func (a *app) supervise(ctx context.Context) error {
	for {
		next, err := a.runCurrent(ctx)
		if err != nil || next == nil {
			return err
		}
		old := a.current.Load()
		next.collector.TakeOver(old.collector.Snapshot())
		a.current.Store(next)
		a.retire(old, next)
		a.Logger.InfoContext(ctx, "the configuration was reloaded", "file", a.ConfigFile)
	}
}

// runCurrent runs the current generation until the context ends (nil) or
// another is to take over.
func (a *app) runCurrent(ctx context.Context) (*generation, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.run(ctx, a.current.Load()) })
	var next *generation
	select {
	case next = <-a.next:
	case <-ctx.Done():
	}
	stop()
	return next, group.Wait()
}

// retire takes away the metrics of systems that are no longer configured.
func (a *app) retire(old, next *generation) {
	for _, r := range old.collector.Snapshot().Results {
		if next.collector.Snapshot().Result(r.System.ID) == nil {
			a.exposition.Remove(string(r.System.ID))
		}
	}
	a.metrics.published(a.exposition)
}

func (a *app) reloadOnSignal(ctx context.Context) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangup:
			if err := a.reload(ctx); err != nil {
				a.Logger.ErrorContext(ctx, "the old configuration stays", "err", err)
			}
		}
	}
}

// reload reads the configuration file again. The old configuration stays where
// the new one is bad. One that says the same disturbs no collection under way.
func (a *app) reload(ctx context.Context) (err error) {
	a.reloads.Lock()
	defer a.reloads.Unlock()
	defer func() { a.metrics.reloaded(a.Now(), err) }()
	cfg, err := config.Load(a.ConfigFile)
	if err != nil {
		return err
	}
	if err := a.reloadable(cfg); err != nil {
		return err
	}
	a.refresh(ctx, cfg)
	next, err := a.generation(ctx, cfg)
	if err != nil {
		return err
	}
	if err := a.provision(ctx, next); err != nil {
		return err
	}
	if reflect.DeepEqual(cfg, a.latest) && slices.Equal(next.systems(), a.current.Load().systems()) {
		return nil
	}
	select {
	case a.next <- next:
		a.latest = cfg
		a.audit.reloaded(ctx, a.ConfigFile)
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
