package datasource_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// found returns what the group of a pattern matches in a file of the front end.
func found(t *testing.T, path, pattern string, atLeast int) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("src", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
		out = append(out, m[1])
	}
	if len(out) < atLeast {
		t.Fatalf("%s: only %d examples", path, len(out))
	}
	return out
}

// The audit queries that people begin with are right, and name actions that
// there are in the cloud whose spelling they have.
func TestExamplesAreQueries(t *testing.T) {
	t.Parallel()
	texts := found(t, "components/examples.ts", `audit\('[^']+', '([^']+)'`, 10)
	texts = append(texts, found(t, "builder/examples.ts", `title: '[^']+', text: '([^']+)'`, 6)...)
	clouds := map[entitlement.Cloud]int{}
	for _, text := range texts {
		q, err := query.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		for _, action := range actionsOf(q.Where) {
			clouds[cloudOf(t, action)]++
		}
	}
	for _, c := range entitlement.Clouds() {
		if clouds[c] == 0 {
			t.Errorf("no example names an action of %s", c.Title())
		}
	}
}

// Those that ask who can do something name actions that there are.
func TestExamplesNameActions(t *testing.T) {
	t.Parallel()
	for _, action := range found(t, "components/examples.ts", `'who_can', \{ action: \['([^']+)'\] \}`, 1) {
		cloudOf(t, action)
	}
}

// actionsOf returns the values of the conditions on actions.
func actionsOf(n *query.Node) []string {
	if n == nil {
		return nil
	}
	var out []string
	if n.Field == query.Action {
		out = append(out, n.Values...)
	}
	out = append(out, actionsOf(n.Not)...)
	for _, list := range [][]query.Node{n.All, n.Any} {
		for i := range list {
			out = append(out, actionsOf(&list[i])...)
		}
	}
	return out
}

// cloudOf returns the cloud by the spelling of an action or a pattern of some,
// which must match one.
func cloudOf(t *testing.T, action string) entitlement.Cloud {
	t.Helper()
	c := entitlement.GCP
	switch {
	case strings.Contains(action, ":"):
		c = entitlement.AWS
	case strings.Contains(action, "/"):
		c = entitlement.Azure
	}
	if catalog.Of(c).Match(action).Len() == 0 {
		t.Errorf("%s has no action %s", c.Title(), action)
	}
	return c
}
