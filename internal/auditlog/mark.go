package auditlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Mark names a row of a store: by its ingestion time, which no other batch has,
// and the time of its event. A store in which the row is found has everything
// that it had when it gave the mark, less what has expired. One that was made
// anew, is another, or was put back from an older copy lacks the row, even if it
// was given the same event since.
type Mark struct {
	Ingested int64 // Nanoseconds since 1970.
	Time     time.Time
}

// Marker is a [Store] that gives marks.
type Marker interface {
	// Mark returns a mark of the latest batch that Sync has secured, of those
	// with an event that was new. It is zero until there is one since the store
	// was opened.
	Mark() Mark
}

// String writes a mark for [ParseMark].
func (m Mark) String() string {
	return fmt.Sprintf("%d@%s", m.Ingested, m.Time.UTC().Format(time.RFC3339Nano))
}

// ParseMark reads what Mark.String wrote.
func ParseMark(text string) (Mark, error) {
	ingested, at, ok := strings.Cut(text, "@")
	if !ok {
		return Mark{}, fmt.Errorf("%q is no mark of an audit store", text)
	}
	n, errIngested := strconv.ParseInt(ingested, 10, 64)
	t, errTime := time.Parse(time.RFC3339Nano, at)
	if err := errors.Join(errIngested, errTime); err != nil {
		return Mark{}, fmt.Errorf("%q is no mark of an audit store: %w", text, err)
	}
	return Mark{n, t}, nil
}

// Later returns the one of the later batch, or of the later event within it.
func (m Mark) Later(n Mark) Mark {
	if n.Ingested > m.Ingested || n.Ingested == m.Ingested && n.Time.After(m.Time) {
		return n
	}
	return m
}

// In reports whether a store has the row that a mark names.
func (m Mark) In(ctx context.Context, s Store) (bool, error) {
	found := false
	_, err := s.Select(ctx, Statement{
		LogsQL: fmt.Sprintf("ingested:=%q | limit 1 | fields ingested", strconv.FormatInt(m.Ingested, 10)),
		From:   m.Time, To: m.Time.Add(1),
	}, func(Row) error {
		found = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look for the mark %s: %w", m, err)
	}
	return found, nil
}
