package aws_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/usage"
)

// records renders a delivery file with the records from one number to another.
func records(from, to int) []byte {
	var lines [][]byte
	for i := from; i < to; i++ {
		lines = append(lines, ordered(plainRecord(i)))
	}
	return append(append([]byte(`{"Records":[`), bytes.Join(lines, []byte(","))...), `]}`...)
}

func TestDamagedGzip(t *testing.T) {
	t.Parallel()
	doc := records(0, 500)
	zip := zipped(doc)
	for _, tt := range []struct {
		name   string
		file   []byte
		reason aws.Reason
		atMost int64
	}{
		{"half", zip[:len(zip)/2], aws.TruncatedGzip, 499},
		{"no end", zip[:len(zip)-4], aws.TruncatedGzip, 500},
		{"wrong checksum", append(slices.Clip(zip[:len(zip)-8]), 1, 2, 3, 4, 5, 6, 7, 8), aws.CorruptGzip, 500},
		{"something behind", append(slices.Clip(zip), "junk"...), aws.TruncatedGzip, 500},
	} {
		_, stats, problems := parseAll(t, tt.file, aws.EventOptions{})
		if stats.Parsed < 100 || stats.Parsed > tt.atMost || stats.Rejected[tt.reason] != 1 || stats.RejectedTotal() != 1 || len(problems) != 1 {
			t.Errorf("%s: %+v, %v", tt.name, stats, problems)
		}
	}
	_, stats, _ := parseAll(t, []byte{0x1f, 0x8b, 1, 2, 3}, aws.EventOptions{})
	if stats.In != 0 || len(stats.Refused) != 1 {
		t.Errorf("no gzip at all: %+v", stats)
	}
}

func TestOversizeRecord(t *testing.T) {
	t.Parallel()
	big := plainRecord(1)
	big["requestParameters"] = strings.Repeat("x\"{", 1<<20)
	for name, sep := range map[string]string{"list": ",", "lines": "\n"} {
		doc := bytes.Join([][]byte{ordered(plainRecord(0)), ordered(big), ordered(plainRecord(2))}, []byte(sep))
		if name == "list" {
			doc = append(append([]byte(`{"Records":[`), doc...), `]}`...)
		}
		events, stats, problems := parseAll(t, doc, aws.EventOptions{MaxRecord: 1 << 20})
		if len(events) != 2 || stats.Rejected[aws.Oversize] != 1 || stats.In != 3 {
			t.Errorf("%s: %+v, %v", name, stats, problems)
		}
		if _, stats, _ := parseAll(t, doc, aws.EventOptions{}); stats.Parsed != 3 {
			t.Errorf("%s with the usual limit: %+v", name, stats)
		}
	}
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	doc := strings.Repeat("{\"eventName\":\"x\"}\n", 1000)
	_, stats, problems := parseAll(t, []byte(doc), aws.EventOptions{MaxProblems: 3})
	if stats.Rejected[aws.MissingField] != 1000 || len(problems) != 4 ||
		!strings.Contains(problems[3], "997 more of this kind are counted and not listed") {
		t.Errorf("%+v: %v", stats, problems)
	}
}

// TestDirectory reads a tree of good and bad files, twice with one memory.
func TestDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, doc := range map[string][]byte{
		"a/1.json.gz":         zipped(records(0, 10)),
		"a/b/2.json":          records(5, 15), // Five of them again.
		"a/b/gz without name": zipped(records(15, 20)),
		"LICENSE":             []byte("Permission is hereby granted"),
		"empty.json":          nil,
		"table.csv":           []byte("eventTime,eventName\n1,2\n"),
		"cut.json.gz":         zipped(records(20, 30))[:200],
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "dangling.json")); err != nil {
		t.Fatal(err)
	}
	seen := usage.NewSeen()
	var done, total int64
	o := aws.EventOptions{Now: day, Seen: seen, Progress: func(d, t int64) { done, total = d, t }}
	stats, problems, err := aws.ReadEvents(t.Context(), dir, o, func(*auditlog.Event) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	want := map[aws.Reason]int64{aws.EmptyFile: 1, aws.CSV: 1, aws.Unreadable: 1}
	if diff := cmp.Diff(want, stats.Refused); diff != "" || stats.Ignored != 1 || stats.Files != 7 {
		t.Errorf("%+v, refused (-want +got):\n%s", stats, diff)
	}
	if stats.Rejected[aws.Duplicate] != 5 || stats.Rejected[aws.TruncatedGzip] != 1 || stats.Parsed < 20 {
		t.Errorf("%+v", stats)
	}
	if len(problems) != 4 || done != total || total == 0 {
		t.Errorf("progress %d of %d, problems %v", done, total, problems)
	}
	again, _, err := aws.ReadEvents(t.Context(), filepath.Join(dir, "**", "*.{json,gz}"), o, func(*auditlog.Event) error {
		return errors.New("an event came twice")
	})
	if err != nil || again.Parsed != 0 || again.Rejected[aws.Duplicate] < 20 {
		t.Errorf("again: %+v, %v", again, err)
	}
}

func TestPathsOfEvents(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir + "/x":      "no such file or directory; give a file, a directory or a glob",
		dir + "/*.json": "no file matches the glob; quote it",
		dir + "/[":      "the glob is malformed",
	} {
		_, _, err := aws.ReadEvents(t.Context(), path, aws.EventOptions{Now: day}, nil)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%q: error %v, want %s", path, err, want)
		}
	}
	stats, problems, err := aws.ReadEvents(t.Context(), dir, aws.EventOptions{Now: day}, nil)
	if err != nil || stats.Refused[aws.EmptyDirectory] != 1 || len(problems) != 1 {
		t.Errorf("empty directory: %+v, %v, %v", stats, problems, err)
	}
}

func TestStoppingEarly(t *testing.T) {
	t.Parallel()
	stop := errors.New("disk full")
	n, seen := 0, usage.NewSeen()
	sink := func(*auditlog.Event) error {
		if n++; n == 7 {
			return stop
		}
		return nil
	}
	o := aws.EventOptions{Now: day, Seen: seen}
	stats, _, err := aws.ParseEvents(bytes.NewReader(records(0, 500)), "doc", o, sink)
	if !errors.Is(err, stop) || n != 7 || stats.In != 6 || stats.Parsed != 6 {
		t.Errorf("%d events, %+v, error %v", n, stats, err)
	}
	stats, _, err = aws.ParseEvents(bytes.NewReader(records(0, 500)), "doc", o, sink)
	if err != nil || stats.Parsed != 494 || stats.Rejected[aws.Duplicate] != 6 {
		t.Errorf("another try must give the event that was not taken: %+v, %v", stats, err)
	}
	broken := io.MultiReader(bytes.NewReader(records(0, 5)[:900]), iotest.ErrReader(errors.New("unplugged")))
	stats, problems, err := aws.ParseEvents(broken, "doc", aws.EventOptions{Now: day}, func(*auditlog.Event) error { return nil })
	if err != nil || len(problems) != 1 || problems[0].Code != string(aws.Unreadable) || stats.Parsed != 2 {
		t.Errorf("a broken source: %+v, %v, %v", stats, problems, err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.json"), records(0, 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	_, _, err = aws.ReadEvents(ctx, dir, aws.EventOptions{Now: day}, func(*auditlog.Event) error {
		cancel(stop)
		return nil
	})
	if !errors.Is(err, stop) {
		t.Errorf("cancelled: error %v", err)
	}
}

// TestRawAndReuse holds the contract of a sink: strings may be kept, the raw
// record is right during the call, and calls do not overlap.
func TestRawAndReuse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 20 {
		doc := zipped(records(i*50, i*50+50))
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.gz", i)), doc, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var busy sync.Mutex
	ids := map[string]string{}
	o := aws.EventOptions{Now: day, KeepRaw: true, Workers: 4}
	_, _, err := aws.ReadEvents(t.Context(), dir, o, func(ev *auditlog.Event) error {
		if !busy.TryLock() {
			t.Error("two calls of the sink overlap")
		}
		defer busy.Unlock()
		ids[ev.ID] = ev.Name + string(ev.Identity) + string(ev.Actions[0])
		if !bytes.Contains(ev.Raw, []byte(`"`+ev.ID+`"`)) || ev.Raw[0] != '{' || ev.Raw[len(ev.Raw)-1] != '}' {
			t.Errorf("raw record of %s: %s", ev.ID, ev.Raw)
		}
		return nil
	})
	if err != nil || len(ids) != 1000 {
		t.Fatal(len(ids), err)
	}
	for i := range 1000 {
		if got := ids[fmt.Sprintf("id-%d", i)]; got != "ListBucketsarn:aws:iam::111122223333:user/us3:ListAllMyBuckets" {
			t.Fatalf("event %d: %q", i, got)
		}
	}
}

// FuzzEvents feeds anything: nothing panics, nothing is lost, and the pieces in
// which the source comes do not matter.
func FuzzEvents(f *testing.F) {
	for _, seed := range recordSeeds() {
		f.Add([]byte(seed))
	}
	f.Add(records(0, 3))
	f.Add(zipped(records(0, 3)))
	f.Add([]byte(`{"QueryResultRows":[[{"eventJson":"{}"}],[],[1]],"Events":[{"CloudTrailEvent":"x"}]}`))
	f.Add([]byte("[[[[[[[[[[{\"@timestamp\":1}]]]{'a'}\n{\"message\":\"{\\\"message\\\":\\\"{}\\\"}\"}"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		events, stats, _ := parseAll(t, doc, aws.EventOptions{KeepRaw: true})
		var slow []auditlog.Event
		o := aws.EventOptions{Now: day, KeepRaw: true}
		again, _, err := aws.ParseEvents(iotest.OneByteReader(bytes.NewReader(doc)), "doc", o, func(ev *auditlog.Event) error {
			slow = append(slow, keepEvent(ev))
			return nil
		})
		if err != nil || again.In != stats.In {
			t.Fatalf("byte by byte: %+v, at once: %+v, %v", again, stats, err)
		}
		if diff := cmp.Diff(events, slow); diff != "" {
			t.Errorf("at once and byte by byte differ:\n%s", diff)
		}
	})
}
