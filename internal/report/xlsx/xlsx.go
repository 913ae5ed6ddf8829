// Package xlsx renders reports as Office Open XML workbooks: a sheet "Report"
// with scope, warnings, key figures and links, then one sheet for each table,
// with typed cells, a frozen header and a filter.
//
// The same report gives the same bytes. A table with more rows than a sheet
// can hold (1,048,576) goes on in further sheets. A text longer than a cell
// can hold (32,767 characters) ends in a note that says how much is missing
// and that the JSON form has it all. Texts are stored as strings, never as
// formulas; invisible characters are escaped as [report.Visible] says.
package xlsx

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/leastward/leastward/internal/report"
)

// maxRows is how many rows below its header a sheet takes; a margin is left
// for totals and the note.
const maxRows = excelize.TotalRows - 10

// Write renders r.
func Write(w io.Writer, r *report.Report) error {
	if err := r.Check(); err != nil {
		return err
	}
	b := &book{file: excelize.NewFile(), r: r, styles: map[style]int{}, names: map[string]bool{}, rows: maxRows, wanted: func() error { return report.Wanted(w) }}
	defer func() { _ = b.file.Close() }() // Removes temporary files; the result stands already.
	if err := b.build(); err != nil {
		return fmt.Errorf("render report %s as XLSX: %w", r.Kind, err)
	}
	if err := b.write(w); err != nil {
		return fmt.Errorf("write report %s as XLSX: %w", r.Kind, err)
	}
	return nil
}

// book is one rendering under way.
type book struct {
	file   *excelize.File
	r      *report.Report
	styles map[style]int
	names  map[string]bool // Sheet names in use, in lower case.
	sheets []sheet
	rows   int          // Rows of a sheet at most.
	wanted func() error // Asked between rows.
}

// sheet is one sheet planned: a table, or a part of one.
type sheet struct {
	name     string
	section  *report.Section
	table    *report.Table
	from, to int // Its rows.
}

func (b *book) build() error {
	if err := b.properties(); err != nil {
		return err
	}
	b.plan()
	if err := b.front(); err != nil {
		return fmt.Errorf("sheet %s: %w", frontName, err)
	}
	for i := range b.sheets {
		if err := b.tableSheet(&b.sheets[i]); err != nil {
			return fmt.Errorf("sheet %s: %w", b.sheets[i].name, err)
		}
	}
	b.file.SetActiveSheet(0)
	return nil
}

func (b *book) properties() error {
	at := b.r.AsOf.UTC().Format(time.RFC3339)
	return b.file.SetDocProps(&excelize.DocProperties{
		Title: b.r.Title, Subject: "Data as of " + at, Keywords: "sha256:" + b.r.Hash(),
		Creator: "Leastward", LastModifiedBy: "Leastward", Created: at, Modified: at,
	})
}

// plan names the sheets and splits tables that are too long for one.
func (b *book) plan() {
	b.names[frontName] = true
	for s, t := range b.r.Tables() {
		title := t.Short
		if title == "" {
			title = t.Title
		}
		for from := 0; from == 0 || from < len(t.Rows); from += b.rows {
			b.sheets = append(b.sheets, sheet{
				name: b.name(title), section: s, table: t, from: from, to: min(from+b.rows, len(t.Rows)),
			})
		}
	}
}
