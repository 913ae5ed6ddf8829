package trigger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// filter compiles what a trigger looks for.
func (e *Engine) filter(d *Definition) (string, error) {
	o := e.o.LogsQL
	o.Now, o.Scope = e.o.Now(), nil
	narrowed := *d
	if len(d.Systems) > 0 && len(d.Folders) == 0 {
		o.Scope, narrowed.Systems = &d.Systems, nil // Streams of the store: the others are not read at all.
	}
	return logsql.Filter(narrowed.Condition(), o)
}

// fingerprint identifies what a trigger looks for.
func fingerprint(d *Definition) (string, error) {
	text, err := json.Marshal(d.Condition())
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

// span is a stretch of ingestion and what it brought.
type span struct {
	from, to time.Time // Ingested.
	events   int64
	earliest time.Time // Of the events' own times.
	latest   time.Time
}

// statement runs over what the span brought, filtered.
func (s *span) statement(filter, pipes string) auditlog.Statement {
	return auditlog.Statement{
		LogsQL: logsql.Ingested(since2001(s.from), s.to) + " " + filter + " | " + pipes,
		From:   s.earliest, To: s.latest.Add(1),
	}
}

// since2001 is the time, or one before which nothing was ingested.
func since2001(t time.Time) time.Time {
	if first := time.Unix(1_000_000_000, 0); t.Before(first) {
		return first
	}
	return t
}

// measure finds out what was ingested, and bounds the time of what was: events
// that are late may have any.
func (e *Engine) measure(ctx context.Context, s *span) error {
	statement := auditlog.Statement{
		LogsQL: logsql.Ingested(since2001(s.from), s.to) + " | stats count() events, min(_time) earliest, max(_time) latest",
	}
	_, err := e.o.Store.Select(ctx, statement, func(r auditlog.Row) (err error) {
		if s.events, err = number(r, "events"); err != nil || s.events == 0 {
			return err
		}
		if s.earliest, err = instant(r, "earliest"); err != nil {
			return err
		}
		s.latest, err = instant(r, "latest")
		return err
	})
	if err != nil {
		return fmt.Errorf("count the new events: %w", err)
	}
	return nil
}

// count counts the matches by system.
func (e *Engine) count(ctx context.Context, s *span, filter string) ([]state.Total, error) {
	var totals []state.Total
	statement := s.statement(filter, "stats by (cloud, system) count() events, max(_time) latest")
	_, err := e.o.Store.Select(ctx, statement, func(r auditlog.Row) error {
		n, err := number(r, "events")
		if err != nil || n == 0 {
			return err
		}
		last, err := instant(r, "latest")
		totals = append(totals, state.Total{
			Cloud: entitlement.Cloud(clone(r, query.Cloud)), System: entitlement.SystemID(clone(r, query.System)), Count: n, Last: last,
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count the matches: %w", err)
	}
	return totals, nil
}

func number(r auditlog.Row, column string) (int64, error) {
	n, err := strconv.ParseInt(r.Get(column), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("column %s: %w", column, err)
	}
	return n, nil
}

func instant(r auditlog.Row, column string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, r.Get(column))
	if err != nil {
		return time.Time{}, fmt.Errorf("column %s: %w", column, err)
	}
	return t.UTC(), nil
}
