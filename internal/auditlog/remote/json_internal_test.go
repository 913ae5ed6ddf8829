package remote

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
)

// What is written is read back, byte for byte, and is JSON where it is UTF-8.
func FuzzRow(f *testing.F) {
	for _, s := range []string{"", "a", "\"\\\n\t\x00\x1f\x7f", "\xff\xc3", "漢字 🦊\u2028", `\u0041`} {
		f.Add(s, s+"x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		want := auditlog.Row{{Name: "a", Value: a}, {Name: "b", Value: b}}
		line := appendRow(nil, want)
		got, err := parseRow(nil, line)
		if err != nil || cmp.Diff(want, got) != "" {
			t.Fatalf("%q: %v (-want +got)\n%s", line, err, cmp.Diff(want, got))
		}
		if n := len(appendString(nil, a)) - 2; n != escaped(a) {
			t.Errorf("%q takes %d bytes, said to be %d", a, n, escaped(a))
		}
		var m map[string]string
		if err := json.Unmarshal(line, &m); err != nil {
			t.Errorf("%q is not JSON: %v", line, err)
		}
		if utf8.ValidString(a) && m["a"] != a {
			t.Errorf("encoding/json reads %q, want %q", m["a"], a)
		}
	})
}

// Whatever comes is read as encoding/json reads it, or refused.
func FuzzParseRow(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":"b"}`, `{"a":"b","c":"\ud83e\udd8a\/\b"}`, `{"a":1}`, `{"a":"b",}`, `{"a" "b"}`, `[`, `{"a":"\ud83e"}`, `{"a":"\ud83ex"}`, "{\"a\":\"\\u12\"}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		got, err := parseRow(nil, []byte(line))
		if err != nil || !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' }) {
			return
		}
		var m map[string]string
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			if strings.Contains(line, ",") || strings.Contains(line, `\u`) {
				return // Lenient about commas.
			}
			t.Errorf("%q is read as %v, encoding/json says %v", line, got, err)
		}
		seen := map[string]string{}
		for _, c := range got {
			seen[c.Name] = c.Value
		}
		if len(m) > 0 && cmp.Diff(m, seen) != "" && !strings.Contains(line, `\u`) {
			t.Errorf("%q (-encoding/json +ours)\n%s", line, cmp.Diff(m, seen))
		}
	})
}

// A record is put together from its parts, none of which is too long.
func TestSplit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(strings.Repeat(rapid.StringN(1, 40, -1).Draw(t, "text"), rapid.IntRange(1, 200).Draw(t, "times")))
		if rapid.Bool().Draw(t, "binary") {
			raw = rapid.SliceOfN(rapid.Byte(), 1, 8000).Draw(t, "bytes")
		}
		limit := rapid.IntRange(1024, 4096).Draw(t, "limit")
		encoding, parts := split(raw, limit)
		p := &pieces{raw: encoding != "", parts: parts, there: len(parts)}
		got, err := p.record()
		if err != nil || cmp.Diff(raw, got) != "" {
			t.Fatalf("%v (-want +got)\n%s", err, cmp.Diff(raw, got))
		}
		for _, part := range parts {
			if escaped(part) > limit || !utf8.ValidString(part) {
				t.Fatalf("a part of %d bytes, limit %d: %q", escaped(part), limit, part)
			}
		}
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "-1": 0, "soon": 0, "2": 2 * time.Second, "99999999": time.Hour, "9999999999999999999999": 0,
		"Sun, 01 Mar 2026 00:00:30 GMT": 30 * time.Second, "Sat, 28 Feb 2026 00:00:30 GMT": 0, "Mon, 01 Mar 2027 00:00:30 GMT": time.Hour,
	} {
		if got := retryAfter(text, now); got != want {
			t.Errorf("Retry-After %q: %s, want %s", text, got, want)
		}
	}
}

func BenchmarkParseRow(b *testing.B) {
	line := []byte(`{"_time":"2026-03-01T02:03:04Z","_msg":"data 2026/03/01/part-00001 AES256","id":"8e3b0f06-1b2c-4d5e-8f90-0123456789ab","cloud":"aws","system":"111122223333","identity":"arn:aws:iam::111122223333:role/app","action":"s3:GetObject","resources":"[\"arn:aws:s3:::data\"]"}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(line)))
	var r auditlog.Row
	for b.Loop() {
		var err error
		if r, err = parseRow(r[:0], line); err != nil {
			b.Fatal(err)
		}
	}
}
