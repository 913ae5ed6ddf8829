package testkit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/testkit"
)

// Every direct requirement of go.mod is explained in docs/dependencies.md.
func TestDirectDependenciesAreExplained(t *testing.T) {
	t.Parallel()
	text := func(elem ...string) string {
		data, err := os.ReadFile(filepath.Join(append([]string{testkit.Root()}, elem...)...))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	explained := text("docs", "dependencies.md")
	direct := 0
	for line := range strings.Lines(text("go.mod")) {
		module, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "require "), " v")
		if !ok || strings.Contains(line, "// indirect") || !strings.Contains(module, "/") {
			continue
		}
		direct++
		if !strings.Contains(explained, module) && !part(module) {
			t.Errorf("%s is not explained in docs/dependencies.md", module)
		}
	}
	if direct < 20 {
		t.Errorf("only %d direct requirements found in go.mod", direct)
	}
}

// part reports whether a module is a part of one that is explained with its
// parts.
func part(module string) bool {
	return strings.HasPrefix(module, "github.com/aws/aws-sdk-go-v2/") || strings.HasPrefix(module, "github.com/Azure/azure-sdk-for-go/sdk/") ||
		strings.HasPrefix(module, "github.com/riverqueue/river/")
}
