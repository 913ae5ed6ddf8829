package source_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/tenant"
)

// BenchmarkTenant measures a whole collection of the larger account of the
// sample organisation from files, and its assessment, with the highest memory
// of the process.
func BenchmarkTenant(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("identities=%d", size), func(b *testing.B) {
			if size > 10_000 && testing.Short() {
				b.Skip("takes half a minute to generate")
			}
			files, at := generated(b, size)
			assessor := clouds.NewSet(assess.DefaultSettings()).Of(entitlement.AWS)
			var reading *collector.Reading
			forgetPeak(b)
			b.Run("read", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					var err error
					if reading, err = files.Read(b.Context(), at); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(len(reading.Inventory.Identities)), "identities")
				b.ReportMetric(peakMiB(b), "peak-MiB")
			})
			b.Run("assess", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					assessor.Assess(reading.Inventory, reading.Usage, at, nil)
				}
				b.ReportMetric(peakMiB(b), "peak-MiB")
			})
		})
	}
}

func generated(b *testing.B, size int) (*source.Files, time.Time) {
	b.Helper()
	dir := b.TempDir()
	if err := tenant.Generate(tenant.Options{Out: dir, Size: size, Seed: 1}); err != nil {
		b.Fatal(err)
	}
	truth, _, err := tenant.ReadTruth(dir)
	if err != nil {
		b.Fatal(err)
	}
	return tenantFiles(dir, truth.Accounts[0].ID), truth.Until
}

// forgetPeak lets the kernel count the highest memory anew:
// https://docs.kernel.org/filesystems/proc.html
func forgetPeak(b *testing.B) {
	b.Helper()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Logf("the peak includes the generator: %v", err)
	}
}

// peakMiB returns the highest resident memory of the process; 0 where the
// system does not tell.
func peakMiB(b *testing.B) float64 {
	b.Helper()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			var kib float64
			if _, err := fmt.Sscan(text, &kib); err != nil {
				b.Fatal(err)
			}
			return kib / 1024
		}
	}
	return 0
}
