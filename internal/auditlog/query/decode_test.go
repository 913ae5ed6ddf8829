package query_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	got, err := query.Decode([]byte(`{
		"range": {"from": "2026-01-01T00:00:00+01:00", "to": "2026-02-01T00:00:00Z"},
		"clouds": ["aws"], "systems": ["111122223333"], "folders": ["production"],
		"where": {"all": [
			{"field": "outcome", "op": "is", "values": ["authorization_failure"]},
			{"not": {"field": "identity", "op": "matches", "values": ["*<ci>*"]}, "disabled": true},
			{"any": []}
		]},
		"group": {"by": ["identity"], "aggregates": [{"function": "count"}, {"function": "unique", "field": "action"}]},
		"sort": [{"by": "count", "descending": true}], "limit": 5
	}`))
	if err != nil {
		t.Fatal(err)
	}
	want := query.Query{
		Range:  query.Range{From: time.Date(2025, 12, 31, 23, 0, 0, 0, time.UTC), To: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)},
		Clouds: []entitlement.Cloud{entitlement.AWS}, Systems: []entitlement.SystemID{"111122223333"}, Folders: []string{"production"},
		Where: &query.Node{All: []query.Node{
			{Field: query.Outcome, Operator: query.Is, Values: []string{"authorization_failure"}},
			{Not: &query.Node{Field: query.Identity, Operator: query.Matches, Values: []string{"*<ci>*"}}, Disabled: true},
			{Any: []query.Node{}},
		}},
		Group: &query.Group{By: []query.Field{query.Identity}, Aggregates: []query.Aggregate{
			{Function: query.Count}, {Function: query.Unique, Field: query.Action},
		}},
		Sort: []query.Order{{By: "count", Descending: true}}, Limit: 5,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	encoded, err := got.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(encoded), `"*<ci>*"`) || !strings.Contains(string(encoded), `{"any":[]}`) {
		t.Errorf("encoded: %s", encoded)
	}
	again, err := query.Decode(encoded)
	if diff := cmp.Diff(got, again); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestDecodeSeries(t *testing.T) {
	t.Parallel()
	got, err := query.Decode([]byte(`{"range":{"last":"90d"},"series":{"step":"1h","by":["outcome"],"top":5,"function":"unique","field":"identity"},"cursor":"x"}`))
	want := query.Query{
		Range: query.Range{Last: config.Duration(90 * 24 * time.Hour)}, Cursor: "x",
		Series: &query.Series{Step: config.Duration(time.Hour), By: []query.Field{query.Outcome}, Top: 5, Function: query.Unique, Field: query.Identity},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ json, want string }{
		{``, `the query is not JSON: it ends too early, at line 1, column 1`},
		{"{\n \"where\": {", `the query is not JSON: it ends too early, at line 2, column 11`},
		{"{\n \"where\": }", `the query is not JSON: invalid character '}' looking for beginning of value, at line 2, column 11`},
		{`{} {}`, `there is more after the query's JSON, at line 1, column 4`},
		{`[]`, `query: is a list; give an object`},
		{`null`, `query: is null; give an object or leave it out`},
		{`{"were": {}}`, `were: is not known here; there are clouds, cursor, folders, group, limit, range, series, sort, systems, where`},
		{`{"Where": {}}`, `Where: is not known here`},
		{`{"a\nb": {}}`, `"a\nb": is not known here`},
		{`{"limit": 1, "limit": 2}`, `limit: stands there twice`},
		{`{"limit": "5"}`, `limit: is a string; give a number`},
		{`{"limit": 1.5}`, `limit: "1.5" is not a whole number that fits`},
		{`{"limit": 1e99}`, `limit: "1e99" is not a whole number that fits`},
		{`{"where": null}`, `where: is null; give an object or leave it out`},
		{`{"where": {"all": [{"field": "name", "op": "is", "values": ["a", 1]}]}}`, `where.all[0].values[1]: is a number; give a string`},
		{`{"where": {"not": {"any": {}}}}`, `where.not.any: is an object; give a list`},
		{`{"where": {"disabled": "yes"}}`, `where.disabled: is a string; give true or false`},
		{`{"where": {"field": "name", "operator": "is"}}`, `where.operator: is not known here; there are all, any, disabled, field, not, op, values`},
		{`{"range": {"last": "soon"}}`, `range.last: "soon" is not a duration; write it like 30s, 24h or 90d`},
		{`{"range": {"from": "2026-01-31"}}`, `range.from: "2026-01-31" is not a time; write it like 2026-01-31T12:00:00Z`},
		{`{"series": {"step": 60}}`, `series.step: is a number; give a string`},
		{`{"sort": [{"by": true}]}`, `sort[0].by: is a boolean; give a string`},
		{`{"group": {"aggregates": ["count"]}}`, `group.aggregates[0]: is a string; give an object`},
		{`{"where":` + strings.Repeat(`{"not":`, 40) + `{}` + strings.Repeat(`}`, 41), `is nested deeper than 32 groups`},
		{`{"where":` + strings.Repeat(`{"not":`, 20000) + `{}` + strings.Repeat(`}`, 20001), `exceeded max depth`},
		{`{"where":{"all":[` + strings.Repeat(`{},`, 300_000) + `{}]}}`, `where: has more than 1000 conditions and groups`},
		{`{"where":{"field":"name","op":"in","values":[` + strings.Repeat(`"",`, 300_000) + `""]}}`, `where.values: has more than 10000 elements`},
		{strings.Repeat(" ", 50<<20), `the query has more than 1048576 bytes`},
	} {
		_, err := query.Decode([]byte(test.json))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Decode(%.60s) = %v, want %s", test.json, err, test.want)
		}
	}
}
