package tenant_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/leastward/leastward/internal/tenant"
)

// nowhere takes files and keeps nothing.
type nowhere struct{ io.Writer }

func (nowhere) Close() error { return nil }

func discard(string) (io.WriteCloser, error) { return nowhere{io.Discard}, nil }

func BenchmarkGenerate(b *testing.B) {
	for _, size := range []int{100, 1000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("identities=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := tenant.Write(tenant.Options{Size: size}, discard); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "identities/s")
		})
	}
}

func BenchmarkEvents(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("events=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := tenant.Events(tenant.Options{}, n, discard); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
