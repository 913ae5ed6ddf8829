package search

import (
	"context"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
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
	e := each{run: s.run(p, c), order: order(q.Sort), event: event}
	return until, e.stored(ctx, since, until)
}

// stored hands on the events of a stretch of ingestion, sorted by time as far as
// they fit.
func (e *each) stored(ctx context.Context, since, until time.Time) error {
	var list []found
	statement := logsql.Ingested(since, until) + " " + e.plan.Filter + eventFields()
	err := e.ask(ctx, statement, e.plan.From, e.plan.To, func(r auditlog.Row) error {
		at, err := e.order.positionOf(r)
		if err != nil {
			return err
		}
		ev, err := row.Decode(r)
		if err != nil {
			return err
		}
		if list = append(list, found{at.clone(), ev}); len(list) < mostSorted {
			return nil
		}
		err = e.handAll(list)
		list = list[:0]
		return err
	})
	if err != nil {
		return err
	}
	return e.handAll(list)
}

func (e *each) handAll(list []found) error {
	slices.SortFunc(list, func(a, b found) int { return e.order.compare(a.at, b.at) })
	for i := range list {
		if err := e.hand(&list[i].ev); err != nil {
			return err
		}
	}
	return nil
}
