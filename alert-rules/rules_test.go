// Package alertrules_test holds the shipped alert rules against the two
// programs that evaluate them, vmalert and Prometheus, and against the table of
// metrics and the label contract.
package alertrules_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/testkit"
)

// runner runs unit tests of rules in one of the tools.
type runner struct {
	tool string
	// expressions is what the tool calls its tests of expressions.
	expressions string
	args        func(files []string) []string
}

func runners() []runner {
	return []runner{
		{"promtool", "promql_expr_test", func(files []string) []string { return append([]string{"test", "rules"}, files...) }},
		{"vmalert-tool", "metricsql_expr_test", func(files []string) []string {
			return []string{"unittest", "--disableAlertgroupLabel", "--files", strings.Join(files, ",")}
		}},
	}
}

// run runs the tool and returns whether the unit tests passed.
func (r runner) run(t *testing.T, files []string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), testkit.Tool(t, r.tool), r.args(files)...).CombinedOutput()
	return string(out), err
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, r := range runners() {
		t.Run(r.tool, func(t *testing.T) {
			t.Parallel()
			if out, err := r.run(t, glob(t, "tests/*_test.yml")); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// The tools do see a rule that is wrong: the tests above can fail.
func TestToolsSeeWrongRules(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	damage(t, "collection.yml", filepath.Join(dir, "collection.yml"), "(ciem_collect_up) == 0", "(ciem_collect_up) == 1")
	damage(t, "tests/collection_test.yml", filepath.Join(dir, "tests", "collection_test.yml"), "", "")
	for _, r := range runners() {
		t.Run(r.tool, func(t *testing.T) {
			t.Parallel()
			if out, err := r.run(t, []string{filepath.Join(dir, "tests", "collection_test.yml")}); err == nil {
				t.Errorf("passed with a wrong rule:\n%s", out)
			}
		})
	}
}

func damage(t *testing.T, from, to, old, replacement string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s has no %q", from, old)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, []byte(strings.ReplaceAll(string(text), old, replacement)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPromtoolAcceptsTheRules(t *testing.T) {
	t.Parallel()
	promtool := testkit.Tool(t, "promtool")
	for _, path := range ruleFiles(t) {
		if out, err := exec.CommandContext(t.Context(), promtool, "check", "rules", path).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}
