package xlsx

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/leastward/leastward/internal/report"
)

// tableSheet streams one table: header, rows, and below them, apart from the
// filter's range, the totals and the note.
func (b *book) tableSheet(s *sheet) error {
	if _, err := b.file.NewSheet(s.name); err != nil {
		return err
	}
	w, err := b.file.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	head := headers(s.table)
	if err := b.prepare(w, s.table, head); err != nil {
		return err
	}
	next, err := b.rowsOf(w, s)
	if err != nil {
		return err
	}
	if s.to > s.from {
		ref := fmt.Sprintf("A1:%s", address(len(head), next-1))
		if err := w.AddTable(&excelize.Table{Range: ref, StyleName: "TableStyleLight9"}); err != nil {
			return err
		}
	}
	if s.to == len(s.table.Rows) {
		if err := b.below(w, s.table, next+1); err != nil {
			return err
		}
	}
	return w.Flush()
}

// prepare sets what must stand before the rows: widths, panes, header.
func (b *book) prepare(w *excelize.StreamWriter, t *report.Table, head []string) error {
	for i, width := range widths(t, head) {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	id, err := b.style(style{bold: true, wrap: true})
	if err != nil {
		return err
	}
	cells := make([]any, len(head))
	for i, h := range head {
		cells[i] = excelize.Cell{StyleID: id, Value: h}
	}
	return w.SetRow("A1", cells)
}

// rowsOf writes the sheet's rows and returns the number of the next row.
func (b *book) rowsOf(w *excelize.StreamWriter, s *sheet) (int, error) {
	next := 2
	var cells []any
	for _, row := range s.table.Rows[s.from:s.to] {
		err := b.wanted()
		if err != nil {
			return 0, err
		}
		if cells, err = b.cells(cells[:0], s.table, row, false); err != nil {
			return 0, err
		}
		if err := w.SetRow(address(1, next), cells); err != nil {
			return 0, err
		}
		next++
	}
	return next, nil
}

func (b *book) below(w *excelize.StreamWriter, t *report.Table, next int) error {
	if t.Totals != nil {
		cells, err := b.cells(nil, t, t.Totals, true)
		if err != nil {
			return err
		}
		if err := w.SetRow(address(1, next), cells); err != nil {
			return err
		}
		next += 2
	}
	for _, text := range []string{t.Lead, t.Note} {
		if text == "" {
			continue
		}
		if err := w.SetRow(address(1, next), []any{limited(text)}); err != nil {
			return err
		}
		next++
	}
	return nil
}

func (b *book) cells(out []any, t *report.Table, row []report.Cell, bold bool) ([]any, error) {
	for i, c := range row {
		id, err := b.style(style{format: format(&t.Columns[i]), level: c.Level(), bold: bold})
		if err != nil {
			return nil, err
		}
		out = append(out, excelize.Cell{StyleID: id, Value: value(c)})
		if t.Columns[i].Type == report.TypeIdentity {
			out = append(out, excelize.Cell{StyleID: id, Value: limited(c.ID())})
		}
	}
	return out, nil
}

// value returns the cell's value in the type that the workbook stores.
func value(c report.Cell) any {
	if c.Empty() {
		return nil
	}
	switch c.Type() {
	case report.TypeInteger, report.TypeDays:
		return c.Int()
	case report.TypeDecimal, report.TypePercent:
		return c.Float()
	case report.TypeTime, report.TypeDate:
		return c.Time()
	case report.TypeText, report.TypeIdentity:
	}
	return limited(c.Name())
}

// limited returns s as it fits into a cell, saying so where it doesn't.
func limited(s string) string {
	s = report.Visible(s, nil)
	n := length(s)
	if n <= excelize.TotalCellChars {
		return s
	}
	note := fmt.Sprintf(" … [of %d characters; the JSON form has all]", n)
	return cut(s, excelize.TotalCellChars-length(note)) + note
}

// headers returns the titles of the sheet's columns, an identity's twice, each
// made unique as Excel's tables demand.
func headers(t *report.Table) []string {
	var list []string
	seen := map[string]bool{}
	add := func(title string) {
		unique := title
		for n := 2; unique == "" || seen[strings.ToLower(unique)]; n++ {
			unique = fmt.Sprintf("%s %d", title, n)
		}
		seen[strings.ToLower(unique)] = true
		list = append(list, unique)
	}
	for _, c := range t.Columns {
		add(report.Visible(c.Title, nil))
		if c.Type == report.TypeIdentity {
			add(report.Visible(c.Title, nil) + " (id)")
		}
	}
	return list
}

func address(column, row int) string {
	s, _ := excelize.CoordinatesToCellName(column, row) // Fails for numbers below 1 alone.
	return s
}
