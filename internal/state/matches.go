package state

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Matches returns the matches of a trigger or rule that are kept, with a time
// at or after since, the latest first.
func (d *DB) Matches(ctx context.Context, name string, since time.Time) ([]Match, error) {
	from := int64(-1 << 63)
	if !since.IsZero() {
		from = since.UnixNano()
	}
	rows, err := d.read.QueryContext(ctx, "SELECT system, time, body FROM matches WHERE name = ? AND time >= ? ORDER BY time DESC, seq DESC", name, from)
	if err != nil {
		return nil, fmt.Errorf("read the matches of %s: %w", name, err)
	}
	defer func() { _ = rows.Close() }()
	var list []Match
	for rows.Next() {
		var m Match
		var at int64
		var body string
		if err := rows.Scan(&m.System, &at, &body); err != nil {
			return nil, fmt.Errorf("read the matches of %s: %w", name, err)
		}
		m.Time, m.Detail = instant(at), json.RawMessage(body)
		list = append(list, m)
	}
	return list, rows.Err()
}

// Reported returns the reports of a rule by key, of those keys that have any
// between two instants, both included.
func (d *DB) Reported(ctx context.Context, name string, keys []string, from, to time.Time) (map[string][]time.Time, error) {
	found := map[string][]time.Time{}
	const chunk = 500
	for len(keys) > 0 {
		n := min(chunk, len(keys))
		if err := d.reported(ctx, name, keys[:n], from, to, found); err != nil {
			return nil, fmt.Errorf("read what %s has reported: %w", name, err)
		}
		keys = keys[n:]
	}
	return found, nil
}

func (d *DB) reported(ctx context.Context, name string, keys []string, from, to time.Time, found map[string][]time.Time) error {
	args := []any{name, nano(from), nano(to)}
	for _, k := range keys {
		args = append(args, k)
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(keys)), ", ")
	rows, err := d.read.QueryContext(ctx, "SELECT key, time FROM reported WHERE name = ? AND time >= ? AND time <= ? AND key IN ("+marks+") ORDER BY time", args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var k string
		var at int64
		if err := rows.Scan(&k, &at); err != nil {
			return err
		}
		found[k] = append(found[k], instant(at))
	}
	return rows.Err()
}
