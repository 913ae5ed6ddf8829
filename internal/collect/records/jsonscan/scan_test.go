package jsonscan_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// FuzzSkipValue holds the scanner against encoding/json.
func FuzzSkipValue(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e+3,true,false,null,"x\u00e9\ud83d\ude00"],"b":{}}`, `[]`, `"\ud800"`, `{"a" :1 , "a":2}`, `01`, `{"a":}`, `"` + "\x01" + `"`, `tru`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		doc = append(slices.Clip(doc), ' ') // So that a number ends.
		i := jsonscan.SkipSpace(doc, 0)
		end, st := jsonscan.SkipValue(doc, i, 0)
		whole := st == jsonscan.OK && jsonscan.SkipSpace(doc, end) == len(doc)
		if st != jsonscan.Deep && whole != json.Valid(doc) {
			t.Fatalf("%q: status %v, end %d of %d; encoding/json says %v", doc, st, end, len(doc), json.Valid(doc))
		}
		if whole {
			sameValue(t, doc[i:end])
		}
	})
}

// sameValue compares the members, elements and texts of a checked value with
// what encoding/json makes of it.
func sameValue(t *testing.T, value []byte) {
	t.Helper()
	var want any
	if err := json.Unmarshal(value, &want); err != nil {
		return // A number beyond what a float holds.
	}
	if got := decode(value); !reflect.DeepEqual(got, want) {
		t.Fatalf("%q: got %v, want %v", value, got, want)
	}
}

func decode(value []byte) any {
	switch value[0] {
	case '{':
		m := map[string]any{}
		jsonscan.Members(value, func(key, v []byte) { m[string(jsonscan.AppendUnescaped(nil, keyText(key)))] = decode(v) })
		return m
	case '[':
		list := []any{}
		jsonscan.Elements(value, func(v []byte) { list = append(list, decode(v)) })
		return list
	case '"':
		return jsonscan.TextOf(value).String()
	}
	var scalar any
	if err := json.Unmarshal(value, &scalar); err != nil {
		return fmt.Sprint(err)
	}
	return scalar
}

// keyText undoes what a backslash in a decoded key would otherwise mean.
func keyText(key []byte) []byte { return []byte(strings.ReplaceAll(string(key), `\`, `\\`)) }

func TestMember(t *testing.T) {
	t.Parallel()
	doc := []byte(`{"a":1,"b":"x","\u0061":2}`)
	if got := string(jsonscan.Member(doc, "a")); got != "2" {
		t.Errorf("got %q, want the last", got)
	}
	if got := jsonscan.Member(doc, "c"); got != nil {
		t.Errorf("got %q, want nil", got)
	}
	jsonscan.Elements(doc, func(v []byte) { t.Errorf("an object has no elements: %q", v) })
	jsonscan.Members([]byte(`[1]`), func(_, v []byte) { t.Errorf("an array has no members: %q", v) })
}

func TestShortAndDeep(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{`{`, `{"a`, `{"a":`, `[1`, `12`, `"x\`, `"x\u00`, `tr`, ``} {
		if _, st := jsonscan.SkipValue([]byte(doc), 0, 0); st != jsonscan.Short {
			t.Errorf("%q: status %v, want Short", doc, st)
		}
	}
	_, st := jsonscan.SkipValue([]byte(strings.Repeat("[", 1000)), 0, 0)
	if st != jsonscan.Deep || !strings.Contains(st.Message(), "deeper than 500") {
		t.Errorf("status %v, %q", st, st.Message())
	}
}

func BenchmarkMembers(b *testing.B) {
	doc := []byte(`{"time":"2025-01-02T03:04:05Z","resourceId":"/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000","operationName":"MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION","identity":{"authorization":{"scope":"/subscriptions/00000000-0000-0000-0000-000000000000","action":"x"},"claims":{"aud":"https://management.core.windows.net/","appid":"00000000-0000-0000-0000-000000000001"}}}`)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		jsonscan.Members(doc, func(_, _ []byte) { n++ })
		if n != 4 {
			b.Fatal(n)
		}
	}
}
