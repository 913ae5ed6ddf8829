package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Trouble is why a run does not get on: its step fails and is tried again.
type Trouble struct {
	Since    time.Time `json:"since"` // The first of the failures in a row.
	Attempts int       `json:"attempts"`
	// Mismatches are how many of the last failures in a row were that the
	// identity is not as it should be.
	Mismatches int    `json:"mismatches,omitempty"`
	Error      string `json:"error"` // Of the last failure.
	// Remedy is what a person can do about it; "" where waiting is enough.
	Remedy string    `json:"remedy,omitempty"`
	Next   time.Time `json:"next"` // When it is tried again.
	Until  time.Time `json:"until"`
}

// SetTrouble stores a run's trouble and nothing else of it. The run does not move
// on by that. It returns [ErrStale] where the run has changed since r was read.
func (t *Tx) SetTrouble(ctx context.Context, r *Run, trouble *Trouble) error {
	r.Trouble = trouble
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode run %s: %w", r.ID, err)
	}
	result, err := t.tx.ExecContext(ctx, "UPDATE runs SET body = ? WHERE id = ? AND seq = ?", string(body), r.ID, r.Seq)
	if err != nil {
		return fmt.Errorf("store the trouble of run %s: %w", r.ID, err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, ErrStale)
	}
	return nil
}

// Wait returns how long it is until the next try; nothing where all is well.
func (t *Trouble) Wait(now time.Time) time.Duration {
	if t == nil {
		return 0
	}
	return max(t.Next.Sub(now), 0)
}
