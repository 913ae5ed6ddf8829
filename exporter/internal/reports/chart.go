package reports

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/report"
)

// find returns the place of a column, -1 if there is none.
func find(t *report.Table, column string) int {
	return slices.IndexFunc(t.Columns, func(c report.Column) bool { return c.ID == column })
}

// bandsBy draws how many rows of each value of a column are in each band.
func bandsBy(column, title, unit string) func(*report.Table) []report.Chart {
	return func(t *report.Table) []report.Chart {
		by, band := find(t, column), find(t, "band")
		c := report.Chart{Title: title + " (low / medium / high)", Shape: report.Stacked, Unit: unit}
		counts := map[string]map[string]int{}
		for _, row := range t.Rows {
			if row[band].Empty() {
				continue
			}
			of := counts[row[by].Name()]
			if of == nil {
				of = map[string]int{}
				counts[row[by].Name()] = of
				c.Labels = append(c.Labels, row[by].Name())
			}
			of[row[band].Name()]++
		}
		slices.Sort(c.Labels)
		for _, b := range []creep.Band{creep.Low, creep.Medium, creep.High} {
			s := report.Series{Name: string(b), Level: level(b)}
			for _, l := range c.Labels {
				s.Values = append(s.Values, float64(counts[l][string(b)]))
			}
			c.Series = append(c.Series, s)
		}
		return []report.Chart{c}
	}
}

// mostBars is how many bars of a chart a reader takes in.
const mostBars = 15

// countBy draws how many rows have each value of a column: those that are named
// first, then the most frequent.
func countBy(column, title, unit string, named ...string) func(*report.Table) []report.Chart {
	return func(t *report.Table) []report.Chart {
		by := find(t, column)
		counts := map[string]int{}
		for _, row := range t.Rows {
			counts[cmp.Or(row[by].Name(), "none")]++
		}
		c := report.Chart{Title: title, Shape: report.Bars, Unit: unit}
		for label := range counts {
			c.Labels = append(c.Labels, label)
		}
		place := func(label string) int {
			if i := slices.Index(named, label); i >= 0 {
				return i
			}
			return len(named)
		}
		slices.SortFunc(c.Labels, func(a, b string) int {
			return cmp.Or(place(a)-place(b), counts[b]-counts[a], strings.Compare(a, b))
		})
		if len(c.Labels) > mostBars {
			c.Labels = c.Labels[:mostBars]
			c.Title += ": the most frequent"
		}
		values := make([]float64, len(c.Labels))
		for i, l := range c.Labels {
			values[i] = float64(counts[l])
		}
		c.Series = []report.Series{{Name: unit, Values: values}}
		return []report.Chart{c}
	}
}
