package found

import (
	"context"
	"slices"
	"strconv"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// found is one finding.
type found struct {
	*entitlement.Finding

	of *collector.Result
	q  *tables.Question
}

// findings is the table of single findings.
func findings() tables.Definition {
	fields := slices.Concat(categoryFields(), systemFields(), subjectFields(), figureFields(), timeFields(), responseFields())
	return tables.Definition{
		Name: "findings", Title: "Findings", Group: tables.Findings,
		Help: "What the last collection of each system found that somebody should act on, with its evidence and the playbook that " +
			"answers it. What is exempt has no finding but one that says so.",
		Columns: tables.Columns(fields),
		Filters: append(byCategory(),
			tables.Complete("owner", "Owner", ""), tables.Complete("identity", "Identity", "Unique id."),
			tables.Enum("type", "Type", "", true, typeNames()...), tables.Complete("finding", "Finding", "Its id."),
			api.TableFilter{Name: "min_impact", Title: "Least impact", Help: "In points of the system's index.", Kind: api.FilterNumber},
		),
		Sort: []api.TableOrder{{By: "impact", Descending: true}, {By: "pci", Descending: true}, {By: "category"}, {By: "name"}, {By: "finding"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			return tables.Of(everyFinding(q), fields), nil
		},
	}
}

func everyFinding(q *tables.Question) []found {
	least := 0.0
	if text := q.Value("min_impact"); text != "" {
		least, _ = strconv.ParseFloat(text, 64) // It was checked.
	}
	var list []found
	for _, r := range q.Assessed() {
		for i := range r.Assessment.Findings {
			if f := &r.Assessment.Findings[i]; f.Impact >= least && keeps(q, f) {
				list = append(list, found{f, r, q})
			}
		}
	}
	return list
}

func keeps(q *tables.Question, f *entitlement.Finding) bool {
	return keepsCategory(q, f.Category) && q.Keeps("owner", f.Owner) && q.Keeps("identity", string(f.Identity)) &&
		q.Keeps("type", typeOf(f)) && q.Keeps("finding", f.ID)
}
