package xlsx

import (
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/leastward/leastward/internal/report"
)

const frontName = "Report"

// front writes the first sheet.
func (b *book) front() error {
	if err := b.file.SetSheetName("Sheet1", frontName); err != nil {
		return err
	}
	f := &frontPage{book: b, row: 1}
	f.line(style{bold: true, size: 16}, b.r.Title)
	f.row++
	for _, w := range b.r.Warnings {
		f.line(style{bold: true, level: report.Medium}, w)
	}
	if len(b.r.Warnings) > 0 {
		f.row++
	}
	f.scope()
	f.figures()
	f.links()
	if f.err == nil {
		f.err = b.file.SetColWidth(frontName, "A", "A", 44)
	}
	if f.err == nil {
		f.err = b.file.SetColWidth(frontName, "B", "C", 30)
	}
	return f.err
}

// frontPage writes the first sheet row by row and keeps the first error.
type frontPage struct {
	book *book
	row  int
	err  error
}

// line writes values from column A on, the first in the given style.
func (f *frontPage) line(s style, values ...any) {
	for i, v := range values {
		if text, ok := v.(string); ok {
			v = limited(text)
		}
		if f.err == nil {
			f.err = f.book.file.SetCellValue(frontName, address(i+1, f.row), v)
		}
	}
	f.apply(s, 1)
	f.row++
}

func (f *frontPage) apply(s style, column int) {
	if f.err != nil {
		return
	}
	id, err := f.book.style(s)
	if err == nil {
		err = f.book.file.SetCellStyle(frontName, address(column, f.row), address(column, f.row), id)
	}
	f.err = err
}

func (f *frontPage) scope() {
	r := f.book.r
	plain := style{}
	f.line(plain, "Data as of (UTC)", r.AsOf.UTC().Format("2006-01-02 15:04:05"))
	if r.Window > 0 {
		f.line(plain, "Activity window (days)", int(r.Window/(24*time.Hour)))
	}
	f.line(plain, "Action catalogue", strings.Join(r.CatalogVersions, ", "))
	if len(r.Scope.Folders) > 0 {
		f.line(plain, "Folders", strings.Join(r.Scope.Folders, ", "))
	}
	f.line(plain, "Content hash (SHA-256 of the JSON form)", r.Hash())
	f.facts(r.Facts)
	f.row++
	f.line(style{bold: true}, "Authorization systems", "ID", "Owner")
	for _, s := range r.Scope.Systems {
		f.line(plain, s.Name, string(s.ID), s.Owner)
	}
	f.row++
}

func (f *frontPage) facts(list []report.Figure) {
	for i := range list {
		v := list[i].Value
		cell := report.Column{Type: v.Type(), Digits: 1}
		row := f.row
		f.line(style{}, list[i].Name, value(v), list[i].Note)
		f.row = row
		f.apply(style{format: format(&cell), level: v.Level()}, 2)
		f.row = row + 1
	}
}

func (f *frontPage) figures() {
	for i := range f.book.r.Sections {
		s := &f.book.r.Sections[i]
		if len(s.Figures) == 0 {
			continue
		}
		f.line(style{bold: true}, s.Title)
		f.facts(s.Figures)
		f.row++
	}
}

// links lists the sheets with their rows, by section.
func (f *frontPage) links() {
	f.line(style{bold: true}, "Sheets", "Rows")
	var section *report.Section
	for i := range f.book.sheets {
		s := &f.book.sheets[i]
		if s.section != section {
			section = s.section
			f.line(style{bold: true}, section.Title)
			if section.Lead != "" {
				f.line(style{}, section.Lead)
			}
		}
		f.link(s)
	}
}

func (f *frontPage) link(s *sheet) {
	if f.err == nil {
		target := "'" + strings.ReplaceAll(s.name, "'", "''") + "'!A1"
		f.err = f.book.file.SetCellHyperLink(frontName, address(1, f.row), target, "Location", excelize.HyperlinkOpts{})
	}
	f.line(style{link: true}, s.name, s.to-s.from)
}
