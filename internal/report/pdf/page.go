package pdf

import (
	"fmt"

	"github.com/leastward/leastward/internal/report"
)

const (
	product    = "Leastward"
	family     = "go"
	timeLayout = "2 January 2006, 15:04 UTC"

	// A4 landscape, in mm.
	pageWidth    = 297.0
	pageHeight   = 210.0
	marginX      = 14.0
	marginTop    = 14.0
	marginBottom = 16.0
	bodyWidth    = pageWidth - 2*marginX
	bodyBottom   = pageHeight - marginBottom

	mmPerPoint = 25.4 / 72
)

// colour is red, green, blue.
type colour [3]int

func ink() colour    { return colour{32, 38, 46} }
func dim() colour    { return colour{104, 113, 124} }
func navy() colour   { return colour{24, 43, 73} }
func rule() colour   { return colour{208, 213, 220} }
func zebra() colour  { return colour{246, 248, 250} }
func header() colour { return colour{229, 234, 241} }
func white() colour  { return colour{255, 255, 255} }
func accent() colour { return colour{62, 109, 176} }

// strong is the colour of a level in charts, soft its tint behind text.
func strong(l report.Level) colour {
	switch l {
	case report.Low:
		return colour{70, 150, 92}
	case report.Medium:
		return colour{226, 168, 40}
	case report.High:
		return colour{196, 60, 54}
	case report.Plain:
	}
	return accent()
}

func soft(l report.Level) colour {
	switch l {
	case report.Low:
		return colour{222, 241, 227}
	case report.Medium:
		return colour{253, 240, 207}
	case report.High:
		return colour{250, 221, 218}
	case report.Plain:
	}
	return white()
}

func (d *document) fill(c colour) { d.pdf.SetFillColor(c[0], c[1], c[2]) }
func (d *document) draw(c colour) { d.pdf.SetDrawColor(c[0], c[1], c[2]) }
func (d *document) text(c colour) { d.pdf.SetTextColor(c[0], c[1], c[2]) }

func (d *document) font(f *face, size float64) { d.pdf.SetFont(family, f.style, size) }

func (d *document) newPage() {
	d.pdf.AddPage()
	d.y = marginTop
}

// room starts a new page unless height mm fit on this one.
func (d *document) room(height float64) {
	if d.y+height > bodyBottom {
		d.newPage()
	}
}

// write puts one line of text with its baseline at y.
func (d *document) write(x, y float64, s string) { d.pdf.Text(x, y, s) }

// writeRight puts one line of text that ends at x.
func (d *document) writeRight(f *face, size, x, y float64, s string) {
	d.pdf.Text(x-f.width(s)*size*mmPerPoint, y, s)
}

// paragraph writes s wrapped to width from the current height downwards.
func (d *document) paragraph(f *face, size, x, width float64, s string) {
	leading := size * mmPerPoint * 1.35
	d.font(f, size)
	for _, l := range f.wrap(nil, f.visible(s), width/(size*mmPerPoint)) {
		if d.y+leading > bodyBottom {
			d.newPage()
			d.font(f, size)
		}
		d.y += leading
		d.write(x, d.y-leading*0.25, l)
	}
}

// footers writes what needs the number of pages, last of all.
func (d *document) footers() {
	pages := d.pdf.PageCount()
	left := fmt.Sprintf("%s  ·  %s  ·  data as of %s  ·  sha256 %s…", product, d.r.Title, d.r.AsOf.UTC().Format(timeLayout), d.hash[:16])
	left = d.regular.visible(left)
	for n := 1; n <= pages; n++ {
		d.pdf.SetPage(n)
		d.draw(rule())
		d.pdf.SetLineWidth(0.2)
		d.pdf.Line(marginX, pageHeight-11.5, pageWidth-marginX, pageHeight-11.5)
		d.font(d.regular, 7)
		d.text(dim())
		d.write(marginX, pageHeight-7.5, left)
		d.writeRight(d.regular, 7, pageWidth-marginX, pageHeight-7.5, fmt.Sprintf("Page %d of %d", n, pages))
	}
}
