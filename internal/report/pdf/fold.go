package pdf

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/report"
)

// folded returns the table as a page has it: the columns that stand below
// others in the cells of those (as identities, whose id is the text below), and
// those that say the same in every row above the table.
func folded(t *report.Table) *report.Table {
	f := *t
	var aside []bool
	f.Lead, aside = asides(t)
	f.Columns = nil
	var pick []pair
	for i, c := range t.Columns {
		below := slices.IndexFunc(t.Columns, func(b report.Column) bool { return b.Below == c.ID })
		switch {
		case aside[i] || c.Below != "" && !aside[column(t, c.Below)]:
			continue
		case below >= 0 && !aside[below]:
			c.Type = report.TypeIdentity
		default:
			below = -1
		}
		f.Columns, pick = append(f.Columns, c), append(pick, pair{i, below})
	}
	if len(pick) == len(t.Columns) {
		return t
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

// asides finds the columns that say the same in every row, and returns the
// table's lead with what they say. Of one row, or beside totals, none does.
func asides(t *report.Table) (lead string, aside []bool) {
	lead, aside = t.Lead, make([]bool, len(t.Columns))
	if len(t.Rows) < 2 || t.Totals != nil {
		return lead, aside
	}
	for i, c := range t.Columns {
		said := t.Rows[0][i].Name()
		if !c.Aside || c.Type != report.TypeText || slices.ContainsFunc(t.Rows, func(row []report.Cell) bool { return row[i].Name() != said }) {
			continue
		}
		aside[i] = true
		if said != "" {
			lead = strings.TrimLeft(lead+" "+c.Title+": "+said+".", " ")
		}
	}
	return lead, aside
}

func column(t *report.Table, id string) int {
	return slices.IndexFunc(t.Columns, func(c report.Column) bool { return c.ID == id })
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
