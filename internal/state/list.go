package state

import (
	"context"
	"fmt"
)

// Queries returns the saved queries that the caller may see: the caller's own,
// shared ones, those that are provisioned and those that ship; an administrator
// sees all. They come by kind (custom first), then by name.
func (d *DB) Queries(ctx context.Context, c Caller) ([]SavedQuery, error) {
	return d.list(ctx, c, "ORDER BY kind, name_key, owner")
}

// Query returns the saved query with an id.
func (d *DB) Query(ctx context.Context, c Caller, id string) (SavedQuery, error) {
	return byID(ctx, d.read, c, id)
}

// QueryNamed returns the saved query of a name, in any case: the caller's own
// if there is one, else one that is provisioned, ships, or is the only one that
// somebody shares. Several shared ones of the name are an [ErrConflict].
func (d *DB) QueryNamed(ctx context.Context, c Caller, name string) (SavedQuery, error) {
	list, err := d.list(ctx, c, `WHERE name_key = ? ORDER BY (kind = 'custom' AND owner = ? AND owner <> '') DESC,
		kind = 'provisioned' DESC, kind = 'system' DESC, owner`, key(name), c.Name)
	if err != nil {
		return SavedQuery{}, err
	}
	switch {
	case len(list) == 0:
		return SavedQuery{}, fmt.Errorf("saved query %q: %w", name, ErrNotFound)
	case len(list) > 1 && list[0].Kind == Custom && list[0].Owner != c.Name:
		return SavedQuery{}, fmt.Errorf("%w: %d queries are named %q, of %s and of %s; ask by id", ErrConflict, len(list), name, list[0].Owner, list[1].Owner)
	}
	return list[0], nil
}

func (d *DB) list(ctx context.Context, c Caller, rest string, args ...any) ([]SavedQuery, error) {
	rows, err := d.read.QueryContext(ctx, "SELECT "+columns+" FROM queries "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("list the saved queries: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []SavedQuery
	for rows.Next() {
		q, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("list the saved queries: %w", err)
		}
		if q.visibleTo(c) {
			list = append(list, q)
		}
	}
	return list, rows.Err()
}
