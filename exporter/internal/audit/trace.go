package audit

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/auditlog/trace"
)

// scoped answers a trace's questions within what one caller may see.
type scoped struct {
	searcher Searcher
	caller   search.Caller
	asked    atomic.Bool
}

// Each answers one question.
func (s *scoped) Each(ctx context.Context, q query.Query, event func(*auditlog.Event) error) (auditlog.Outcomes, error) {
	s.asked.Store(true)
	return s.searcher.Each(ctx, q, s.caller, event)
}

// Raw fills in records of events that Each handed out.
func (s *scoped) Raw(ctx context.Context, events []auditlog.Event) error {
	return s.searcher.Raw(ctx, events)
}

// trace follows someone's way through the events that the caller may see.
func (h *Handler) trace(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	var start trace.Start
	if err := decode(w, r, maxBody, &start); err != nil {
		return err
	}
	return h.answered(w, r, func(ctx context.Context) (any, error) {
		source := &scoped{searcher: h.Searcher, caller: limitedTo(c, false)}
		tracer, err := trace.New(trace.Options{Source: source, Now: h.Now})
		if err != nil {
			return nil, err
		}
		graph, err := tracer.Trace(ctx, start)
		if err != nil && !source.asked.Load() { // Nothing was asked: the start is not right.
			return nil, bad(err.Error())
		}
		return graph, err
	})
}
