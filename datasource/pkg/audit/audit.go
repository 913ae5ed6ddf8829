// Package audit answers queries of events: as tables, log lines, series and
// groups, and as numbers for alert rules.
package audit

import (
	"context"
	"fmt"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/datasource/pkg/failure"
	"github.com/leastward/leastward/datasource/pkg/frames"
	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
)

// Client is what is asked of the exporter.
type Client interface {
	Query(ctx context.Context, ask *api.AuditQuestion) (*api.AuditAnswer, error)
	SavedQuery(ctx context.Context, id string) (*api.SavedQuery, error)
}

var _ Client = (*api.Client)(nil)

// Runner answers audit queries.
type Runner struct {
	Client  Client
	Links   frames.Links
	MaxRows int // Of an answer.
}

// Run answers a query.
func (r *Runner) Run(ctx context.Context, q *model.Query) (data.Frames, error) {
	p, err := r.plan(ctx, q)
	if err != nil {
		return nil, err
	}
	answer, err := r.ask(ctx, p)
	if err != nil {
		return nil, err
	}
	out, err := r.show(answer, p)
	if err != nil {
		return nil, err
	}
	frames.Executed(out, p.executed())
	frames.Warn(out, p.warnings...)
	if answer.Partial {
		frames.Warn(out, "A part of the audit store could not be asked: events may be missing.")
	}
	return out, nil
}

// show makes frames of an answer. An answer keeps its kind, whatever was asked
// for: a saved query may be one of groups by now.
func (r *Runner) show(a *api.AuditAnswer, p *plan) (data.Frames, error) {
	switch {
	case a.Kind == api.KindGroups && a.Groups != nil && p.q.Group != nil:
		return r.showGroups(a.Groups, p)
	case a.Kind == api.KindSeries && a.Series != nil && p.q.Series != nil:
		return frames.Series(a.Series, p.counted())
	case a.Kind == api.KindEvents && p.q.Group == nil && p.q.Series == nil:
		return r.showEvents(a, p)
	}
	return nil, &failure.Problem{
		Status:  http.StatusBadGateway,
		Message: fmt.Sprintf("The exporter answered with %.20q where something else was asked for. Update exporter and plugin to the same release.", a.Kind),
	}
}

func (r *Runner) showGroups(g *api.AuditGroups, p *plan) (out data.Frames, err error) {
	if p.alert {
		out, err = frames.GroupNumbers(g, p.q.Group)
	} else {
		out, err = r.Links.Groups(g, p.q.Group)
	}
	if err == nil && g.Truncated {
		p.cut(out, fmt.Sprintf("There are more than the %d groups shown.", len(g.Rows)))
	}
	return out, err
}

func (r *Runner) showEvents(a *api.AuditAnswer, p *plan) (out data.Frames, err error) {
	if p.format == model.FormatLogs {
		out, err = r.Links.Logs(a.Events, p.raw, p.q.Where)
	} else {
		out = r.Links.Events(a.Events, p.raw)
	}
	if err == nil && a.Cursor != "" {
		p.cut(out, fmt.Sprintf("There are more than the %d events shown.", len(a.Events)))
	}
	return out, err
}

// cut adds that an answer is cut: a warning where it is against the asker's
// will.
func (p *plan) cut(out data.Frames, text string) {
	switch {
	case p.alert:
		frames.Warn(out, text+" Alert rules get the greatest of them; name fewer labels, or narrow the conditions.")
	case !p.limited:
		frames.Warn(out, text+" Narrow the time range or the conditions, or raise the most rows in the data source's settings.")
	case len(p.q.Sort) == 0:
		frames.Inform(out, text)
	}
}
