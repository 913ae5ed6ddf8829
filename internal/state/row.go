package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

const columns = "id, kind, owner, name, visibility, description, query, created, modified, modified_by, version"

// scan reads a row with the columns above.
func scan(row interface{ Scan(...any) error }) (SavedQuery, error) {
	var q SavedQuery
	var body string
	var created, modified int64
	err := row.Scan(&q.ID, &q.Kind, &q.Owner, &q.Name, &q.Visibility, &q.Description, &body, &created, &modified, &q.ModifiedBy, &q.Version)
	if err != nil {
		return SavedQuery{}, err
	}
	if err := json.Unmarshal([]byte(body), &q.Query); err != nil {
		return SavedQuery{}, fmt.Errorf("decode saved query %s: %w", q.ID, err)
	}
	q.Created, q.Modified = time.UnixMicro(created).UTC(), time.UnixMicro(modified).UTC()
	return q, nil
}

// insert adds a new row.
func insert(ctx context.Context, tx *sql.Tx, q *SavedQuery, body string) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO queries ("+columns+", name_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		q.ID, q.Kind, q.Owner, q.Name, q.Visibility, q.Description, body, q.Created.UnixMicro(), q.Modified.UnixMicro(), q.ModifiedBy, q.Version, key(q.Name))
	return stored(err, q)
}

// save overwrites a row.
func save(ctx context.Context, tx *sql.Tx, q *SavedQuery, body string) error {
	_, err := tx.ExecContext(ctx, `UPDATE queries SET name = ?, name_key = ?, visibility = ?, description = ?, query = ?,
		modified = ?, modified_by = ?, version = ? WHERE id = ?`,
		q.Name, key(q.Name), q.Visibility, q.Description, body, q.Modified.UnixMicro(), q.ModifiedBy, q.Version, q.ID)
	return stored(err, q)
}

// stored says of a failed write whether the name was the reason.
func stored(err error, q *SavedQuery) error {
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), "UNIQUE constraint failed: queries.kind, queries.owner, queries.name_key"):
		return fmt.Errorf("%w: there is another query of the name %q; choose another name", ErrConflict, q.Name)
	}
	return fmt.Errorf("store the query %q: %w", q.Name, err)
}

// byID reads the query that the caller may see.
func byID(ctx context.Context, from querier, c Caller, id string) (SavedQuery, error) {
	q, err := scan(from.QueryRowContext(ctx, "SELECT "+columns+" FROM queries WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) || err == nil && !q.visibleTo(c) {
		return SavedQuery{}, fmt.Errorf("saved query %q: %w", id, ErrNotFound)
	} else if err != nil {
		return SavedQuery{}, fmt.Errorf("read saved query %q: %w", id, err)
	}
	return q, nil
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}
