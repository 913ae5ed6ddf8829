package audit

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/leastward/leastward/datasource/pkg/failure"
	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// plan is what is asked, and how the answer is shown.
type plan struct {
	q        query.Query
	format   model.Format
	alert    bool
	raw      bool
	partial  bool
	limited  bool // The asker named a limit.
	limit    int  // Of rows.
	warnings []string
}

func (r *Runner) plan(ctx context.Context, q *model.Query) (*plan, error) {
	tree, err := r.tree(ctx, q)
	if err != nil {
		return nil, err
	}
	p := &plan{q: *tree, format: q.Audit.Format, alert: q.Alert, raw: q.Audit.Raw, partial: q.Audit.AllowPartial}
	if err := p.between(q.From, q.To); err != nil {
		return nil, err
	}
	if q.Alert {
		p.numbers(q.Audit.AlertBy)
	} else {
		p.shape()
	}
	if p.q.Series != nil {
		p.step(q.Interval, q.MaxDataPoints)
	}
	p.bound(q.Limit, r.MaxRows)
	return p, p.q.Validate()
}

// tree returns the query that a panel has in one of three forms, for its places.
func (r *Runner) tree(ctx context.Context, q *model.Query) (*query.Query, error) {
	var tree query.Query
	a := &q.Audit
	switch saved := a.Linked(); {
	case saved != nil:
		found, err := r.saved(ctx, saved)
		if err != nil {
			return nil, err
		}
		if tree = *found; saved.UseSavedScope {
			return &tree, nil
		}
	case a.Editor == model.EditorBuilder && a.Query != nil:
		tree = *a.Query
	case a.Editor == model.EditorText && strings.TrimSpace(a.Text) != "":
		var err error
		if tree, err = query.Parse(a.Text); err != nil {
			return nil, err
		}
	}
	tree.Clouds, tree.Systems, tree.Folders = q.Scope.Clouds, q.Scope.Systems, q.Scope.Folders
	return &tree, nil
}

// saved returns a saved query as it is now.
func (r *Runner) saved(ctx context.Context, s *model.Saved) (*query.Query, error) {
	found, err := r.Client.SavedQuery(ctx, s.ID)
	if err == nil {
		return &found.Query, nil
	}
	if p := failure.Of(err); p.Status == http.StatusNotFound && (p.Answer.Message != "" || p.Answer.Path != "") {
		name := s.Name
		if name == "" {
			name = s.ID
		}
		return nil, &failure.Problem{
			Status:  http.StatusNotFound,
			Message: "The saved query " + name + " is not there any more, or was never shared with the data source's user. Choose another, or unlink it and write the query here.",
		}
	}
	return nil, err
}

// between sets the time that is asked about: it is always the panel's.
func (p *plan) between(from, to time.Time) error {
	switch {
	case from.IsZero() && to.IsZero():
		p.q.Range, p.q.Cursor = query.Range{}, ""
		return nil
	case !from.Before(to):
		return model.Wrong("timeRange", "from, %s, is not before to, %s", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	p.q.Range, p.q.Cursor = query.Range{From: from, To: to}, ""
	return nil
}

// shape has the query answer in the form that the panel shows. One of groups or
// series keeps its own.
func (p *plan) shape() {
	if p.q.Group != nil || p.q.Series != nil {
		return
	}
	switch p.format {
	case model.FormatSeries:
		p.q.Series, p.q.Sort, p.q.Limit = &query.Series{}, nil, 0
	case model.FormatGroups:
		p.q.Group, p.q.Sort, p.q.Limit = &query.Group{}, nil, 0
	case model.FormatTable, model.FormatLogs:
	}
}

// numbers has the query answer with numbers, for an alert rule: events are
// counted by labels, groups have a number, and series are as many as there may
// be.
func (p *plan) numbers(by []query.Field) {
	switch {
	case p.q.Series != nil, p.q.Group == nil && p.format == model.FormatSeries:
		if p.q.Series == nil {
			p.q.Series = &query.Series{}
		}
		if s := *p.q.Series; s.Top == 0 && len(s.By) > 0 {
			s.Top = query.MaxTop
			p.q.Series = &s
		}
		p.q.Sort, p.q.Limit = nil, 0
	case p.q.Group != nil:
		p.countGroups()
	default:
		p.q.Group, p.q.Sort, p.q.Limit = &query.Group{By: alertBy(by, p.format)}, nil, 0
	}
}

// alertBy are the labels of counted events.
func alertBy(by []query.Field, format model.Format) []query.Field {
	switch {
	case len(by) > 0:
		return by
	case format == model.FormatGroups:
		return nil // One number, as the panel shows.
	}
	return []query.Field{query.System, query.Identity, query.Action}
}

// countGroups adds a count to groups that have nothing but times.
func (p *plan) countGroups() {
	for _, a := range p.q.Group.Columns() {
		if a.Function == query.Count || a.Function == query.Unique {
			return
		}
	}
	g := *p.q.Group
	g.Aggregates = append([]query.Aggregate{{Function: query.Count}}, g.Aggregates...)
	p.q.Group = &g
}

// bound limits the rows to what the asker wants and the settings allow.
func (p *plan) bound(limit, most int) {
	if p.q.Series != nil {
		p.q.Limit = 0
		return
	}
	for _, own := range []int{limit, p.q.Limit} {
		if own > 0 && !p.alert && (p.limit == 0 || own < p.limit) {
			p.limit, p.limited = own, true
		}
	}
	if p.limit == 0 || p.limit > most {
		p.limit, p.limited = most, false
	}
	if p.q.Group != nil {
		p.limit = min(p.limit, query.MaxLimit)
	}
	p.q.Limit = min(p.limit, query.MaxLimit)
}
