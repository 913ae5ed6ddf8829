package playbook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/store"
)

// mismatchAttempts bounds how often in a row the cloud may show something else
// than it should before that counts as true: IAM is eventually consistent.
const mismatchAttempts = 6

// maxWait bounds the wait between two tries of a step.
const maxWait = 5 * time.Minute

// trouble is what a run's trouble is after one more failure.
func (e *Engine) trouble(r *store.Run, err error) *store.Trouble {
	now := e.now().UTC()
	t := store.Trouble{Since: now}
	if r.Trouble != nil {
		t = *r.Trouble
	}
	t.Attempts++
	t.Error, t.Remedy = err.Error(), remedy(err)
	if _, wrong := errors.AsType[*mismatchError](err); wrong {
		t.Mismatches++
	} else {
		t.Mismatches = 0
	}
	t.Next, t.Until = now.Add(e.wait(t.Attempts)), t.Since.Add(e.env.Load().Playbooks[r.Playbook].RetryFor.Std())
	return &t
}

// wait is twice as long after each failure.
func (e *Engine) wait(attempts int) time.Duration {
	return min(e.retry<<min(max(attempts-1, 0), 20), maxWait)
}

// remedy returns what a person can do about an error, if it says so.
func remedy(err error) string {
	var r interface{ Remedy() string }
	if errors.As(err, &r) {
		return r.Remedy()
	}
	return ""
}

// settle turns an error into the end of the run, or returns nil where the step
// should be tried again.
func settle(r *store.Run, err error, t *store.Trouble, now time.Time) *outcome {
	var refusal *change.Refusal
	var lasting interface{ Permanent() bool }
	state, why := store.Failed, err.Error()
	switch {
	case errors.As(err, &refusal):
		if r.Snapshot == nil { // Nothing was written yet.
			state = store.Refused
		}
	case errors.As(err, &lasting) && lasting.Permanent():
	case t.Mismatches >= mismatchAttempts:
	case !now.Before(t.Until):
		why = fmt.Sprintf("given up after %d tries since %s: %s", t.Attempts, t.Since.UTC().Format(time.RFC3339), why)
	default:
		return nil
	}
	if t.Remedy != "" {
		why += "; " + t.Remedy
	}
	out := &outcome{
		action: "leastward:EndRun", outcome: auditlog.Error,
		details: details{"state": state, "in_state": r.State, "reason": why, "attempts": t.Attempts},
	}
	r.State, r.Why, r.Trouble = state, why, nil
	return out
}

// postpone stores the trouble and puts the step off. River is told that the job
// sleeps, so that it neither counts nor logs a failure of its own.
func (e *Engine) postpone(ctx context.Context, r *store.Run, t *store.Trouble) error {
	if errors.Is(ctx.Err(), context.Canceled) { // The remediator stops: that is no trouble of the run.
		return ctx.Err()
	}
	err := e.store.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		return tx.SetTrouble(context.WithoutCancel(ctx), r, t)
	})
	if errors.Is(err, store.ErrStale) {
		return nil // Somebody decided meanwhile; their job goes on.
	} else if err != nil {
		return err
	}
	e.metrics.step(r.Playbook, r.State, "retried")
	e.logger.WarnContext(ctx, "step failed and will be tried again", "run", r.ID, "identity", r.Subject.Identity,
		"state", r.State, "attempts", t.Attempts, "next", t.Next, "until", t.Until, "err", t.Error, "remedy", t.Remedy)
	return river.JobSnooze(t.Next.Sub(e.now()))
}
