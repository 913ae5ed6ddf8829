package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// The classes of errors beside those of the store (auditlog.ErrUnavailable and
// others). What is wrong with a query itself, its cursor included, is a
// [query.Error], or several.
var (
	// ErrTooMuch: the answer would be larger than the limits allow. The error is
	// a query.Error too, which names the part of the query to narrow.
	ErrTooMuch = errors.New("the answer is too large")
	// ErrTimeout: the answer took longer than the limits allow; a query.Error
	// likewise.
	ErrTimeout = errors.New("the answer took too long")
)

// limitError is a query that asks for more than there may be.
type limitError struct {
	class error
	query query.Error
}

func (e *limitError) Error() string { return e.query.Error() }

func (e *limitError) Unwrap() []error { return []error{e.class, &e.query} }

func tooMuch(path, format string, args ...any) error {
	return &limitError{ErrTooMuch, query.Error{Path: path, Message: fmt.Sprintf(format, args...)}}
}

func timedOut(limit time.Duration) error {
	return &limitError{ErrTimeout, query.Error{
		Path:    "range",
		Message: fmt.Sprintf("the answer took longer than %s; ask for less time, or add a condition on a whole value", limit),
	}}
}

// limited bounds the time of an answer. The error to return is that of wrap.
func (s *Searcher) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := s.o.Limits.Timeout
	return context.WithTimeoutCause(ctx, limit, timedOut(limit))
}

// ended replaces the error of a context that ran out by its cause, and that of an
// engine which ran out of the memory that it allows one statement by what to do.
func ended(ctx context.Context, err error) error {
	if err != nil && strings.Contains(err.Error(), "requires more than") && strings.Contains(err.Error(), "of memory") {
		return tooMuch("", "the answer needs more memory than the store's engine allows; group by fewer fields, or narrow the range or the conditions")
	}
	if err != nil && ctx.Err() != nil {
		if cause := context.Cause(ctx); errors.Is(cause, ErrTimeout) {
			return cause
		}
	}
	return err
}
