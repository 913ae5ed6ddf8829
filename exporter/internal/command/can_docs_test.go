package command_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/leastward/leastward/internal/testkit"
)

// The examples of docs/can.md are what the program says.
func TestDocumentedQuestions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "can.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```console\n\\$ (exporter [^\n]*)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 6 {
		t.Fatalf("docs/can.md has %d examples", len(blocks))
	}
	var script, files strings.Builder
	for i, b := range blocks {
		fmt.Fprintf(&script, "exec %s\ncmp stdout want%d\n", b[1], i)
		fmt.Fprintf(&files, "-- want%d --\n%s", i, b[2])
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "docs.txtar"), []byte(script.String()+files.String()+inputs(t, string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: dir, RequireExplicitExec: true})
}

// inputs are the documents of the examples, with the flags that name them and
// the question of the batch as the text shows them.
func inputs(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	for name, language := range map[string]string{"documents": "", "requests.ndjson": "json"} {
		block := regexp.MustCompile("(?s)\n```" + language + "\n(.*?)```").FindStringSubmatch(text)
		if block == nil {
			t.Fatalf("docs/can.md does not show %s", name)
		}
		fmt.Fprintf(&b, "-- %s --\n%s", name, block[1])
	}
	for _, name := range []string{
		"can/details.json", "can/second.json", "can/organization.json", "can/policies.json", "can/functions.json", "clouds/azure.json", "clouds/gcp.json",
	} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "-- %s --\n%s", filepath.Base(name), data)
	}
	return b.String()
}
