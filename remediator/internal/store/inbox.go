package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Keep puts alerts into the inbox, to be sorted later, and returns their place.
func (t *Tx) Keep(ctx context.Context, body []byte) (id int64, err error) {
	result, err := t.tx.ExecContext(ctx, "INSERT INTO inbox (body) VALUES (?)", string(body))
	if err != nil {
		return 0, fmt.Errorf("put alerts into the inbox: %w", err)
	}
	return result.LastInsertId()
}

// Take removes alerts from the inbox and returns them; nil where they were
// taken before.
func (t *Tx) Take(ctx context.Context, id int64) ([]byte, error) {
	var body string
	err := t.tx.QueryRowContext(ctx, "DELETE FROM inbox WHERE id = ? RETURNING body", id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("take alerts from the inbox: %w", err)
	}
	return []byte(body), nil
}

// Inbox returns the places of what is in the inbox.
func (s *Store) Inbox(ctx context.Context) ([]int64, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id FROM inbox ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("list the inbox: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("list the inbox: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
