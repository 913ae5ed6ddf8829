package follow

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
)

// Span is a stretch of ingestion, From <= ingested < To, and what it brought.
type Span struct {
	From, To time.Time
	Events   int64
	// Earliest and Latest bound the events' own times, both included: events
	// that are late may have any.
	Earliest, Latest time.Time
}

// Statement runs over what the span brought, filtered.
func (s *Span) Statement(filter, pipes string) auditlog.Statement {
	return auditlog.Statement{LogsQL: s.ingested() + " " + filter + " | " + pipes, From: s.Earliest, To: s.Latest.Add(1)}
}

// ingested is the filter for what was stored within the span. Nothing was
// stored before 2001, and so much earlier times need not be told apart.
func (s *Span) ingested() string {
	from := s.From
	if first := time.Unix(1_000_000_000, 0); from.Before(first) {
		from = first
	}
	return logsql.Ingested(from, s.To)
}

// span finds out what was stored since a position.
func (r *Round) span(ctx context.Context, from time.Time) (*Span, error) {
	if s := r.spans[from.UnixNano()]; s != nil {
		return s, nil
	}
	s := &Span{From: from, To: r.Horizon}
	if from.Before(r.Horizon) {
		if err := s.measure(ctx, r.Store); err != nil {
			return nil, fmt.Errorf("count the new events: %w", err)
		}
	}
	if r.spans == nil {
		r.spans = map[int64]*Span{}
	}
	r.spans[from.UnixNano()] = s
	return s, nil
}

func (s *Span) measure(ctx context.Context, store auditlog.Store) error {
	statement := auditlog.Statement{LogsQL: s.ingested() + " | stats count() events, min(_time) earliest, max(_time) latest"}
	_, err := store.Select(ctx, statement, func(r auditlog.Row) (err error) {
		if s.Events, err = Number(r, "events"); err != nil || s.Events == 0 {
			return err
		}
		if s.Earliest, err = Instant(r, "earliest"); err != nil {
			return err
		}
		s.Latest, err = Instant(r, "latest")
		return err
	})
	return err
}

// Number returns a column that is a whole number.
func Number(r auditlog.Row, column string) (int64, error) {
	n, err := strconv.ParseInt(r.Get(column), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("column %s: %w", column, err)
	}
	return n, nil
}

// Instant returns a column that is a time.
func Instant(r auditlog.Row, column string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, r.Get(column))
	if err != nil {
		return time.Time{}, fmt.Errorf("column %s: %w", column, err)
	}
	return t.UTC(), nil
}
