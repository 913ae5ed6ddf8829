package query_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// Each is one query with everything that is wrong with it.
func TestValidate(t *testing.T) {
	t.Parallel()
	leaf := func(rest string) string { return `{"where": {"all": [` + rest + `]}}` }
	for _, test := range []struct{ json, want string }{
		{`{}`, ``},
		{`{"range": {"last": "1y"}, "where": {"all": []}, "sort": [{"by": "time"}, {"by": "identity"}], "limit": 10000}`, ``},
		{`{"range": {"last": "1h", "from": "2026-01-01T00:00:00Z"}}`, `range: has both last and from or to; give the one or the other`},
		{`{"range": {"to": "2026-01-01T00:00:00Z"}}`, `range.from: is missing; give the beginning, or last instead of to`},
		{
			`{"range": {"from": "2026-01-02T00:00:00Z", "to": "2026-01-02T00:00:00Z"}}`,
			`range.to: 2026-01-02T00:00:00Z is not after from, 2026-01-02T00:00:00Z`,
		},
		{`{"range": {"from": "1492-01-02T00:00:00Z"}}`, `range.from: the year 1492 is not between 1678 and 2261`},
		{
			`{"clouds": ["aws", "ibm"], "systems": [""], "folders": ["a", ""]}`,
			"clouds[1]: \"ibm\" is not one of aws, azure, gcp, platform\nsystems[0]: is empty; leave it out\nfolders[1]: is empty; leave it out",
		},
		{leaf(`{}`), `where.all[0]: is empty; give one of all, any, not and field`},
		{leaf(`{"op": "is"}`), `where.all[0]: has no field; name what the values are compared with`},
		{leaf(`{"all": [], "field": "name"}`), `where.all[0]: has more than one of all, any, not and field; give exactly one`},
		{leaf(`{"all": [], "op": "is"}`), `where.all[0]: is a group, which has no op and no values`},
		{leaf(`{"field": "identiti", "op": "is", "values": ["x"]}`), `where.all[0].field: "identiti" is not a field; did you mean "identity"?`},
		{leaf(`{"field": "user", "op": "is", "values": ["x"]}`), `where.all[0].field: "user" is not a field; did you mean "username"?`},
		{leaf(`{"field": "name", "values": ["x"]}`), `where.all[0].op: is missing; name takes is, is_not, in,`},
		{leaf(`{"field": "name", "op": "equals", "values": ["x"]}`), `where.all[0].op: "equals" is not an operator; name takes is,`},
		{leaf(`{"field": "outcome", "op": "contains", "values": ["x"]}`), `where.all[0].op: outcome cannot be asked with contains; it takes is, is_not, in, not_in, exists, not_exists`},
		{leaf(`{"field": "name", "op": "is"}`), `where.all[0].values: is missing; is needs a value`},
		{leaf(`{"field": "name", "op": "exists", "values": ["x"]}`), `where.all[0].values: exists takes no values`},
		{leaf(`{"field": "name", "op": "is", "values": ["a", ""]}`), `where.all[0].values[1]: is empty; ask for events without name with not_exists`},
		{leaf(`{"field": "outcome", "op": "in", "values": ["success", "denied"]}`), `where.all[0].values[1]: "denied" is not one of success, authorization_failure, error`},
		{leaf(`{"field": "read_only", "op": "is", "values": ["yes"]}`), `where.all[0].values[0]: "yes" is not one of true, false`},
		{leaf(`{"field": "address", "op": "in_cidr", "values": ["10.0.0.0/8", "10.0.0.0/33"]}`), `where.all[0].values[1]: "10.0.0.0/33" is not a network; write it like 10.0.0.0/8 or 2001:db8::/32`},
		{leaf(`{"field": "address", "op": "not_in_cidr", "values": ["2001:db8::1"]}`), `where.all[0].values[0]: "2001:db8::1" is an address, not a network; write 2001:db8::1/128 for it alone`},
		{leaf(`{"field": "time", "op": "greater", "values": ["yesterday"]}`), `where.all[0].values[0]: "yesterday" is not a time; write it like 2026-01-31T12:00:00Z`},
		{leaf(`{"field": "time", "op": "greater", "values": ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"]}`), `where.all[0].values: greater takes one value`},
		{leaf(`{"field": "ingested", "op": "is", "values": ["2026-01-31T12:00:00Z"]}`), `where.all[0].op: ingested cannot be asked with is; it takes greater, less`},
		{leaf(`{"field": "resource_tag", "op": "is", "values": ["=x"]}`), `where.all[0].values[0]: "=x" has no key; write key or key=value`},
		// What is half written may be kept, but it must be a condition.
		{leaf(`{"field": "address", "op": "in_cidr", "disabled": true}, {"disabled": true, "all": [{"field": "outcome", "op": "is", "values": ["?"]}]}`), ``},
		{leaf(`{"field": "nothing", "op": "is", "disabled": true}`), `where.all[0].field: "nothing" is not a field`},
		// Answers.
		{`{"group": {}, "series": {}}`, `series: stands beside group; ask for the one or the other`},
		{`{"group": {"by": ["identity", "time", "folder", "identity", "x"]}}`, `group.by[1]: events cannot be grouped by time; ask for a series
group.by[2]: events cannot be grouped by folder
group.by[3]: identity stands there twice
group.by[4]: "x" is not a field`},
		{`{"group": {"aggregates": [{"function": "sum"}, {"function": "unique"}, {"function": "count", "field": "name"}, {"function": "unique", "field": "text"}]}}`, `group.aggregates[0].function: "sum" is not one of count, unique, first, last
group.aggregates[1].field: is missing; say what to count the different values of
group.aggregates[2].field: count has no field; only unique has
group.aggregates[3].field: events cannot be grouped by text`},
		{`{"group": {"aggregates": [{"function": "count"}, {"function": "count"}]}}`, `group.aggregates[1]: count stands there twice`},
		{`{"group": {"by": ["name"]}, "sort": [{"by": "name"}, {"by": "count"}, {"by": "last"}, {"by": "count"}]}`, `sort[2]: "last" is not a column of the groups; there are name, count
sort[3]: count stands there twice`},
		{`{"group": {}, "cursor": "x"}`, `cursor: continues events only, not groups or a series`},
		{`{"sort": [{"by": "text"}, {"by": "tme"}]}`, `sort[0]: events cannot be sorted by text
sort[1]: "tme" is not a field; did you mean "time"?`},
		{`{"series": {}, "sort": [{"by": "time"}], "limit": 1}`, `sort[0]: a series has no order of its own
limit: does not bound a series; use top`},
		{`{"series": {"step": "10ms", "top": 1001, "by": ["x"], "function": "first"}}`, `series.step: 10ms is below 1s
series.by[0]: "x" is not a field`},
		{`{"series": {"function": "last"}}`, `series.function: a series is of count or unique, not of last`},
		{`{"series": {"field": "name"}}`, `series.field: count has no field; only unique has`},
		{`{"range": {"last": "90d"}, "series": {"step": "1m"}}`, `series.step: 1m0s makes 129600 intervals; at most 10000 are taken, so give 12m59s or more`},
		{`{"limit": -1}`, `limit: -1 is below 0; leave it out for 100`},
		{`{"limit": 10001}`, `limit: 10001 is more than 10000; continue with the cursor, or narrow the question`},
	} {
		q, err := query.Decode([]byte(test.json))
		if err != nil {
			t.Errorf("Decode(%s): %v", test.json, err)
			continue
		}
		err = q.Validate()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want)) {
			t.Errorf("Validate(%s) =\n%v\nwant\n%s", test.json, err, test.want)
		}
	}
}

func TestValidateBounds(t *testing.T) {
	t.Parallel()
	deep := &query.Node{Field: query.Name, Operator: query.Exists}
	for range 100_000 {
		deep = &query.Node{Not: deep}
	}
	leaf := query.Node{Field: query.Name, Operator: query.Is, Values: []string{"x"}}
	wide := &query.Node{All: make([]query.Node, 100_000)}
	for i := range wide.All {
		wide.All[i] = leaf
	}
	bad := &query.Node{All: make([]query.Node, 900)}
	many := &query.Node{Field: query.Name, Operator: query.In, Values: make([]string, 10_001)}
	parts := &query.Node{All: []query.Node{
		{Field: query.Name, Operator: query.NotMatches, Values: slices.Repeat([]string{"x*"}, 600)},
		{Field: query.Username, Operator: query.Contains, Values: slices.Repeat([]string{"x"}, 401)},
	}}
	words := &query.Node{Not: &query.Node{Field: query.Text, Operator: query.NotContains, Values: slices.Repeat([]string{"x"}, 101)}}
	long := func(f query.Field, n int) *query.Node {
		return &query.Node{Field: f, Operator: query.Contains, Values: slices.Repeat([]string{strings.Repeat("x", query.MaxValue)}, n)}
	}
	large := &query.Node{Field: query.Name, Operator: query.In, Values: []string{"x", strings.Repeat("x", 50<<20)}}
	for _, test := range []struct {
		name  string
		where *query.Node
		want  string
	}{
		{"deep", deep, "is nested deeper than 32 groups"},
		{"wide", wide, "where: has more than 1000 conditions and groups; put values of the same field into one condition"},
		{"many", many, "where.values: makes it more than 10000 values in all"},
		{"parts", parts, "where.all[1].values: makes it more than 1000 values of contains and matches in all"},
		{"words", words, "where.not.values: makes it more than 100 values of free text in all; name the field that has them"},
		{"long parts", long(query.Name, 17), "where.values: makes it more than 131072 bytes of contains and matches in all"},
		{"long words", long(query.Text, 2), "where.values: makes it more than 8192 bytes of free text in all; name the field that has it"},
		{"large", large, "where.values[1]: makes it more than 1048576 bytes of values in all"},
		{"bad", bad, "and 880 more"},
	} {
		err := (&query.Query{Where: test.where}).Validate()
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Count(err.Error(), "\n") > 20 {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}
