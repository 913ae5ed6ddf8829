package search

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog/logsql"
)

// gathering is what one worker has of all groups.
type gathering struct {
	rows    *logsql.Rows
	groups  map[string]*gathered
	arrays  arrays
	plurals []int // Columns with several values.

	// Of the block at hand:
	columns [][]string
	touched []*gathered

	key    []byte   // Of a group.
	values []string // Of a row.
}

// gathered is what one worker has of a group.
type gathered struct {
	values      []string
	count       int64
	first, last int64 // Nanoseconds since 1970.
	// From and to are the group's first and last row in the block at hand,
	// where rows is not 0.
	from, to, rows int
}

func newGathering(rows *logsql.Rows) *gathering {
	w := &gathering{rows: rows, groups: map[string]*gathered{}, values: make([]string, len(rows.By))}
	for _, f := range rows.By {
		if f.Several >= 0 {
			w.plurals = append(w.plurals, f.Several)
		}
	}
	return w
}

// add adds the rows of a block.
func (w *gathering) add(columns [][]string, rows int) error {
	w.columns = columns
	sorted := rising(w.times())
	var g *gathered // The group of the row before, if it is in one alone.
	for i := range rows {
		switch {
		case w.hasSeveral(i):
			if err := w.spread(i); err != nil {
				return err
			}
			g = nil
		case g == nil || !w.sameAsBefore(i):
			g = w.of(w.valuesAt(i))
			fallthrough
		default:
			w.touch(g, i)
		}
		if !sorted {
			if err := w.close(); err != nil {
				return err
			}
		}
	}
	return w.close()
}

// times are those of the block's rows; nil where groups have none.
func (w *gathering) times() []string {
	if w.rows.Time < 0 {
		return nil
	}
	return w.columns[w.rows.Time]
}

// rising tells whether times come in their order, all written alike.
func rising(times []string) bool {
	for i := 1; i < len(times); i++ {
		if len(times[i]) != len(times[0]) || times[i] < times[i-1] {
			return false
		}
	}
	return true
}

// at returns the value of a column, which a block may lack.
func (w *gathering) at(column, i int) string {
	if c := w.columns[column]; c != nil {
		return c[i]
	}
	return ""
}

func (w *gathering) hasSeveral(i int) bool {
	for _, c := range w.plurals {
		if w.at(c, i) != "" {
			return true
		}
	}
	return false
}

func (w *gathering) valuesAt(i int) []string {
	for j, f := range w.rows.By {
		w.values[j] = w.at(f.One, i)
	}
	return w.values
}

func (w *gathering) sameAsBefore(i int) bool {
	for _, f := range w.rows.By {
		if c := w.columns[f.One]; c != nil && c[i] != c[i-1] {
			return false
		}
	}
	return true
}

// of returns the group of values, which it does not keep.
func (w *gathering) of(values []string) *gathered {
	w.key = w.key[:0]
	for _, v := range values {
		w.key = appendValue(w.key, v)
	}
	g, ok := w.groups[string(w.key)]
	if !ok {
		g = &gathered{values: slices.Clone(values), first: math.MaxInt64, last: math.MinInt64}
		for i, v := range g.values {
			g.values[i] = strings.Clone(v)
		}
		w.groups[string(w.key)] = g
	}
	return g
}

// touch adds a row to a group, once.
func (w *gathering) touch(g *gathered, i int) {
	switch {
	case g.rows == 0:
		g.from = i
		w.touched = append(w.touched, g)
	case g.to == i:
		return
	}
	g.to = i
	g.rows++
}

// close ends a block, or a part of it that is in order.
func (w *gathering) close() error {
	times := w.times()
	for _, g := range w.touched {
		if times != nil {
			if err := g.extend(times[g.from], times[g.to]); err != nil {
				return err
			}
		}
		g.count += int64(g.rows)
		g.rows = 0
	}
	w.touched = w.touched[:0]
	return nil
}

// extend has a group begin no later than one time and end no earlier than
// another.
func (g *gathered) extend(first, last string) error {
	from, err := time.Parse(time.RFC3339Nano, first)
	if err != nil {
		return err
	}
	to, err := time.Parse(time.RFC3339Nano, last)
	if err != nil {
		return err
	}
	g.first, g.last = min(g.first, from.UnixNano()), max(g.last, to.UnixNano())
	return nil
}
