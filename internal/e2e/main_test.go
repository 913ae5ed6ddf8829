// Package e2e_test runs the whole suite as its users do: real programs on
// loopback, from a cloud account to the change that an alert leads to.
package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/testkit"
)

// Limits are generous: a loaded machine is no failure, and nothing waits
// longer than it must.
const (
	startLimit = 2 * time.Minute
	waitLimit  = 2 * time.Minute
)

// programs builds ours once and returns the folder that holds them.
var programs = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "leastward-e2e")
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(context.Background(), "go", "build", "-o", dir+string(filepath.Separator), "./exporter", "./remediator")
	cmd.Dir = testkit.Root()
	if out, err := cmd.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	m.Run() // The exit code is passed on.
	if dir, _ := programs(); dir != "" {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// program returns the path of one of our programs.
func program(t *testing.T, name string) string {
	t.Helper()
	dir, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}
