package search

import (
	"context"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// ahead is how far in the future the time of an event may lie to be followed:
// clocks differ.
const ahead = 24 * time.Hour

// Tail hands on every event that a query takes and that is stored from now on,
// once each and soon after, until the context ends, whose error it returns. The
// query's range, counted back from now if it is so long, bounds how late an
// event may be; its order and limit have no meaning here.
func (s *Searcher) Tail(ctx context.Context, q query.Query, c Caller, event func(*auditlog.Event) error) error {
	q.Sort, q.Limit = []query.Order{{By: string(query.Time)}}, 0
	if err := checkEach(&q); err != nil {
		return err
	}
	if _, err := s.compile(&q, c); err != nil {
		return err
	}
	since, err := s.o.Store.Sync(ctx)
	if err != nil {
		return err
	}
	ticker := time.NewTicker(s.o.TailEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		if since, err = s.follow(ctx, &q, c, since, event); err != nil {
			return err
		}
	}
}

// follow hands on what was stored since a time, and returns until when.
func (s *Searcher) follow(ctx context.Context, q *query.Query, c Caller, since time.Time, event func(*auditlog.Event) error) (time.Time, error) {
	until, err := s.o.Store.Sync(ctx)
	if err != nil || !since.Before(until) {
		return since, err
	}
	p, err := s.compile(q, c)
	if err != nil {
		return since, err
	}
	to := p.To
	if q.Range.To.IsZero() {
		to = to.Add(ahead)
	}
	p.Resume(p.From, to)
	e := each{
		run: s.run(p, c), order: order(q.Sort), event: event,
		filter: logsql.Ingested(since, until) + " " + p.Filter,
	}
	return until, e.walk(ctx, p.To.Sub(p.From)) // Mostly there are few: one statement.
}
