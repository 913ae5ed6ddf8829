package tables

import (
	"context"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/datasource/pkg/frames"
	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
)

// RunReport answers a query of a report's table.
func (r *Runner) RunReport(ctx context.Context, q *model.Query) (data.Frames, error) {
	ask := &api.ReportQuestion{
		Clouds: q.Scope.Clouds, Systems: q.Scope.Systems, Folders: q.Scope.Folders,
		Filters: filters(q.Report.Filters), From: q.From, To: q.To, Limit: r.rows(q),
	}
	if q.Report.Table != "" {
		ask.Tables = []string{q.Report.Table}
	}
	found, err := r.Client.Report(ctx, q.Report.Kind, ask)
	if err != nil {
		return nil, atQuery(err, "report.")
	}
	t, err := tableOf(found, &q.Report)
	if err != nil {
		return nil, err
	}
	out, err := show(t, q, r.Links, frames.Pick{Most: r.MaxRows}, false)
	if err != nil {
		return nil, err
	}
	frames.Executed(out, reportExecuted(q, t))
	frames.Warn(out, found.Warnings...)
	frames.Warn(out, t.Notices...)
	if t.Rows < t.Total {
		frames.Warn(out, fmt.Sprintf("%d of %d rows are shown; the report's file has all of them.", t.Rows, t.Total))
	}
	return out, nil
}

// rows is the most rows that are wanted. What an alert rule counts must all be
// there.
func (r *Runner) rows(q *model.Query) int {
	switch {
	case q.Alert:
		return 0
	case q.Limit > 0:
		return min(q.Limit, r.MaxRows)
	}
	return r.MaxRows
}

// tableOf returns the table of a report that is wanted: the first where none is
// named.
func tableOf(r *api.Report, q *model.ReportQuery) (*api.Table, error) {
	if len(r.Tables) == 0 {
		return nil, model.Wrong("report.kind", "report %s has no table; download its file", q.Kind)
	}
	if q.Table == "" {
		return &r.Tables[0], nil
	}
	names := make([]string, len(r.Tables))
	for i := range r.Tables {
		if names[i] = r.Tables[i].Name; names[i] == q.Table {
			return &r.Tables[i], nil
		}
	}
	return nil, model.Wrong("report.table", "report %s has no table %q; there are %s", q.Kind, q.Table, strings.Join(names, ", "))
}

func reportExecuted(q *model.Query, t *api.Table) string {
	var b strings.Builder
	b.WriteString("report " + q.Report.Kind + " table=" + t.Name)
	chosen(&b, filters(q.Report.Filters))
	places(&b, &q.Scope)
	return b.String()
}
