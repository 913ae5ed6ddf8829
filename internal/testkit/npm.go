package testkit

import (
	"os"
	"path/filepath"
	"testing"
)

// Packages returns the folder where the npm packages of .ci/npm are installed,
// below node_modules. It skips the test where they are not, unless CI is set:
// there a test that silently never ran proves nothing.
func Packages(tb testing.TB) string {
	tb.Helper()
	dir := filepath.Join(Root(), ".cache", "npm")
	_, err := os.Stat(filepath.Join(dir, "node_modules"))
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		tb.Fatalf("the npm packages are not installed: %v; run `go tool mage packages`", err)
	default:
		tb.Skipf("the npm packages are not installed: %v; run `go tool mage packages`", err)
	}
	return dir
}
