package audit

import (
	"context"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/config"
)

// Searcher answers queries within what a caller may see.
type Searcher interface {
	Events(ctx context.Context, q query.Query, c search.Caller) (search.Page, error)
	Each(ctx context.Context, q query.Query, c search.Caller, event func(*auditlog.Event) error) (auditlog.Outcomes, error)
	Groups(ctx context.Context, q query.Query, c search.Caller) (search.Table, error)
	Series(ctx context.Context, q query.Query, c search.Caller) (search.Series, error)
	Tail(ctx context.Context, q query.Query, c search.Caller, event func(*auditlog.Event) error) error
	Values(ctx context.Context, field query.Field, prefix string, q query.Query, c search.Caller, limit int) ([]search.Value, error)
	Raw(ctx context.Context, events []auditlog.Event) error
}

var _ Searcher = (*search.Searcher)(nil)

// limitedTo is the caller as the searcher knows it.
func limitedTo(c *access.Caller, partial bool) search.Caller {
	return search.Caller{Systems: c.Systems(), AllowPartial: partial}
}

// answer answers a checked query with everything in one piece.
func (h *Handler) answer(ctx context.Context, c *access.Caller, q *query.Query, ask *api.AuditQuestion) (*api.AuditAnswer, error) {
	out := &api.AuditAnswer{}
	out.From, out.To = q.Between(h.Now())
	out.From, out.To = utc(out.From), utc(out.To)
	caller := limitedTo(c, ask.AllowPartial)
	switch {
	case q.Group != nil:
		return out, h.groups(ctx, caller, q, out)
	case q.Series != nil:
		return out, h.series(ctx, caller, q, out)
	}
	return out, h.page(ctx, caller, q, ask.Raw, out)
}

func (h *Handler) page(ctx context.Context, c search.Caller, q *query.Query, raw bool, out *api.AuditAnswer) error {
	page, err := h.Searcher.Events(ctx, *q, c)
	if err != nil {
		return err
	}
	if raw {
		if err := h.Searcher.Raw(ctx, page.Events); err != nil {
			return err
		}
	}
	out.Kind, out.Cursor, out.Partial = api.KindEvents, page.Cursor, page.Partial
	out.From, out.To = utc(page.From), utc(page.To)
	out.Events = make([]api.AuditEvent, len(page.Events))
	for i := range page.Events {
		out.Events[i] = api.NewAuditEvent(&page.Events[i])
	}
	return nil
}

func (h *Handler) groups(ctx context.Context, c search.Caller, q *query.Query, out *api.AuditAnswer) error {
	table, err := h.Searcher.Groups(ctx, *q, c)
	if err != nil {
		return err
	}
	out.Kind, out.Partial = api.KindGroups, table.Partial
	out.Groups = &api.AuditGroups{Columns: table.Columns, Rows: table.Rows, Truncated: table.Truncated}
	if out.Groups.Rows == nil {
		out.Groups.Rows = [][]string{}
	}
	return nil
}

func (h *Handler) series(ctx context.Context, c search.Caller, q *query.Query, out *api.AuditAnswer) error {
	series, err := h.Searcher.Series(ctx, *q, c)
	if err != nil {
		return err
	}
	out.Kind, out.Partial = api.KindSeries, series.Partial
	out.Series = &api.AuditSeries{Start: utc(series.Start), Step: config.Duration(series.Step).String(), Lines: []api.AuditLine{}}
	for _, l := range series.Lines {
		out.Series.Lines = append(out.Series.Lines, api.AuditLine{Labels: l.Labels, Rest: l.Rest, Counts: l.Counts})
	}
	return nil
}
