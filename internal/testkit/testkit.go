// Package testkit holds what the tests of several packages share: where the
// public data and the tools stand, and how to run them.
package testkit

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Root returns the root of the repository.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// SharedData returns the path of a file or folder of the public data beside
// the repository (../shared/data, or $LEASTWARD_SHARED/data) and skips the
// test where it is absent.
func SharedData(tb testing.TB, elem ...string) string {
	tb.Helper()
	base := os.Getenv("LEASTWARD_SHARED")
	if base == "" {
		base = filepath.Join(Root(), "..", "shared")
	}
	path := filepath.Join(append([]string{base, "data"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("public data is not here: %v; set LEASTWARD_SHARED to the folder that has it", err)
	}
	return path
}
