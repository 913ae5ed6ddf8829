package tables

import (
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// Wire returns the result as the API gives it.
func (r *Result) Wire() *api.Table {
	t := &api.Table{
		Name: r.Definition.Name, Title: r.Definition.Title, Rows: len(r.Rows), Total: r.Total,
		AsOf: r.AsOf, Notices: r.Notices, Columns: make([]api.Column, len(r.Columns)),
	}
	for i := range r.Columns {
		t.Columns[i] = wireColumn(&r.Columns[i], r.Rows, i)
	}
	return t
}

func wireColumn(c *Column, rows [][]report.Cell, i int) api.Column {
	out := api.Column{ColumnInfo: c.info()}
	switch out.Type {
	case api.ColumnNumber:
		out.Numbers = gather(rows, i, number)
	case api.ColumnTime:
		out.Times = gather(rows, i, func(c *report.Cell) int64 { return c.Time().UnixMilli() })
	case api.ColumnString:
		out.Strings = gather(rows, i, (*report.Cell).Name)
	}
	return out
}

// gather returns the values of a column; nil where a cell is empty.
func gather[T any](rows [][]report.Cell, i int, value func(*report.Cell) T) []*T {
	values, out := make([]T, len(rows)), make([]*T, len(rows))
	for n, row := range rows {
		if c := &row[i]; !c.Empty() {
			values[n] = value(c)
			out[n] = &values[n]
		}
	}
	return out
}

func number(c *report.Cell) float64 {
	if t := c.Type(); t == report.TypeInteger || t == report.TypeDays {
		return float64(c.Int())
	}
	return c.Float()
}

// Report returns the result as a report of one table, to be rendered as a
// file.
func (r *Result) Report() *report.Report {
	t := report.Table{ID: r.Definition.Name, Title: r.Definition.Title, Rows: r.Rows, Detail: true, Empty: "There is nothing to show."}
	for i := range r.Columns {
		t.Columns = append(t.Columns, r.Columns[i].Column)
	}
	return &report.Report{
		Kind: report.Kind(r.Definition.Name), Title: r.Definition.Title, AsOf: r.AsOf, Warnings: r.Notices,
		Sections: []report.Section{{ID: r.Definition.Name, Title: r.Definition.Title, Lead: r.Definition.Help, Tables: []report.Table{t}}},
	}
}
