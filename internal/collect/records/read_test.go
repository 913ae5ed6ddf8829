package records_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
)

// quoted puts a document into a JSON string.
func quoted(doc string) string {
	b, _ := json.Marshal(doc) // A string always has a form.
	return string(b)
}

func TestShapes(t *testing.T) {
	t.Parallel()
	a, b, c := rec("a"), rec("b"), rec("c")
	table := `{"name":"t","columns":["id","time","name"],"rows":[["a","2025-01-02T03:04:05Z","n"],["b","2025-01-02T03:04:05Z","n"]]}`
	for _, test := range []struct {
		name, doc string
		format    records.Format
		want      []string
		rejected  map[records.Reason]int64
	}{
		{"lines", a + "\n" + b + "\r\n" + c, plain{}, []string{"a", "b", "c"}, nil},
		{"an array", "[" + a + "," + b + "]", plain{}, []string{"a", "b"}, nil},
		{"a list", `{"next":null,"value":[` + a + "," + b + `],"more":{"x":[1]}}`, plain{}, []string{"a", "b"}, nil},
		{"lists one after the other", `{"value":[` + a + `]}{"value":[` + b + `]}`, plain{}, []string{"a", "b"}, nil},
		{"two lists in an object, an escape in a key", `{"value":[` + a + `],"x":1,"valu\u0065":[` + b + `]}`, plain{}, []string{"a", "b"}, nil},
		{"a list in a list", `{"value":[{"value":[` + a + `]},` + b + `]}`, plain{}, []string{"a", "b"}, nil},
		{"an empty object is no record", `{"value":[{},` + a + `]}`, plain{}, []string{"a"}, nil},
		{"compressed, with a mark", zipped("\xef\xbb\xbf" + a), plain{}, []string{"a"}, nil},
		{"rows of a table", `{"tables":[` + table + `]}`, rich{}, []string{"a", "b"}, nil},
		{"a row that is none", `{"name":"t","columns":["id","time","name"],"rows":[7,["b","2025-01-02T03:04:05Z","n"]]}`, rich{}, []string{"b"}, map[records.Reason]int64{records.UnsupportedShape: 1}},
		{"a record in a string", `{"message":` + quoted(a) + `}`, rich{}, []string{"a"}, nil},
		{"a record in an object", `{"message":` + a + `}`, rich{}, []string{"a"}, nil},
		{"a list in a string", `{"message":` + quoted(`{"value":[`+a+","+b+`]}`) + "}\n" + c, rich{}, []string{"a", "b", "c"}, nil},
		{"two lists in a string", `{"message":` + quoted(`{"value":[`+a+`],"x":1,"value":[`+b+`]}`) + "}", rich{}, []string{"a", "b"}, nil},
		{"an array in a string", `{"message":` + quoted(`[`+a+`,7,`+b+`]`) + "}", rich{}, []string{"a", "b"}, map[records.Reason]int64{records.UnsupportedShape: 1}},
		{"a table in a string", `{"message":` + quoted(table) + "}", rich{}, []string{"a", "b"}, nil},
		{"strings in strings", `{"message":` + quoted(`{"message":`+quoted(a)+`}`) + `}`, rich{}, []string{"a"}, nil},
		{"a broken record within", `{"message":"{"}` + "\n" + a, rich{}, []string{"a"}, map[records.Reason]int64{records.InvalidJSON: 1}},
		{"text within", `{"message":"hello"}` + "\n" + a, rich{}, []string{"a"}, map[records.Reason]int64{records.InvalidJSON: 1}},
		{"something behind a list within", `{"message":` + quoted(`{"value":[`+a+`]}x`) + "}", rich{}, nil, map[records.Reason]int64{records.InvalidJSON: 1}},
		{"the same twice", a + a, plain{}, []string{"a"}, map[records.Reason]int64{records.Duplicate: 1}},
		{"tomorrow", strings.Replace(a, "2025", "2027", 1) + b, plain{}, []string{"b"}, map[records.Reason]int64{records.Future: 1}},
		{"a damaged one in a list", `{"value":[` + a + `,{"id":"b" "x"},` + c + `]}`, plain{}, []string{"a", "c"}, map[records.Reason]int64{records.InvalidJSON: 1}},
		{"a cut file", `{"value":[` + a + "," + b[:20], plain{}, []string{"a"}, map[records.Reason]int64{records.Truncated: 1}},
		{"another log", `{"time":"2025-01-02T03:04:05Z","name":"metric"}` + a, plain{}, []string{"a"}, map[records.Reason]int64{records.NotAudit: 1}},
	} {
		ids, stats, problems := parse(t, test.doc, records.Options{}, test.format)
		if test.rejected == nil {
			test.rejected = map[records.Reason]int64{}
		}
		if !slices.Equal(ids, test.want) || !cmp.Equal(stats.Rejected, test.rejected) {
			t.Errorf("%s: got %q, %v; want %q, %v; problems %q", test.name, ids, stats.Rejected, test.want, test.rejected, problems)
		}
	}
}

func TestReasonsOfFiles(t *testing.T) {
	t.Parallel()
	_, stats, problems := parse(t, `{"time":"2025-01-02T03:04:05Z","name":"digest"}`, records.Options{}, plain{})
	if stats.In != 0 || stats.Refused[records.Digest] != 1 || len(problems) != 1 {
		t.Errorf("a digest: %+v, %q", stats, problems)
	}
	_, stats, problems = parse(t, `{"time":"2025-01-02T03:04:05Z","name":"metric"}`, records.Options{}, plain{})
	if stats.In != 1 || len(problems) != 0 {
		t.Errorf("a quiet reason: %+v, %q", stats, problems)
	}
	for doc, want := range map[string]string{
		"Time,Operation,Caller\n1,2,3": "csv | doc | a table of text (CSV), which loses the structure of events; export JSON instead",
		"hello world":                  `not_json | doc | begins with "hello world", which is neither JSON nor gzip; give Test's JSON files`,
		"":                             "empty_file | doc | the file is empty; fetch it again",
	} {
		if _, _, problems := parse(t, doc, records.Options{}, plain{}); !slices.Equal(problems, []string{want}) {
			t.Errorf("%q: got %q, want %q", doc, problems, want)
		}
	}
	big := `{"id":"a","x":"` + strings.Repeat("x", 1<<20) + `"}` + "\n" + rec("b")
	ids, _, problems := parse(t, big, records.Options{MaxRecord: 1 << 10}, plain{})
	if want := []string{"oversize | doc: record 1 at byte 0 | larger than 1024 bytes; ours are small"}; !slices.Equal(problems, want) || !slices.Equal(ids, []string{"b"}) {
		t.Errorf("too large: %q, %q", ids, problems)
	}
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, doc := range map[string]string{"a.json": rec("a"), "b/c.json.gz": zipped(rec("b")), "README": "words", "bad.json": "words"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(doc), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	resolved := 0
	o := records.Options{Now: day, Resolve: func(ev *auditlog.Event) { resolved++; ev.Identity = "who" }}
	stats, problems, err := records.Read(t.Context(), dir, o, plain{}, func(ev *auditlog.Event) error {
		ids = append(ids, string(ev.Identity)+" "+ev.ID)
		return nil
	})
	slices.Sort(ids)
	if err != nil || !slices.Equal(ids, []string{"who a", "who b"}) || stats.Files != 4 || stats.Ignored != 1 || stats.Refused[records.NotJSON] != 1 || len(problems) != 1 || resolved != 2 {
		t.Errorf("%v, %q, %+v, %v", err, ids, stats, problems)
	}
	if n, err := records.Bytes(dir, plain{}); err != nil || n == 0 {
		t.Errorf("%d bytes, %v", n, err)
	}
	_, _, err = records.Read(t.Context(), filepath.Join(dir, "none"), o, plain{}, nil)
	if err == nil || !strings.Contains(err.Error(), "read Test events from") || !strings.Contains(err.Error(), "give a file, a directory or a glob") {
		t.Errorf("a path that isn't there: %v", err)
	}
}

func TestRefusedByTheSink(t *testing.T) {
	t.Parallel()
	stop := errors.New("full")
	stats, _, err := records.Parse(t.Context(), strings.NewReader(rec("a")+rec("b")), "doc", records.Options{Now: day}, plain{}, func(ev *auditlog.Event) error {
		if ev.ID == "b" {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || stats.In != 1 || stats.Parsed != 1 {
		t.Errorf("%v, %+v", err, stats)
	}
}

// TestAnyDamage cuts and changes documents anywhere: what remains adds up, and
// no whole record that stands before the damage is lost.
func TestAnyDamage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "records")
		var all []string
		for i := range n {
			all = append(all, rec(strconv.Itoa(i)))
		}
		doc := `{"value":[` + strings.Join(all, ",") + "]}"
		at := rapid.IntRange(0, len(doc)-1).Draw(t, "at")
		damaged := doc[:at]
		if rapid.Bool().Draw(t, "go on") {
			damaged += rapid.StringMatching(`[\[\]{}",:a\\]{0,3}`).Draw(t, "junk") + doc[at:]
		}
		stats, _, err := records.Parse(t.Context(), strings.NewReader(damaged), "doc", records.Options{Now: day}, plain{}, func(*auditlog.Event) error { return nil })
		if err != nil || stats.Parsed+stats.RejectedTotal() != stats.In {
			t.Fatalf("%v, %+v", err, stats)
		}
		whole := int64(strings.Count(doc[:at], `"n"},`))
		if at > len(`{"value":[`) && stats.Parsed < whole {
			t.Fatalf("%d parsed of %d before the damage: %+v", stats.Parsed, whole, stats)
		}
	})
}

func TestTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2025-01-02T03:04:05Z":           at,
		"2025-01-02T03:04:05.1Z":         at.Add(100 * time.Millisecond),
		"2025-01-02T03:04:05.123456789Z": at.Add(123456789),
		"2025-01-02T04:04:05+01:00":      at,
		"2025-01-02T03:04:05":            at,
		"2025-01-02 03:04:05.5Z":         at.Add(500 * time.Millisecond),
		"2025-01-31T00:00:00Z":           time.Date(2025, 1, 31, 0, 0, 0, 0, time.UTC),
	} {
		if got, err := records.ParseTime([]byte(text)); err != nil || !got.Equal(want) {
			t.Errorf("%s: got %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "Z", "2025-02-30T00:00:00Z", "2025-01-02T03:04:05.Z", "2025-01-02T03:04:05.12x4Z", "yesterday"} {
		if got, err := records.ParseTime([]byte(text)); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		want := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "s"), rapid.Int64Range(0, 1e9-1).Draw(t, "ns")).UTC()
		if got, err := records.ParseTime([]byte(want.Format(time.RFC3339Nano))); err != nil || !got.Equal(want) {
			t.Fatalf("got %v, %v; want %v", got, err, want)
		}
	})
}

// FuzzParse reads anything in both ways: it ends, and the counts add up.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{rec("a"), `{"value":[` + rec("a") + `]}`, `{"tables":[{"rows":[[1]]}]}`, `{"message":"{\"value\":[{}]}"}`, `[[[{`, "\x1f\x8b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		parse(t, doc, records.Options{}, plain{})
		parse(t, doc, records.Options{}, rich{})
	})
}
