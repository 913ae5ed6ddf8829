package reports_test

import (
	"os"
	"strings"
	"testing"

	"github.com/leastward/leastward/exporter/internal/reports"
)

// The documentation has each report with its parts.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/reports.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range reports.Definitions() {
		_, row, found := strings.Cut(string(text), "| `"+string(d.Kind)+"` | ")
		parts, _, _ := strings.Cut(row, " |")
		var want []string
		for _, p := range d.Parts {
			want = append(want, "`"+p.Name+"`")
		}
		if len(want) == 0 {
			want = []string{"–"}
		}
		if !found || parts != strings.Join(want, ", ") {
			t.Errorf("%s is documented with parts %s, want %s", d.Kind, parts, strings.Join(want, ", "))
		}
		for _, p := range d.Parts {
			for _, s := range p.Sheets {
				if s.Table != "holders" && !strings.Contains(string(text), "`"+s.Table+"`") {
					t.Errorf("%s is made of table %s, which is not documented", d.Kind, s.Table)
				}
			}
		}
	}
}
