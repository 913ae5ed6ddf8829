package aws_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A file that is written, added or removed gives another version, one that is
// left alone the same.
func TestFilesVersion(t *testing.T) {
	t.Parallel()
	files, dir := account(t)
	version := func() string {
		t.Helper()
		v, err := files.Version()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := version()
	if again := version(); again != first {
		t.Errorf("the version changed without reason: %s, %s", first, again)
	}
	seen := map[string]string{first: "at first"}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"touched", func() error {
			return os.Chtimes(filepath.Join(dir, "credentials.csv"), time.Time{}, time.Date(2020, 1, 1, 0, 0, 0, 1, time.UTC))
		}},
		{"added", func() error { return os.WriteFile(filepath.Join(dir, "authorization9.json"), []byte("{}"), 0o600) }},
		{"written", func() error { return os.WriteFile(filepath.Join(dir, "authorization9.json"), []byte("{ }"), 0o600) }},
		{"swapped", func() error {
			return os.Rename(filepath.Join(dir, "authorization9.json"), filepath.Join(dir, "authorization8.json"))
		}},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		v := version()
		if before, same := seen[v]; same {
			t.Errorf("%s: the version is that of %s", step.name, before)
		}
		seen[v] = step.name
	}
	files.Organization = filepath.Join(dir, "none.json")
	if _, err := files.Version(); err == nil {
		t.Error("a missing file has a version")
	}
}
