package tables

import (
	"bytes"
	"cmp"
	"fmt"
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
		out = append(out, order{n, o.Descending})
	}
	return out, nil
}

// compareRows compares two rows; a cell without a value comes last.
func compareRows(a, b []report.Cell, orders []order) int {
	for _, o := range orders {
		x, y := &a[o.column], &b[o.column]
		switch {
		case x.Empty() && y.Empty():
			continue
		case x.Empty():
			return 1
		case y.Empty():
			return -1
		}
		if n := compareCells(x, y); n != 0 {
			if o.descending {
				return -n
			}
			return n
		}
	}
	return 0
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

// search keeps the rows in which a text contains what is sought.
func search(rows [][]report.Cell, text string) [][]report.Cell {
	var kept [][]report.Cell
	needle := []byte(strings.ToLower(text))
	for _, row := range rows {
		for i := range row {
			if bytes.Contains([]byte(strings.ToLower(row[i].Name())), needle) {
				kept = append(kept, row)
				break
			}
		}
	}
	return kept
}
