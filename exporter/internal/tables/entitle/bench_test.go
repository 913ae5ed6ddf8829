package entitle_test

import (
	"fmt"
	"testing"

	"github.com/leastward/leastward/internal/api"
)

// BenchmarkTables asks for the first hundred rows of each table, sorted by it, of
// the larger account of the sample organisation.
func BenchmarkTables(b *testing.B) {
	for _, size := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("identities=%d", size), func(b *testing.B) {
			if size > 1_000 && testing.Short() {
				b.Skip("takes half a minute to generate and assess")
			}
			s := generated(b, size)
			for _, d := range s.Definitions {
				ask := api.TableQuestion{Limit: 100}
				if d.Name == "permissions" {
					ask.Filters = map[string][]string{"identity": {string(s.Snapshot.Results[0].Assessment.Identities[0].ID)}}
				}
				b.Run(d.Name, func(b *testing.B) {
					b.ReportAllocs()
					total := 0
					for b.Loop() {
						total = s.Must(b, d.Name, ask).Total
					}
					b.ReportMetric(float64(total), "rows")
				})
			}
		})
	}
}
