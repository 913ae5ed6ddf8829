package search

import (
	"context"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// Each hands on every event that a query takes, the event being valid during the
// call; no more than the query's limit, if it has one. Events come by time, the
// latest first where the query does not say otherwise, and those of the same
// instant by id. Other sorts are refused. An error of event ends the run and is
// returned. Event may take its time and may ask the store: no statement runs
// while it is called.
func (s *Searcher) Each(ctx context.Context, q query.Query, c Caller, event func(*auditlog.Event) error) (auditlog.Outcomes, error) {
	if err := checkEach(&q); err != nil {
		return auditlog.Outcomes{}, err
	}
	p, err := s.compile(&q, c)
	if err != nil {
		return auditlog.Outcomes{}, err
	}
	e := each{run: s.run(p, c), order: order(q.Sort), event: event, left: q.Limit, filter: p.Filter}
	err = e.walk(ctx, firstWidth)
	return e.outcomes(), enough(err)
}

func checkEach(q *query.Query) error {
	switch {
	case q.Group != nil || q.Series != nil:
		return &query.Error{Message: "asks for groups or a series, not for events"}
	case q.Cursor != "":
		return badCursor("continues a page; a stream of all events has none")
	case len(q.Sort) > 0 && (len(q.Sort) > 1 || q.Sort[0].By != string(query.Time)):
		return &query.Error{Path: "sort", Message: "a stream of all events comes by time, or in no order; sort a page of events, or what you got"}
	}
	return nil
}

type each struct {
	*run
	order  ordering
	event  func(*auditlog.Event) error
	left   int // Of the query's limit; 0 where it has none.
	filter string
}

func (e *each) hand(ev *auditlog.Event) error {
	if err := e.event(ev); err != nil {
		return err
	}
	if e.left == 1 {
		return errEnough
	}
	e.left--
	return nil
}

// The number of events that are sorted at once, and that a slice of time should
// have.
const (
	mostSorted = 20_000
	fewSorted  = 5_000
)

// walk hands on the events in the order of their time, slice by slice, the
// first of which has a width. No statement runs while an event is handed on:
// whoever takes it may be slow, and a statement holds up all others meanwhile.
func (e *each) walk(ctx context.Context, width time.Duration) error {
	from, to := e.plan.From, e.plan.To
	for from.Before(to) {
		a, b := cut(from, to, width, e.order.after)
		list, overflow, err := e.slice(ctx, a, b)
		if err != nil {
			return err
		}
		if overflow {
			width = narrower(a, b, timesOf(list), e.order.after)
			continue
		}
		if err := e.handAll(list); err != nil {
			return err
		}
		if e.order.after {
			to = a
		} else {
			from = b
		}
		width = wider(b.Sub(a), len(list), fewSorted)
		if len(list) > fewSorted {
			width = b.Sub(a)
		}
	}
	return ctx.Err()
}

// slice returns the events of a slice of time, sorted. It gives up where they
// are too many, with some of them, but for those of one instant.
func (e *each) slice(ctx context.Context, from, to time.Time) (list []found, overflow bool, err error) {
	err = e.ask(ctx, e.filter+eventFields(), from, to, func(r auditlog.Row) error {
		if len(list) >= mostSorted && to.Sub(from) > 1 {
			overflow = true
			return errEnough
		}
		at, err := e.order.positionOf(r)
		if err != nil {
			return err
		}
		ev, err := row.Decode(r)
		list = append(list, found{at.clone(), ev})
		return err
	})
	if err = enough(err); err != nil || overflow {
		return list, overflow, err
	}
	slices.SortFunc(list, func(a, b found) int { return e.order.compare(a.at, b.at) })
	return list, false, nil
}

func (e *each) handAll(list []found) error {
	for i := range list {
		if err := e.hand(&list[i].ev); err != nil {
			return err
		}
	}
	return nil
}
