package par

import (
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/report"
)

func (b *builder) summary() report.Section {
	sum := b.in.sum()
	return report.Section{
		ID: "summary", Title: "Summary",
		Lead: fmt.Sprintf("The Permission Creep Index (PCI, 0 to 100) tells how much of what identities may do they do not do, weighted by risk and reach. "+
			"Rounded to a whole number it is low below %g, medium from %g and high from %g on. The lower and the upper bound count what no log could have shown "+
			"as used and as unused.", b.in.Edges.Medium, b.in.Edges.Medium, b.in.Edges.High),
		Figures: b.figures(sum),
		Charts:  []report.Chart{b.categoryChart()},
		Tables:  []report.Table{b.systemsTable(), b.categoriesTable()},
	}
}

func (b *builder) figures(sum creep.Sum) []report.Figure {
	index, band := b.pci(sum.PCI())
	headline := report.Figure{Name: "PCI", Value: index, Note: "band: " + band.Name()}
	count := 0
	for _, n := range b.now.Counts {
		count += n
	}
	found := report.Figure{Name: "Findings", Value: report.Integer(count), Note: "in all categories"}
	if p := b.in.Previous; p != nil {
		on := p.At.UTC().Format(time.DateOnly)
		headline.Note += fmt.Sprintf("; %.1f on %s", p.PCI, on)
		before := 0
		for _, n := range p.Counts {
			before += n
		}
		found.Note = report.Count(before, "", "") + "on " + on
	}
	return []report.Figure{
		headline,
		{Name: "Lower and upper bound", Value: report.Text(fmt.Sprintf("%.1f – %.1f", sum.Lower(), sum.Upper()))},
		{Name: "Observability", Value: report.Percent(sum.Observability()), Note: "of the granted risk"},
		{Name: "Identities", Value: report.Integer(b.identities()), Note: report.Count(sum.Identities, "counts", "count") + " in the index"},
		found,
	}
}

// systemsTable has one row for each system and the merged index as total.
func (b *builder) systemsTable() report.Table {
	t := report.Table{
		ID: "systems", Title: "Authorization systems",
		Columns: []report.Column{
			{ID: "system", Title: "Authorization system", Type: report.TypeIdentity},
			{ID: "owner", Title: "Owner", Type: report.TypeText, Blank: "unknown"},
			{ID: "pci", Title: "PCI", Type: report.TypeDecimal, Digits: 1},
			{ID: "band", Title: "Band", Type: report.TypeText},
			{ID: "pci_lower", Title: "Lower", Type: report.TypeDecimal, Digits: 1},
			{ID: "pci_upper", Title: "Upper", Type: report.TypeDecimal, Digits: 1},
			{ID: "observability", Title: "Observability", Type: report.TypePercent, Digits: 1},
			{ID: "identities", Title: "Identities", Type: report.TypeInteger},
			{ID: "findings", Title: "Findings", Type: report.TypeInteger},
			{ID: "problems", Title: "Problems", Type: report.TypeInteger},
			{ID: "as_of", Title: "As of", Type: report.TypeTime},
		},
	}
	findings, problems := 0, 0
	for i := range b.in.Systems {
		s := &b.in.Systems[i]
		row := append([]report.Cell{systemCell(&s.System), report.Text(s.System.Owner)}, b.indexCells(s.Sum)...)
		t.Rows = append(t.Rows, append(row, report.Integer(len(s.Identities)), report.Integer(len(s.Findings)),
			report.Integer(len(s.Problems)), report.Time(s.At)))
		findings += len(s.Findings)
		problems += len(s.Problems)
	}
	if len(b.in.Systems) > 1 {
		row := append([]report.Cell{report.Identity("All systems", ""), {}}, b.indexCells(b.in.sum())...)
		t.Totals = append(row, report.Integer(b.identities()), report.Integer(findings), report.Integer(problems), report.Cell{})
		t.Note = "The index of all systems is that of all their identities together, not a mean of the systems' indices."
	}
	return t
}

func (b *builder) indexCells(s creep.Sum) []report.Cell {
	index, band := b.pci(s.PCI())
	return []report.Cell{index, band, report.Decimal(s.Lower()), report.Decimal(s.Upper()), report.Percent(s.Observability())}
}

func (b *builder) categoryChart() report.Chart {
	c := report.Chart{Title: "Findings by category", Shape: report.Bars, Unit: "findings", Series: []report.Series{{Name: "Findings"}}}
	for _, category := range b.categories() {
		n := b.now.Counts[category]
		if n == 0 {
			continue
		}
		title, _ := finding.Describe(category)
		c.Labels = append(c.Labels, title)
		c.Series[0].Values = append(c.Series[0].Values, float64(n))
	}
	return c
}

// categoriesTable has every category, also those without a finding: that a
// category was looked at is a result too.
func (b *builder) categoriesTable() report.Table {
	t := report.Table{ID: "categories", Title: "Findings by category", Columns: []report.Column{
		{ID: "category", Title: "Category", Type: report.TypeText},
		{ID: "findings", Title: "Findings", Type: report.TypeInteger},
		{ID: "of_total", Title: "Of", Type: report.TypeInteger, Blank: "–"},
		{ID: "share", Title: "Share", Type: report.TypePercent, Digits: 1, Blank: "–"},
	}}
	if b.in.Previous != nil {
		t.Columns = append(t.Columns,
			report.Column{ID: "before", Title: "Before", Type: report.TypeInteger},
			report.Column{ID: "change", Title: "Change", Type: report.TypeInteger},
			report.Column{ID: "new", Title: "New", Type: report.TypeInteger, Blank: "–"},
			report.Column{ID: "resolved", Title: "Resolved", Type: report.TypeInteger, Blank: "–"})
		t.Lead = "Compared with the run of " + b.in.Previous.At.UTC().Format("2006-01-02 15:04") + "."
		t.Note = b.in.Previous.caveat(b.now)
	}
	totals := b.in.totals()
	for _, c := range b.categories() {
		title, _ := finding.Describe(c)
		n, of := b.now.Counts[c], totals[c]
		row := []report.Cell{report.Text(title), report.Integer(n), {}, {}}
		if of > 0 {
			row[2], row[3] = report.Integer(of), report.Percent(float64(n)/float64(of))
		}
		if p := b.in.Previous; p != nil {
			row = append(row, progressCells(p.progress(b.now, c), n, p.Findings != nil)...)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func progressCells(p progress, n int, detailed bool) []report.Cell {
	row := []report.Cell{report.Integer(p.before), report.Integer(n - p.before), {}, {}}
	if detailed {
		row[2], row[3] = report.Integer(p.added), report.Integer(p.resolved)
	}
	return row
}
