package state

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Progress is how far a trigger or a first-time rule has come.
type Progress struct {
	Name string
	// Position: what was ingested before it is evaluated and counted.
	Position time.Time
	Since    time.Time // When it was first evaluated.
	Changed  time.Time // When its query was last changed; zero is never.
	Totals   []Total   // By cloud and system.
}

// Total is what was counted in one authorization system.
type Total struct {
	Cloud  entitlement.Cloud    `json:"cloud"`
	System entitlement.SystemID `json:"system"`
	Count  int64                `json:"count"`
	Last   time.Time            `json:"last,omitzero"` // Time of the latest event; zero where there was none.
	// Before is the count when this program began to count on. It is not kept.
	Before int64 `json:"-"`
}

// Start is what [DB.Begin] needs to know.
type Start struct {
	Name string
	// Query identifies what is evaluated; another text means that it was changed.
	Query string
	// Position is where it begins if it was not active before. Zero is the
	// beginning, or where it was when it was switched off: nothing counts twice.
	Position time.Time
	// Now is when.
	Now time.Time
}

// Begin returns the progress of a trigger or rule that is switched on. One that
// is new, or was switched off by [DB.Activate], begins at the given position,
// with the totals that it had.
func (d *DB) Begin(ctx context.Context, s Start) (Progress, error) {
	var p Progress
	err := d.update(ctx, func(tx *sql.Tx) (err error) {
		position, now := nano(s.Position), nano(s.Now)
		_, err = tx.ExecContext(ctx, `INSERT INTO progress (name, position, query, since) VALUES (?1, ?2, ?3, ?4)
			ON CONFLICT DO UPDATE SET
				position = CASE WHEN active = 1 OR ?2 = 0 THEN position ELSE ?2 END,
				changed = CASE WHEN query = ?3 THEN changed ELSE ?4 END,
				query = ?3, active = 1
			WHERE active = 0 OR query <> ?3`, s.Name, position, s.Query, now)
		if err != nil {
			return err
		}
		p, err = progress(ctx, tx, s.Name)
		return err
	})
	if err != nil {
		return Progress{}, fmt.Errorf("begin %s: %w", s.Name, err)
	}
	return p, nil
}

// Activate switches off everything whose name has the prefix, but for the
// names: what is ingested meanwhile is not evaluated later.
func (d *DB) Activate(ctx context.Context, prefix string, names []string) error {
	args := []any{prefix}
	for _, name := range names {
		args = append(args, name)
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ")
	_, err := d.write.ExecContext(ctx, `UPDATE progress SET active = 0
		WHERE active = 1 AND substr(name, 1, length(?1)) = ?1 AND name NOT IN (`+marks+")", args...)
	if err != nil {
		return fmt.Errorf("switch off what is not configured: %w", err)
	}
	return nil
}

func progress(ctx context.Context, from querier, name string) (Progress, error) {
	p := Progress{Name: name}
	var position, since, changed int64
	err := from.QueryRowContext(ctx, "SELECT position, since, changed FROM progress WHERE name = ?", name).Scan(&position, &since, &changed)
	if err != nil {
		return Progress{}, err
	}
	p.Position, p.Since, p.Changed = instant(position), time.Unix(0, since).UTC(), instant(changed)
	rows, err := from.QueryContext(ctx, "SELECT cloud, system, total, last FROM totals WHERE name = ? ORDER BY cloud, system", name)
	if err != nil {
		return Progress{}, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var t Total
		var last int64
		if err := rows.Scan(&t.Cloud, &t.System, &t.Count, &last); err != nil {
			return Progress{}, err
		}
		t.Last = instant(last)
		p.Totals = append(p.Totals, t)
	}
	return p, rows.Err()
}

// instant returns the time; 0 is no time.
func instant(nano int64) time.Time {
	if nano == 0 {
		return time.Time{}
	}
	return time.Unix(0, nano).UTC()
}

func nano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}
