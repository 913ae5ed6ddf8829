package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
)

const (
	queue = "reports"
	// Attempts with the longest delay between them make ten days; a job ends
	// before when its schedule's next period is due.
	maxAttempts = 1000
	longestWait = 15 * time.Minute
)

func (s *Scheduler) newClient() error {
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely(workers, &worker{s: s}); err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	client, err := river.NewClient(riversqlite.New(s.o.DB), &river.Config{
		Queues: map[string]river.QueueConfig{queue: {MaxWorkers: 2}}, Workers: workers,
		JobTimeout: s.o.JobTimeout, RescueStuckJobsAfter: s.o.JobTimeout + rescueMargin(s.o.JobTimeout),
		SoftStopTimeout: s.o.StopTimeout, MaxAttempts: maxAttempts, Logger: riverLogger(s.o.Logger),
	})
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	s.client = client
	return nil
}

// rescueMargin is how long after its timeout a job may still be writing.
func rescueMargin(timeout time.Duration) time.Duration { return min(timeout, time.Minute) }

// Run delivers reports until ctx is done, then lets a delivery under way end
// and returns nil. It returns an error if it could not run or end cleanly.
func (s *Scheduler) Run(ctx context.Context) error {
	if err := s.ledger.prune(ctx, s.o.Now()); err != nil {
		return err
	}
	background := context.WithoutCancel(ctx) // Stop, not the context, ends the jobs.
	if err := s.client.Start(background); err != nil {
		return fmt.Errorf("start schedule: %w", err)
	}
	s.loop(ctx)
	if err := s.client.Stop(background); err != nil {
		return fmt.Errorf("stop schedule: %w", err)
	}
	return nil
}

func (s *Scheduler) loop(ctx context.Context) {
	tick := time.NewTicker(s.o.Interval)
	defer tick.Stop()
	for {
		for i := range s.o.Schedules {
			if err := s.enqueue(ctx, &s.o.Schedules[i]); err != nil && ctx.Err() == nil {
				s.o.Logger.ErrorContext(ctx, "report period not noted, will try again", "schedule", s.o.Schedules[i].ID, "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// enqueue makes the job of the schedule's latest period, unless that is done
// already or lies before the schedule's first day.
func (s *Scheduler) enqueue(ctx context.Context, one *Schedule) error {
	now := s.o.Now()
	since, err := s.ledger.since(ctx, one, now)
	if err != nil {
		return err
	}
	period, ok := one.When.Latest(now)
	if !ok || period.Before(since) {
		return nil
	}
	return s.insert(ctx, one.ID, period.UTC(), now)
}

// insert writes the ledger's row and the job, both or neither.
func (s *Scheduler) insert(ctx context.Context, id string, period, now time.Time) (err error) {
	tx, err := s.o.DB.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("note period of schedule %s: %w", id, err)
	}
	defer func() { _ = tx.Rollback() }() // Does nothing after the commit.
	fresh, err := s.ledger.open(ctx, tx, id, period, now)
	if err != nil || !fresh {
		return err
	}
	if _, err := s.client.InsertTx(ctx, tx, jobArgs{Schedule: id, Period: period.Unix()}, nil); err != nil {
		return fmt.Errorf("queue report of schedule %s: %w", id, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("queue report of schedule %s: %w", id, err)
	}
	s.o.Logger.InfoContext(ctx, "report due", "schedule", id, "period", period)
	return nil
}

// jobArgs names one period of one schedule.
type jobArgs struct {
	Schedule string `json:"schedule"`
	Period   int64  `json:"period"` // Unix seconds.
}

// Kind implements river.JobArgs.
func (jobArgs) Kind() string { return "report" }

// InsertOpts makes the job unique in whatever state, as a second guard beside
// the ledger.
func (jobArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queue, MaxAttempts: maxAttempts, UniqueOpts: river.UniqueOpts{
		ByArgs: true, ByState: rivertype.JobStates(),
	}}
}

// worker runs the jobs.
type worker struct {
	river.WorkerDefaults[jobArgs]
	s *Scheduler
}

// Work implements river.Worker.
func (w *worker) Work(ctx context.Context, job *river.Job[jobArgs]) error {
	period := time.Unix(job.Args.Period, 0).UTC()
	err := w.s.work(ctx, job.Args.Schedule, period)
	if errors.Is(err, ErrNotReady) {
		w.s.o.Logger.InfoContext(ctx, "report has to wait for data", "schedule", job.Args.Schedule, "period", period)
		return river.JobSnooze(w.s.o.NotReadyDelay)
	}
	if err != nil {
		w.s.o.Logger.WarnContext(ctx, "report not delivered to all, will try again",
			"schedule", job.Args.Schedule, "period", period, "attempt", len(job.Errors)+1, "err", err)
	}
	return err
}

// NextRetry implements river.Worker. River's own clock is the real one.
func (w *worker) NextRetry(job *river.Job[jobArgs]) time.Time {
	wait := w.s.o.RetryDelay
	for range len(job.Errors) {
		if wait = min(2*wait, longestWait); wait == longestWait {
			break
		}
	}
	return time.Now().Add(wait)
}
