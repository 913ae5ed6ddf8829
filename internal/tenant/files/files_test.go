package files_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// shelf keeps what was written.
type shelf map[string]string

type volume struct {
	bytes.Buffer
	name  string
	shelf shelf
}

func (v *volume) Close() error { v.shelf[v.name] = v.String(); return nil }

func (s shelf) create(name string) (io.WriteCloser, error) { return &volume{name: name, shelf: s}, nil }

func TestLists(t *testing.T) {
	t.Parallel()
	s := shelf{}
	elements := slices.Values([]map[string]string{{"a": "<&>"}, {"b": ""}})
	if err := errors.Join(
		files.Array(s.create, "array", elements), files.Within(s.create, "page", `{"value": `, elements, "}"),
		files.Lines(s.create, "lines", elements), files.Array(s.create, "none", slices.Values([]int{})), files.Document(s.create, "one", 1),
	); err != nil {
		t.Fatal(err)
	}
	want := shelf{
		"array": "[\n{\"a\":\"<&>\"},\n{\"b\":\"\"}\n]\n", "page": "{\"value\": [\n{\"a\":\"<&>\"},\n{\"b\":\"\"}\n]}\n",
		"lines": "{\"a\":\"<&>\"}\n{\"b\":\"\"}\n", "none": "[\n]\n", "one": "1\n",
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}

func TestLinesAreInTheOrderOfTheirTimes(t *testing.T) {
	t.Parallel()
	s := shelf{}
	log := files.NewLog(s.create)
	at := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	for i, line := range []string{"second", "third", "first", "also second"} {
		log.Add("f", at.Add([]time.Duration{1, 2, 0, 1}[i]*time.Second), []byte(line))
	}
	log.Add("g", at, []byte("alone"))
	if err := log.Flush(); err != nil || log.Written() != 5 {
		t.Fatal(err, log.Written())
	}
	if diff := cmp.Diff(shelf{"f": "first\nsecond\nalso second\nthird\n", "g": "alone\n"}, s); diff != "" {
		t.Error(diff)
	}
}

func TestFailuresNameTheFile(t *testing.T) {
	t.Parallel()
	full := func(string) (io.WriteCloser, error) { return nil, errors.New("no space left") }
	log := files.NewLog(full)
	log.Add("f", time.Time{}, nil)
	for name, err := range map[string]error{
		"create": files.Array(full, "f", slices.Values([]int{1})), "flush": log.Flush(),
		"encode": files.Lines(shelf{}.create, "f", slices.Values([]any{func() {}})), "array": files.Array(shelf{}.create, "f", slices.Values([]any{func() {}})),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Sessions are on days of the activity, people's on working days, and whoever
// acts at all does so within the last sixty-two days.
func TestSchedule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		span := files.Span{
			Seed: draw.Seed(rapid.Uint64().Draw(t, "seed")), Days: rapid.IntRange(30, 200).Draw(t, "days"),
			From: time.Date(2025, 1, rapid.IntRange(1, 31).Draw(t, "from"), 0, 0, 0, 0, time.UTC),
		}
		a := files.Actor{Kind: 1, Index: rapid.IntRange(0, 1e6).Draw(t, "index"), Sessions: rapid.IntRange(1, 30).Draw(t, "sessions"), Human: rapid.Bool().Draw(t, "human")}
		days := span.Schedule(slices.Values([]files.Actor{a}))
		n := 0
		for day, sessions := range days {
			for _, s := range sessions {
				n++
				at := span.Start(a, int(s.Ordinal))
				midnight := span.From.AddDate(0, 0, day)
				if at.Before(midnight) || !at.Before(midnight.AddDate(0, 0, 1)) {
					t.Fatalf("session %d of day %d starts at %s", s.Ordinal, day, at)
				}
				if w := at.Weekday(); a.Human && (w == time.Saturday || w == time.Sunday) {
					t.Fatalf("a person works on %s", w)
				}
			}
		}
		until := span.From.AddDate(0, 0, span.Days)
		if n != a.Sessions || span.Last(a).Before(until.AddDate(0, 0, -62)) {
			t.Fatalf("%d sessions of %d, the last at %s of %s", n, a.Sessions, span.Last(a), until)
		}
	})
}
