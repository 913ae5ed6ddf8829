package pdf

import (
	"slices"

	"github.com/leastward/leastward/internal/report"
)

// folded returns the table with the columns that stand below others in the
// cells of those: as identities, whose id is the text below.
func folded(t *report.Table) *report.Table {
	if !slices.ContainsFunc(t.Columns, func(c report.Column) bool { return c.Below != "" }) {
		return t
	}
	f := *t
	f.Columns = nil
	var pick []pair
	for i, c := range t.Columns {
		if c.Below != "" {
			continue
		}
		below := slices.IndexFunc(t.Columns, func(b report.Column) bool { return b.Below == c.ID })
		if below >= 0 {
			c.Type = report.TypeIdentity
		}
		f.Columns, pick = append(f.Columns, c), append(pick, pair{i, below})
	}
	f.Rows = make([][]report.Cell, len(t.Rows))
	cells := make([]report.Cell, 0, len(t.Rows)*len(pick))
	for i, row := range t.Rows {
		begin := len(cells)
		cells = fold(cells, row, pick)
		f.Rows[i] = cells[begin:len(cells):len(cells)]
	}
	if t.Totals != nil {
		f.Totals = fold(nil, t.Totals, pick)
	}
	return &f
}

// pair is a column with the one below it; -1 is none.
type pair struct{ over, below int }

func fold(cells, row []report.Cell, pick []pair) []report.Cell {
	for _, p := range pick {
		cell := row[p.over]
		if p.below >= 0 {
			cell = report.Identity(cell.Name(), row[p.below].Name()).At(max(cell.Level(), row[p.below].Level()))
		}
		cells = append(cells, cell)
	}
	return cells
}
