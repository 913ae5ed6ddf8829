package trace

import (
	"context"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
)

// Searched returns the source that a searcher is to one caller: no event of a
// system that the caller may not see is in the trace, nor leads to another.
func Searched(s *search.Searcher, c search.Caller) Source { return searched{s, c} }

type searched struct {
	*search.Searcher
	caller search.Caller
}

func (s searched) Each(ctx context.Context, q query.Query, event func(*auditlog.Event) error) (auditlog.Outcomes, error) {
	return s.Searcher.Each(ctx, q, s.caller, event)
}
