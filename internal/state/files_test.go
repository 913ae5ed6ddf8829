package state_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadDefinitions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "b.yaml", `
queries:
  - name: By account
    description: What one account did.
    text: 'outcome:denied | count by identity | limit 20'
    last: 30d
    systems: [012345678901]
  - name: Tree
    query:
      range: {from: 2026-01-01T00:00:00Z, to: 2026-02-01T00:00:00Z}
      where: {all: [{field: system, op: is, values: [012345678901]}, {field: action, op: exists, disabled: true}]}
      sort: [{by: time, descending: true}]
      limit: 7
`)
	write(t, dir, "a.json", `{"queries": [{"name": "JSON", "text": "action:iam:*"}]}`)
	write(t, dir, "notes.txt", "nothing")
	got, err := state.ReadDefinitions(dir)
	if err != nil {
		t.Fatal(err)
	}
	list := []state.Definition{
		{Name: "JSON", Origin: filepath.Join(dir, "a.json"), Query: query.Query{Where: &query.Node{Field: query.Action, Operator: query.Matches, Values: []string{"iam:*"}}}},
		{
			Name: "By account", Description: "What one account did.", Origin: filepath.Join(dir, "b.yaml"),
			Query: query.Query{
				Range: query.Range{Last: config.Duration(30 * 24 * time.Hour)}, Systems: []entitlement.SystemID{"012345678901"}, Where: denied().Where,
				Group: &query.Group{By: []query.Field{query.Identity}, Aggregates: got[1].Query.Group.Aggregates}, Limit: 20,
			},
		},
		{
			Name: "Tree", Origin: filepath.Join(dir, "b.yaml"),
			Query: query.Query{
				Range: query.Range{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)},
				Where: &query.Node{All: []query.Node{
					{Field: query.System, Operator: query.Is, Values: []string{"012345678901"}},
					{Field: query.Action, Operator: query.Exists, Disabled: true},
				}},
				Sort: []query.Order{{By: "time", Descending: true}}, Limit: 7,
			},
		},
	}
	if diff := cmp.Diff(list, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadDefinitionsRejects(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"queries: [{name: a, text: 'outcome:denied', when: now}]":                    `line 1: there is no field "when"`,
		"queries: [{name: a, text: 'outcome:perhaps'}]":                              `queries[0] ("a"): text: `,
		"queries: [{name: a, text: 'x', query: {}}]":                                 `queries[0] ("a"): query: text, last, from`,
		"queries: [{name: a, query: {where: {feild: x}}}]":                           `query.where.feild: `,
		"queries: [{name: a, query: {limit: 0x10}}]":                                 `line 1: query.limit: `,
		"queries: [{name: a, query: {limit: 1_000}}]":                                `line 1: query.limit: `,
		"queries: [{name: a, query: {limit: many}}]":                                 `query.limit: `,
		"queries: [{name: a, query: {where: {field: x, op: is, values: [y]}}}]":      `query.where.field: `,
		"queries: [{text: 'outcome:denied'}]":                                        `query "": name: missing`,
		"queries: [{name: a, text: x}, {name: A, text: x}]":                          `query "A": name: `,
		"queries: [{name: a, query: {where: &x {field: id, op: exists}, sort: *x}}]": `an alias does not fit here`,
	} {
		path := write(t, t.TempDir(), "q.yaml", text)
		if _, err := state.ReadDefinitions(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s:\n%v\nwant %s", text, err, want)
		}
	}
	missing := filepath.Join(t.TempDir(), "missing")
	if _, err := state.ReadDefinitions(missing); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("a missing directory: %v", err)
	}
}
