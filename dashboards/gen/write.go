package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// write writes files into a folder and deletes those of the pattern that are none
// of them any more; with check it compares.
func write(dir, pattern string, files map[string][]byte, check bool) error {
	stale, err := others(dir, pattern, files)
	if err != nil {
		return err
	}
	if check {
		return compare(dir, files, stale)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // A folder of the repository.
		return err
	}
	for _, path := range stale {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	for name, want := range files {
		if err := os.WriteFile(filepath.Join(dir, name), want, 0o644); err != nil { //nolint:gosec // For everyone to read.
			return err
		}
	}
	return nil
}

// others returns the files of a pattern in a folder that are none of these.
func others(dir, pattern string, files map[string][]byte) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, pattern))
	return slices.DeleteFunc(paths, func(path string) bool { return files[filepath.Base(path)] != nil }), err
}

func compare(dir string, files map[string][]byte, stale []string) error {
	var problems []error
	for _, path := range stale {
		problems = append(problems, fmt.Errorf("%s is nothing that the generator makes; delete it", path))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name)
		have, err := os.ReadFile(path) //nolint:gosec // The path is the developer's own.
		switch {
		case err != nil:
			problems = append(problems, err)
		case !bytes.Equal(have, files[name]):
			problems = append(problems, fmt.Errorf("%s is out of date; run `go run ./dashboards/gen`", path))
		}
	}
	return errors.Join(problems...)
}
