// Package schedule delivers reports at their times, once per period and
// recipient, also after a crash and with several exporters on one database.
//
// Every period of a schedule becomes one durable job (River on SQLite), written
// in one transaction with the ledger row that says so. The ledger also holds
// who got what, so that a retry reaches only those who still wait.
//
// What can't be excluded: a crash between the mail server's acceptance and the
// ledger's row. The retry then sends the message again, under the same
// Message-ID, by which mail systems recognise the double.
//
// Periods missed while no exporter ran are not made up for one by one: only the
// latest is delivered. In the same way a job that could not be delivered until
// its schedule's next period was due gives way to that one.
package schedule

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/deliver"
	"github.com/leastward/leastward/internal/report/render"
)

// ErrNotReady is what Build returns where there are no data yet; the job waits
// and asks again.
var ErrNotReady = errors.New("no data yet")

// Schedule is one report's times and recipients.
type Schedule struct {
	ID         string // Stable and unique; names the schedule in the ledger.
	Report     report.Kind
	Formats    []render.Format
	Recipients []string // As deliver.ParseRecipient takes them.
	When       When
}

// Options configures a Scheduler.
type Options struct {
	// DB is a database from Open. The caller closes it after Run.
	DB        *sql.DB
	Schedules []Schedule
	// Build returns the report for a period, from the newest data at or after
	// it, or ErrNotReady.
	Build func(ctx context.Context, s Schedule, period time.Time) (*report.Report, error)
	// Deliver takes every recipient of the schedules.
	Deliver deliver.Channel
	// Domain is the right side of message ids. Defaults to "leastward.invalid".
	Domain string

	// Interval is how often due periods are looked for. Defaults to 15 s.
	Interval time.Duration
	// JobTimeout limits building and delivering one report. Defaults to 5 min. A
	// crashed exporter's job is taken up again a minute after it at the latest.
	JobTimeout time.Duration
	// NotReadyDelay is how long a job waits after ErrNotReady. Defaults to 30 s.
	NotReadyDelay time.Duration
	// RetryDelay is the first delay after a temporary failure; it doubles up to
	// 15 min. Defaults to 15 s.
	RetryDelay time.Duration
	// StopTimeout is how long Run waits for a job under way when it shall end.
	// Defaults to 10 s.
	StopTimeout time.Duration

	Now    func() time.Time // Defaults to time.Now.
	Logger *slog.Logger     // Required.
}

// Scheduler delivers reports at their times.
type Scheduler struct {
	o      Options
	ledger *ledger
	client *river.Client[*sql.Tx]
}

// New checks the options and brings the database's tables up to date.
func New(ctx context.Context, o Options) (*Scheduler, error) {
	if o.DB == nil || o.Build == nil || o.Deliver == nil || o.Logger == nil {
		return nil, errors.New("schedule: DB, Build, Deliver and Logger are required")
	}
	if err := checkAll(o.Schedules); err != nil {
		return nil, err
	}
	o.Domain = cmp.Or(o.Domain, "leastward.invalid")
	o.Interval = cmp.Or(o.Interval, 15*time.Second)
	o.JobTimeout = cmp.Or(o.JobTimeout, 5*time.Minute)
	o.NotReadyDelay = cmp.Or(o.NotReadyDelay, 30*time.Second)
	o.RetryDelay = cmp.Or(o.RetryDelay, 15*time.Second)
	o.StopTimeout = cmp.Or(o.StopTimeout, 10*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Logger = o.Logger.With("component", "schedule")
	if err := migrate(ctx, o.DB, o.Logger); err != nil {
		return nil, err
	}
	s := &Scheduler{o: o, ledger: &ledger{db: o.DB}}
	return s, s.newClient()
}

func checkAll(list []Schedule) error {
	seen := map[string]bool{}
	for i := range list {
		s := &list[i]
		if s.ID == "" || seen[s.ID] {
			return fmt.Errorf("schedules[%d].id: %q is empty or not unique", i, s.ID)
		}
		seen[s.ID] = true
		if err := s.check(); err != nil {
			return fmt.Errorf("schedules[%d].%w", i, err)
		}
	}
	return nil
}

func (s *Schedule) check() error {
	if len(s.Formats) == 0 {
		return errors.New("formats: name at least one, such as pdf")
	}
	for _, f := range s.Formats {
		if _, err := render.ParseFormat(string(f)); err != nil {
			return fmt.Errorf("formats: %w", err)
		}
	}
	if len(s.Recipients) == 0 {
		return errors.New("recipients: name at least one")
	}
	for _, r := range s.Recipients {
		if _, _, err := deliver.ParseRecipient(r); err != nil {
			return fmt.Errorf("recipients: %w", err)
		}
	}
	return s.When.Check()
}

// find returns the schedule of that id, nil if it is configured no longer.
func (s *Scheduler) find(id string) *Schedule {
	for i := range s.o.Schedules {
		if s.o.Schedules[i].ID == id {
			return &s.o.Schedules[i]
		}
	}
	return nil
}
