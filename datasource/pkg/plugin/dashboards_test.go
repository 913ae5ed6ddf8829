package plugin_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/datasource/pkg/plugin"
	"github.com/leastward/leastward/internal/testkit"
)

// board is what a file of a dashboard says about its questions.
type board struct {
	UID        string `json:"uid"`
	Templating struct {
		List []struct {
			Name, Type string
			IncludeAll bool
			Current    struct{ Value any }
		}
	}
	Panels []boardPanel
}

type boardPanel struct {
	Title   string
	Targets []map[string]any
	Panels  []boardPanel // Of a row that is folded.
}

// readBoards reads the dashboards.
func readBoards(tb testing.TB) []board {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(testkit.Root(), "dashboards", "json", "*.json"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("dashboards: %v, %v", files, err)
	}
	list := make([]board, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		if err := json.Unmarshal(text, &list[i]); err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
	}
	return list
}

// requests are those of the panels about 90 days, and the number of their
// queries.
func (r *real) requests(tb testing.TB, d *board) (list []request, queries int) {
	tb.Helper()
	chosen := r.choose(tb, d)
	for panels := d.Panels; len(panels) > 0; {
		p := panels[0]
		panels = append(panels[1:], p.Panels...)
		req := &backend.QueryDataRequest{PluginContext: r.pc}
		for _, target := range p.Targets {
			if source, ok := target["datasource"].(map[string]any); !ok || source["type"] != plugin.ID {
				continue
			}
			req.Queries = append(req.Queries, r.asked(tb, target, chosen))
		}
		if queries += len(req.Queries); len(req.Queries) > 0 {
			list = append(list, request{p.Title, req})
		}
	}
	return list, queries
}

func (r *real) asked(tb testing.TB, target map[string]any, chosen choice) backend.DataQuery {
	tb.Helper()
	query, _ := chosen.in(target)
	text, err := json.Marshal(query)
	if err != nil {
		tb.Fatal(err)
	}
	q := dataQuery(string(text))
	q.RefID, _ = target["refId"].(string)
	q.TimeRange = backend.TimeRange{From: r.now.AddDate(0, 0, -90), To: r.now}
	q.Interval, q.MaxDataPoints = 3*time.Hour, 800
	return q
}

// choice has the values of variables; none stand for everything.
type choice map[string][]string

// choose chooses as a user would: everything where there is such a choice, else
// the largest account, who used most actions, and a role that outsiders enter.
func (r *real) choose(tb testing.TB, d *board) choice {
	tb.Helper()
	out := choice{}
	for _, v := range d.Templating.List {
		switch {
		case v.Type == "query" && !v.IncludeAll:
			out[v.Name] = []string{r.one(tb, v.Name)}
		case v.Type == "custom":
			out[v.Name] = chosenOf(v.Current.Value)
		default:
			out[v.Name] = nil
		}
	}
	return out
}

func chosenOf(current any) (list []string) {
	some, _ := current.([]any)
	for _, v := range some {
		if text, ok := v.(string); ok && text != "$__all" {
			list = append(list, text)
		}
	}
	return list
}

func (r *real) one(tb testing.TB, variable string) string {
	tb.Helper()
	var text, column string
	switch variable {
	case "system":
		text, column = `{"queryType":"entitlements","limit":1,"table":{"name":"systems","columns":["system"],"sort":[{"by":"identities","descending":true}]}}`, "system"
	case "identity":
		text, column = `{"queryType":"entitlements","limit":1,"table":{"name":"identities","columns":["identity"],"filters":{"type":["user","role"]},"sort":[{"by":"used","descending":true}]}}`, "identity"
	case "role":
		text, column = `{"queryType":"entitlements","limit":1,"table":{"name":"external_access","columns":["role"]}}`, "role"
	default:
		tb.Fatalf("nobody chooses a value of the variable %s", variable)
	}
	got := r.ask(text)
	if got.Error != nil || len(got.Frames) == 0 || got.Frames[0].Rows() == 0 {
		tb.Fatalf("a value of %s: %v", variable, got.Error)
	}
	return texts(tb, got.Frames, column)[0]
}

// in puts the chosen values into a part of a query. It is false where a list's
// variable stands for everything: then the filter or condition goes away.
func (c choice) in(part any) (any, bool) {
	switch part := part.(type) {
	case string:
		if values, ok := c[strings.TrimPrefix(part, "$")]; ok && strings.HasPrefix(part, "$") {
			return strings.Join(values, ","), len(values) > 0
		}
	case []any:
		return c.inList(part)
	case map[string]any:
		return c.inMap(part)
	}
	return part, true
}

func (c choice) inList(list []any) (any, bool) {
	out := []any{}
	for _, v := range list {
		text, isText := v.(string)
		switch values, isVariable := c[strings.TrimPrefix(text, "$")]; {
		case strings.HasPrefix(text, "$") && isVariable && len(values) == 0:
			return nil, false
		case strings.HasPrefix(text, "$") && isVariable:
			for _, value := range values {
				out = append(out, value)
			}
		default:
			if got, keep := c.in(v); keep || isText {
				out = append(out, got)
			}
		}
	}
	return out, len(out) > 0 || len(list) == 0
}

func (c choice) inMap(m map[string]any) (any, bool) {
	out := map[string]any{}
	for name, v := range m {
		got, keep := c.in(v)
		switch {
		case keep:
			out[name] = got
		case name == "values" || name == "all" || name == "any" || name == "not":
			return nil, false
		}
	}
	return out, true
}

// What is asked of dashboards in the benchmark is what the front end asks: no
// condition is left of a variable that stands for everything.
func TestChoice(t *testing.T) {
	t.Parallel()
	c := choice{"system": nil, "category": nil, "identity": {"ana"}, "cloud": {"aws", "gcp"}, "key": nil}
	for text, want := range map[string]string{
		`{"scope":{"systems":["$system"],"clouds":["$cloud"]}}`:                                                `{"scope":{"clouds":["aws","gcp"]}}`,
		`{"filters":{"category":["$category"],"identity":["$identity"],"pending":["yes"]}}`:                    `{"filters":{"identity":["ana"],"pending":["yes"]}}`,
		`{"path":{"value":"$identity"},"sort":[]}`:                                                             `{"path":{"value":"ana"},"sort":[]}`,
		`{"where":{"all":[{"field":"key","values":["$key"]},{"not":{"field":"identity","values":["$key"]}}]}}`: `{}`,
		`{"where":{"any":[{"field":"key","values":["$key"]},{"field":"outcome","values":["$a"]}]}}`:            `{"where":{"any":[{"field":"outcome","values":["$a"]}]}}`,
	} {
		var in, wanted any
		if err := json.Unmarshal([]byte(text), &in); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(want), &wanted); err != nil {
			t.Fatal(err)
		}
		got, _ := c.in(in)
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}
