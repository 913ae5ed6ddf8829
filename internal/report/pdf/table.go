package pdf

import "github.com/leastward/leastward/internal/report"

// line is one line of a cell.
type line struct {
	column int
	row    int // Within the cell, from 0.
	text   string
	colour colour
}

func (d *document) table(s *report.Section, t *report.Table) {
	t = folded(t)
	l := d.lay(t)
	head := d.headerLines(t, l)
	d.tableTitle(s, t, head.height(l))
	if len(t.Rows) == 0 {
		d.emptyTable(t)
		return
	}
	d.header(head, l)
	for i, row := range t.Rows {
		if d.err == nil {
			d.err = d.wanted()
		}
		if d.err != nil {
			return
		}
		b := d.block(t, row, l)
		b.fill = i%2 == 1
		d.row(b, head, l)
	}
	if t.Totals != nil {
		b := d.totals(t, l)
		d.row(b, head, l)
	}
	d.note(t.Note)
	d.y += 6
}

// tableTitle starts a table, on a new page unless two rows fit below it.
func (d *document) tableTitle(s *report.Section, t *report.Table, head float64) {
	d.room(22 + head)
	d.y += 2
	title := d.bold.visible(t.Title)
	if !sameTitle(s, t) {
		d.mark(title, 1)
	}
	d.font(d.bold, 11)
	d.text(ink())
	d.write(marginX, d.y+4, d.bold.fit(title, bodyWidth/(11*mmPerPoint)))
	d.y += 5.5
	if t.Lead != "" {
		d.text(dim())
		d.paragraph(d.regular, 8.5, marginX, bodyWidth, t.Lead)
	}
	d.y += 1.5
}

func (d *document) emptyTable(t *report.Table) {
	if t.Empty != "" {
		d.text(ink())
		d.paragraph(d.regular, 8.5, marginX, bodyWidth, t.Empty)
	}
	d.note(t.Note)
	d.y += 4
}

func (d *document) note(s string) {
	if s == "" {
		return
	}
	d.y++
	d.text(dim())
	d.paragraph(d.regular, 7.5, marginX, bodyWidth, s)
}

// block is one row laid out: the lines of its cells.
type block struct {
	face   *face
	lines  []line
	count  int // Lines of the tallest cell.
	levels []report.Level
	right  []bool
	fill   bool
	total  bool
}

func (b *block) height(l *layout) float64 { return float64(b.count)*l.leading() + 2*padY }

func (d *document) headerLines(t *report.Table, l *layout) *block {
	b := d.newBlock(t)
	b.face = d.bold
	for i, c := range t.Columns {
		d.cell(b, i, d.bold.visible(c.Title), navy(), l)
	}
	return b
}

func (d *document) newBlock(t *report.Table) *block {
	b := &block{face: d.regular, levels: make([]report.Level, len(t.Columns)), right: make([]bool, len(t.Columns))}
	for i, c := range t.Columns {
		b.right[i] = c.Type.Numeric()
	}
	return b
}

// block lays out one row.
func (d *document) block(t *report.Table, row []report.Cell, l *layout) *block {
	b := d.newBlock(t)
	b.lines = d.scratch[:0]
	for i, c := range row {
		b.levels[i] = c.Level()
		if c.Empty() {
			d.cell(b, i, d.regular.visible(t.Columns[i].Blank), dim(), l)
			continue
		}
		d.cell(b, i, d.regular.visible(c.Human(t.Columns[i].Digits)), ink(), l)
		if id := c.ID(); id != "" && id != c.Name() {
			d.cell(b, i, d.regular.visible(id), dim(), l)
		}
	}
	d.scratch = b.lines
	b.count = max(b.count, 1)
	return b
}

// totals lays out the last row: bold, and without the blanks' words.
func (d *document) totals(t *report.Table, l *layout) *block {
	b := d.newBlock(t)
	b.face, b.total, b.count = d.bold, true, 1
	for i, c := range t.Totals {
		b.levels[i] = c.Level()
		d.cell(b, i, d.bold.visible(c.Human(t.Columns[i].Digits)), ink(), l)
	}
	return b
}

// cell appends s to column i, below what it holds already.
func (d *document) cell(b *block, i int, s string, c colour, l *layout) {
	if s == "" {
		return
	}
	n := 0
	for k := len(b.lines) - 1; k >= 0 && b.lines[k].column == i; k-- {
		n++
	}
	width := (l.widths[i] - 2*padX) / l.em()
	for s != "" {
		end, next := b.face.line(s, width+1e-9)
		b.lines = append(b.lines, line{i, n, s[:end], c})
		s = s[next:]
		n++
	}
	b.count = max(b.count, n)
}

func (d *document) header(b *block, l *layout) {
	d.fill(header())
	d.pdf.Rect(marginX, d.y, sum(l.widths), b.height(l), "F")
	d.lines(b, l, 0, b.count)
	d.y += b.height(l)
}

// row draws a block, on the next page below a new header if it doesn't fit,
// and in pieces if it fits on no page.
func (d *document) row(b *block, head *block, l *layout) {
	for from := 0; from < b.count; {
		n := int((bodyBottom - d.y - 2*padY) / l.leading())
		whole := b.count-from <= n
		tall := b.height(l) > bodyBottom-marginTop-head.height(l)
		if !whole && (!tall || n <= 2) {
			d.newPage()
			d.header(head, l)
			continue
		}
		to := min(from+n, b.count)
		d.piece(b, l, from, to)
		from = to
	}
}

// piece draws the lines from up to to of a block.
func (d *document) piece(b *block, l *layout, from, to int) {
	height := float64(to-from)*l.leading() + 2*padY
	if b.fill {
		d.fill(zebra())
		d.pdf.Rect(marginX, d.y, sum(l.widths), height, "F")
	}
	x := marginX
	for i, w := range l.widths {
		if b.levels[i] != report.Plain {
			d.fill(soft(b.levels[i]))
			d.pdf.Rect(x, d.y, w, height, "F")
		}
		x += w
	}
	d.lines(b, l, from, to)
	d.draw(rule())
	d.pdf.SetLineWidth(0.15)
	if b.total {
		d.draw(navy())
		d.pdf.SetLineWidth(0.3)
		d.pdf.Line(marginX, d.y, marginX+sum(l.widths), d.y)
	}
	d.pdf.Line(marginX, d.y+height, marginX+sum(l.widths), d.y+height)
	d.y += height
}

func (d *document) lines(b *block, l *layout, from, to int) {
	d.font(b.face, l.size)
	x, column := marginX, 0
	for i := range b.lines {
		n := &b.lines[i]
		for column < n.column {
			x += l.widths[column]
			column++
		}
		if n.row < from || n.row >= to {
			continue
		}
		d.text(n.colour)
		y := d.y + padY + float64(n.row-from)*l.leading() + l.em()*0.95
		if b.right[n.column] {
			d.writeRight(b.face, l.size, x+l.widths[n.column]-padX, y, n.text)
		} else {
			d.write(x+padX, y, n.text)
		}
	}
}

func sum(list []float64) float64 {
	total := 0.0
	for _, v := range list {
		total += v
	}
	return total
}
