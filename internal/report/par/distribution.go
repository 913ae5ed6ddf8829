package par

import (
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/report"
)

// distribution counts the identities by band, human and workload.
func (b *builder) distribution() report.Section {
	var count [2][4]int // Human or workload; by level.
	left := 0
	for i := range b.in.Systems {
		for _, id := range b.in.Systems[i].Identities {
			if !id.InPCI {
				left++
				continue
			}
			row := 1
			if id.Kind.Human() {
				row = 0
			}
			count[row][levelOf(b.in.Edges.Band(id.PCI))]++
		}
	}
	return report.Section{
		ID: "distribution", Title: "PCI distribution",
		Lead:   "How many identities that count in the index are in each band. Those that don't count: " + report.Count(left, "identity", "identities") + " (groups, whose members hold what they grant; functions and instances, whose role does; and exempt identities).",
		Charts: []report.Chart{distributionChart(&count)},
		Tables: []report.Table{distributionTable(&count)},
	}
}

func distributionChart(count *[2][4]int) report.Chart {
	c := report.Chart{Title: "Identities by band (low / medium / high)", Shape: report.Stacked, Unit: "identities", Labels: []string{"Human", "Workload"}}
	for _, band := range []creep.Band{creep.Low, creep.Medium, creep.High} {
		level := levelOf(band)
		c.Series = append(c.Series, report.Series{
			Name: string(band), Level: level,
			Values: []float64{float64(count[0][level]), float64(count[1][level])},
		})
	}
	return c
}

func distributionTable(count *[2][4]int) report.Table {
	t := report.Table{ID: "pci-distribution", Title: "Identities by band", Columns: []report.Column{
		{ID: "identities", Title: "Identities", Type: report.TypeText},
		{ID: "low", Title: "Low", Type: report.TypeInteger},
		{ID: "medium", Title: "Medium", Type: report.TypeInteger},
		{ID: "high", Title: "High", Type: report.TypeInteger},
		{ID: "all", Title: "All", Type: report.TypeInteger},
	}}
	var total [4]int
	for row, name := range []string{"Human", "Workload"} {
		t.Rows = append(t.Rows, bandRow(name, count[row]))
		for level, n := range count[row] {
			total[level] += n
		}
	}
	t.Totals = bandRow("All", total)
	return t
}

func bandRow(name string, n [4]int) []report.Cell {
	return []report.Cell{
		report.Text(name),
		report.Integer(n[report.Low]).At(report.Low),
		report.Integer(n[report.Medium]).At(report.Medium),
		report.Integer(n[report.High]).At(report.High),
		report.Integer(n[report.Plain] + n[report.Low] + n[report.Medium] + n[report.High]),
	}
}
