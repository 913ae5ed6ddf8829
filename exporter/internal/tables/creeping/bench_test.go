package creeping_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

// fill gives the history as many systems as named, each with 90 days: a point a
// day, and one every four hours of the last week.
func (b *bundle) fill(tb testing.TB, systems int) {
	tb.Helper()
	b.Snapshot = &collector.Snapshot{}
	for n := range systems {
		id := entitlement.SystemID(fmt.Sprintf("%012d", n))
		b.Snapshot.Results = append(b.Snapshot.Results, &collector.Result{
			System: entitlement.System{Cloud: entitlement.AWS, ID: id, Folders: []string{fmt.Sprintf("f%d", n%10)}}, Succeeded: tabletest.Now(),
			Assessment: &assess.Assessment{System: entitlement.System{ID: id}, At: tabletest.Now(), Sum: creep.Sum{Excess: 0.1, Used: 0.1, Identities: 10}},
		})
		for d := 8; d <= 90; d++ {
			b.record(id, ago(time.Duration(d)*day), 50, 10, 10, "v1")
		}
		for h := 0; h < 7*24; h += 4 {
			b.record(id, ago(time.Duration(h)*hour), 50, 10, 10, "v1")
		}
		if n%50 == 49 || n == systems-1 {
			if err := b.history.Flush(tb.Context()); err != nil {
				tb.Fatal(err)
			}
		}
	}
}

// BenchmarkTables asks as the overview does: 90 days, of 10 to 1,000 systems.
func BenchmarkTables(b *testing.B) {
	for _, systems := range []int{10, 100, 1000} {
		s := setup(b)
		s.fill(b, systems)
		for name, ask := range map[string]struct {
			table string
			q     api.TableQuestion
		}{
			"index_by_system":  {"pci", api.TableQuestion{}},
			"history_of_all":   {"pci_history", api.TableQuestion{Step: "1d", Filters: map[string][]string{"by": {"all"}}}},
			"history_each":     {"pci_history", api.TableQuestion{Step: "1d"}},
			"history_of_panel": {"pci_history", api.TableQuestion{Step: "1d", Columns: []string{"time", "key", "name", "pci"}}},
			"change":           {"pci_change", api.TableQuestion{}},
		} {
			b.Run(fmt.Sprintf("%s/systems=%d", name, systems), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s.Must(b, ask.table, ask.q)
				}
			})
		}
	}
}
