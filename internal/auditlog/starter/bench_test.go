package starter_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
	"github.com/leastward/leastward/internal/tenant"
)

// BenchmarkTriggers evaluates the thirteen triggers over a million events of 90
// days: all of them (backfill), or a thousand new ones (minute). The first-time
// rules are measured beside them.
func BenchmarkTriggers(b *testing.B) {
	const events, minute = 1_000_000, 1000
	store, until := million(b, events)
	o := logsql.Options{Catalog: catalog.AWS(), Tagged: func(query.Field, string, string, query.Operator) ([]string, error) { return nil, nil }}
	list := enabled(b)
	now := func() time.Time { return until }
	b.Run("backfill", func(b *testing.B) {
		all := slices.Clone(list)
		for i := range all {
			all[i].Backfill = true
		}
		b.ReportAllocs()
		for b.Loop() {
			e := newEngine(b, trigger.Options{Store: store, LogsQL: o, Triggers: all, Now: now})
			run(b, e.Evaluate)
		}
		b.ReportMetric(float64(events*len(list))*float64(b.N)/b.Elapsed().Seconds(), "events·triggers/s")
	})
	n := 0
	more := func() { addMinute(b, store, until, &n, minute) }
	b.Run("minute", func(b *testing.B) {
		e := newEngine(b, trigger.Options{Store: store, LogsQL: o, Triggers: list, Now: now})
		run(b, e.Evaluate)
		measure(b, e.Evaluate, more)
	})
	for _, r := range anomaly.Rules() {
		b.Run("first-time/"+string(r.Kind), func(b *testing.B) {
			r.Enabled, r.Interval = true, r.Interval/3
			e, err := anomaly.New(anomaly.Options{Store: store, State: openState(b), LogsQL: o, Rules: []anomaly.Rule{r}, Now: now})
			if err != nil {
				b.Fatal(err)
			}
			run(b, e.Evaluate)
			measure(b, e.Evaluate, more)
		})
	}
}

// measure evaluates after each minute's worth of events.
func measure(b *testing.B, evaluate func(context.Context) error, more func()) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		more()
		b.StartTimer()
		run(b, evaluate)
	}
}

func run(b *testing.B, evaluate func(context.Context) error) {
	b.Helper()
	if err := evaluate(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func newEngine(b *testing.B, o trigger.Options) *trigger.Engine {
	b.Helper()
	o.State = openState(b)
	e, err := trigger.New(o)
	if err != nil {
		b.Fatal(err)
	}
	return e
}

func openState(tb testing.TB) *state.DB {
	tb.Helper()
	db, err := state.Open(context.Background(), state.Options{Path: filepath.Join(tb.TempDir(), "state.db")})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// million fills a store, and returns the end of its activity.
func million(b *testing.B, n int) (auditlog.Store, time.Time) {
	b.Helper()
	dir := b.TempDir()
	if err := tenant.Events(tenant.Options{}, n, tenant.Directory(dir)); err != nil {
		b.Fatal(err)
	}
	until := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	store, err := embedded.Open(embedded.Options{
		Dir: b.TempDir(), Catalog: catalog.AWS(), MinFreeBytes: -1, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return until },
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	var batch []auditlog.Event
	flush := func() error {
		_, err := store.Add(b.Context(), batch)
		batch = batch[:0]
		return err
	}
	_, _, err = aws.ReadEvents(b.Context(), dir, aws.EventOptions{Now: func() time.Time { return until }}, func(e *auditlog.Event) error {
		kept := *e
		kept.Actions, kept.Resources, kept.Issued = slices.Clone(e.Actions), slices.Clone(e.Resources), slices.Clone(e.Issued)
		if batch = append(batch, kept); len(batch) == 8192 {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		b.Fatal(err)
	}
	return store, until
}

// addMinute stores some events of a hundred identities.
func addMinute(b *testing.B, store auditlog.Store, until time.Time, n *int, count int) {
	b.Helper()
	batch := make([]auditlog.Event, count)
	for i := range batch {
		*n++
		outcome := auditlog.Success
		if i%50 == 0 {
			outcome = auditlog.AuthorizationFailure
		}
		batch[i] = bucketRead(fmt.Sprintf("minute-%d", *n), until.Add(-time.Duration(count-i)*time.Millisecond), i%100, outcome)
	}
	if _, err := store.Add(b.Context(), batch); err != nil {
		b.Fatal(err)
	}
}

func bucketRead(id string, at time.Time, n int, outcome auditlog.Outcome) auditlog.Event {
	return auditlog.Event{
		ID: id, Time: at, Cloud: "aws", System: "111122223333", Source: "s3.amazonaws.com", Name: "ListBucket", Mapping: auditlog.Mapped, Outcome: outcome,
		Identity: entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::111122223333:user/user-%d", n)), IdentityName: fmt.Sprintf("user-%d", n), IdentityType: "IAMUser", AccessKey: "AKIAIOSFODNN7EXAMPLE",
		Actions: []entitlement.Action{"s3:ListBucket"}, Resources: []auditlog.Resource{{ID: "arn:aws:s3:::reports"}}, Address: "203.0.113.9",
	}
}
