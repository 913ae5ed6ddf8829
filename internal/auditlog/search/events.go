package search

import (
	"context"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// Page is a piece of an answer.
type Page struct {
	Events []auditlog.Event
	// Cursor continues behind the last event; "" where there are no more.
	Cursor string
	// Partial is set where a part of the store could not be asked.
	Partial bool
	// From and To are the time that the query is about: From <= time < To.
	From, To time.Time
}

// Events returns the first events in the query's order, or the next ones where
// it has a cursor. Raw is not set; see [Searcher.Raw].
func (s *Searcher) Events(ctx context.Context, q query.Query, c Caller) (Page, error) {
	ctx, cancel := s.limited(ctx)
	defer cancel()
	page, err := s.events(ctx, &q, c)
	return page, ended(ctx, err)
}

func (s *Searcher) events(ctx context.Context, q *query.Query, c Caller) (Page, error) {
	if q.Group != nil || q.Series != nil {
		return Page{}, &query.Error{Message: "asks for groups or a series, not for events"}
	}
	p, err := s.compile(q, c)
	if err != nil {
		return Page{}, err
	}
	f := finder{run: s.run(p, c), order: order(q.Sort), need: p.Limit + 1}
	if q.Cursor != "" {
		from, err := decodeCursor(q, &f.order)
		if err != nil {
			return Page{}, err
		}
		f.after = &from.After
		p.Resume(time.Unix(0, from.From).UTC(), time.Unix(0, from.To).UTC())
	}
	if err := f.find(ctx); err != nil {
		return Page{}, err
	}
	return f.page(q), nil
}

// finder finds the first events of an order.
type finder struct {
	*run
	order ordering
	need  int       // One more than are wanted, to know whether there are more.
	after *position // Nil at the beginning.
	found []found
}

type found struct {
	at position
	ev auditlog.Event
}

func (f *finder) find(ctx context.Context) error {
	if f.order.time {
		return f.walk(ctx)
	}
	return f.scan(ctx)
}

func (f *finder) page(q *query.Query) Page {
	page := Page{Partial: f.partial, From: f.plan.From, To: f.plan.To}
	if limit := f.need - 1; len(f.found) > limit {
		f.found = f.found[:limit]
		last := cursor{After: f.found[limit-1].at, From: f.plan.From.UnixNano(), To: f.plan.To.UnixNano()}
		page.Cursor = last.encode(q)
	}
	page.Events = make([]auditlog.Event, len(f.found))
	for i := range f.found {
		page.Events[i] = f.found[i].ev
	}
	return page
}

// behind tells whether a position comes after the cursor.
func (f *finder) behind(p position) bool {
	return f.after == nil || f.order.compare(p, *f.after) > 0
}
