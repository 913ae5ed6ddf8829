package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// table is one of the tables in internal/catalog/data: lines of tab-separated
// fields, "#" begins a comment. The key is an action, or a pattern of actions
// with "*".
type table struct {
	name string
	rows []row
}

type row struct {
	line   int
	fields []string
}

func readTable(dir, name string) (*table, error) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("read the table: %w", err)
	}
	return parseTable(name, string(text)), nil
}

func parseTable(name, text string) *table {
	t := &table{name: name}
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		t.rows = append(t.rows, row{line: n, fields: strings.Split(line, "\t")})
	}
	return t
}

// resolve returns the last field of each row by the actions that its first
// field names. A row that names no action is an error: the table is stale.
func (t *table) resolve(actions []string) (map[string]string, error) {
	byLower := make(map[string]string, len(actions))
	for _, a := range actions {
		byLower[strings.ToLower(a)] = a
	}
	out := map[string]string{}
	for _, r := range t.rows {
		value := r.fields[len(r.fields)-1]
		hits := named(strings.ToLower(r.fields[0]), byLower)
		if len(hits) == 0 {
			return nil, fmt.Errorf("%s:%d: %q names no action of the data set; correct or remove the row", t.name, r.line, r.fields[0])
		}
		for _, a := range hits {
			out[a] = value
		}
	}
	return out, nil
}

func named(pattern string, byLower map[string]string) []string {
	prefix, suffix, ok := strings.Cut(pattern, "*")
	if !ok {
		if a, ok := byLower[pattern]; ok {
			return []string{a}
		}
		return nil
	}
	var out []string
	for low, a := range byLower {
		if len(low) >= len(prefix)+len(suffix) && strings.HasPrefix(low, prefix) && strings.HasSuffix(low, suffix) {
			out = append(out, a)
		}
	}
	return out
}
