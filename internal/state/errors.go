package state

import (
	"errors"
	"fmt"
)

// The errors that callers act on. They come wrapped with what happened and what
// to do about it.
var (
	// ErrNotFound: there is no such thing, or the caller may not see it.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the name is taken, or somebody else was faster.
	ErrConflict = errors.New("conflict")
	// ErrForbidden: the caller sees it and may not do this.
	ErrForbidden = errors.New("not allowed")
)

// InvalidError tells which field of a definition is wrong, why, and what it
// should be.
type InvalidError struct {
	Field   string // "name", "query.where.all[1].values[0]".
	Problem string
}

func (e *InvalidError) Error() string { return e.Field + ": " + e.Problem }

func invalid(field, format string, args ...any) error {
	return &InvalidError{Field: field, Problem: fmt.Sprintf(format, args...)}
}
