package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// origin says in errors which definition it is.
func (def *Definition) origin() string {
	if def.Origin == "" {
		return fmt.Sprintf("query %q", def.Name)
	}
	return fmt.Sprintf("%s: query %q", def.Origin, def.Name)
}

// validateDefinitions checks all definitions and returns their queries as JSON.
func validateDefinitions(list []Definition) (bodies []string, err error) {
	var problems []error
	names := map[string]*Definition{}
	for i := range list {
		def := &list[i]
		def.Name = strings.TrimSpace(def.Name)
		draft := Draft{Name: def.Name, Visibility: Shared, Description: def.Description, Query: def.Query}
		body, err := draft.validate()
		if other := names[key(def.Name)]; err == nil && other != nil {
			err = invalid("name", "%s has the same; choose another", other.origin())
		}
		names[key(def.Name)] = def
		bodies = append(bodies, body)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", def.origin(), err))
		}
	}
	return bodies, errors.Join(problems...)
}

// differs reports whether a definition says something else than what is stored.
func differs(stored *SavedQuery, def *Definition, body string) (bool, error) {
	before, err := json.Marshal(&stored.Query)
	if err != nil {
		return false, err
	}
	return stored.Name != def.Name || stored.Description != def.Description || string(before) != body, nil
}

func ofKind(ctx context.Context, tx *sql.Tx, kind Kind) ([]SavedQuery, error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+columns+" FROM queries WHERE kind = ? ORDER BY id", kind)
	if err != nil {
		return nil, fmt.Errorf("list the %s queries: %w", kind, err)
	}
	defer func() { _ = rows.Close() }()
	var list []SavedQuery
	for rows.Next() {
		q, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("list the %s queries: %w", kind, err)
		}
		list = append(list, q)
	}
	return list, rows.Err()
}
