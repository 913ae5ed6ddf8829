package audit

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/entitlement"
)

// scopedTags is a searcher to whose callers only those tags count that are of
// systems which they may see: otherwise the events of an identity from another
// account would tell how it is tagged there.
type scopedTags struct {
	options  search.Options
	snapshot func() *collector.Snapshot
}

// NewSearcher returns a searcher with the tags that the last collections found.
func NewSearcher(o search.Options, snapshot func() *collector.Snapshot) Searcher {
	return &scopedTags{options: o, snapshot: snapshot}
}

// of returns the searcher of one caller, which costs nothing.
func (s *scopedTags) of(c search.Caller) *search.Searcher {
	o := s.options
	o.Tagged = Tagged(s.snapshot, func(id entitlement.SystemID) bool { return c.Systems == nil || slices.Contains(*c.Systems, id) })
	return search.New(o)
}

// Events returns a page of events.
func (s *scopedTags) Events(ctx context.Context, q query.Query, c search.Caller) (search.Page, error) {
	return s.of(c).Events(ctx, q, c)
}

// Each hands on all events.
func (s *scopedTags) Each(ctx context.Context, q query.Query, c search.Caller, event func(*auditlog.Event) error) (auditlog.Outcomes, error) {
	return s.of(c).Each(ctx, q, c, event)
}

// Groups returns a table.
func (s *scopedTags) Groups(ctx context.Context, q query.Query, c search.Caller) (search.Table, error) {
	return s.of(c).Groups(ctx, q, c)
}

// Series returns counts over time.
func (s *scopedTags) Series(ctx context.Context, q query.Query, c search.Caller) (search.Series, error) {
	return s.of(c).Series(ctx, q, c)
}

// Tail hands on events as they are stored.
func (s *scopedTags) Tail(ctx context.Context, q query.Query, c search.Caller, event func(*auditlog.Event) error) error {
	return s.of(c).Tail(ctx, q, c, event)
}

// Values returns values of a field.
func (s *scopedTags) Values(ctx context.Context, field query.Field, prefix string, q query.Query, c search.Caller, limit int) ([]search.Value, error) {
	return s.of(c).Values(ctx, field, prefix, q, c, limit)
}

// Raw fills in the records of events.
func (s *scopedTags) Raw(ctx context.Context, events []auditlog.Event) error {
	return search.New(s.options).Raw(ctx, events)
}
