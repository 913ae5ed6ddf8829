package playbook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/leastward/leastward/remediator/internal/store"
)

// job asks for the next step of a run. A job whose run has moved on does
// nothing.
type job struct {
	Run string `json:"run"`
	Seq int64  `json:"seq"`
}

// Kind names the job in the queue.
func (job) Kind() string { return "advance" }

// InsertOpts lets alerts that are not sorted yet go first.
func (job) InsertOpts() river.InsertOpts { return river.InsertOpts{Priority: 2} }

type worker struct {
	river.WorkerDefaults[job]
	engine *Engine
}

// NextRetry is for faults of the state alone: those of a step make it sleep.
func (w *worker) NextRetry(j *river.Job[job]) time.Time {
	return w.engine.now().Add(w.engine.wait(j.Attempt))
}

// Work does the next step of a run.
func (w *worker) Work(ctx context.Context, j *river.Job[job]) error {
	e := w.engine
	release, ok := e.claim(j.Args.Run)
	if !ok {
		return river.JobSnooze(time.Second)
	}
	defer release()
	r, err := e.store.Run(ctx, j.Args.Run)
	if errors.Is(err, store.ErrNotFound) || err == nil && r.Seq != j.Args.Seq {
		return nil // A late job.
	} else if err != nil {
		return err
	}
	if wait := r.Trouble.Wait(e.now()); wait > 0 {
		return river.JobSnooze(wait) // A second job of the run, which a restart made.
	}
	return e.advance(ctx, r, j)
}

// advance does one step and stores what came of it.
func (e *Engine) advance(ctx context.Context, r *store.Run, j *river.Job[job]) error {
	before := r.State
	out, err := e.step(ctx, r)
	if err == nil {
		r.Trouble = nil
		err = e.commit(ctx, r, out, j)
	}
	if err != nil && !errors.Is(err, store.ErrStale) { // Perhaps of the commit: take back what the step did to the run.
		if r, err = e.again(ctx, r, err); r == nil {
			return err
		}
	}
	if errors.Is(err, store.ErrStale) {
		return nil // Somebody decided meanwhile; their job goes on.
	} else if err != nil {
		trouble := e.trouble(r, err)
		if out = settle(r, err, trouble, e.now()); out == nil {
			return e.postpone(ctx, r, trouble)
		}
		e.logger.WarnContext(ctx, "run ended", "run", r.ID, "state", r.State, "in_state", before, "reason", r.Why)
		if err = e.commit(ctx, r, out, j); err != nil {
			return err
		}
	}
	e.report(ctx, r, before, out)
	return nil
}

// again reads a run anew, without what a step did to it. It returns nil where
// the run has moved on or can't be read.
func (e *Engine) again(ctx context.Context, r *store.Run, cause error) (*store.Run, error) {
	fresh, err := e.store.Run(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	if fresh.Seq != r.Seq {
		return nil, nil //nolint:nilnil // A job whose run has moved on is done.
	}
	return fresh, cause
}

// commit stores a changed run, its event, its next job and the end of this one
// in one transaction.
func (e *Engine) commit(ctx context.Context, r *store.Run, out *outcome, j *river.Job[job]) error {
	return e.store.Update(ctx, func(t *store.Tx) error {
		if out.inTx != nil {
			if err := out.inTx(t); err != nil {
				return err
			}
		}
		if err := e.save(ctx, t, r, out); err != nil {
			return err
		}
		_, err := river.JobCompleteTx[*riversqlite.Driver](ctx, t.SQL(), j)
		return err
	})
}

// save stores a changed run, its event and its next job.
func (e *Engine) save(ctx context.Context, t *store.Tx, r *store.Run, out *outcome) error {
	if r.State.Ended() && !r.State.Changed() {
		r.AdmittedAt = time.Time{} // It changed nothing, so it takes no place under the caps.
	}
	if err := t.Save(ctx, r); err != nil {
		return err
	}
	if err := t.Append(ctx, event(r, out)); err != nil {
		return err
	}
	return e.enqueue(ctx, t, r)
}

// enqueue makes the job for a run's next step, due when the run's state says.
func (e *Engine) enqueue(ctx context.Context, t *store.Tx, r *store.Run) error {
	if r.State.Ended() {
		return nil
	}
	options := &river.InsertOpts{}
	switch r.State { //nolint:exhaustive // In all other states the next step is due at once.
	case store.AwaitingApproval:
		options.ScheduledAt = r.ExpiresAt
	case store.Watching:
		options.ScheduledAt = r.NextLook
	}
	if _, err := e.jobs.InsertTx(ctx, t.SQL(), job{Run: r.ID, Seq: r.Seq}, options); err != nil {
		return fmt.Errorf("enqueue a step of run %s: %w", r.ID, err)
	}
	return nil
}
