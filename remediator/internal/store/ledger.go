package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/leastward/leastward/remediator/internal/change"
)

// Phase tells which way a write goes.
type Phase string

// The phases.
const (
	Apply    Phase = "apply"
	Rollback Phase = "rollback"
)

// How tells how an operation came into effect.
type How string

// The ways.
const (
	Written How = "written"    // The cloud confirmed our write.
	Found   How = "found"      // We meant to, were interrupted, and found it in effect.
	Already How = "already_so" // It was in effect before we meant to write.
)

// Entry is one write in the ledger.
type Entry struct {
	Phase      Phase
	N          int
	Operation  change.Operation
	IntendedAt time.Time
	DoneAt     time.Time // Zero until it is known to be in effect.
	How        How
}

// Intend records, before it is made, that operation n will be written. It
// reports whether that was recorded before.
func (t *Tx) Intend(ctx context.Context, run string, phase Phase, n int, o change.Operation) (again bool, err error) {
	text, err := json.Marshal(o)
	if err != nil {
		return false, fmt.Errorf("encode operation %d of run %s: %w", n, run, err)
	}
	result, err := t.tx.ExecContext(ctx, `INSERT INTO ledger (run, phase, n, operation, intended_at)
		VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, run, phase, n, string(text), t.now.UnixMicro())
	if err != nil {
		return false, fmt.Errorf("record the intent of operation %d of run %s: %w", n, run, err)
	}
	added, err := result.RowsAffected()
	return added == 0, err
}

// Complete records that operation n is in effect.
func (t *Tx) Complete(ctx context.Context, run string, phase Phase, n int, how How) error {
	_, err := t.tx.ExecContext(ctx, "UPDATE ledger SET done_at = ?, how = ? WHERE run = ? AND phase = ? AND n = ? AND done_at = 0",
		t.now.UnixMicro(), how, run, phase, n)
	if err != nil {
		return fmt.Errorf("record operation %d of run %s: %w", n, run, err)
	}
	return nil
}

// Ledger returns the writes of a run in the order in which they were meant.
func (s *Store) Ledger(ctx context.Context, run string) ([]Entry, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT phase, n, operation, intended_at, done_at, how
		FROM ledger WHERE run = ? ORDER BY phase, n`, run)
	if err != nil {
		return nil, fmt.Errorf("read the ledger of run %s: %w", run, err)
	}
	defer func() { _ = rows.Close() }()
	var list []Entry
	for rows.Next() {
		var e Entry
		var intended, done int64
		var operation string
		if err := rows.Scan(&e.Phase, &e.N, &operation, &intended, &done, &e.How); err != nil {
			return nil, fmt.Errorf("read the ledger of run %s: %w", run, err)
		}
		if err := json.Unmarshal([]byte(operation), &e.Operation); err != nil {
			return nil, fmt.Errorf("decode the ledger of run %s: %w", run, err)
		}
		e.IntendedAt, e.DoneAt = fromMicro(intended), fromMicro(done)
		list = append(list, e)
	}
	return list, rows.Err()
}
