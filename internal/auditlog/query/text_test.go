package query_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/query/querytest"
	"github.com/leastward/leastward/internal/config"
)

// queries draws valid queries, with what stands beside the text left out.
func queries() *rapid.Generator[query.Query] {
	return rapid.Custom(func(t *rapid.T) query.Query {
		var q query.Query
		if rapid.Bool().Draw(t, "where") {
			q.Where = querytest.Nodes(querytest.Options{Broken: true}).Draw(t, "node")
		}
		switch rapid.IntRange(0, 2).Draw(t, "answer") {
		case 0:
			q.Group = &query.Group{By: by(t), Aggregates: aggregates(t)}
		case 1:
			q.Series = series(t)
			return q
		}
		q.Sort = orders(t, &q)
		q.Limit = rapid.IntRange(0, query.MaxLimit).Draw(t, "limit")
		return q
	})
}

func groupableFields() (list []query.Field) {
	for _, f := range query.Fields() {
		if f.Group {
			list = append(list, f.Name)
		}
	}
	return list
}

func by(t *rapid.T) []query.Field {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(groupableFields()), 0, 4, rapid.ID).Draw(t, "by")
}

func aggregates(t *rapid.T) []query.Aggregate {
	all := []query.Aggregate{{Function: query.Count}, {Function: query.First}, {Function: query.Last}}
	for _, f := range groupableFields()[:4] {
		all = append(all, query.Aggregate{Function: query.Unique, Field: f})
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, 4, rapid.ID).Draw(t, "aggregates")
}

func series(t *rapid.T) *query.Series {
	s := &query.Series{
		Step: config.Duration(time.Duration(rapid.IntRange(0, 100_000).Draw(t, "step")) * time.Second),
		By:   by(t), Top: rapid.IntRange(0, query.MaxTop).Draw(t, "top"),
	}
	if s.Step.Std() < time.Minute {
		s.Step = 0
	}
	switch rapid.IntRange(0, 2).Draw(t, "function") {
	case 0:
		s.Function = query.Count
	case 1:
		s.Function, s.Field = query.Unique, query.Identity
	}
	return s
}

func orders(t *rapid.T, q *query.Query) (list []query.Order) {
	var columns []string
	if q.Group == nil {
		columns = []string{"time", "identity", "outcome", "ingested"}
	} else {
		for _, f := range q.Group.By {
			columns = append(columns, string(f))
		}
		for _, a := range q.Group.Columns() {
			columns = append(columns, a.String())
		}
	}
	for _, c := range rapid.SliceOfNDistinct(rapid.SampledFrom(columns), 0, 3, rapid.ID).Draw(t, "sort") {
		list = append(list, query.Order{By: c, Descending: rapid.Bool().Draw(t, "descending")})
	}
	return list
}

// A query, its text and its JSON are one and the same.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := queries().Draw(t, "query")
		if err := q.Validate(); err != nil {
			t.Fatalf("Validate: %v", err)
		}
		want, text := q.Normalise(), q.String()
		got, err := query.Parse(text)
		if err != nil {
			t.Fatalf("Parse(%s): %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("Parse(%s):\n%s", text, diff)
		}
		if again := got.String(); again != text {
			t.Fatalf("text %s became %s", text, again)
		}
		if diff := cmp.Diff(want, want.Normalise()); diff != "" {
			t.Fatalf("Normalise twice:\n%s", diff)
		}
		data, err := q.Encode()
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := query.Decode(data)
		if diff := cmp.Diff(want, decoded.Normalise()); err != nil || diff != "" {
			t.Fatalf("Decode(%s): %v\n%s", data, err, diff)
		}
		var through query.Query
		if err := json.Unmarshal(data, &through); err != nil || cmp.Diff(decoded, through) != "" {
			t.Fatalf("Unmarshal: %v", err)
		}
	})
}

// Neither the normal form nor what is left without the disabled changes what a
// condition takes.
func TestNormaliseMeansTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := querytest.Nodes(querytest.Options{}).Draw(t, "node")
		ev := querytest.Events().Draw(t, "event")
		w := querytest.World{Ingested: ev.Time, Folders: map[string][]string{"production": {"111122223333"}}}
		want := querytest.Match(n, &ev, w)
		if got := querytest.Match(n.Normalise(), &ev, w); got != want {
			t.Errorf("%s: normal form %v, want %v", n, got, want)
		}
		if got := querytest.Match(n.Active(), &ev, w); got != want {
			t.Errorf("%s: active form %v, want %v", n, got, want)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`outcome:denied and action:iam:* and not identity:ci-*`, `* | count, unique(action), first, last by identity | sort -count | limit 10`,
		`(a or "b c") disabled(user!:~(x, 'y z')) | series unique(user) 1h by outcome top 5`, `ip:(10.0.0.0/8, 192.0.2.1) time:>=2026-01-02`,
		"tab\tuser:\"\\x1b\\u{1f600}\\*\"*?\\**", `name:matches(a) name:is() not not (not x)`, `resource_tag!:a=b state:FAILED read_only:True`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := query.Parse(text)
		if err != nil {
			if e, ok := errors.AsType[*query.SyntaxError](err); !ok || e.Offset < 0 || e.Offset > len(text) || e.Error() == "" {
				t.Fatalf("%#v", err)
			}
			return
		}
		printed := q.String()
		again, err := query.Parse(printed)
		if err != nil {
			t.Fatalf("%q is %s: %v", text, printed, err)
		}
		if diff := cmp.Diff(q, again); diff != "" || again.String() != printed {
			t.Fatalf("%q is %s:\n%s", text, printed, diff)
		}
	})
}

// Whatever JSON is taken: it is the same after the way through JSON, and what
// the text covers is the same after the way through text.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"range":{"last":"1d"},"where":{"all":[{"field":"outcome","op":"is","values":["success"]},{"not":{"field":"name","op":"matches","values":["a*\\**"]}}]}}`,
		`{"where":{"any":[{"field":"address","op":"in_cidr","values":["10.0.0.0/8"]},{"field":"text","op":"contains","values":["a b"],"disabled":true}]},"limit":5}`,
		`{"group":{"by":["identity"],"aggregates":[{"function":"unique","field":"action"}]},"sort":[{"by":"unique(action)","descending":true}]}`,
		`{"series":{"step":"1h","by":["outcome"],"top":5,"function":"unique","field":"identity"},"systems":["1"],"folders":["x"],"clouds":["aws"]}`,
		`{"where":{"field":"time","op":"less","values":["2026-01-31T12:00:00.5+01:00"]},"range":{"from":"2026-01-01T00:00:00Z"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := query.Decode(data)
		if err != nil {
			return
		}
		encoded, err := q.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := query.Decode(encoded)
		if diff := cmp.Diff(q.Normalise(), again.Normalise()); err != nil || diff != "" {
			t.Fatalf("%s: %v\n%s", encoded, err, diff)
		}
		text := q.String()
		if q.Validate() != nil || len(text) > query.MaxBytes {
			return
		}
		parsed, err := query.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		n := q.Normalise()
		if diff := cmp.Diff(n, query.Query{
			Range: n.Range, Clouds: n.Clouds, Systems: n.Systems, Folders: n.Folders, Cursor: n.Cursor,
			Where: parsed.Where, Group: parsed.Group, Series: parsed.Series, Sort: parsed.Sort, Limit: parsed.Limit,
		}); diff != "" {
			t.Fatalf("%s:\n%s", text, diff)
		}
	})
}
