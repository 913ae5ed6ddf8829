package reports

import (
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// Wire returns the report as the API gives it: the tables that the question
// wants, each with as many rows.
func (r *Report) Wire(ask *api.ReportQuestion) (*api.Report, error) {
	out := &api.Report{Kind: string(r.Kind), Title: r.Title, AsOf: r.AsOf, Warnings: r.Warnings, Tables: []api.Table{}}
	var all []string
	for _, t := range r.Tables() {
		all = append(all, t.ID)
		if len(ask.Tables) == 0 || slices.Contains(ask.Tables, t.ID) {
			out.Tables = append(out.Tables, *wire(r.Report, t, ask.Limit))
		}
	}
	for _, name := range ask.Tables {
		if !slices.Contains(all, name) {
			return nil, tables.Bad("tables", "this report has no table %q; there are %s", name, listed(all))
		}
	}
	return out, nil
}

func wire(r *report.Report, t *report.Table, limit int) *api.Table {
	rows := t.Rows
	if limit > 0 {
		rows = rows[:min(limit, len(rows))]
	}
	columns, rows := apart(t.Columns, rows)
	found := tables.Result{
		Definition: &tables.Definition{Name: t.ID, Title: t.Title}, Rows: rows, Total: len(t.Rows), AsOf: r.AsOf,
	}
	for _, c := range columns {
		found.Columns = append(found.Columns, tables.Column{Column: c, Unit: unit(&c)})
	}
	return found.Wire()
}

// unit returns that of a column, which its type may say.
func unit(c *report.Column) string {
	switch {
	case c.Unit != "":
		return c.Unit
	case c.Type == report.TypePercent:
		return "ratio"
	case c.Type == report.TypeDays:
		return "days"
	}
	return ""
}

// apart returns columns and rows in which an identity is two columns of text:
// its unique id and its name.
func apart(columns []report.Column, rows [][]report.Cell) ([]report.Column, [][]report.Cell) {
	if !slices.ContainsFunc(columns, func(c report.Column) bool { return c.Type == report.TypeIdentity }) {
		return columns, rows
	}
	var out []report.Column
	for _, c := range columns {
		if c.Type != report.TypeIdentity {
			out = append(out, c)
			continue
		}
		c.Type = report.TypeText
		named := c
		if named.ID = c.ID + "_name"; c.ID == "identity" {
			named.ID = "name"
		}
		c.Title += " (id)"
		out = append(out, c, named)
	}
	list := make([][]report.Cell, 0, len(rows))
	for _, row := range rows {
		list = append(list, rowApart(columns, row, len(out)))
	}
	return out, list
}

func rowApart(columns []report.Column, row []report.Cell, width int) []report.Cell {
	cells := make([]report.Cell, 0, width)
	for i, c := range row {
		if columns[i].Type != report.TypeIdentity {
			cells = append(cells, c)
			continue
		}
		cells = append(cells, report.Text(c.ID()), report.Text(c.Name()))
	}
	return cells
}
