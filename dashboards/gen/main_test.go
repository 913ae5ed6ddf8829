package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommittedFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	if code := run([]string{"-check", "-root", "../.."}, &stderr); code != 0 {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
}

func TestCheckFindsWhatIsOutOfDate(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.CopyFS(filepath.Join(root, "alert-rules"), os.DirFS("../../alert-rules")); err != nil {
		t.Fatal(err)
	}
	check := func(want int, said ...string) {
		t.Helper()
		var stderr strings.Builder
		if code := run([]string{"-check", "-root", root}, &stderr); code != want {
			t.Errorf("exit code %d, want %d: %s", code, want, stderr.String())
		}
		for _, text := range said {
			if !strings.Contains(stderr.String(), text) {
				t.Errorf("%q does not say %q", stderr.String(), text)
			}
		}
	}
	check(1, "no such file")
	var stderr strings.Builder
	if code := run([]string{"-root", root}, &stderr); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	check(0)

	json := filepath.Join(root, "dashboards", "json")
	put(t, filepath.Join(json, "leastward-audit.json"), "{}")
	put(t, filepath.Join(json, "leastward-old.json"), "{}")
	rules := filepath.Join(root, "provisioning", "grafana", "alerting", "rules.yaml")
	put(t, rules, "groups: []")
	check(1, "leastward-audit.json is out of date", "leastward-old.json is nothing that the generator makes", "rules.yaml is out of date")

	if code := run([]string{"-root", root}, &stderr); code != 0 {
		t.Fatal(stderr.String())
	}
	check(0)
	if _, err := os.Stat(filepath.Join(json, "leastward-old.json")); err == nil {
		t.Error("a dashboard that there is no more was left")
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
