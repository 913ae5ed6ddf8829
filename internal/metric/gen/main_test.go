package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/metric"
)

func TestRun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "metrics.md")
	steps := []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-check", "-out", path}, 1, "no such file"},
		{[]string{"-out", path}, 0, ""},
		{[]string{"-check", "-out", path}, 0, ""},
		{[]string{"-nonsense"}, 2, "not defined"},
	}
	for _, step := range steps {
		var stderr bytes.Buffer
		if code := run(step.args, &stderr); code != step.code || !strings.Contains(stderr.String(), step.says) {
			t.Fatalf("%q: got %d, %q", step.args, code, stderr.String())
		}
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, metric.Document()) {
		t.Errorf("the page differs: %v", err)
	}
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	if code := run([]string{"-check", "-out", path}, &stderr); code != 1 || !strings.Contains(stderr.String(), "is out of date") {
		t.Errorf("got %d, %q", code, stderr.String())
	}
}
