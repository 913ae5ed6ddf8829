package asked_test

import (
	"testing"

	"github.com/leastward/leastward/exporter/internal/tables/asked"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
)

// BenchmarkWhoCan asks about the sample tenant: the first question of a
// snapshot, which compiles it, and the others.
func BenchmarkWhoCan(b *testing.B) {
	s := tabletest.Tenant(b)
	q := api.TableQuestion{Filters: map[string][]string{"action": {"iam:CreateUser"}}}
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			a := &tabletest.Asker{Definitions: asked.Definitions(asked.NewEstates()), Snapshot: s}
			a.Must(b, "who_can", q)
		}
	})
	b.Run("again", func(b *testing.B) {
		a := &tabletest.Asker{Definitions: asked.Definitions(asked.NewEstates()), Snapshot: s}
		a.Must(b, "who_can", q)
		b.ReportAllocs()
		for b.Loop() {
			a.Must(b, "who_can", q)
		}
	})
}
