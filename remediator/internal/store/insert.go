package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Disposition says what became of an alert.
type Disposition string

// The dispositions of alerts that a playbook could answer.
const (
	Started   Disposition = "started"
	Duplicate Disposition = "duplicate"     // This alert was answered before.
	Busy      Disposition = "identity_busy" // Another run for the identity is open.
)

// Insert stores a new run in state [Received] and gives it an id, unless the
// same alert already has one or another run for the identity is open.
func (t *Tx) Insert(ctx context.Context, r *Run) (Disposition, error) {
	r.ID, r.State, r.ReceivedAt, r.UpdatedAt = strings.ToLower(rand.Text()), Received, t.now, t.now
	body, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("encode a run: %w", err)
	}
	if t.runs == nil {
		t.runs, err = t.tx.PrepareContext(ctx, `INSERT INTO runs
			(id, key, subject, playbook, system, state, open, seq, received_at, updated_at, admitted_at, body)
			VALUES (?, ?, ?, ?, ?, ?, 1, 0, ?, ?, 0, ?) ON CONFLICT DO NOTHING`)
		if err != nil {
			return "", fmt.Errorf("store a run: %w", err)
		}
	}
	result, err := t.runs.ExecContext(ctx, r.ID, r.Key, r.subject(), r.Playbook, r.Subject.System,
		r.State, t.now.UnixMicro(), t.now.UnixMicro(), string(body))
	if err != nil {
		return "", fmt.Errorf("store a run: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return Started, err
	}
	return t.conflict(ctx, r.Key)
}

func (t *Tx) conflict(ctx context.Context, key string) (Disposition, error) {
	_, err := scan(t.tx.QueryRowContext(ctx, "SELECT "+columns+" FROM runs WHERE key = ?", key))
	if errors.Is(err, ErrNotFound) {
		return Busy, nil
	}
	return Duplicate, err
}
