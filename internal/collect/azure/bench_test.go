package azure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/records"
)

// BenchmarkParseEvents reads records of each shape on one core: MB/s, and
// events/s.
func BenchmarkParseEvents(b *testing.B) {
	for name, record := range map[string]string{
		"rest": activityREST, "diagnostic": diagnosticActivity(), "loganalytics": activityRow(), "signin": diagnosticSignIn(), "audit": diagnosticAudit(), "storage": blob, "keyvault": secret,
	} {
		b.Run(name, func(b *testing.B) {
			const n = 2000
			var text strings.Builder
			for i := range n {
				one := strings.NewReplacer(`"c1"`, fmt.Sprintf(`"c%d"`, i), `"e1"`, fmt.Sprintf(`"e%d"`, i), `"E1"`, fmt.Sprintf(`"E%d"`, i),
					`"s1"`, fmt.Sprintf(`"s%d"`, i), `"d1"`, fmt.Sprintf(`"d%d"`, i), `"c3"`, fmt.Sprintf(`"c%d"`, i), `"c4"`, fmt.Sprintf(`"c%d"`, i)).Replace(oneLine(record))
				text.WriteString(one + "\n")
			}
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				stats, problems, err := azure.ParseEvents(b.Context(), strings.NewReader(text.String()), name, records.Options{Now: now}, func(*auditlog.Event) error { return nil })
				if err != nil || stats.Parsed != n {
					b.Fatal(err, stats, problems)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkReadEntitlements reads role assignments with their users.
func BenchmarkReadEntitlements(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var users []string
			for i := range n {
				users = append(users, fmt.Sprintf(`{"id":"p%d","displayName":"User %[1]d","userPrincipalName":"u%[1]d@shop.example","userType":"Member","accountEnabled":true,"createdDateTime":"2024-01-01T00:00:00Z"}`, i))
			}
			text := "[" + assignments(0, n) + "]\n[" + strings.Join(users, ",") + "]"
			path := filepath.Join(b.TempDir(), "export.json")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				e, err := azure.ReadEntitlements(b.Context(), []string{path}, azure.FileOptions{Now: exported()})
				if err != nil || e.Stats.Taken != 2*n || len(e.Systems[0].Identities) != n {
					b.Fatal(err, e.Stats)
				}
			}
		})
	}
}
