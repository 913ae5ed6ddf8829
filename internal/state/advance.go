package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Step is one evaluation: what was found among the events that were ingested
// from one instant to another.
type Step struct {
	Name     string
	From, To time.Time
	Totals   []Total // To add; Last is the time of the latest event.
	Matches  []Match
	// Keep is how many matches stay, the latest by time.
	Keep     int
	Reported []Report
	// Forget: reports of before are not needed any longer. Zero keeps all.
	Forget time.Time
}

// Match is one event that a trigger or rule found.
type Match struct {
	// System decides who may see it.
	System string
	Time   time.Time
	// Detail is encoded as JSON when it is saved, and is a [json.RawMessage]
	// when it is read.
	Detail any
}

// Report is something that is not reported again.
type Report struct {
	Key  string
	Time time.Time
}

// Advance saves a step, all or nothing, if the position still is its From. It
// returns [ErrConflict] otherwise: somebody else has evaluated these events.
func (d *DB) Advance(ctx context.Context, s *Step) error {
	err := d.update(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "UPDATE progress SET position = ? WHERE name = ? AND position = ? AND active = 1",
			nano(s.To), s.Name, nano(s.From))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return fmt.Errorf("%w: these events have been evaluated", ErrConflict)
		}
		return s.save(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("save the progress of %s: %w", s.Name, err)
	}
	return nil
}

func (s *Step) save(ctx context.Context, tx *sql.Tx) error {
	for _, t := range s.Totals {
		_, err := tx.ExecContext(ctx, `INSERT INTO totals VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET total = total + excluded.total, last = max(last, excluded.last)`,
			s.Name, t.Cloud, t.System, t.Count, nano(t.Last))
		if err != nil {
			return err
		}
	}
	if err := s.saveMatches(ctx, tx); err != nil {
		return err
	}
	for _, r := range s.Reported {
		if _, err := tx.ExecContext(ctx, "INSERT INTO reported VALUES (?, ?, ?) ON CONFLICT DO NOTHING", s.Name, r.Key, nano(r.Time)); err != nil {
			return err
		}
	}
	if s.Forget.IsZero() {
		return nil
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM reported WHERE name = ? AND time < ?", s.Name, nano(s.Forget))
	return err
}

func (s *Step) saveMatches(ctx context.Context, tx *sql.Tx) error {
	for i := range s.Matches {
		m := &s.Matches[i]
		body, err := json.Marshal(m.Detail)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO matches (name, system, time, body) VALUES (?, ?, ?, ?)", s.Name, m.System, nano(m.Time), string(body))
		if err != nil {
			return err
		}
	}
	if len(s.Matches) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM matches WHERE name = ?1 AND seq IN
		(SELECT seq FROM matches WHERE name = ?1 ORDER BY time DESC, seq DESC LIMIT -1 OFFSET ?2)`, s.Name, s.Keep)
	return err
}
