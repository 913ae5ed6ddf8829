package quiet_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	_ "github.com/leastward/leastward/internal/auditlog/embedded" // With the engine.
)

// A program with the engine starts without a word.
func TestNothingIsSaidAtTheStart(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), self, "-test.run", "^$").CombinedOutput()
	if err != nil || strings.Contains(string(out), "PSI") {
		t.Errorf("the start says %q, %v", out, err)
	}
}
