package pdf

import "github.com/leastward/leastward/internal/report"

const (
	padX = 1.4 // Left and right of a cell's text, in mm.
	padY = 0.9
)

// layout is the geometry of one table.
type layout struct {
	size   float64   // Of the font, in points.
	widths []float64 // Of the columns, in mm.
}

func (l *layout) em() float64      { return l.size * mmPerPoint }
func (l *layout) leading() float64 { return l.em() * 1.28 }

// lay chooses the widths of the columns: numbers and times get what they need,
// texts share the rest, the short ones first. Smaller type is tried before
// anything is squeezed.
func (d *document) lay(t *report.Table) *layout {
	l := &layout{size: 7.5}
	need, least := d.measure(t)
	for l.size > 6 && !l.fits(t, need, least) {
		l.size -= 0.5
	}
	l.share(t, need, least)
	return l
}

// measure returns for each column, in em, the width at which nothing wraps and
// the least width, at which words stay whole.
func (d *document) measure(t *report.Table) (need, least []float64) {
	need, least = make([]float64, len(t.Columns)), make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		least[i] = d.bold.longestWord(d.bold.visible(c.Title))
		need[i] = max(least[i], d.regular.width(c.Blank))
		for _, row := range t.Rows {
			need[i] = max(need[i], cellWidth(d.regular, &c, row[i]))
		}
		if t.Totals != nil {
			need[i] = max(need[i], cellWidth(d.bold, &c, t.Totals[i]))
		}
		if !flexible(c.Type) {
			least[i] = need[i]
		}
	}
	return need, least
}

func cellWidth(f *face, c *report.Column, cell report.Cell) float64 {
	return max(f.width(cell.Human(c.Digits)), f.width(cell.ID()))
}

func flexible(t report.Type) bool { return t == report.TypeText || t == report.TypeIdentity }

// fits reports whether at this size each text column can have its whole words
// and at least 20 mm, or what it needs.
func (l *layout) fits(t *report.Table, need, least []float64) bool {
	sum := 0.0
	for i, c := range t.Columns {
		w := least[i]*l.em() + 2*padX
		if flexible(c.Type) {
			w = max(w, min(need[i]*l.em()+2*padX, 20))
		}
		sum += w
	}
	return sum <= bodyWidth
}

// share fills l.widths: every column gets its least width, then the rest goes
// to the text columns evenly up to what each needs.
func (l *layout) share(t *report.Table, need, least []float64) {
	l.widths = make([]float64, len(t.Columns))
	rest := bodyWidth
	for i := range t.Columns {
		l.widths[i] = least[i]*l.em() + 2*padX
		rest -= l.widths[i]
	}
	if rest < 0 { // Hopelessly many columns: squeeze all, cells wrap anywhere.
		for i := range l.widths {
			l.widths[i] *= bodyWidth / (bodyWidth - rest)
		}
		return
	}
	rest = l.water(t, need, rest)
	l.spread(t, rest)
}

// water pours rest over the columns that want more, evenly.
func (l *layout) water(t *report.Table, need []float64, rest float64) float64 {
	for rest > 0.01 {
		var thirsty []int
		for i, c := range t.Columns {
			if flexible(c.Type) && l.widths[i]+0.01 < need[i]*l.em()+2*padX {
				thirsty = append(thirsty, i)
			}
		}
		if len(thirsty) == 0 {
			break
		}
		each := rest / float64(len(thirsty))
		for _, i := range thirsty {
			add := min(each, need[i]*l.em()+2*padX-l.widths[i])
			l.widths[i] += add
			rest -= add
		}
	}
	return rest
}

// spread gives what is left over to the text columns, but no more than a
// reader's eye can cross: a table may be narrower than the page.
func (l *layout) spread(t *report.Table, rest float64) {
	const most = 25.0
	n := 0
	for _, c := range t.Columns {
		if flexible(c.Type) {
			n++
		}
	}
	for i, c := range t.Columns {
		if flexible(c.Type) {
			l.widths[i] += min(rest/float64(n), most)
		}
	}
}
