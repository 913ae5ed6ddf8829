package metric_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/metric"
)

func TestDocumentIsUpToDate(t *testing.T) {
	t.Parallel()
	got, err := os.ReadFile(filepath.Join("..", "..", "docs", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(metric.Document()), string(got)); diff != "" {
		t.Errorf("docs/metrics.md is out of date; run `go run ./internal/metric/gen`:\n%s", diff)
	}
}
