package creeping

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// maxDays bounds how far back a change is asked about.
const maxDays = 3660

// change is the table of how the index changed.
func (p past) change() tables.Definition {
	return tables.Definition{
		Name: "pci_change", Title: "Change of the Permission Creep Index", Group: tables.PCI,
		Help: "The index as the last collections say, and as it was some days ago. Where more or fewer systems were known then, the change is in part theirs.",
		Columns: slices.Concat(keyColumns(), []tables.Column{
			tables.Points("pci", "PCI", ""), tables.Points("before", "Before", "The index as it was."),
			tables.Points("change", "Change", "Above 0 it rose."), tables.Text("band", "Band", ""), tables.Text("band_before", "Band before", ""),
			tables.Number("identities", "Identities", "identities", ""), tables.Number("identities_before", "Identities before", "identities", ""),
			tables.Number("systems", "Systems", "systems", ""), tables.Number("systems_before", "Systems before", "systems", "That were known then."),
		}),
		Filters: []api.TableFilter{
			byFilter(bySystem, byFolder, byCloud, byAll),
			{Name: "days", Title: "Days", Help: "How long ago: a number above 0.", Kind: api.FilterNumber, Default: "7"},
		},
		Sort: []api.TableOrder{{By: "change", Descending: true}, {By: "key"}},
		Rows: p.rowsOfChange,
	}
}

func (p past) rowsOfChange(ctx context.Context, q *tables.Question) (*tables.Rows, error) {
	days, err := strconv.ParseFloat(q.Value("days"), 64)
	if err != nil || !(days > 0 && days <= maxDays) || math.IsNaN(days) {
		return nil, tables.Bad("filters.days", "%s is not a number of days above 0 and up to %d", q.Value("days"), maxDays)
	}
	ago := q.Now.Add(-time.Duration(days * float64(day)))
	by, list := q.Value("by"), groups(q.Value("by"), q.Assessed())
	series, err := p.series(ctx, list, ago, q.Now)
	if err != nil {
		return nil, err
	}
	rows := &tables.Rows{Notices: changes(series, ago)}
	unknown := 0
	for i := range list {
		g := &list[i]
		now, before := g.now(), series.At(g.systems, ago, p.Older())
		cells := append(g.cells(by), report.Decimal(now.Sum.PCI()))
		bandBefore := report.Cell{}
		if before.Systems > 0 {
			bandBefore = report.Text(string(q.Assessors.Band(before.Sum.PCI())))
			cells = append(cells, report.Decimal(before.Sum.PCI()))
		} else {
			unknown++
			cells = append(cells, report.Cell{})
		}
		rows.Add(append(cells, difference(&now, &before), report.Text(string(q.Assessors.Band(now.Sum.PCI()))), bandBefore,
			report.Integer(now.Sum.Identities), report.Integer(before.Sum.Identities), report.Integer(now.Systems), report.Integer(before.Systems))...)
	}
	if unknown > 0 {
		rows.Notices = append(rows.Notices, fmt.Sprintf("Nothing is known of %s for %d of %d rows.", ago.UTC().Format("2006-01-02 15:04 UTC"), unknown, len(list)))
	}
	return rows, nil
}
