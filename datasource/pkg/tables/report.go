package tables

import (
	"context"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/datasource/pkg/exporter"
	"github.com/leastward/leastward/datasource/pkg/frames"
	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
)

// Reports makes reports.
type Reports interface {
	Report(ctx context.Context, kind string, ask *exporter.ReportQuestion) (*exporter.Report, error)
}

// RunReport answers a query of a report's table.
func (r *Runner) RunReport(ctx context.Context, q *model.Query) (data.Frames, error) {
	found, err := r.Reports.Report(ctx, q.Report.Kind, &exporter.ReportQuestion{
		Clouds: q.Scope.Clouds, Systems: q.Scope.Systems, Folders: q.Scope.Folders,
		Filters: filters(q.Report.Filters), From: q.From, To: q.To,
	})
	if err != nil {
		return nil, atQuery(err, "report.")
	}
	t, err := tableOf(found, &q.Report)
	if err != nil {
		return nil, err
	}
	all := t.Rows
	if !q.Alert { // What is counted must all be there.
		cutRows(t, r.rows(q))
	}
	out, err := show(t, q, r.Links, frames.Pick{Most: r.MaxRows}, false)
	if err != nil {
		return nil, err
	}
	frames.Executed(out, reportExecuted(q, t))
	frames.Warn(out, found.Warnings...)
	frames.Warn(out, t.Notices...)
	if t.Rows < all {
		frames.Warn(out, fmt.Sprintf("%d of %d rows are shown; the report's file has all of them.", t.Rows, all))
	}
	return out, nil
}

func (r *Runner) rows(q *model.Query) int {
	if q.Limit > 0 {
		return min(q.Limit, r.MaxRows)
	}
	return r.MaxRows
}

// tableOf returns the table of a report that is wanted: the first where none is
// named.
func tableOf(r *exporter.Report, q *model.ReportQuery) (*api.Table, error) {
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

// cutRows leaves the first rows of a table.
func cutRows(t *api.Table, most int) {
	if t.Rows <= most {
		return
	}
	t.Rows = most
	for i := range t.Columns {
		c := &t.Columns[i]
		c.Strings, c.Numbers, c.Times = firstOf(c.Strings, most), firstOf(c.Numbers, most), firstOf(c.Times, most)
	}
}

func firstOf[T any](list []T, most int) []T { return list[:min(len(list), most)] }

func reportExecuted(q *model.Query, t *api.Table) string {
	var b strings.Builder
	b.WriteString("report " + q.Report.Kind + " table=" + t.Name)
	chosen(&b, filters(q.Report.Filters))
	places(&b, &q.Scope)
	return b.String()
}
