package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct {
		name string
		args []string
		code int
		want string // In what goes to standard error.
		file string // That exists afterwards, by glob.
	}{
		{"tenant", []string{"--size=100", "--out=" + filepath.Join(dir, "a")}, 0, "", "a/truth.json"},
		{"events", []string{"--size=100", "--only-events=50", "--out=" + filepath.Join(dir, "b")}, 0, "", "b/aws/cloudtrail/AWSLogs/*/CloudTrail/*/*/*/*/*.json.gz"},
		{"Azure alone beside AWS", []string{"--size=100", "--azure=1", "--gcp=-1", "--out=" + filepath.Join(dir, "c")}, 0, "", "c/azure/logs/insights-activity-logs/*/*/*/*/*/*/*/*/PT1H.json"},
		{"bad share", []string{"--out=x", "--azure=3"}, 1, "azure share and gcp share: 3 and 0.3 are not from 0 to 1", ""},
		{"no directory", nil, 1, "'--out' not provided", ""},
		{"bad time", []string{"--out=x", "--until=tomorrow"}, 1, `until: "tomorrow" is not a time such as 2026-11-28T00:00:00Z`, ""},
		{"bad size", []string{"--out=x", "--size=3"}, 1, "size: 3 is not from 100 to 100000", ""},
		{"directory is a file", []string{"--size=100", "--out=main.go"}, 1, "make a folder for the sample tenant", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			if code := run(c.args, &stdout, &stderr); code != c.code || !strings.Contains(stderr.String(), c.want) {
				t.Errorf("exit code %d with %q, want %d with %q", code, stderr.String(), c.code, c.want)
			}
			if c.file == "" {
				return
			}
			if found, err := filepath.Glob(filepath.Join(dir, c.file)); err != nil || len(found) == 0 {
				t.Errorf("%s is not there", c.file)
			}
		})
	}
}
