package trigger_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// until is now in these tests.
func until() time.Time { return time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC) }

func openStore(tb testing.TB) auditlog.Store {
	tb.Helper()
	s, err := embedded.Open(embedded.Options{
		Dir: tb.TempDir(), Catalog: catalog.AWS(), MinFreeBytes: -1, Logger: slog.New(slog.DiscardHandler), Now: until,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func openState(tb testing.TB, path string) *state.DB {
	tb.Helper()
	db, err := state.Open(context.Background(), state.Options{Path: path})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// bench is an engine with its stores, which outlive it.
type bench struct {
	store  *flaky
	path   string
	db     *state.DB
	engine *trigger.Engine
}

func newBench(t *testing.T, list ...trigger.Definition) *bench {
	t.Helper()
	b := &bench{store: &flaky{Store: openStore(t)}, path: filepath.Join(t.TempDir(), "state.db")}
	b.restart(t, list...)
	return b
}

// restart is what a new process does.
func (b *bench) restart(t *testing.T, list ...trigger.Definition) {
	t.Helper()
	if b.db != nil {
		if err := b.db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	b.db = openState(t, b.path)
	engine, err := trigger.New(trigger.Options{
		Store: b.store, State: b.db, LogsQL: meaning(), Triggers: list, Now: until, Keep: 3,
		Systems: func() []trigger.System {
			return []trigger.System{{Cloud: entitlement.AWS, ID: "1", Owner: "team-one"}, {Cloud: entitlement.Azure, ID: "9"}}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.engine = engine
}

func meaning() logsql.Options {
	return logsql.Options{
		Catalog: catalog.AWS(),
		Folders: func(name string) []entitlement.SystemID {
			if name == "prod" {
				return []entitlement.SystemID{"1"}
			}
			return nil
		},
		Tagged: func(query.Field, string, string, query.Operator) ([]string, error) { return nil, nil },
	}
}

func (b *bench) evaluate(t *testing.T) {
	t.Helper()
	if err := b.engine.Evaluate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) add(t *testing.T, events ...auditlog.Event) {
	t.Helper()
	if _, err := b.store.Add(t.Context(), events); err != nil {
		t.Fatal(err)
	}
}

// totals returns the counts of a trigger as text.
func (b *bench) totals(name string) string {
	out := ""
	for _, s := range b.engine.Status() {
		if s.Definition.Name != name {
			continue
		}
		for _, total := range s.Totals {
			out += fmt.Sprintf("%s/%s=%d ", total.Cloud, total.System, total.Count)
		}
	}
	return out
}

// flaky is a store that fails when it is told to.
type flaky struct {
	auditlog.Store
	failIn atomic.Int64 // Statements until one fails; below 1 is never.
}

func (f *flaky) Select(ctx context.Context, s auditlog.Statement, row func(auditlog.Row) error) (auditlog.Outcomes, error) {
	if f.failIn.Add(-1) == 0 {
		return auditlog.Outcomes{}, errors.New("the store is away")
	}
	return f.Store.Select(ctx, s, row)
}

// denied is a trigger on refused calls.
func denied() trigger.Definition {
	return trigger.Definition{
		Name: "denied", Enabled: true, Severity: alert.Warning,
		Where: trigger.Condition{Node: &query.Node{Field: query.Outcome, Operator: query.Is, Values: []string{"authorization_failure"}}},
	}
}

// event makes a refused call, n hours before the end.
func event(id, system string, hours int) auditlog.Event {
	return auditlog.Event{
		ID: id, Time: until().Add(-time.Duration(hours) * time.Hour), Cloud: entitlement.AWS, System: entitlement.SystemID(system),
		Identity: entitlement.IdentityID("arn:aws:iam::" + system + ":user/ana"), IdentityName: "ana", Source: "s3.amazonaws.com", Name: "GetObject",
		Actions: []entitlement.Action{"s3:GetObject"}, Mapping: auditlog.Mapped, Outcome: auditlog.AuthorizationFailure, Address: "203.0.113.9",
		Resources: []auditlog.Resource{{ID: "arn:aws:s3:::a"}, {ID: "arn:aws:s3:::b"}},
	}
}

func success(id, system string, hours int) auditlog.Event {
	e := event(id, system, hours)
	e.Outcome = auditlog.Success
	return e
}
