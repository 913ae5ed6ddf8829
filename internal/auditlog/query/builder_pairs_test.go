package query_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// The editor of the Grafana plugin is tested with texts and trees; these are
// what this package makes of them, in both directions.
func TestPairsOfBuilder(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "datasource", "src", "builder", "testdata", "pairs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var pairs []struct {
		Title, Text string
		Query       json.RawMessage
	}
	if err := json.Unmarshal(raw, &pairs); err != nil {
		t.Fatal(err)
	}
	if len(pairs) < 10 {
		t.Fatalf("%d pairs", len(pairs))
	}
	for _, pair := range pairs {
		t.Run(pair.Title, func(t *testing.T) {
			t.Parallel()
			checkPair(t, pair.Text, pair.Query)
		})
	}
}

func checkPair(t *testing.T, text string, tree json.RawMessage) {
	t.Helper()
	fromTree, err := query.Decode(tree)
	if err != nil {
		t.Fatal(err)
	}
	if err := fromTree.Validate(); err != nil {
		t.Fatal(err)
	}
	if got := fromTree.String(); got != text {
		t.Errorf("the text of the tree is\n%s, not\n%s", got, text)
	}
	fromText, err := query.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromTree.Normalise(), fromText.Normalise()); diff != "" {
		t.Errorf("the tree of the text (-want +got):\n%s", diff)
	}
	written, err := json.Marshal(fromText)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(anyOf(t, tree), anyOf(t, written)); diff != "" {
		t.Errorf("the JSON of the text (-want +got):\n%s", diff)
	}
}

func anyOf(t *testing.T, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
