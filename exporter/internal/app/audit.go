package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/audit"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/expose"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/ingest"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/remote"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/auditlog/starter"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// auditing is the audit store and what works on it. It lives as long as the
// program, whatever configurations come and go.
type auditing struct {
	store    auditlog.Store
	state    *state.DB
	searcher audit.Searcher
	meter    *ingest.Meter
	platform *audit.Platform
	triggers *trigger.Engine
	rules    *anomaly.Engine // First-time rules.
}

// openAudit opens the audit store and what people defined; nil where no events
// are to be kept.
func (a *app) openAudit(ctx context.Context, cfg *config.Config) (au *auditing, err error) {
	if cfg.Audit.Disabled {
		return nil, nil
	}
	au = &auditing{meter: ingest.NewMeter()}
	defer func() {
		if err != nil {
			err = errors.Join(err, au.close())
		}
	}()
	store, err := a.openStore(cfg) //nolint:contextcheck // Opening has no context.
	if err != nil {
		return au, fmt.Errorf("audit.store: %w", err) // What came with it is no store.
	}
	au.store = store
	au.platform = &audit.Platform{Store: au.store, Now: a.Now, Logger: a.Logger}
	au.state, err = state.Open(ctx, state.Options{
		Path: filepath.Join(cfg.DataDir, "state.db"), Record: audit.RecordChange(au.store), Now: a.Now, Logger: a.Logger,
	})
	if err != nil {
		return au, err
	}
	if err = au.state.Ship(ctx, starter.Queries()); err != nil {
		return au, fmt.Errorf("store the queries that ship: %w", err)
	}
	au.searcher = audit.NewSearcher(search.Options{
		Store: au.store, Catalog: a.catalog, Folders: a.folder, Now: a.Now,
		Limits: search.Limits{Timeout: longest}, // Each question has the configured limit.
	}, a.snapshot)
	meaning := logsql.Options{Folders: a.folder, Tagged: audit.Tagged(a.snapshot, nil), Catalog: a.catalog}
	au.triggers, err = trigger.New(trigger.Options{
		Store: au.store, State: au.state, LogsQL: meaning, Systems: a.systems, Now: a.Now, Logger: a.Logger,
	})
	if err != nil {
		return au, err
	}
	au.rules, err = anomaly.New(anomaly.Options{Store: au.store, State: au.state, LogsQL: meaning, Systems: a.systems, Now: a.Now})
	return au, err
}

// collector has the figures of the audit store; none where there is no store.
func (au *auditing) collector(onset func() time.Duration, now func() time.Time) prometheus.Collector {
	if au == nil {
		return expose.NewAudit(expose.AuditOptions{Now: now})
	}
	return expose.NewAudit(expose.AuditOptions{
		Store: au.store, Ingest: au.meter.Stats, Backfill: au.meter.Progress, Triggers: au.triggers.Status, FirstTime: au.rules.Status,
		Onset: onset, Now: now,
	})
}

// onset is three times as long as triggers wait: three minutes, so that whoever
// looks at new events more often, and scrapes as often, is told sooner.
func (a *app) onset() time.Duration {
	return 3 * a.current.Load().config.Audit.Triggers.Interval.Std()
}

// source says where the sources keep their events.
func (au *auditing) source() source.Audit {
	if au == nil {
		return source.Audit{}
	}
	return source.Audit{Store: au.store, Meter: au.meter}
}

// longest is longer than any question may take.
const longest = 365 * 24 * time.Hour

// systems are those that are collected.
func (a *app) systems() []trigger.System {
	var list []trigger.System
	for _, r := range a.snapshot().Results {
		list = append(list, trigger.System{Cloud: r.System.Cloud, ID: r.System.ID, Owner: r.System.Owner})
	}
	return list
}

func (a *app) openStore(cfg *config.Config) (auditlog.Store, error) {
	s := &cfg.Audit.Store
	if r := s.Remote; r != nil {
		return remote.Open(remote.Options{
			InsertURLs: r.InsertURLs, SelectURLs: r.SelectURLs, HTTP: r.HTTP, Tenant: remote.Tenant(r.Tenant),
			Retention: s.Retention.Std(), Settle: r.Settle.Std(), Visible: r.Visible.Std(), Durable: r.Durable.Std(),
			MaxLine: int(r.MaxLine), Catalog: a.catalog, Logger: a.Logger, Now: a.Now,
		})
	}
	free := int64(s.MinFree)
	if free == 0 {
		free = -1 // Said so: no guard.
	}
	return embedded.Open(embedded.Options{
		Dir: cfg.AuditDirectory(), Retention: s.Retention.Std(), MinFreeBytes: free, Catalog: a.catalog, Logger: a.Logger, Now: a.Now,
	})
}

// provision makes provisioned queries and triggers those of a configuration.
// Triggers go on where they were.
func (a *app) provision(ctx context.Context, g *generation) error {
	if a.audit == nil {
		return nil
	}
	if err := a.audit.state.Provision(ctx, g.queries); err != nil {
		return fmt.Errorf("audit.queries: %w", err)
	}
	if err := a.audit.triggers.Reconfigure(g.triggers); err != nil {
		return fmt.Errorf("audit.triggers: %w", err)
	}
	if err := a.audit.rules.Reconfigure(g.rules); err != nil {
		return fmt.Errorf("audit.first_time: %w", err)
	}
	return nil
}

// watch evaluates triggers and first-time rules, and records changes of saved queries that are
// not recorded yet, until the context ends.
func (a *app) watch(ctx context.Context, g *generation) error {
	if a.audit == nil {
		return nil
	}
	evaluate := func(ctx context.Context) error {
		return errors.Join(a.audit.triggers.Evaluate(ctx), a.audit.rules.Evaluate(ctx), a.audit.state.Deliver(ctx))
	}
	return trigger.NewLoop(evaluate, g.config.Audit.Triggers.Interval.Std(), a.Logger).Run(ctx)
}

// reloaded records that the configuration was read again.
func (au *auditing) reloaded(ctx context.Context, file string) {
	if au == nil {
		return
	}
	au.platform.Record(ctx, api.PlatformEvent{
		Actor: state.Actor, Action: "leastward:ReloadConfiguration",
		Resources: []api.AuditResource{{ID: entitlement.ResourceID(file), Type: "leastward:configuration"}},
	})
}

// close closes what is open, the store last: the others write to it.
func (au *auditing) close() error {
	if au == nil {
		return nil
	}
	var errs []error
	if au.state != nil {
		errs = append(errs, au.state.Close())
	}
	if au.store != nil {
		errs = append(errs, au.store.Close())
	}
	return errors.Join(errs...)
}

// folder returns the systems of a folder as they are configured now.
func (a *app) folder(name string) []entitlement.SystemID {
	g := a.current.Load()
	if g == nil {
		return nil
	}
	return g.folders[name]
}

// foldersOf returns the systems of each folder.
func foldersOf(sources []collector.Source) map[string][]entitlement.SystemID {
	folders := map[string][]entitlement.SystemID{}
	for _, one := range sources {
		s := one.System()
		for _, name := range s.Folders {
			folders[name] = append(folders[name], s.ID)
		}
	}
	return folders
}

// guardOf returns who may ask, by one configuration.
func (a *app) guardOf(cfg *config.Config, folders map[string][]entitlement.SystemID) *access.Guard {
	o := access.Options{
		Folders:  func(name string) []entitlement.SystemID { return folders[name] },
		Verified: access.Verified(a.WebConfigFile), Anonymous: cfg.API.Anonymous,
	}
	for i := range cfg.API.Tokens {
		t := &cfg.API.Tokens[i]
		o.Tokens = append(o.Tokens, access.Token{Secret: t.Secret(), OnBehalf: t.OnBehalf, Grant: grantOf(t.Name, &t.Grant)})
	}
	for i := range cfg.API.Users {
		o.Users = append(o.Users, grantOf(cfg.API.Users[i].Name, &cfg.API.Users[i].Grant))
	}
	return access.New(o)
}

func grantOf(name string, g *config.Grant) access.Grant {
	out := access.Grant{Name: name, Role: access.Role(g.Role), Folders: g.Folders}
	for _, id := range g.Systems {
		out.Systems = append(out.Systems, entitlement.SystemID(id))
	}
	return out
}

// auditHandlers answer the audit API until the context ends, and show the page
// for people; nil where no events are kept.
func (a *app) auditHandlers(ctx context.Context) (programs, people http.Handler) {
	if a.audit == nil {
		return nil, nil
	}
	h := audit.New(audit.Options{
		Store: a.audit.store, Searcher: a.audit.searcher, Compile: a.compileOptions, Saved: a.audit.state,
		Triggers: a.audit.triggers.Status, Rules: a.audit.rules,
		Guard:    func() *access.Guard { return a.current.Load().guard },
		Platform: a.audit.platform, Ends: ctx, Limits: a.limits, Counted: a.metrics.answered, Now: a.Now, Logger: a.Logger,
	})
	return h, h.Page()
}

// limits are those of the configuration in force.
func (a *app) limits() audit.Limits {
	l := a.current.Load().config.Audit.Limits
	return audit.Limits{Queries: l.Queries, Timeout: l.Timeout.Std()}
}

// compileOptions says what folders and tags mean to a caller who sees some
// systems.
func (a *app) compileOptions(c *access.Caller) logsql.Options {
	return logsql.Options{Folders: a.folder, Tagged: audit.Tagged(a.snapshot, c.Sees), Catalog: a.catalog}
}

// reloadable refuses a change of what cannot change while the program runs.
func (a *app) reloadable(cfg *config.Config) error {
	switch {
	case cfg.DataDir != a.latest.DataDir:
		return fmt.Errorf("data_dir: cannot change from %s to %s while running; restart the exporter", a.latest.DataDir, cfg.DataDir)
	case cfg.Audit.Disabled != a.latest.Audit.Disabled:
		return errors.New("audit.disabled: cannot change while running; restart the exporter")
	case !reflect.DeepEqual(cfg.Audit.Store, a.latest.Audit.Store):
		return errors.New("audit.store: cannot change while running; restart the exporter")
	}
	return nil
}
