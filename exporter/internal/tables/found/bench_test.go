package found_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables/found"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

// many is a system with as many findings, of all categories.
func many(n int) *collector.Snapshot {
	s := entitlement.System{Cloud: entitlement.AWS, ID: "111111111111", Name: "prod"}
	a := &assess.Assessment{System: s, At: tabletest.Now()}
	categories := finding.Categories()
	for i := range n {
		a.Findings = append(a.Findings, entitlement.Finding{
			ID: fmt.Sprintf("%032d", i), Category: categories[i%len(categories)], System: s.ID, Name: fmt.Sprint("user-", i), Kind: entitlement.User,
			Identity: entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::111111111111:user/user-%d", i)), PCI: float64(i % 101), Impact: float64(i%97) / 100,
			FirstSeen: tabletest.Now().Add(-time.Hour), Evidence: []entitlement.Evidence{{Name: "granted", Value: "12"}},
		})
	}
	return &collector.Snapshot{Results: []*collector.Result{{System: s, Succeeded: tabletest.Now(), Assessment: a}}}
}

// BenchmarkTables asks for the hundred gravest findings, and for their numbers.
func BenchmarkTables(b *testing.B) {
	a := &tabletest.Asker{Definitions: found.Definitions(), Snapshot: many(100_000)}
	for _, table := range []string{"findings", "finding_counts"} {
		b.Run(table, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a.Must(b, table, api.TableQuestion{Limit: 100})
			}
		})
	}
}
