package history

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Flush writes what is recorded, all of it or nothing.
func (s *Store) Flush(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	points := s.waiting()
	if len(points) == 0 {
		return nil
	}
	if err := s.write(ctx, points); err != nil {
		return fmt.Errorf("write %d points of the history: %w", len(points), err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = written(s.pending, points)
	return nil
}

// written returns what is pending without what was written. Meanwhile some may
// have been added at the end and, where there were too many, lost at the front.
func written(pending, points []Point) []Point {
	last := points[len(points)-1]
	for i, p := range slices.Backward(pending) {
		if p == last {
			return append([]Point(nil), pending[i+1:]...)
		}
	}
	return pending
}

func (s *Store) write(ctx context.Context, points []Point) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // After a commit it does nothing.
	systems := map[entitlement.SystemID]bool{}
	for i := range points {
		if err := insert(ctx, tx, &points[i]); err != nil {
			return err
		}
		systems[points[i].System] = true
	}
	for id := range systems {
		if err := s.thin(ctx, tx, id); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func insert(ctx context.Context, tx *sql.Tx, p *Point) error {
	h, w := &p.Counts.Human, &p.Counts.Workload
	_, err := tx.ExecContext(ctx, "INSERT INTO points VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		string(p.System), p.At.UnixMilli(), p.Sum.Excess, p.Sum.Used, p.Sum.Unobservable, p.Sum.Identities,
		h.Low, h.Medium, h.High, w.Low, w.Medium, w.High, p.Catalog, p.Settings)
	return err
}

// thin forgets the points of a system that are past retention and, of those
// that are older than a week, all but the last of each day (UTC).
func (s *Store) thin(ctx context.Context, tx *sql.Tx, id entitlement.SystemID) error {
	now := s.options.Now()
	_, err := tx.ExecContext(ctx, "DELETE FROM points WHERE system = ? AND at < ?", string(id), now.Add(-s.options.Retention()).UnixMilli())
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM points WHERE system = ?1 AND at < ?2 AND EXISTS (
			SELECT 1 FROM points AS later WHERE later.system = points.system
				AND later.at > points.at AND later.at < (points.at / ?3 + 1) * ?3)`,
		string(id), now.Add(-Whole).UTC().Truncate(day).UnixMilli(), int64(day/time.Millisecond))
	return err
}
