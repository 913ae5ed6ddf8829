package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
)

// Filter says which runs to list. Of each list a run must have one of the
// values; an empty list lets all pass.
type Filter struct {
	States     []State
	Playbooks  []string
	Systems    []string
	Identities []string
	Findings   []string
	Open       bool // Only those that have not ended.
	Limit      int  // At most so many, the newest first. 0 means all.
}

// where returns the condition of a filter with its arguments.
func (f *Filter) where() (condition string, args []any) {
	condition = "(NOT ? OR open = 1)"
	args = append(args, f.Open)
	states := make([]string, 0, len(f.States))
	for _, s := range f.States {
		states = append(states, string(s))
	}
	for _, one := range []struct {
		column string
		values []string
	}{
		{"state", states},
		{"playbook", f.Playbooks},
		{"system", f.Systems},
		{"body ->> '$.subject.identity'", f.Identities},
		{"body ->> '$.finding'", f.Findings},
	} {
		if len(one.values) == 0 {
			continue
		}
		condition += " AND " + one.column + " IN (?" + strings.Repeat(", ?", len(one.values)-1) + ")"
		for _, v := range one.values {
			args = append(args, v)
		}
	}
	return condition, args
}

// Runs lists runs, the newest first.
func (s *Store) Runs(ctx context.Context, f Filter) ([]*Run, error) {
	limit := f.Limit
	if limit == 0 {
		limit = -1
	}
	condition, args := f.where()
	rows, err := s.read.QueryContext(ctx, "SELECT "+columns+" FROM runs WHERE "+condition+" ORDER BY received_at DESC, id LIMIT ?", append(args, limit)...)
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
