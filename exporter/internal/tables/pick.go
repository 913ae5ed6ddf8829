package tables

import (
	"slices"

	"github.com/leastward/leastward/internal/report"
)

// keys are the cells by which rows are sorted, by order.
type keys struct {
	orders []order
	cells  [][]report.Cell
}

// keysOf reads the cells of the rows that are kept, which are numbers of rows.
func keysOf(from source, kept []int, orders []order) *keys {
	k := &keys{orders: orders, cells: make([][]report.Cell, len(orders))}
	for i, o := range orders {
		k.cells[i] = make([]report.Cell, len(kept))
		for n, row := range kept {
			k.cells[i][n] = from.cell(row, o.column)
		}
	}
	return k
}

// compare compares two rows by their place among those that are kept. Those
// that are equal stay in the order in which the table has them.
func (k *keys) compare(a, b int) int {
	for i, o := range k.orders {
		if n := compareBy(&k.cells[i][a], &k.cells[i][b], o.descending); n != 0 {
			return n
		}
	}
	return a - b
}

// compareBy compares two cells; one without a value comes last.
func compareBy(x, y *report.Cell, descending bool) int {
	switch {
	case x.Empty() && y.Empty():
		return 0
	case x.Empty():
		return 1
	case y.Empty():
		return -1
	case descending:
		return compareCells(y, x)
	}
	return compareCells(x, y)
}

// first returns the places of the n rows that come first, in order.
func (k *keys) first(rows, n int) []int {
	places := make([]int, rows)
	for i := range places {
		places[i] = i
	}
	if len(k.orders) == 0 {
		return places[:min(n, rows)]
	}
	if n < rows/8 { // Below that, sorting all costs little more.
		places = k.least(places, n)
	}
	slices.SortFunc(places, k.compare)
	return places[:min(n, len(places))]
}

// least returns the n places that come first, in any order: a heap whose root
// is the last of those found so far.
func (k *keys) least(places []int, n int) []int {
	if n == 0 {
		return nil
	}
	heap := slices.Clone(places[:n])
	for i := n/2 - 1; i >= 0; i-- {
		k.sink(heap, i)
	}
	for _, p := range places[n:] {
		if k.compare(p, heap[0]) < 0 {
			heap[0] = p
			k.sink(heap, 0)
		}
	}
	return heap
}

func (k *keys) sink(heap []int, i int) {
	for {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && k.compare(heap[child+1], heap[child]) > 0 {
			child++
		}
		if k.compare(heap[child], heap[i]) <= 0 {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}
