package reports

import (
	"cmp"
	"slices"

	"github.com/leastward/leastward/internal/report"
)

// monthly keeps of each key the last row of each month (UTC).
func monthly(t *report.Table) {
	key, at := find(t, "key"), find(t, "time")
	month := func(row []report.Cell) string { return row[key].Name() + "\x00" + row[at].Time().Format("2006-01") }
	last := map[string]int{}
	for i, row := range t.Rows {
		if k, ok := last[month(row)]; !ok || !row[at].Time().Before(t.Rows[k][at].Time()) {
			last[month(row)] = i
		}
	}
	kept := make([][]report.Cell, 0, len(last))
	for i, row := range t.Rows {
		if last[month(row)] == i {
			kept = append(kept, row)
		}
	}
	t.Rows = kept
}

// mostLines is how many charts of a line a reader looks at.
const mostLines = 6

// trend draws the index of those that are the highest now, by month.
func trend(t *report.Table) []report.Chart {
	lines := map[string]*report.Chart{}
	for _, row := range t.Rows {
		key, name := row[find(t, "key")].Name(), row[find(t, "name")].Name()
		if name != "" && name != key {
			key = name + " (" + key + ")"
		}
		c := lines[key]
		if c == nil {
			c = &report.Chart{Title: "PCI of " + key, Shape: report.Line, Unit: "points", Series: []report.Series{{Name: "PCI"}}, Max: 100}
			lines[key] = c
		}
		c.Labels = append(c.Labels, row[find(t, "time")].Time().Format("2006-01"))
		c.Series[0].Values = append(c.Series[0].Values, row[find(t, "pci")].Float())
	}
	return highest(lines)
}

// highest returns the lines that end highest. A point is no line.
func highest(lines map[string]*report.Chart) []report.Chart {
	var list []report.Chart
	for _, c := range lines {
		if len(c.Labels) > 1 {
			list = append(list, *c)
		}
	}
	end := func(c *report.Chart) float64 { return c.Series[0].Values[len(c.Labels)-1] }
	slices.SortFunc(list, func(a, b report.Chart) int {
		return cmp.Or(cmp.Compare(end(&b), end(&a)), cmp.Compare(a.Title, b.Title))
	})
	return list[:min(mostLines, len(list))]
}
