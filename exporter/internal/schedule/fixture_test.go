package schedule_test

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/schedule"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/deliver"
	"github.com/leastward/leastward/internal/report/deliver/smtptest"
	"github.com/leastward/leastward/internal/report/render"
)

func morning() time.Time { return time.Date(2025, 10, 31, 7, 0, 0, 0, time.UTC) }

// clock is a settable time.
type clock struct{ unix atomic.Int64 }

func newClock(t time.Time) *clock {
	c := &clock{}
	c.set(t)
	return c
}

func (c *clock) set(t time.Time) { c.unix.Store(t.Unix()) }
func (c *clock) now() time.Time  { return time.Unix(c.unix.Load(), 0).UTC() }

func build(_ context.Context, _ schedule.Schedule, period time.Time) (*report.Report, error) {
	return &report.Report{
		Kind: report.PermissionsAnalytics, Title: "Permissions Analytics Report", AsOf: period,
		Sections: []report.Section{{ID: "summary", Title: "Summary", Figures: []report.Figure{{Name: "PCI", Value: report.Decimal(87.4)}}}},
	}, nil
}

func daily(recipients ...string) schedule.Schedule {
	return schedule.Schedule{
		ID: "par-daily", Report: report.PermissionsAnalytics, Formats: []render.Format{render.PDF}, Recipients: recipients,
		When: schedule.When{Cadence: schedule.Daily, Hour: 7},
	}
}

// path returns a database for one test.
func path(tb testing.TB) string {
	tb.Helper()
	return filepath.Join(tb.TempDir(), "schedule.db")
}

func open(tb testing.TB, path string) *sql.DB {
	tb.Helper()
	db, err := schedule.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// options are those of a scheduler that mails to s, quick enough for tests.
func options(tb testing.TB, db *sql.DB, s *smtptest.Server, c *clock, list ...schedule.Schedule) schedule.Options {
	tb.Helper()
	mail, err := deliver.NewSMTP(deliver.SMTPOptions{
		Host: s.Host(), Port: s.Port(), From: "leastward@example.org", TLS: deliver.TLSNone, HELO: "localhost", Timeout: 5 * time.Second,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return schedule.Options{
		DB: db, Schedules: list, Build: build, Deliver: deliver.Router{Mail: mail, Directory: deliver.Directory{}}, Domain: mail.Domain(),
		Interval: 20 * time.Millisecond, NotReadyDelay: 50 * time.Millisecond, RetryDelay: 50 * time.Millisecond, StopTimeout: 5 * time.Second,
		Now: c.now, Logger: slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelInfo})),
	}
}

// start runs a scheduler and returns what ends it and waits.
func start(tb testing.TB, o schedule.Options) (stop func()) {
	tb.Helper()
	s, err := schedule.New(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	var group errgroup.Group
	group.Go(func() error { return s.Run(ctx) })
	return func() {
		cancel()
		if err := group.Wait(); err != nil {
			tb.Error(err)
		}
	}
}

// query returns one number of the ledger.
func query(tb testing.TB, db *sql.DB, text string, args ...any) int {
	tb.Helper()
	var n int
	if err := db.QueryRowContext(tb.Context(), text, args...).Scan(&n); err != nil {
		tb.Fatal(err)
	}
	return n
}

func leaks(tb testing.TB) {
	tb.Helper()
	ignore := goleak.IgnoreCurrent()
	tb.Cleanup(func() { goleak.VerifyNone(tb, ignore) })
}
