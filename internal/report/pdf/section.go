package pdf

import "github.com/leastward/leastward/internal/report"

func (d *document) sections() {
	for i := range d.r.Sections {
		d.section(&d.r.Sections[i])
	}
	if len(d.r.Scope.Systems) > coverSystems {
		d.section(d.scope())
	}
}

// scope lists the authorization systems that the cover had no room for.
func (d *document) scope() *report.Section {
	t := report.Table{ID: "scope", Title: "Authorization systems", Columns: []report.Column{
		{ID: "system", Title: "Authorization system", Type: report.TypeIdentity},
		{ID: "cloud", Title: "Cloud", Type: report.TypeText},
		{ID: "owner", Title: "Owner", Type: report.TypeText, Blank: "unknown"},
	}}
	for _, s := range d.r.Scope.Systems {
		t.Rows = append(t.Rows, []report.Cell{
			report.Identity(s.Name, string(s.ID)), report.Text(string(s.Cloud)), report.Text(s.Owner),
		})
	}
	return &report.Section{ID: "scope", Title: "Scope", Tables: []report.Table{t}}
}

func (d *document) section(s *report.Section) {
	d.newPage()
	title := d.bold.visible(s.Title)
	d.mark(title, 0)
	d.font(d.bold, 18)
	d.text(navy())
	d.write(marginX, d.y+7, d.bold.fit(title, bodyWidth/(18*mmPerPoint)))
	d.draw(accent())
	d.pdf.SetLineWidth(0.6)
	d.pdf.Line(marginX, d.y+10.5, marginX+24, d.y+10.5)
	d.y += 14
	if s.Lead != "" {
		d.text(ink())
		d.paragraph(d.regular, 10, marginX, bodyWidth, s.Lead)
		d.y += 3
	}
	d.figures(s.Figures)
	d.charts(s.Charts)
	for i := range s.Tables {
		d.table(s, &s.Tables[i])
	}
}

const (
	cardsPerRow = 5
	cardHeight  = 23.0
	cardGap     = 4.0
)

// figures are cards in rows.
func (d *document) figures(list []report.Figure) {
	const width = (bodyWidth - (cardsPerRow-1)*cardGap) / cardsPerRow
	for i := range list {
		if i%cardsPerRow == 0 {
			d.room(cardHeight + cardGap)
		}
		d.card(&list[i], marginX+float64(i%cardsPerRow)*(width+cardGap), width)
		if i%cardsPerRow == cardsPerRow-1 || i == len(list)-1 {
			d.y += cardHeight + cardGap
		}
	}
}

func (d *document) card(f *report.Figure, x, width float64) {
	d.fill(zebra())
	d.pdf.Rect(x, d.y, width, cardHeight, "F")
	d.fill(strong(f.Value.Level()))
	d.pdf.Rect(x, d.y, 1.4, cardHeight, "F")
	inner := width - 8
	d.font(d.regular, 8)
	d.text(dim())
	d.write(x+4.5, d.y+5.5, d.regular.fit(d.regular.visible(f.Name), inner/(8*mmPerPoint)))
	value, size := d.bold.visible(f.Value.Human(1)), 16.0
	for d.bold.width(value)*size*mmPerPoint > inner && size > 7 {
		size--
	}
	d.font(d.bold, size)
	d.text(ink())
	d.write(x+4.5, d.y+13.5, d.bold.fit(value, inner/(size*mmPerPoint)))
	d.font(d.regular, 7)
	d.text(dim())
	d.write(x+4.5, d.y+19.5, d.regular.fit(d.regular.visible(f.Note), inner/(7*mmPerPoint)))
}
