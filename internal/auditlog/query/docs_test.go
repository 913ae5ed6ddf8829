package query_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

var update = flag.Bool("update", false, "write what is generated of docs/audit-queries.md")

func document(t *testing.T) (path, text string) {
	t.Helper()
	path = filepath.Join(testkit.Root(), "docs", "audit-queries.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, string(data)
}

// blocks returns the fenced blocks of a language.
func blocks(text, language string) []string {
	var list []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list
}

// Every example is a query that can be asked.
func TestDocumentedQueries(t *testing.T) {
	t.Parallel()
	_, text := document(t)
	queries := blocks(text, "query")
	if len(queries) < 10 {
		t.Fatalf("%d examples", len(queries))
	}
	for _, example := range queries {
		q, err := query.Parse(strings.TrimSpace(example))
		if err != nil {
			t.Error(err)
			continue
		}
		compile(t, &q)
	}
}

func compile(t *testing.T, q *query.Query) {
	t.Helper()
	plan, err := logsql.Compile(q, logsql.Options{
		Now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Catalog: catalog.AWS(),
		Folders: func(string) []entitlement.SystemID { return []entitlement.SystemID{"111122223333"} },
		Tagged: func(query.Field, string, string, query.Operator) ([]string, error) {
			return []string{"arn:aws:iam::111122223333:user/ana"}, nil
		},
	})
	if err != nil || plan.LogsQL == "" {
		t.Errorf("compile %s: %v", q, err)
	}
}

// The JSON is what the program and the schema take, and the first is the text
// above it.
func TestDocumentedJSON(t *testing.T) {
	t.Parallel()
	_, text := document(t)
	root := schemaOf(t)
	examples := blocks(text, "json")
	if len(examples) < 2 {
		t.Fatalf("%d examples", len(examples))
	}
	for i, example := range examples {
		q, err := query.Decode([]byte(example))
		if err == nil {
			err = q.Validate()
		}
		if err != nil {
			t.Error(err)
			continue
		}
		if err := root.check([]byte(example)); err != nil {
			t.Error(err)
		}
		compile(t, &q)
		if i == 0 {
			before, _, _ := strings.Cut(text, "```json\n")
			above := blocks(before, "query")
			want, err := query.Parse(strings.TrimSpace(above[len(above)-1]))
			want.Range = q.Range
			if diff := cmp.Diff(want, q.Normalise()); err != nil || diff != "" {
				t.Error(err, diff)
			}
		}
	}
}

// The two ways to write without and with parentheses are the same.
func TestDocumentedPrecedence(t *testing.T) {
	t.Parallel()
	_, text := document(t)
	_, section, _ := strings.Cut(text, "### And, or, not")
	both := blocks(section, "query")[:2]
	a, _ := query.Parse(strings.TrimSpace(both[0]))
	b, _ := query.Parse(strings.TrimSpace(both[1]))
	if diff := cmp.Diff(a, b); diff != "" || a.Where == nil {
		t.Error(diff)
	}
}

// The table of fields is that of the program, and every operator is named.
func TestDocumentedFields(t *testing.T) {
	path, text := document(t)
	var table strings.Builder
	table.WriteString("| field | title | values | meaning | example |\n|---|---|---|---|---|\n")
	for _, f := range query.Fields() {
		fmt.Fprintf(&table, "| `%s`%s | %s | %s | %s | `%s` |\n", f.Name, aliases(&f), f.Title, valuesOf(&f), f.Help, example(t, &f))
	}
	const begin, end = "<!-- fields -->\n", "<!-- end -->\n"
	before, rest, ok := strings.Cut(text, begin)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the document has no place for the fields")
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+table.String()+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
		got = table.String()
	}
	if diff := cmp.Diff(table.String(), got); diff != "" {
		t.Errorf("run go test -run TestDocumentedFields ./internal/auditlog/query -update:\n%s", diff)
	}
	for _, op := range query.Operators() {
		plain, _ := op.Plain()
		if !strings.Contains(text, "`"+string(plain)+"`") {
			t.Errorf("operator %s is not documented", plain)
		}
	}
}

func aliases(f *query.Info) string {
	if len(f.Aliases) == 0 {
		return ""
	}
	return ", `" + strings.Join(f.Aliases, "`, `") + "`"
}

func valuesOf(f *query.Info) string {
	text := string(f.Kind)
	switch f.Kind {
	case query.KindEnum:
		text = "`" + strings.Join(f.Values, "`, `") + "`"
	case query.KindBool:
		text = "`true`, `false`"
	case query.KindWords:
		text = "words"
	case query.KindText, query.KindAddress, query.KindTime, query.KindTag:
	}
	if f.Several {
		text += "; several"
	}
	return text
}

// example is a condition with the field, in canonical form.
func example(t *testing.T, f *query.Info) string {
	t.Helper()
	op := f.Operators[0]
	n := &query.Node{Field: f.Name, Operator: op, Values: []string{f.Example}}
	if err := n.Validate(); err != nil {
		t.Error(err)
	}
	return n.String()
}
