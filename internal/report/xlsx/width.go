package xlsx

import "github.com/leastward/leastward/internal/report"

// widths returns the columns' widths in characters: what the first thousand
// rows need, within limits.
func widths(t *report.Table, head []string) []float64 {
	const least, most = 9.0, 60.0
	list := make([]float64, len(head))
	for i, h := range head {
		list[i] = max(least, float64(len(h))+4) // Room for the filter's arrow.
	}
	for _, row := range t.Rows[:min(len(t.Rows), 1000)] {
		k := 0
		for i, c := range row {
			list[k] = max(list[k], float64(len(c.Human(t.Columns[i].Digits)))+2)
			k++
			if t.Columns[i].Type == report.TypeIdentity {
				list[k] = max(list[k], float64(len(c.ID()))+2)
				k++
			}
		}
	}
	for i := range list {
		list[i] = min(list[i], most)
	}
	return list
}
