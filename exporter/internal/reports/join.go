package reports

import (
	"context"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// right returns the columns of the joined table by which it is joined.
func (j *Join) right() []string {
	var list []string
	for _, on := range j.On {
		list = append(list, on.Right)
	}
	return list
}

// join adds the columns of another table to the rows. Those without a partner
// there go, unless the join keeps them.
func (m *maker) join(ctx context.Context, s *Sheet, systems []entitlement.SystemID, columns []tables.Column, t *report.Table) ([]tables.Column, error) {
	j := s.Join
	keys := len(j.On)
	other, err := m.answer(ctx, j.Table, &api.TableQuestion{
		Systems: systems, Filters: m.of(j.Table, m.set, nil), Columns: append(j.right(), j.Columns...),
	})
	if err != nil {
		return nil, err
	}
	partners := make(map[string][]report.Cell, len(other.Rows))
	for _, row := range other.Rows {
		partners[key(row[:keys])] = row[keys:]
	}
	if m.left -= len(t.Rows) * len(j.Columns); m.left < 0 {
		return nil, m.tooLarge()
	}
	t.Rows = joinRows(t.Rows, places(columns, j), partners, j)
	return other.Columns[keys:], nil
}

func joinRows(rows [][]report.Cell, places []int, partners map[string][]report.Cell, j *Join) [][]report.Cell {
	none := make([]report.Cell, len(j.Columns))
	kept := rows[:0]
	own := make([]report.Cell, len(places))
	for _, row := range rows {
		for i, p := range places {
			own[i] = row[p]
		}
		partner, ok := partners[key(own)]
		switch {
		case ok:
			kept = append(kept, append(row, partner...))
		case j.Keep:
			kept = append(kept, append(row, none...))
		}
	}
	clear(rows[len(kept):])
	return kept
}

// places returns where the columns stand by which the table is joined.
func places(columns []tables.Column, j *Join) []int {
	var list []int
	for _, on := range j.On {
		list = append(list, slices.IndexFunc(columns, func(c tables.Column) bool { return c.ID == on.Left }))
	}
	return list
}

// key returns a text that tells cells apart.
func key(cells []report.Cell) string {
	texts := make([]string, len(cells))
	for i := range cells {
		texts[i] = cells[i].Name()
	}
	return strings.Join(texts, "\x00")
}
