package schedule

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// ledger is the durable memory of what was due and who got it.
type ledger struct{ db *sql.DB }

// keep is how long the ledger remembers; no period that old is ever due.
const keep = 2 * 366 * 24 * time.Hour

// since returns when these times of the schedule were first seen, which is now
// if they are new: nothing is due for the time before.
func (l *ledger) since(ctx context.Context, s *Schedule, now time.Time) (time.Time, error) {
	times := fingerprint(s.When)
	_, err := l.db.ExecContext(ctx, `INSERT INTO report_schedule (schedule, times, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		s.ID, times, now.Unix())
	if err != nil {
		return time.Time{}, fmt.Errorf("note schedule %s: %w", s.ID, err)
	}
	var since int64
	row := l.db.QueryRowContext(ctx, `SELECT since FROM report_schedule WHERE schedule = ? AND times = ?`, s.ID, times)
	if err := row.Scan(&since); err != nil {
		return time.Time{}, fmt.Errorf("read schedule %s: %w", s.ID, err)
	}
	return time.Unix(since, 0).UTC(), nil
}

func fingerprint(w When) string {
	days := make([]string, 0, len(w.Weekdays))
	for _, d := range w.Weekdays {
		days = append(days, d.String()[:3])
	}
	return fmt.Sprintf("%s %02d:%02d %s %d %s from %s", w.Cadence, w.Hour, w.Minute, strings.Join(days, ","), w.Day, w.zone(), w.Start.UTC().Format(time.RFC3339))
}

// open notes a period within a transaction and reports whether it is new: later
// than every period of the schedule that was noted before.
func (l *ledger) open(ctx context.Context, tx *sql.Tx, id string, period, now time.Time) (bool, error) {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO report_period (schedule, period, state, at)
		SELECT ?1, ?2, 'open', ?3
		WHERE NOT EXISTS (SELECT 1 FROM report_period WHERE schedule = ?1 AND period >= ?2)`,
		id, period.Unix(), now.Unix())
	if err != nil {
		return false, fmt.Errorf("note period %s of schedule %s: %w", period.Format(time.RFC3339), id, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// superseded reports whether a later period of the schedule is due.
func (l *ledger) superseded(ctx context.Context, id string, period time.Time) (bool, error) {
	var n int
	row := l.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM report_period WHERE schedule = ? AND period > ?`, id, period.Unix())
	if err := row.Scan(&n); err != nil {
		return false, fmt.Errorf("read periods of schedule %s: %w", id, err)
	}
	return n > 0, nil
}

// settled returns the recipients who have the report or refused it.
func (l *ledger) settled(ctx context.Context, id string, period time.Time) (map[string]bool, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT recipient FROM report_delivery WHERE schedule = ? AND period = ?`, id, period.Unix())
	if err != nil {
		return nil, fmt.Errorf("read deliveries of schedule %s: %w", id, err)
	}
	defer func() { _ = rows.Close() }()
	set := map[string]bool{}
	for rows.Next() {
		var recipient string
		if err := rows.Scan(&recipient); err != nil {
			return nil, fmt.Errorf("read deliveries of schedule %s: %w", id, err)
		}
		set[recipient] = true
	}
	return set, rows.Err()
}

// settle notes that a recipient has the report, or with a cause that it was
// refused for good.
func (l *ledger) settle(ctx context.Context, id string, period time.Time, recipient string, cause error, now time.Time) error {
	state, text := "delivered", ""
	if cause != nil {
		state, text = "refused", cause.Error()
	}
	_, err := l.db.ExecContext(ctx, `
		INSERT INTO report_delivery (schedule, period, recipient, state, error, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, id, period.Unix(), recipient, state, text, now.Unix())
	if err != nil {
		return fmt.Errorf("note delivery of schedule %s to %s: %w", id, recipient, err)
	}
	return nil
}

func (l *ledger) close(ctx context.Context, id string, period time.Time, state string) error {
	_, err := l.db.ExecContext(ctx, `UPDATE report_period SET state = ? WHERE schedule = ? AND period = ?`, state, id, period.Unix())
	if err != nil {
		return fmt.Errorf("close period of schedule %s: %w", id, err)
	}
	return nil
}

// prune forgets what is too old to matter, but never a schedule's newest period.
func (l *ledger) prune(ctx context.Context, now time.Time) error {
	before := now.Add(-keep).Unix()
	_, err := l.db.ExecContext(ctx, `DELETE FROM report_delivery WHERE period < ?`, before)
	if err == nil {
		_, err = l.db.ExecContext(ctx, `DELETE FROM report_period WHERE period < ?1 AND period <
			(SELECT MAX(period) FROM report_period AS newest WHERE newest.schedule = report_period.schedule)`, before)
	}
	if err != nil {
		return fmt.Errorf("prune the schedule ledger: %w", err)
	}
	return nil
}
