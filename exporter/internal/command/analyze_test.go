package command_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/leastward/leastward/exporter/internal/analyze"
	"github.com/leastward/leastward/exporter/internal/command"
)

func summarise(t *testing.T, args ...string) *analyze.Summary {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := command.Run(append([]string{"analyze", "--format", "json"}, args...), &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	var s analyze.Summary
	d := json.NewDecoder(&stdout)
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		t.Fatal(err)
	}
	return &s
}
