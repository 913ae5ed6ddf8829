package pdf

import (
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// coverSystems is how many authorization systems the cover lists; where there
// are more, an appendix lists them all.
const coverSystems = 8

func (d *document) cover() {
	d.newPage()
	d.fill(navy())
	d.pdf.Rect(0, 0, pageWidth, 62, "F")
	d.fill(accent())
	d.pdf.Rect(0, 62, pageWidth, 1.6, "F")
	d.text(white())
	d.font(d.regular, 13)
	d.write(marginX+6, 24, product)
	d.font(d.bold, 27)
	d.write(marginX+6, 40, d.bold.fit(d.bold.visible(d.r.Title), (bodyWidth-12)/(27*mmPerPoint)))
	d.font(d.regular, 12)
	d.write(marginX+6, 51, "Data as of "+d.r.AsOf.UTC().Format(timeLayout))
	d.y = 72
	d.warnings()
	for _, f := range d.coverLines() {
		d.coverLine(f[0], f[1])
	}
}

func (d *document) coverLine(name, value string) {
	const left, size = 58.0, 10.0
	d.room(12)
	top := d.y
	d.text(dim())
	d.paragraph(d.regular, size, marginX+6, left-8, name)
	below := d.y
	d.y = top
	d.text(ink())
	d.paragraph(d.regular, size, marginX+6+left, bodyWidth-left-12, value)
	d.y = max(d.y, below) + 2.2
}

func (d *document) coverLines() [][2]string {
	lines := [][2]string{{"Authorization systems", d.systems()}}
	if len(d.r.Scope.Folders) > 0 {
		lines = append(lines, [2]string{"Folders", strings.Join(d.r.Scope.Folders, ", ")})
	}
	if d.r.Window > 0 {
		days := int(d.r.Window / (24 * time.Hour))
		lines = append(lines, [2]string{"Activity window", report.Count(days, "day", "days") + " before the as-of time"})
	}
	if len(d.r.CatalogVersions) > 0 {
		lines = append(lines, [2]string{"Action catalogue", strings.Join(d.r.CatalogVersions, ", ")})
	}
	for _, f := range d.r.Facts {
		value := f.Value.Human(1)
		if f.Note != "" {
			value += " (" + f.Note + ")"
		}
		lines = append(lines, [2]string{f.Name, value})
	}
	return append(lines, [2]string{"Content hash (SHA-256)", d.hash + " — of the report's JSON form"})
}

func (d *document) systems() string {
	list := d.r.Scope.Systems
	if len(list) > coverSystems {
		return report.Count(len(list), "system", "systems") + ", listed under Scope at the end"
	}
	var names []string
	for i := range list {
		names = append(names, systemName(&list[i]))
	}
	return strings.Join(names, "; ")
}

func systemName(s *entitlement.System) string {
	kind := map[entitlement.Cloud]string{
		entitlement.AWS: "AWS account", entitlement.Azure: "Azure subscription", entitlement.GCP: "GCP project",
	}[s.Cloud]
	name := strings.TrimSpace(kind + " " + string(s.ID))
	if s.Name != "" && s.Name != string(s.ID) {
		name = s.Name + " (" + name + ")"
	}
	return name
}

// warnings are a box that no reader overlooks.
func (d *document) warnings() {
	if len(d.r.Warnings) == 0 {
		return
	}
	const size = 10.0
	leading := size * mmPerPoint * 1.35
	var lines []string
	for _, w := range d.r.Warnings {
		lines = d.regular.wrap(lines, d.regular.visible(w), (bodyWidth-24)/(size*mmPerPoint))
	}
	// A box taller than the rest of the cover is cut into one a page.
	for len(lines) > 0 {
		n := min(len(lines), int((bodyBottom-d.y-8)/leading))
		if n < 1 {
			d.newPage()
			continue
		}
		height := float64(n)*leading + 5
		d.fill(soft(report.Medium))
		d.draw(strong(report.Medium))
		d.pdf.Rect(marginX, d.y, bodyWidth, height, "FD")
		d.fill(strong(report.Medium))
		d.pdf.Rect(marginX, d.y, 2, height, "F")
		d.font(d.regular, size)
		d.text(ink())
		for i, l := range lines[:n] {
			d.write(marginX+6, d.y+2.2+float64(i+1)*leading-leading*0.25, l)
		}
		d.y += height + 6
		lines = lines[n:]
	}
}
