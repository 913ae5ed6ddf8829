package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Tool returns the path of a program that tests run beside ours: one of the
// pinned tools in bin/tools, or a program on the PATH. It skips the test where
// there is neither, unless CI is set: there a missing tool is a failure, for a
// test that silently never ran proves nothing.
func Tool(tb testing.TB, name string) string {
	tb.Helper()
	if path := filepath.Join(Root(), "bin", "tools", name); executable(path) {
		return path
	}
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	const remedy = "run `go tool mage tools` (pinned Go tools) or install it"
	if os.Getenv("CI") != "" {
		tb.Fatalf("%s is neither in bin/tools nor on the PATH: %s", name, remedy)
	}
	tb.Skipf("%s is neither in bin/tools nor on the PATH: %s", name, remedy)
	return ""
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}
