package remote_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// BenchmarkAdd adds batches of new events, with records of 1 KB, to a single
// node.
func BenchmarkAdd(b *testing.B) {
	const batch = 5000
	s := open(b, options(start(b).url()))
	evs := made(batch)
	record := fmt.Appendf(nil, `{"padding":%q}`, noise()(1000))
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		for i := range evs {
			evs[i].ID, evs[i].Raw = fmt.Sprintf("event-%09d", n), record
			n++
		}
		if _, err := s.Add(b.Context(), evs); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkSelect reads 20,000 events.
func BenchmarkSelect(b *testing.B) {
	s := open(b, options(start(b).url()))
	evs := made(20_000)
	if _, err := s.Add(b.Context(), evs); err != nil {
		b.Fatal(err)
	}
	if _, err := s.Sync(b.Context()); err != nil {
		b.Fatal(err)
	}
	st := auditlog.Statement{LogsQL: "*", From: time.Now().Add(-48 * time.Hour)}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		if _, err := s.Select(b.Context(), st, func(auditlog.Row) error { n++; return nil }); err != nil || n != len(evs) {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(len(evs)*b.N)/b.Elapsed().Seconds(), "events/s")
}
