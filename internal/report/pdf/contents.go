package pdf

import (
	"strconv"

	"github.com/leastward/leastward/internal/report"
)

// entry is one line of the table of contents and of the outline.
type entry struct {
	title string
	level int
	page  int
	y     float64
}

const (
	contentsLeading = 4.6
	contentsTop     = marginTop + 13
)

// linesPerPage is how many entries fit on one page of the contents.
func linesPerPage() int {
	room := bodyBottom - contentsTop
	return int(room / contentsLeading)
}

// reserveContents adds the pages of the table of contents. Its length is known
// before the sections are laid out, their pages are not.
func (d *document) reserveContents() {
	n := 0
	for i := range d.r.Sections {
		n++
		for k := range d.r.Sections[i].Tables {
			if !sameTitle(&d.r.Sections[i], &d.r.Sections[i].Tables[k]) {
				n++
			}
		}
	}
	if len(d.r.Scope.Systems) > coverSystems {
		n += 2
	}
	d.contentsFrom = d.pdf.PageCount() + 1
	for range (n + linesPerPage() - 1) / linesPerPage() {
		d.newPage()
	}
}

// sameTitle reports whether the table needs no entry below its section's.
func sameTitle(s *report.Section, t *report.Table) bool { return s.Title == t.Title }

// mark records that something begins here, for contents and outline.
func (d *document) mark(title string, level int) {
	d.entries = append(d.entries, entry{title, level, d.pdf.PageNo(), d.y})
}

// contents fills in the reserved pages and the outline.
func (d *document) contents() {
	for i, e := range d.entries {
		d.pdf.SetPage(d.contentsFrom + i/linesPerPage())
		if i%linesPerPage() == 0 {
			d.font(d.bold, 18)
			d.text(navy())
			d.write(marginX, marginTop+7, "Contents")
		}
		d.contentsLine(&e, contentsTop+float64(i%linesPerPage())*contentsLeading)
	}
	for _, e := range d.entries {
		d.pdf.SetPage(e.page)
		d.pdf.Bookmark(e.title, e.level, e.y)
	}
	d.pdf.SetPage(d.pdf.PageCount())
}

func (d *document) contentsLine(e *entry, y float64) {
	f, size, indent := d.bold, 10.0, 0.0
	if e.level > 0 {
		f, size, indent = d.regular, 9.5, 7
	}
	x, right, baseline := marginX+indent, pageWidth-marginX, y+3.8
	d.font(f, size)
	d.text(ink())
	title := f.fit(e.title, (bodyWidth-indent-20)/(size*mmPerPoint))
	d.write(x, baseline, title)
	number := strconv.Itoa(e.page)
	d.writeRight(f, size, right, baseline, number)
	from := x + f.width(title)*size*mmPerPoint + 2
	to := right - f.width(number)*size*mmPerPoint - 2
	d.draw(rule())
	d.pdf.SetDashPattern([]float64{0.3, 1.2}, 0)
	d.pdf.Line(from, baseline-0.4, to, baseline-0.4)
	d.pdf.SetDashPattern(nil, 0)
	link := d.pdf.AddLink()
	d.pdf.SetLink(link, e.y, e.page)
	d.pdf.Link(x, y, right-x, contentsLeading, link)
}
