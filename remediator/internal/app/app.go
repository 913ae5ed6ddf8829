// Package app puts the remediator together and runs it.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/run"
	"github.com/leastward/leastward/remediator/internal/config"
	"github.com/leastward/leastward/remediator/internal/forward"
	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/store"
	"github.com/leastward/leastward/remediator/internal/web"
)

// Options are what the command line says.
type Options struct {
	ConfigFile string
	// ListenAddress is host:port.
	ListenAddress string
	// WebConfigFile is exporter-toolkit's; "" is none.
	WebConfigFile        string
	Hosts                []string // Those of run.ServeOptions.
	AllowUnauthenticated bool
	// Reload asks for the configuration file to be read again.
	Reload <-chan os.Signal
	// Ready, if set, is told the address that the listener really has.
	Ready  func(net.Addr)
	Logger *slog.Logger
}

// app is a running remediator.
type app struct {
	o        Options
	config   atomic.Pointer[config.Config]
	registry *prometheus.Registry
	metrics  *metrics
	runs     *playbook.Metrics
	store    *store.Store
	engine   *playbook.Engine
	handler  http.Handler
}

// Run runs the remediator until the context ends.
func Run(ctx context.Context, o Options) (err error) {
	if err := run.CheckListen(o.ListenAddress, o.WebConfigFile, o.AllowUnauthenticated); err != nil {
		return err
	}
	c, err := config.Load(o.ConfigFile)
	if err != nil {
		return err
	}
	a := &app{o: o, registry: prometheus.NewRegistry()}
	if a.store, err = store.Open(ctx, store.Options{Path: c.State.Path, Logger: o.Logger.With("component", "jobs")}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.store.Close()) }()
	if err := a.build(ctx, c); err != nil {
		return err
	}
	return a.run(ctx)
}

// build makes the parts, in the order in which they need each other.
func (a *app) build(ctx context.Context, c *config.Config) (err error) {
	if n, err := a.store.CheckLog(ctx); err != nil {
		// It goes on: an intruder must not be able to stop remediation so.
		a.o.Logger.ErrorContext(ctx, "the platform log was tampered with", "err", err)
	} else {
		a.o.Logger.InfoContext(ctx, "platform log is whole", "events", n)
	}
	a.metrics = newMetrics(a.registry, a.store)
	a.runs = playbook.NewMetrics(a.registry)
	a.engine, err = playbook.New(playbook.Options{Store: a.store, Metrics: a.runs, Logger: a.o.Logger})
	if err != nil {
		return err
	}
	if err := a.apply(ctx, c); err != nil {
		return err
	}
	a.handler, err = a.routes(ctx)
	return err
}

func (a *app) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.engine.Run(ctx) })
	group.Go(func() error { return a.reloads(ctx) })
	group.Go(func() error {
		return forward.New(forward.Options{Log: a.store, Sink: a.sink, Logger: a.o.Logger.With("component", "forward")}).Run(ctx)
	})
	group.Go(func() error {
		return run.Serve(ctx, run.ServeOptions{
			Handler: a.handler, Address: a.o.ListenAddress, WebConfigFile: a.o.WebConfigFile, Hosts: a.o.Hosts,
			Ready: a.ready(ctx), Logger: a.o.Logger,
		})
	})
	return group.Wait()
}

func (a *app) ready(ctx context.Context) func(net.Addr) {
	return func(address net.Addr) {
		a.o.Logger.InfoContext(ctx, "listening", "address", address.String())
		if a.o.Ready != nil {
			a.o.Ready(address)
		}
	}
}

// reloads reads the configuration file again whenever that is asked for. A
// wrong one changes nothing.
func (a *app) reloads(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.o.Reload:
		}
		if err := a.reload(ctx); err != nil {
			a.metrics.reloaded(false)
			a.o.Logger.ErrorContext(ctx, "configuration not reloaded: the old one stays", "err", err)
		}
	}
}

func (a *app) reload(ctx context.Context) error {
	c, err := config.Load(a.o.ConfigFile)
	if err != nil {
		return err
	}
	if old := a.config.Load().State.Path; c.State.Path != old {
		return fmt.Errorf("%s: state.path: it can't change while the remediator runs; it is %s", a.o.ConfigFile, old)
	}
	if err := a.apply(ctx, c); err != nil {
		return err
	}
	a.o.Logger.InfoContext(ctx, "configuration reloaded", "file", a.o.ConfigFile)
	return nil
}

// apply puts a configuration in force.
func (a *app) apply(ctx context.Context, c *config.Config) error {
	env, err := environment(ctx, c)
	if err != nil {
		return err
	}
	a.engine.Configure(env)
	a.config.Store(c)
	a.metrics.configured(c)
	return nil
}

// key returns what signs the forms.
func (a *app) key(ctx context.Context) (string, error) {
	return a.store.Setting(ctx, "form_key", func() string { return rand.Text() })
}

func (a *app) pages(ctx context.Context) (*web.Server, error) {
	login, err := web.LoginOf(a.o.WebConfigFile)
	if err != nil {
		return nil, fmt.Errorf("web.config.file: %w", err)
	}
	key, err := a.key(ctx)
	if err != nil {
		return nil, err
	}
	return web.New(web.Options{
		Store: a.store, Decider: a.engine, Login: login, Key: key, Logger: a.o.Logger,
		OnlyLocal: login == web.Typed && !a.o.AllowUnauthenticated,
	})
}
