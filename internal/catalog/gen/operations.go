package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// operationsFile is our own list of operations of Azure.
const operationsFile = "operations_azure.txt"

// readOperations reads it: lines of a plane, c or d, and a name in which {a,b}
// stands for each of its words. There need be none.
func readOperations(dir string) (map[string]entry, error) {
	raw, err := os.ReadFile(filepath.Join(dir, operationsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the list of operations: %w", err)
	}
	listed := map[string]entry{}
	n := 0
	for line := range strings.Lines(string(raw)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		kind, pattern, _ := strings.Cut(line, "\t")
		names, err := expand(pattern)
		if err != nil || kind != "c" && kind != "d" {
			return nil, fmt.Errorf("%s:%d: %q is not c or d, a tab and a name in which {a,b} stands for its words", operationsFile, n, line)
		}
		for _, name := range names {
			list(listed, name, kind == "d")
		}
	}
	return listed, nil
}

// list notes one name on a plane, and on both where it was on the other.
func list(listed map[string]entry, name string, data bool) {
	var flag byte
	if data {
		flag = 'a'
	}
	if old, ok := listed[strings.ToLower(name)]; ok && old.data != flag {
		flag = 'b'
	}
	listed[strings.ToLower(name)] = entry{name: name, data: flag}
}

// expand returns every name that a pattern stands for.
func expand(pattern string) ([]string, error) {
	head, rest, ok := strings.Cut(pattern, "{")
	if !ok {
		if !strings.Contains(pattern, "/") || strings.ContainsAny(pattern, "{} \t") {
			return nil, fmt.Errorf("%q is not the name of an operation", pattern)
		}
		return []string{pattern}, nil
	}
	words, tail, ok := strings.Cut(rest, "}")
	if !ok {
		return nil, fmt.Errorf("%q has a { without }", pattern)
	}
	var out []string
	for word := range strings.SplitSeq(words, ",") {
		names, err := expand(head + word + tail)
		if err != nil {
			return nil, err
		}
		out = append(out, names...)
	}
	return out, nil
}

// overlay adds what is listed; of what is there already, the plane is that of the
// list and the spelling stays.
func overlay(entries []entry, listed map[string]entry) []entry {
	all := map[string]entry{}
	for _, e := range entries {
		all[strings.ToLower(e.name)] = e
	}
	for lower, e := range listed {
		if old, ok := all[lower]; ok {
			e.name = old.name
		}
		all[lower] = e
	}
	return sorted(all)
}
