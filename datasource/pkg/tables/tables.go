// Package tables answers queries whose answers are rows under typed columns:
// entitlements, findings, the Permission Creep Index, remediation, and the
// tables of reports.
package tables

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/datasource/pkg/failure"
	"github.com/leastward/leastward/datasource/pkg/frames"
	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/datasource/pkg/settings"
	"github.com/leastward/leastward/internal/api"
)

// Client is what is asked of the exporter.
type Client interface {
	Table(ctx context.Context, name string, ask *api.TableQuestion) (*api.Table, error)
	Report(ctx context.Context, kind string, ask *api.ReportQuestion) (*api.Report, error)
}

var _ Client = (*api.Client)(nil)

// Runner answers queries of tables and reports.
type Runner struct {
	Client  Client
	Known   *Known // The tables that there are.
	Links   frames.Links
	MaxRows int // Of an answer.
}

// Run answers a query of a table.
func (r *Runner) Run(ctx context.Context, q *model.Query) (data.Frames, error) {
	info, err := r.info(ctx, q.Table.Name)
	if err != nil {
		return nil, err
	}
	ask, limited, err := r.question(q, info)
	if err != nil {
		return nil, err
	}
	t, err := r.Client.Table(ctx, q.Table.Name, ask)
	if err != nil {
		return nil, atQuery(err, "table.")
	}
	out, err := show(t, q, r.Links, frames.Pick{Value: q.Table.Value, Labels: q.Table.Labels, Most: r.MaxRows}, info.Timed)
	if err != nil {
		return nil, err
	}
	frames.Executed(out, executed(&q.Table, &q.Scope))
	frames.Warn(out, t.Notices...)
	if left := t.Total - ask.Offset - t.Rows; left > 0 {
		r.cut(out, q, t, limited)
	}
	return out, nil
}

// cut adds that rows are missing: a warning where that is against the asker's
// will, nothing where the first so-and-so many of an order are wanted.
func (r *Runner) cut(out data.Frames, q *model.Query, t *api.Table, limited bool) {
	text := fmt.Sprintf("%d of %d rows are shown.", t.Rows, t.Total)
	switch {
	case !limited:
		frames.Warn(out, text+" Narrow the filters, or raise the most rows in the data source's settings.")
	case len(q.Table.Sort) == 0:
		frames.Inform(out, text)
	}
}

// info finds out about a table.
func (r *Runner) info(ctx context.Context, name string) (*api.TableInfo, error) {
	all, err := r.Known.Tables(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(all.Tables))
	for i := range all.Tables {
		if names[i] = all.Tables[i].Name; names[i] == name {
			return &all.Tables[i], nil
		}
	}
	return nil, model.Wrong("table.name", "there is no table %q; there are %s", name, strings.Join(names, ", "))
}

// question is what the exporter is asked.
func (r *Runner) question(q *model.Query, info *api.TableInfo) (ask *api.TableQuestion, limited bool, err error) {
	ask = &api.TableQuestion{
		Clouds: q.Scope.Clouds, Systems: q.Scope.Systems, Folders: q.Scope.Folders,
		Filters: filters(q.Table.Filters), Search: q.Table.Search, Columns: columns(q, info), Limit: r.MaxRows,
	}
	switch {
	case q.Alert && !info.Timed:
		ask.Limit = settings.MaxMaxRows // What is counted must all be there.
	case q.Limit > 0 && q.Limit < r.MaxRows && !q.Alert:
		ask.Limit, limited = q.Limit, true
	}
	for _, o := range q.Table.Sort {
		ask.Sort = append(ask.Sort, api.TableOrder(o))
	}
	if info.Timed {
		err = timed(ask, q)
	}
	return ask, limited, err
}

// timed asks for points in time, the latest first: a cut takes the earliest
// away.
func timed(ask *api.TableQuestion, q *model.Query) error {
	ask.From, ask.To = q.From, q.To
	if !q.From.IsZero() && !q.From.Before(q.To) {
		return model.Wrong("timeRange", "from, %s, is not before to, %s", q.From.Format(time.RFC3339), q.To.Format(time.RFC3339))
	}
	ask.Sort = []api.TableOrder{{By: "time", Descending: true}}
	ask.Step = step(q)
	return nil
}

// columns are those that are wanted; what tells the rows apart, and the number,
// come along where numbers are made of them.
func columns(q *model.Query, info *api.TableInfo) []string {
	wanted := q.Table.Columns
	if len(wanted) == 0 || !q.Alert && !info.Timed {
		return wanted
	}
	out := slices.Clone(wanted)
	further := slices.Clone(q.Table.Labels)
	if q.Table.Value != "" {
		further = append(further, q.Table.Value)
	}
	if info.Timed {
		further = append(further, "time", "key", "name")
	}
	for _, name := range further {
		there := slices.ContainsFunc(info.Columns, func(c api.ColumnInfo) bool { return c.Name == name })
		if there && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// filters leaves out those in which nothing is chosen: a template variable's
// "All", which no front end took away.
func filters(given map[string][]string) map[string][]string {
	out := map[string][]string{}
	for name, values := range given {
		if len(values) > 0 && !slices.ContainsFunc(values, model.IsAll) {
			out[name] = values
		}
	}
	return out
}

// show makes frames of a table: series of points in time, numbers for an alert
// rule, or a table.
func show(t *api.Table, q *model.Query, links frames.Links, pick frames.Pick, timed bool) (data.Frames, error) {
	switch {
	case timed && frames.Timed(t):
		return frames.TableSeries(t, pick)
	case q.Alert:
		out, notices, err := frames.TableNumbers(t, pick)
		frames.Warn(out, notices...)
		return out, err
	}
	return links.Table(t)
}

// atQuery says where in the panel's query a mistake is that the exporter found.
func atQuery(err error, prefix string) error {
	p := failure.Of(err)
	if p.Status == http.StatusBadRequest && p.Answer.Path != "" {
		named := *p
		named.Answer.Path = prefix + p.Answer.Path
		return &named
	}
	return err
}
