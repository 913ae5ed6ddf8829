package tables

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// order sorts by one column.
type order struct {
	column     int
	descending bool
}

// order returns how to sort.
func (d *Definition) order(ask []api.TableOrder) ([]order, error) {
	if len(ask) == 0 {
		ask = d.Sort
	}
	var out []order
	for i, o := range ask {
		n := d.column(o.By)
		if n < 0 {
			return nil, d.noColumn(fmt.Sprintf("sort[%d].by", i), o.By)
		}
		if !slices.ContainsFunc(out, func(o order) bool { return o.column == n }) { // A second time changes nothing.
			out = append(out, order{n, o.Descending})
		}
	}
	return out, nil
}

func compareCells(x, y *report.Cell) int {
	switch x.Type() {
	case report.TypeInteger, report.TypeDays:
		return cmp.Compare(x.Int(), y.Int())
	case report.TypeDecimal, report.TypePercent:
		return cmp.Compare(x.Float(), y.Float())
	case report.TypeTime, report.TypeDate:
		return x.Time().Compare(y.Time())
	case report.TypeText, report.TypeIdentity:
	}
	return cmp.Compare(x.Name(), y.Name())
}

// search returns the numbers of the rows in which a text contains what is
// sought, whatever the case; of all rows where nothing is.
func (d *Definition) search(from source, text string) []int {
	kept := make([]int, 0, from.len())
	sought := strings.ToLower(text)
	var texts []int
	for i := range d.Columns {
		if wireType(d.Columns[i].Type) == api.ColumnString {
			texts = append(texts, i)
		}
	}
	for row := range from.len() {
		if sought == "" || contains(from, row, texts, sought) {
			kept = append(kept, row)
		}
	}
	return kept
}

func contains(from source, row int, columns []int, sought string) bool {
	return slices.ContainsFunc(columns, func(n int) bool {
		return strings.Contains(strings.ToLower(from.cell(row, n).Name()), sought)
	})
}
