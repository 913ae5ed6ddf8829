// Package playbook runs the response playbooks. A run is a small state machine
// in the store; each step is one durable job that reads the run, does one
// thing and stores the outcome, the Platform event and the next job in one
// transaction. Killed anywhere, it goes on from there.
package playbook

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/config"
	"github.com/leastward/leastward/remediator/internal/store"
)

// Reader reads one authorization system and plans changes in it. Errors that
// trying again won't cure have a method Permanent() bool; a [change.Refusal]
// is an answer.
type Reader interface {
	Facts(context.Context, entitlement.IdentityID) (change.Facts, error)
	Version(context.Context, entitlement.IdentityID) (string, error)
	PlanReadOnly(context.Context, change.ReadOnly) (*change.Plan, error)
	Population(context.Context) (int, error)
}

// Writer makes changes, one at a time, sending each request once.
type Writer interface {
	Write(context.Context, entitlement.IdentityID, change.Operation) error
}

// Evidence is what the exporter knows. A finding that it no longer reports is
// [api.ErrNotFound].
type Evidence interface {
	Finding(ctx context.Context, system entitlement.SystemID, id string) (*api.Finding, error)
	Denied(ctx context.Context, system entitlement.SystemID, id entitlement.IdentityID, since time.Time) (*api.Denials, error)
}

// Target is one authorization system as one playbook sees it. Write is nil in
// mode dry_run: a dry run has nothing that it could write with.
type Target struct {
	Read  Reader
	Write Writer
}

// Environment is what the configuration makes of the world.
type Environment struct {
	Playbooks map[alert.Playbook]Playbook
	Evidence  Evidence // Nil where no exporter is configured.
}

// Playbook is one configured playbook and the systems that it may act on.
type Playbook struct {
	config.Playbook
	Targets map[entitlement.SystemID]Target
}

// Options are what an engine needs.
type Options struct {
	Store   *store.Store
	Metrics *Metrics
	// Now defaults to time.Now.
	Now    func() time.Time
	Logger *slog.Logger
	// Retry is the wait after a step's first failure; it doubles with each,
	// up to five minutes. Defaults to 1 s.
	Retry time.Duration
	// Workers is how many runs go on at the same time. Defaults to 4.
	Workers int
}

// Engine runs playbooks.
type Engine struct {
	store   *store.Store
	metrics *Metrics
	now     func() time.Time
	retry   time.Duration
	logger  *slog.Logger
	jobs    *river.Client[*sql.Tx]
	env     atomic.Pointer[Environment]

	post post

	mu   sync.Mutex // Guards busy.
	busy map[string]bool
}

// New returns an engine that does nothing until it is configured and started.
func New(o Options) (*Engine, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Retry == 0 {
		o.Retry = time.Second
	}
	if o.Workers == 0 {
		o.Workers = 4
	}
	e := &Engine{store: o.Store, metrics: o.Metrics, now: o.Now, retry: o.Retry, logger: o.Logger.With("component", "playbook"), busy: map[string]bool{}}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{engine: e})
	river.AddWorker(workers, &sorter{engine: e})
	jobs, err := river.NewClient(riversqlite.New(o.Store.Jobs()), &river.Config{
		Queues:  map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Workers}},
		Workers: workers, Logger: slog.New(warnings{o.Logger.With("component", "jobs").Handler()}), ErrorHandler: faults{e.logger}, MaxAttempts: math.MaxInt16,
		JobTimeout: 2 * time.Minute, RescueStuckJobsAfter: 5 * time.Minute,
		FetchCooldown: 20 * time.Millisecond, FetchPollInterval: 500 * time.Millisecond,
		CompletedJobRetentionPeriod: time.Hour,
	})
	if err != nil {
		return nil, fmt.Errorf("make the job queue: %w", err)
	}
	e.jobs = jobs
	return e, nil
}

// Configure sets or replaces the environment. Steps that are running finish
// with the one that they began with.
func (e *Engine) Configure(env *Environment) { e.env.Store(env) }

// Run works jobs until the context ends, and then waits for the steps that are
// running.
func (e *Engine) Run(ctx context.Context) error {
	if err := e.recover(ctx); err != nil {
		return fmt.Errorf("take up open runs: %w", err)
	}
	if err := e.jobs.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := e.jobs.Stop(stop); err != nil {
		return fmt.Errorf("stop the job queue: %w", e.jobs.StopAndCancel(context.WithoutCancel(ctx)))
	}
	return nil
}

// recover makes a job for each open run and each portion of the inbox. What was
// at work when the process was killed has none that would go on by itself; for
// the others it is one too many and does nothing.
func (e *Engine) recover(ctx context.Context) error {
	runs, err := e.store.Runs(ctx, store.Filter{Open: true})
	if err != nil {
		return err
	}
	inbox, err := e.store.Inbox(ctx)
	if err != nil || len(runs)+len(inbox) == 0 {
		return err
	}
	e.logger.InfoContext(ctx, "taking up open runs", "runs", len(runs), "inbox", len(inbox))
	return e.store.Update(ctx, func(t *store.Tx) error {
		for _, id := range inbox {
			if _, err := e.jobs.InsertTx(ctx, t.SQL(), sortJob{Inbox: id}, nil); err != nil {
				return err
			}
		}
		for _, r := range runs {
			if err := e.takeUp(ctx, t, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// takeUp makes a job for a run. One in trouble is tried at once: perhaps it was
// mended, and the remediator started anew for that.
func (e *Engine) takeUp(ctx context.Context, t *store.Tx, r *store.Run) error {
	if r.Trouble != nil {
		at := *r.Trouble
		at.Next = time.Time{}
		if err := t.SetTrouble(ctx, r, &at); err != nil {
			return err
		}
	}
	return e.enqueue(ctx, t, r)
}

// claim keeps two jobs of one run from working at the same time. This is
// enough since only one process has the store open.
func (e *Engine) claim(run string) (release func(), ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.busy[run] {
		return nil, false
	}
	e.busy[run] = true
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.busy, run)
	}, true
}
