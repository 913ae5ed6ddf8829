package state

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/leastward/leastward/internal/entitlement"
)

// CreateQuery keeps a new query, which the caller owns.
func (d *DB) CreateQuery(ctx context.Context, c Caller, draft Draft) (SavedQuery, error) {
	body, err := draft.validate()
	if err != nil {
		return SavedQuery{}, err
	}
	q := SavedQuery{Name: draft.Name, Visibility: draft.Visibility, Description: draft.Description, Query: draft.Query}
	err = d.update(ctx, func(tx *sql.Tx) error {
		return d.create(ctx, tx, c, &q, body, ActionCreateQuery, map[string]string{"visibility": string(q.Visibility)})
	})
	return d.done(ctx, q, err)
}

// create gives a new query its id and its owner, and stores it.
func (d *DB) create(ctx context.Context, tx *sql.Tx, c Caller, q *SavedQuery, body string, action entitlement.Action, details map[string]string) error {
	if c.Name == "" {
		return fmt.Errorf("%w: a query needs an owner, and the caller has no name", ErrForbidden)
	}
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM queries WHERE kind = ? AND owner = ?", Custom, c.Name).Scan(&n); err != nil {
		return fmt.Errorf("count the queries of %s: %w", c.Name, err)
	}
	if n >= MaxQueries {
		return fmt.Errorf("%w: %s has %d queries, and no more are allowed; delete some", ErrConflict, c.Name, n)
	}
	q.ID, q.Kind, q.Owner, q.Version = newID(), Custom, c.Name, 1
	q.Created = d.now().UTC().Truncate(microsecond)
	q.Modified, q.ModifiedBy = q.Created, c.Name
	if err := insert(ctx, tx, q, body); err != nil {
		return err
	}
	return d.note(ctx, tx, action, q, c.Name, details)
}

// UpdateQuery replaces what a person decides about a query. The version is the
// one that the caller has seen, or [AnyVersion].
func (d *DB) UpdateQuery(ctx context.Context, c Caller, id string, version int64, draft Draft) (SavedQuery, error) {
	if _, err := draft.validate(); err != nil {
		return SavedQuery{}, err
	}
	return d.edit(ctx, c, id, version, func(q *SavedQuery) (entitlement.Action, map[string]string) {
		details := map[string]string{}
		if q.Name != draft.Name {
			details["from"] = q.Name
		}
		if q.Visibility != draft.Visibility {
			details["visibility"] = string(draft.Visibility)
		}
		q.Name, q.Visibility, q.Description, q.Query = draft.Name, draft.Visibility, draft.Description, draft.Query
		return ActionUpdateQuery, details
	})
}

// RenameQuery gives a query another name.
func (d *DB) RenameQuery(ctx context.Context, c Caller, id string, version int64, name string) (SavedQuery, error) {
	return d.edit(ctx, c, id, version, func(q *SavedQuery) (entitlement.Action, map[string]string) {
		details := map[string]string{"from": q.Name}
		q.Name = name
		return ActionRenameQuery, details
	})
}

// ShareQuery lets everybody see a query, or its owner alone again.
func (d *DB) ShareQuery(ctx context.Context, c Caller, id string, version int64, v Visibility) (SavedQuery, error) {
	return d.edit(ctx, c, id, version, func(q *SavedQuery) (entitlement.Action, map[string]string) {
		q.Visibility = v
		if v == Shared {
			return ActionShareQuery, nil
		}
		return ActionUnshareQuery, nil
	})
}

// DeleteQuery removes a query.
func (d *DB) DeleteQuery(ctx context.Context, c Caller, id string, version int64) error {
	err := d.update(ctx, func(tx *sql.Tx) error {
		q, err := changeable(ctx, tx, c, id, version)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM queries WHERE id = ?", id); err != nil {
			return fmt.Errorf("delete the query %q: %w", q.Name, err)
		}
		return d.note(ctx, tx, ActionDeleteQuery, &q, c.Name, nil)
	})
	_, err = d.done(ctx, SavedQuery{}, err)
	return err
}

// edit changes a query that the caller may change.
func (d *DB) edit(ctx context.Context, c Caller, id string, version int64, f func(*SavedQuery) (entitlement.Action, map[string]string)) (SavedQuery, error) {
	var q SavedQuery
	err := d.update(ctx, func(tx *sql.Tx) (err error) {
		if q, err = changeable(ctx, tx, c, id, version); err != nil {
			return err
		}
		action, details := f(&q)
		draft := Draft{Name: q.Name, Visibility: q.Visibility, Description: q.Description, Query: q.Query}
		body, err := draft.validate()
		if err != nil {
			return err
		}
		q.Name, q.Visibility = draft.Name, draft.Visibility
		q.Modified, q.ModifiedBy, q.Version = d.now().UTC().Truncate(microsecond), c.Name, q.Version+1
		if err := save(ctx, tx, &q, body); err != nil {
			return err
		}
		return d.note(ctx, tx, action, &q, c.Name, details)
	})
	return d.done(ctx, q, err)
}

// changeable reads a query that the caller may change, in the version that the
// caller has seen.
func changeable(ctx context.Context, tx *sql.Tx, c Caller, id string, version int64) (SavedQuery, error) {
	q, err := byID(ctx, tx, c, id)
	switch {
	case err != nil:
		return SavedQuery{}, err
	case q.Kind != Custom:
		return SavedQuery{}, fmt.Errorf("%w: %q is a %s query, which can only be duplicated", ErrForbidden, q.Name, q.Kind)
	case !c.Admin && q.Owner != c.Name:
		return SavedQuery{}, fmt.Errorf("%w: only its owner %s and administrators may change %q; duplicate it", ErrForbidden, q.Owner, q.Name)
	case version != AnyVersion && version != q.Version:
		return SavedQuery{}, fmt.Errorf("%w: %q has version %d, changed by %s, and not %d; read it again", ErrConflict, q.Name, q.Version, q.ModifiedBy, version)
	}
	return q, nil
}

// done records what was changed.
func (d *DB) done(ctx context.Context, q SavedQuery, err error) (SavedQuery, error) {
	if err != nil {
		return SavedQuery{}, err
	}
	d.deliver(ctx)
	return q, nil
}
