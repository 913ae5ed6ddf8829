package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrApprovedTwice is returned where a person approves the same plan again.
var ErrApprovedTwice = errors.New("the same person can't approve twice")

// Approval is one person's yes to one plan.
type Approval struct {
	Plan     string    `json:"plan"`
	Approver string    `json:"approver"`
	Reason   string    `json:"reason"`
	At       time.Time `json:"at"`
}

// Approve records a person's yes and returns how many there now are for the
// plan.
func (t *Tx) Approve(ctx context.Context, run string, a Approval) (n int, err error) {
	result, err := t.tx.ExecContext(ctx, "INSERT INTO approvals (run, plan, approver, reason, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		run, a.Plan, a.Approver, a.Reason, t.now.UnixMicro())
	if err != nil {
		return 0, fmt.Errorf("record an approval of run %s: %w", run, err)
	}
	if added, err := result.RowsAffected(); err != nil || added == 0 {
		return 0, errors.Join(err, ErrApprovedTwice)
	}
	err = t.tx.QueryRowContext(ctx, "SELECT count(*) FROM approvals WHERE run = ? AND plan = ?", run, a.Plan).Scan(&n)
	return n, err
}

// Approvals returns the approvals of a run, the oldest first.
func (s *Store) Approvals(ctx context.Context, run string) ([]Approval, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT plan, approver, reason, at FROM approvals WHERE run = ? ORDER BY at", run)
	if err != nil {
		return nil, fmt.Errorf("read the approvals of run %s: %w", run, err)
	}
	defer func() { _ = rows.Close() }()
	var list []Approval
	for rows.Next() {
		var a Approval
		var at int64
		if err := rows.Scan(&a.Plan, &a.Approver, &a.Reason, &at); err != nil {
			return nil, fmt.Errorf("read the approvals of run %s: %w", run, err)
		}
		a.At = fromMicro(at)
		list = append(list, a)
	}
	return list, rows.Err()
}

// Given counts the approvals of each plan that anybody approved, by the run and
// the plan's version.
func (s *Store) Given(ctx context.Context) (map[[2]string]int, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT run, plan, count(*) FROM approvals GROUP BY run, plan")
	if err != nil {
		return nil, fmt.Errorf("count approvals: %w", err)
	}
	defer func() { _ = rows.Close() }()
	given := map[[2]string]int{}
	for rows.Next() {
		var run, plan string
		var n int
		if err := rows.Scan(&run, &plan, &n); err != nil {
			return nil, fmt.Errorf("count approvals: %w", err)
		}
		given[[2]string{run, plan}] = n
	}
	return given, rows.Err()
}
