package store

import (
	"context"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
)

// Filter says which runs to list.
type Filter struct {
	State State // "" is every state.
	Open  bool  // Only those that have not ended.
	Limit int   // At most so many, the newest first. 0 means all.
}

// Runs lists runs, the newest first.
func (s *Store) Runs(ctx context.Context, f Filter) ([]*Run, error) {
	limit := f.Limit
	if limit == 0 {
		limit = -1
	}
	rows, err := s.read.QueryContext(ctx, "SELECT "+columns+` FROM runs
		WHERE (? = '' OR state = ?) AND (NOT ? OR open = 1) ORDER BY received_at DESC, id LIMIT ?`, f.State, f.State, f.Open, limit)
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []*Run
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("list runs: %w", err)
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// Count is how many runs of a playbook are in a state.
type Count struct {
	Playbook alert.Playbook
	State    State
	Runs     int
	Oldest   time.Time // When the oldest of them entered the state.
}

// Counts counts the runs by playbook and state.
func (s *Store) Counts(ctx context.Context) ([]Count, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT playbook, state, count(*), min(updated_at) FROM runs GROUP BY 1, 2 ORDER BY 1, 2")
	if err != nil {
		return nil, fmt.Errorf("count runs: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []Count
	for rows.Next() {
		var c Count
		var oldest int64
		if err := rows.Scan(&c.Playbook, &c.State, &c.Runs, &oldest); err != nil {
			return nil, fmt.Errorf("count runs: %w", err)
		}
		c.Oldest = fromMicro(oldest)
		list = append(list, c)
	}
	return list, rows.Err()
}

// Admitted counts the runs of a playbook that were admitted since a time: in
// all systems, and in one.
func (t *Tx) Admitted(ctx context.Context, p alert.Playbook, system entitlement.SystemID, since time.Time) (all, here int, err error) {
	err = t.tx.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE system = ?) FROM runs
		WHERE playbook = ? AND admitted_at > 0 AND admitted_at >= ?`, system, p, since.UnixMicro()).Scan(&all, &here)
	if err != nil {
		return 0, 0, fmt.Errorf("count admitted runs: %w", err)
	}
	return all, here, nil
}
