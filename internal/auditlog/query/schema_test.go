package query_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// What the program takes, the schema takes.
func TestSchemaTakesQueries(t *testing.T) {
	t.Parallel()
	root := schemaOf(t)
	rapid.Check(t, func(t *rapid.T) {
		q := queries().Draw(t, "query")
		if rapid.Bool().Draw(t, "range") {
			q.Range.From = time.Date(2026, 1, 1, 0, 0, 0, 5, time.UTC)
			q.Systems, q.Folders = append(q.Systems, "1"), append(q.Folders, "x")
		}
		if rapid.Bool().Draw(t, "normal") {
			q = q.Normalise()
		}
		data, err := q.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := root.check(data); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
	})
}

// What the schema refuses, the program refuses, and of each kind of mistake the
// schema finds what it can say.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	root := schemaOf(t)
	for _, text := range []string{
		`[]`, `null`, `{"were": {}}`, `{"limit": "5"}`, `{"limit": 1.5}`, `{"limit": 10001}`, `{"limit": -1}`, `{"clouds": ["ibm"]}`, `{"systems": [""]}`,
		`{"range": {"last": "soon"}}`, `{"range": {"last": "1h", "from": "2026-01-01T00:00:00Z"}}`, `{"range": {"to": "2026-01-01T00:00:00Z"}}`,
		`{"range": {"from": "2026-01-31"}}`, `{"where": null}`, `{"where": {}}`, `{"where": {"op": "is"}}`, `{"where": {"all": {}}}`,
		`{"where": {"all": [], "any": []}}`, `{"where": {"all": [], "op": "is"}}`, `{"where": {"not": []}}`, `{"where": {"disabled": true}}`,
		`{"where": {"field": "user", "op": "is", "values": ["x"]}}`, `{"where": {"field": "name", "values": ["x"]}}`,
		`{"where": {"field": "name", "op": "equals", "values": ["x"]}}`, `{"where": {"field": "outcome", "op": "contains", "values": ["x"]}}`,
		`{"where": {"field": "name", "op": "is"}}`, `{"where": {"field": "name", "op": "is", "values": []}}`, `{"where": {"field": "name", "op": "is", "values": [""]}}`,
		`{"where": {"field": "name", "op": "is", "values": [1]}}`, `{"where": {"field": "name", "op": "exists", "values": ["x"]}}`,
		`{"where": {"field": "outcome", "op": "is", "values": ["denied"]}}`, `{"where": {"field": "address", "op": "in_cidr", "values": ["10.0.0.1"]}}`,
		`{"where": {"field": "time", "op": "greater", "values": ["yesterday"]}}`,
		`{"where": {"field": "time", "op": "less", "values": ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]}}`,
		`{"where": {"field": "nothing", "op": "is", "disabled": true}}`, `{"where": {"field": "name", "op": "greater", "disabled": true}}`,
		`{"where": {"any": [{"field": "name", "op": "is"}], "disabled": false}}`, `{"where": {"all": [{"not": {"field": "read_only", "op": "is", "values": ["yes"]}}]}}`,
		`{"group": {}, "series": {}}`, `{"group": {"by": ["time"]}}`, `{"group": {"by": ["name", "name"]}}`, `{"group": {"aggregates": ["count"]}}`,
		`{"group": {"aggregates": [{"function": "sum"}]}}`, `{"group": {"aggregates": [{"function": "unique"}]}}`,
		`{"group": {"aggregates": [{"function": "count", "field": "name"}]}}`, `{"group": {"aggregates": [{"function": "count"}, {"function": "count"}]}}`,
		`{"series": {"step": 60}}`, `{"series": {"top": 1001}}`, `{"series": {"function": "last"}}`, `{"series": {"field": "name"}}`,
		`{"sort": [{"by": true}]}`, `{"sort": [{}]}`, `{"cursor": 1}`,
	} {
		q, err := query.Decode([]byte(text))
		if err == nil {
			err = q.Validate()
		}
		if err == nil {
			t.Errorf("%s is taken by the program", text)
		}
		if root.check([]byte(text)) == nil {
			t.Errorf("%s is taken by the schema", text)
		}
	}
	for _, text := range []string{
		`{}`, `{"where": {"field": "name", "op": "is", "disabled": true}}`, `{"where": {"all": [{"field": "name", "op": "is"}], "disabled": true}}`,
		`{"where": {"any": [{"field": "severity", "op": "in", "values": ["high"], "disabled": false}, {"all": []}]}, "range": {"last": "1d12h"}}`,
	} {
		q, err := query.Decode([]byte(text))
		if err == nil {
			err = q.Validate()
		}
		if e := root.check([]byte(text)); err != nil || e != nil {
			t.Errorf("%s: program %v, schema %v", text, err, e)
		}
	}
}

// A query made at random of the schema's words: where the schema refuses it, so
// does the program.
func TestSchemaRefusesNoMore(t *testing.T) {
	t.Parallel()
	root := schemaOf(t)
	rapid.Check(t, func(t *rapid.T) {
		data, err := json.Marshal(map[string]any{"where": wild(t, 3)})
		if err != nil {
			t.Fatal(err)
		}
		q, err := query.Decode(data)
		if err == nil {
			err = q.Validate()
		}
		if refused := root.check(data); refused != nil && err == nil {
			t.Errorf("%s: the schema refuses what the program takes: %v", data, refused)
		} else if refused == nil && err != nil && !strings.Contains(err.Error(), "network") && !strings.Contains(err.Error(), "no key") {
			t.Errorf("%s: the schema takes what the program refuses: %v", data, err)
		}
	})
}

func wild(t *rapid.T, depth int) map[string]any {
	n := map[string]any{}
	for _, member := range rapid.SliceOfN(rapid.SampledFrom([]string{"leaf", "leaf", "all", "any", "not", "disabled", "values", "op"}), 1, 2).Draw(t, "members") {
		switch {
		case member == "disabled":
			n["disabled"] = rapid.Bool().Draw(t, "disabled")
		case member == "values":
			n["values"] = rapid.SliceOfN(rapid.SampledFrom([]string{"x", "", "true", "success", "10.0.0.0/8", "2026-01-01T00:00:00Z"}), 0, 2).Draw(t, "values")
		case member == "op":
			n["op"] = rapid.SampledFrom(query.Operators()).Draw(t, "op")
		case member == "leaf" || depth == 0:
			info := rapid.SampledFrom(query.Fields()).Draw(t, "field")
			n["field"], n["op"] = info.Name, rapid.SampledFrom(info.Operators).Draw(t, "op")
			n["values"] = []string{info.Example}
		case member == "not":
			n["not"] = wild(t, depth-1)
		default:
			list := []any{}
			for range rapid.IntRange(0, 2).Draw(t, "children") {
				list = append(list, wild(t, depth-1))
			}
			n[member] = list
		}
	}
	return n
}

// validator checks JSON by the keywords that the schema uses, and by no others:
// https://json-schema.org/draft/2020-12/json-schema-validation.
type validator struct{ root map[string]any }

func schemaOf(t *testing.T) *validator {
	t.Helper()
	v := &validator{}
	if err := json.Unmarshal(query.Schema(), &v.root); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *validator) check(data []byte) error {
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	return v.validate(v.root, value, "$")
}

func (v *validator) validate(s map[string]any, value any, path string) error {
	for keyword, want := range s {
		if err := v.keyword(s, keyword, want, value, path); err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) keyword(s map[string]any, keyword string, want, value any, path string) error {
	fail := func() error { return fmt.Errorf("%s: %s %v: %v", path, keyword, want, value) }
	text, isText := value.(string)
	number, isNumber := value.(float64)
	list, isList := value.([]any)
	object, isObject := value.(map[string]any)
	switch keyword {
	case "$schema", "title", "description", "$defs":
		return nil
	case "$ref":
		name := strings.TrimPrefix(want.(string), "#/$defs/")
		return v.validate(v.root["$defs"].(map[string]any)[name].(map[string]any), value, path)
	case "type":
		is := map[string]bool{"string": isText, "array": isList, "object": isObject, "boolean": value == true || value == false, "integer": isNumber && number == float64(int(number))}
		return failUnless(is[want.(string)], fail)
	case "enum":
		for _, e := range want.([]any) {
			if reflect.DeepEqual(e, value) {
				return nil
			}
		}
		return fail()
	case "const":
		return failUnless(reflect.DeepEqual(want, value), fail)
	case "anyOf":
		var errs []string
		for _, e := range want.([]any) {
			err := v.validate(e.(map[string]any), value, path)
			if err == nil {
				return nil
			}
			errs = append(errs, err.Error())
		}
		return fmt.Errorf("%s: none of %s", path, strings.Join(errs, "; "))
	case "not":
		return failUnless(v.validate(want.(map[string]any), value, path) != nil, fail)
	case "required":
		for _, name := range want.([]any) {
			if _, ok := object[name.(string)]; isObject && !ok {
				return fail()
			}
		}
	case "properties":
		for name, e := range object {
			if member, ok := want.(map[string]any)[name]; ok {
				if err := v.validate(member.(map[string]any), e, path+"."+name); err != nil {
					return err
				}
			}
		}
	case "additionalProperties":
		for name := range object {
			if _, ok := s["properties"].(map[string]any)[name]; !ok {
				return fmt.Errorf("%s.%s is too many", path, name)
			}
		}
	case "items":
		for i, e := range list {
			if err := v.validate(want.(map[string]any), e, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	case "maxItems":
		return failUnless(len(list) <= int(want.(float64)), fail)
	case "minItems":
		return failUnless(!isList || len(list) >= int(want.(float64)), fail)
	case "uniqueItems":
		for i := range list {
			for j := range i {
				if reflect.DeepEqual(list[i], list[j]) {
					return fail()
				}
			}
		}
	case "maximum":
		return failUnless(!isNumber || number <= want.(float64), fail)
	case "minimum":
		return failUnless(!isNumber || number >= want.(float64), fail)
	case "maxLength":
		return failUnless(utf8.RuneCountInString(text) <= int(want.(float64)), fail)
	case "minLength":
		return failUnless(!isText || utf8.RuneCountInString(text) >= int(want.(float64)), fail)
	case "pattern":
		return failUnless(!isText || regexp.MustCompile(want.(string)).MatchString(text), fail)
	case "format":
		_, err := time.Parse(time.RFC3339, text)
		return failUnless(!isText || err == nil, fail)
	default:
		return fmt.Errorf("keyword %s is not known to this test", keyword)
	}
	return nil
}

func failUnless(ok bool, fail func() error) error {
	if ok {
		return nil
	}
	return fail()
}
