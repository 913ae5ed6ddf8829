package state

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// Definition is a query that nobody makes by hand: one that ships, or one from
// the operator's files.
type Definition struct {
	// ID stays the same from version to version. "" lets the name identify it.
	ID          string
	Name        string
	Description string
	Query       query.Query
	Origin      string // File, for errors; "" where it ships.
}

// Ship makes exactly the definitions the queries that ship with the suite.
func (d *DB) Ship(ctx context.Context, list []Definition) error { return d.replace(ctx, System, list) }

// Provision makes exactly the definitions the provisioned queries: new ones are
// added, others changed, and those that are in no file any longer removed, all
// or nothing. A query that stays keeps its id.
func (d *DB) Provision(ctx context.Context, list []Definition) error {
	return d.replace(ctx, Provisioned, list)
}

func (d *DB) replace(ctx context.Context, kind Kind, list []Definition) error {
	bodies, err := validateDefinitions(list)
	if err != nil {
		return err
	}
	err = d.update(ctx, func(tx *sql.Tx) error {
		old, err := ofKind(ctx, tx, kind)
		if err != nil {
			return err
		}
		kept := match(old, list)
		if err := d.removeOthers(ctx, tx, old, kept); err != nil {
			return err
		}
		for i := range list {
			if err := d.place(ctx, tx, kind, kept[i], &list[i], bodies[i]); err != nil {
				return fmt.Errorf("%s: %w", list[i].origin(), err)
			}
		}
		return nil
	})
	_, err = d.done(ctx, SavedQuery{}, err)
	return err
}

// match finds the stored query of each definition; nil is none.
func match(old []SavedQuery, list []Definition) []*SavedQuery {
	kept := make([]*SavedQuery, len(list))
	for i := range list {
		for k := range old {
			if list[i].ID != "" && old[k].ID == list[i].ID || list[i].ID == "" && key(old[k].Name) == key(list[i].Name) {
				kept[i] = &old[k]
			}
		}
	}
	return kept
}

func (d *DB) removeOthers(ctx context.Context, tx *sql.Tx, old []SavedQuery, kept []*SavedQuery) error {
	for k := range old {
		if slices.Contains(kept, &old[k]) {
			// Out of the way of others, which may take over its name.
			if _, err := tx.ExecContext(ctx, "UPDATE queries SET name_key = 'id:' || id WHERE id = ?", old[k].ID); err != nil {
				return fmt.Errorf("move the query %q: %w", old[k].Name, err)
			}
			continue
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM queries WHERE id = ?", old[k].ID); err != nil {
			return fmt.Errorf("remove the query %q: %w", old[k].Name, err)
		}
		if err := d.note(ctx, tx, ActionDeleteQuery, &old[k], Actor, map[string]string{"kind": string(old[k].Kind)}); err != nil {
			return err
		}
	}
	return nil
}

// Actor is who makes changes that no person makes.
const Actor = "leastward"

// place adds a definition or brings its stored query up to date.
func (d *DB) place(ctx context.Context, tx *sql.Tx, kind Kind, stored *SavedQuery, def *Definition, body string) error {
	now := d.now().UTC().Truncate(microsecond)
	q := SavedQuery{
		ID: def.ID, Kind: kind, Name: def.Name, Visibility: Shared, Description: def.Description, Query: def.Query,
		Created: now, Modified: now, ModifiedBy: Actor, Version: 1,
	}
	if stored == nil {
		if q.ID == "" {
			q.ID = newID()
		}
		if err := insert(ctx, tx, &q, body); err != nil {
			return err
		}
		return d.noteProvisioned(ctx, tx, &q)
	}
	changed, err := differs(stored, def, body)
	if err != nil {
		return err
	}
	q.ID, q.Created, q.Version = stored.ID, stored.Created, stored.Version+1
	if !changed {
		q.Modified, q.Version = stored.Modified, stored.Version
	}
	if err := save(ctx, tx, &q, body); err != nil || !changed {
		return err
	}
	return d.noteProvisioned(ctx, tx, &q)
}

func (d *DB) noteProvisioned(ctx context.Context, tx *sql.Tx, q *SavedQuery) error {
	return d.note(ctx, tx, ActionProvisionQuery, q, Actor, map[string]string{"kind": string(q.Kind)})
}
