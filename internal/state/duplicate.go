package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// microsecond is how exactly times are kept.
const microsecond = time.Microsecond

// DuplicateQuery makes the caller a private copy of any query that the caller
// may see, named "Copy of X", or "Copy of X (2)" and so on.
func (d *DB) DuplicateQuery(ctx context.Context, c Caller, id string) (SavedQuery, error) {
	var q SavedQuery
	err := d.update(ctx, func(tx *sql.Tx) error {
		original, err := byID(ctx, tx, c, id)
		if err != nil {
			return err
		}
		body, err := json.Marshal(&original.Query)
		if err != nil {
			return fmt.Errorf("duplicate the query %q: %w", original.Name, err)
		}
		q = SavedQuery{Visibility: Private, Description: original.Description, Query: original.Query}
		if q.Name, err = freeName(ctx, tx, c.Name, original.Name); err != nil {
			return err
		}
		return d.create(ctx, tx, c, &q, string(body), ActionDuplicateQuery, map[string]string{"from": original.ID})
	})
	return d.done(ctx, q, err)
}

// freeName returns the first name for a copy that the owner does not have yet.
func freeName(ctx context.Context, tx *sql.Tx, owner, name string) (string, error) {
	for n := 1; ; n++ {
		candidate := copyName(name, n)
		var taken bool
		err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM queries WHERE kind = ? AND owner = ? AND name_key = ?)",
			Custom, owner, key(candidate)).Scan(&taken)
		if err != nil {
			return "", fmt.Errorf("look for a free name: %w", err)
		}
		if !taken {
			return candidate, nil
		}
	}
}

// copyName is the name of the nth copy, shortened where it would be too long.
func copyName(name string, n int) string {
	suffix := ""
	if n > 1 {
		suffix = fmt.Sprintf(" (%d)", n)
	}
	runes := []rune("Copy of " + name)
	return string(runes[:min(len(runes), MaxName-len(suffix))]) + suffix
}
