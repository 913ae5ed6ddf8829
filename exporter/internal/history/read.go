package history

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Series returns the points of some systems from one instant until before
// another, also those that are not written yet.
func (s *Store) Series(ctx context.Context, systems []entitlement.SystemID, from, to time.Time) (Series, error) {
	waiting := s.waiting() // Before the file is read: none is missed in between.
	read, err := s.db.PrepareContext(ctx, "SELECT * FROM points WHERE system = ? AND at >= ? AND at < ? ORDER BY at")
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	defer func() { _ = read.Close() }()
	series, texts := make(Series, len(systems)), interned{}
	for _, id := range systems {
		if series[id], err = texts.points(ctx, read, id, from, to); err != nil {
			return nil, fmt.Errorf("read the history of %s: %w", id, err)
		}
	}
	for _, p := range waiting {
		if points, ours := series[p.System]; ours && !p.At.Before(from) && p.At.Before(to) {
			series[p.System] = put(points, p)
		}
	}
	return series, nil
}

// put inserts a point where there is none of the same time.
func put(points []Point, p Point) []Point {
	i, found := slices.BinarySearchFunc(points, p.At, func(q Point, t time.Time) int { return q.At.Compare(t) })
	if found {
		return points
	}
	return slices.Insert(points, i, p)
}

// interned keeps equal texts once.
type interned map[string]string

func (n interned) text(s string) string {
	if known, ok := n[s]; ok {
		return known
	}
	n[s] = s
	return s
}

func (n interned) points(ctx context.Context, read *sql.Stmt, id entitlement.SystemID, from, to time.Time) ([]Point, error) {
	rows, err := read.QueryContext(ctx, string(id), from.UnixMilli(), to.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []Point
	for rows.Next() {
		p := Point{System: id}
		h, w := &p.Counts.Human, &p.Counts.Workload
		var name string
		var at int64
		err := rows.Scan(&name, &at, &p.Sum.Excess, &p.Sum.Used, &p.Sum.Unobservable, &p.Sum.Identities,
			&h.Low, &h.Medium, &h.High, &w.Low, &w.Medium, &w.High, &p.Catalog, &p.Settings)
		if err != nil {
			return nil, err
		}
		p.At, p.Catalog, p.Settings = time.UnixMilli(at).UTC(), n.text(p.Catalog), n.text(p.Settings)
		list = append(list, p)
	}
	return list, cmp.Or(rows.Err(), rows.Close())
}
