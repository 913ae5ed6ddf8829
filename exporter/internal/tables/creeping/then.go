package creeping

import (
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/report"
)

// then is a group at an instant.
type then struct {
	at    time.Time
	group []report.Cell // Those of keyColumns.
	was   history.Merged
	q     *tables.Question
}

func thenFields() []tables.Field[then] {
	return slices.Concat(
		[]tables.Field[then]{tables.Fill(tables.Time("time", "Time", ""), func(t *then) report.Cell { return report.Time(t.at) })},
		each(keyColumns(), func(t *then) []report.Cell { return t.group }),
		each(indexColumns(), func(t *then) []report.Cell { return indexCells(&t.was, t.q) }),
		each(bandColumns(), func(t *then) []report.Cell { return bandCells(t.was.Counts) }),
		[]tables.Field[then]{
			tables.Fill(tables.Number("systems", "Systems", "systems", "That were known then."), func(t *then) report.Cell { return report.Integer(t.was.Systems) }),
			tables.Fill(tables.Text("catalog", "Catalogue", "Version of the catalogue of actions; figures of different ones do not mean the same."),
				func(t *then) report.Cell { return tables.Folded(t.was.Catalogs) }),
		},
	)
}

// each returns fields for columns whose cells are made together.
func each(columns []tables.Column, cells func(*then) []report.Cell) []tables.Field[then] {
	list := make([]tables.Field[then], len(columns))
	for i, c := range columns {
		list[i] = tables.Fill(c, func(t *then) report.Cell { return cells(t)[i] })
	}
	return list
}
