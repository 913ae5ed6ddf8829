// Package pdf renders reports as PDF: a cover with scope, as-of time, coverage
// and a hash of the data, a table of contents with links, charts drawn as
// vectors, and every table with all its rows, its header repeated on each page.
//
// The same report gives the same bytes: dates are those of the data, there are
// no random ids, and the fonts are embedded as subsets in a fixed order.
//
// The embedded fonts are the Go fonts (BSD licence, golang.org/x/image), which
// cover Latin, Greek and Cyrillic. A character that they lack (Chinese,
// Japanese, Korean, Arabic, Hebrew, Indic scripts, emoji) appears as an escape
// such as <U+4E2D>, so that two names never look the same by losing what makes
// them differ.
package pdf

import (
	"fmt"
	"io"

	"github.com/go-pdf/fpdf"

	"github.com/leastward/leastward/internal/report"
)

// Write renders r.
func Write(w io.Writer, r *report.Report) error {
	if err := r.Check(); err != nil {
		return err
	}
	d, err := newDocument(r)
	if err != nil {
		return fmt.Errorf("render report %s as PDF: %w", r.Kind, err)
	}
	d.wanted = func() error { return report.Wanted(w) }
	d.cover()
	d.reserveContents()
	d.sections()
	if d.err != nil {
		return fmt.Errorf("render report %s as PDF: %w", r.Kind, d.err)
	}
	d.contents()
	d.footers()
	if err := d.pdf.Output(w); err != nil {
		return fmt.Errorf("render report %s as PDF: %w", r.Kind, err)
	}
	return nil
}

// document is one rendering under way.
type document struct {
	pdf  *fpdf.Fpdf
	r    *report.Report
	hash string

	regular, bold *face

	y            float64 // Where the next thing goes, in mm from the top.
	contentsFrom int     // First page of the table of contents.
	entries      []entry
	scratch      []line

	wanted func() error // Asked between rows; its error is kept.
	err    error
}

func newDocument(r *report.Report) (*document, error) {
	regular, bold, err := faces()
	if err != nil {
		return nil, err
	}
	d := &document{
		pdf: fpdf.New("L", "mm", "A4", ""), r: r, hash: r.Hash(),
		regular: regular, bold: bold,
	}
	d.pdf.SetCompression(true)
	d.pdf.SetAutoPageBreak(false, 0)
	d.pdf.SetMargins(marginX, marginTop, marginX)
	d.pdf.AddUTF8FontFromBytes(family, "", regular.data)
	d.pdf.AddUTF8FontFromBytes(family, "B", bold.data)
	d.metadata()
	return d, d.pdf.Error()
}

func (d *document) metadata() {
	at := d.r.AsOf.UTC()
	d.pdf.SetCatalogSort(true)
	d.pdf.SetCreationDate(at)
	d.pdf.SetModificationDate(at)
	d.pdf.SetTitle(d.bold.visible(d.r.Title), true) // Fpdf panics at what isn't UTF-8.
	d.pdf.SetSubject("Data as of "+at.Format(timeLayout), true)
	d.pdf.SetKeywords("sha256:"+d.hash, true)
	d.pdf.SetAuthor(product, true)
	d.pdf.SetCreator(product, true)
	d.pdf.SetProducer(product, true)
	d.pdf.SetLang("en-GB")
}
