package command

import (
	"context"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/config"
)

// localAudit asks a store that this process has open.
type localAudit struct {
	store    auditlog.Store
	searcher *search.Searcher
	now      func() time.Time
}

func newLocalAudit(store auditlog.Store, now func() time.Time) *localAudit {
	return &localAudit{store: store, now: now, searcher: search.New(search.Options{Store: store, Catalog: catalog.AWS(), Now: now})}
}

// Query answers in one piece.
func (l *localAudit) Query(ctx context.Context, ask *api.AuditQuestion) (*api.AuditAnswer, error) {
	a := &api.AuditAnswer{}
	a.From, a.To = ask.Query.Between(l.now())
	switch {
	case ask.Query.Group != nil:
		return a, l.groups(ctx, ask, a)
	case ask.Query.Series != nil:
		return a, l.series(ctx, ask, a)
	}
	return a, l.events(ctx, ask, a)
}

func (l *localAudit) events(ctx context.Context, ask *api.AuditQuestion, a *api.AuditAnswer) error {
	page, err := l.searcher.Events(ctx, *ask.Query, search.Caller{})
	if err != nil {
		return err
	}
	if ask.Raw {
		if err := l.searcher.Raw(ctx, page.Events); err != nil {
			return err
		}
	}
	a.Kind, a.Cursor, a.Partial = api.KindEvents, page.Cursor, page.Partial
	a.From, a.To = page.From, page.To
	a.Events = make([]api.AuditEvent, len(page.Events))
	for i := range page.Events {
		a.Events[i] = api.NewAuditEvent(&page.Events[i])
	}
	return nil
}

func (l *localAudit) groups(ctx context.Context, ask *api.AuditQuestion, a *api.AuditAnswer) error {
	t, err := l.searcher.Groups(ctx, *ask.Query, search.Caller{})
	if err != nil {
		return err
	}
	a.Kind, a.Partial = api.KindGroups, t.Partial
	a.Groups = &api.AuditGroups{Columns: t.Columns, Rows: t.Rows, Truncated: t.Truncated}
	if a.Groups.Rows == nil {
		a.Groups.Rows = [][]string{}
	}
	return nil
}

func (l *localAudit) series(ctx context.Context, ask *api.AuditQuestion, a *api.AuditAnswer) error {
	s, err := l.searcher.Series(ctx, *ask.Query, search.Caller{})
	if err != nil {
		return err
	}
	a.Kind, a.Partial = api.KindSeries, s.Partial
	a.Series = &api.AuditSeries{Start: s.Start.UTC(), Step: config.Duration(s.Step).String(), Lines: []api.AuditLine{}}
	for _, line := range s.Lines {
		a.Series.Lines = append(a.Series.Lines, api.AuditLine{Labels: line.Labels, Rest: line.Rest, Counts: line.Counts})
	}
	return nil
}

// Stream hands on every event.
func (l *localAudit) Stream(ctx context.Context, ask *api.AuditQuestion, event func(*api.AuditEvent) error) (*api.StreamEnd, error) {
	end := &api.StreamEnd{Done: true}
	outcomes, err := l.searcher.Each(ctx, *ask.Query, search.Caller{}, func(ev *auditlog.Event) error {
		one := []auditlog.Event{*ev}
		if ask.Raw {
			if err := l.searcher.Raw(ctx, one); err != nil {
				return err
			}
		}
		end.Count++
		wire := api.NewAuditEvent(&one[0])
		return event(&wire)
	})
	end.Partial = outcomes.Partial
	return end, err
}
