package creeping

import (
	"context"
	"fmt"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/report"
)

// buckets is into how many an index is put.
const buckets = 10

// distribution is the table of how many identities have which index.
func distribution() tables.Definition {
	return tables.Definition{
		Name: "pci_distribution", Title: "Distribution of the Permission Creep Index", Group: tables.PCI,
		Help: "How many identities that count in the index have an index of 0 to 9, 10 to 19 and so on, rounded as people see it.",
		Columns: append([]tables.Column{
			tables.Text("bucket", "Index", ""), tables.Number("lower", "From", "points", "Lowest index of the bucket."),
			tables.Number("human", "Human", "identities", "Users."), tables.Number("workload", "Workload", "identities", "Roles."),
			tables.Number("identities", "Identities", "identities", ""),
		}, keyColumns()...),
		Filters: []api.TableFilter{byFilter(byAll, bySystem, byFolder, byCloud)},
		Sort:    []api.TableOrder{{By: "key"}, {By: "lower"}},
		Rows:    rowsOfDistribution,
	}
}

func rowsOfDistribution(_ context.Context, q *tables.Question) (*tables.Rows, error) {
	rows := &tables.Rows{}
	by, list := q.Value("by"), groups(q.Value("by"), q.Assessed())
	for i := range list {
		human, workload := list[i].distribution()
		for n := range buckets {
			rows.Add(slices.Concat([]report.Cell{
				report.Text(bucketName(n)), report.Integer(n * buckets),
				report.Integer(human[n]), report.Integer(workload[n]), report.Integer(human[n] + workload[n]),
			}, list[i].cells(by))...)
		}
	}
	return rows, nil
}

func bucketName(n int) string {
	if n == buckets-1 {
		return "90–100"
	}
	return fmt.Sprintf("%d–%d", n*buckets, n*buckets+9)
}

func (g *group) distribution() (human, workload [buckets]int) {
	for _, r := range g.results {
		for i := range r.Assessment.Identities {
			one := &r.Assessment.Identities[i]
			if !one.InPCI {
				continue
			}
			n := min(int(creep.Round(one.Score.PCI()))/buckets, buckets-1)
			if one.Kind.Human() {
				human[n]++
			} else {
				workload[n]++
			}
		}
	}
	return human, workload
}
