package anomaly_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

const day = 24 * time.Hour

// until is now in these tests.
func until() time.Time { return time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC) }

// ago is a time before now.
func ago(days, minutes int) time.Time {
	return until().AddDate(0, 0, -days).Add(time.Duration(minutes) * time.Minute)
}

// bench is an engine with its stores, which outlive it.
type bench struct {
	store  *flaky
	path   string
	db     *state.DB
	engine *anomaly.Engine
}

func newBench(tb testing.TB, list ...anomaly.Rule) *bench {
	tb.Helper()
	store, err := embedded.Open(embedded.Options{
		Dir: tb.TempDir(), Catalog: catalog.AWS(), MinFreeBytes: -1, Logger: slog.New(slog.DiscardHandler), Now: until,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return benchOn(tb, store, list...)
}

// benchOn is an engine on a store, which it closes in the end.
func benchOn(tb testing.TB, store auditlog.Store, list ...anomaly.Rule) *bench {
	tb.Helper()
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	b := &bench{store: &flaky{Store: store}, path: filepath.Join(tb.TempDir(), "state.db")}
	tb.Cleanup(func() { _ = b.db.Close() })
	b.restart(tb, list...)
	return b
}

// restart is what a new process does.
func (b *bench) restart(tb testing.TB, list ...anomaly.Rule) {
	tb.Helper()
	if b.db != nil {
		if err := b.db.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	var err error
	if b.db, err = state.Open(context.Background(), state.Options{Path: b.path}); err != nil {
		tb.Fatal(err)
	}
	b.engine, err = anomaly.New(anomaly.Options{
		Store: b.store, State: b.db, LogsQL: logsql.Options{Catalog: catalog.AWS()}, Rules: list, Now: until, Keep: 10_000,
		Systems: func() []trigger.System {
			return []trigger.System{{Cloud: entitlement.AWS, ID: "1", Owner: "team"}, {Cloud: entitlement.AWS, ID: "silent"}}
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func (b *bench) evaluate(tb testing.TB) {
	tb.Helper()
	if err := b.engine.Evaluate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

func (b *bench) add(tb testing.TB, events ...auditlog.Event) {
	tb.Helper()
	if _, err := b.store.Add(tb.Context(), events); err != nil {
		tb.Fatal(err)
	}
}

// reports returns what a rule reported, as texts in order of time.
func (b *bench) reports(tb testing.TB, rule string) []string {
	tb.Helper()
	list, err := b.engine.Reports(tb.Context(), rule, time.Time{}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for _, r := range list {
		out = append(out, line(r.Time, string(r.System), string(r.Identity), r.Value, r.Last)+" "+r.Event)
	}
	slices.Sort(out)
	return out
}

func line(at time.Time, system, identity, value string, last time.Time) string {
	before := "never"
	if !last.IsZero() {
		before = last.Format(time.RFC3339)
	}
	return fmt.Sprintf("%s %s %s %s after %s", at.Format(time.RFC3339), system, identity, value, before)
}

// flaky is a store that fails when it is told to.
type flaky struct {
	auditlog.Store
	failIn     atomic.Int64 // Statements until one fails; below 1 is never.
	statements atomic.Int64
}

func (f *flaky) Select(ctx context.Context, s auditlog.Statement, row func(auditlog.Row) error) (auditlog.Outcomes, error) {
	f.statements.Add(1)
	if f.failIn.Add(-1) == 0 {
		return auditlog.Outcomes{}, errors.New("the store is away")
	}
	return f.Store.Select(ctx, s, row)
}

func rule(kind anomaly.Kind, days int) anomaly.Rule {
	return anomaly.Rule{Name: string(kind), Kind: kind, Enabled: true, Interval: config.Duration(time.Duration(days) * day), Severity: alert.Info}
}

func event(id string, at time.Time, identity, resource string) auditlog.Event {
	return auditlog.Event{
		ID: id, Time: at, Cloud: entitlement.AWS, System: "1", Identity: entitlement.IdentityID(identity), IdentityName: identity,
		Source: "s3.amazonaws.com", Name: "GetObject", Actions: []entitlement.Action{"s3:GetObject"}, Mapping: auditlog.Mapped,
		Outcome: auditlog.Success, Resources: []auditlog.Resource{{ID: entitlement.ResourceID(resource)}},
	}
}
