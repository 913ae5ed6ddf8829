package dedupe_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog/dedupe"
)

// store is what is stored, by day, and how often days were loaded.
type store struct {
	ids   map[string][]string
	loads int
	err   error
}

func (s *store) load(_ context.Context, day time.Time, id func(string)) error {
	s.loads++
	for _, v := range s.ids[day.Format(time.DateOnly)] {
		id(v)
	}
	return s.err
}

func (s *store) add(at time.Time, id string) {
	key := at.UTC().Format(time.DateOnly)
	s.ids[key] = append(s.ids[key], id)
}

func known(tb testing.TB, d *dedupe.Days, at time.Time, id string) bool {
	tb.Helper()
	ok, err := d.Known(context.Background(), at, id)
	if err != nil {
		tb.Fatal(err)
	}
	return ok
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestDaysAreLoadedOnceAndApart(t *testing.T) {
	t.Parallel()
	s := &store{ids: map[string][]string{}}
	s.add(noon, "a")
	d := dedupe.New(dedupe.Options{Load: s.load})
	if !known(t, d, noon, "a") || known(t, d, noon.Add(12*time.Hour), "a") || known(t, d, noon, "b") {
		t.Error("an id is known on its own day alone")
	}
	d.Add(noon, "b")
	if !known(t, d, noon.Add(11*time.Hour), "b") || !known(t, d, noon.In(time.FixedZone("", 14*3600)), "b") {
		t.Error("an id that was added is not known on its day")
	}
	if s.loads != 2 || d.Len() != 2 {
		t.Errorf("%d loads and %d ids, want 2 and 2", s.loads, d.Len())
	}
	if known(t, d, time.Unix(-1, 0), "a") || known(t, d, time.Unix(0, 0), "a") || s.loads != 4 {
		t.Errorf("1969 and 1970 are not two days: %d loads", s.loads)
	}
}

func TestLeastRecentlyUsedDayLeaves(t *testing.T) {
	t.Parallel()
	s := &store{ids: map[string][]string{}}
	d := dedupe.New(dedupe.Options{MaxIDs: 5, Load: s.load})
	day := func(n int) time.Time { return noon.Add(time.Duration(n) * 24 * time.Hour) }
	for n := range 3 {
		known(t, d, day(n), "")
		for i := range 2 {
			s.add(day(n), fmt.Sprint(i))
			d.Add(day(n), fmt.Sprint(i))
		}
		known(t, d, day(0), "") // The first day stays in use.
	}
	if d.Len() != 4 || s.loads != 3 {
		t.Errorf("%d ids after %d loads, want 4 after 3: day 1 has left", d.Len(), s.loads)
	}
	if !known(t, d, day(0), "1") || !known(t, d, day(2), "1") || s.loads != 3 {
		t.Errorf("a day in use has left: %d loads", s.loads)
	}
	if !known(t, d, day(1), "1") || s.loads != 4 {
		t.Errorf("the day that left is not loaded again: %d loads", s.loads)
	}
}

func TestDayThatCannotBeLoadedIsNotHeld(t *testing.T) {
	t.Parallel()
	s := &store{ids: map[string][]string{}, err: errors.New("out of order")}
	d := dedupe.New(dedupe.Options{Load: s.load})
	if _, err := d.Known(t.Context(), noon, "a"); !errors.Is(err, s.err) {
		t.Fatalf("got %v, want %v", err, s.err)
	}
	s.err = nil
	s.add(noon, "a")
	if !known(t, d, noon, "a") {
		t.Error("the day is held as it was when it failed to load")
	}
	d.Forget(noon)
	d.Forget(noon.Add(24 * time.Hour))
	if d.Len() != 0 || !known(t, d, noon, "a") || s.loads != 3 {
		t.Errorf("a day is forgotten and loaded again: %d ids, %d loads", d.Len(), s.loads)
	}
}

// However little is held, it answers as if everything were.
func TestHoldingLittleChangesNoAnswer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := &store{ids: map[string][]string{}}
		d := dedupe.New(dedupe.Options{MaxIDs: rapid.IntRange(1, 8).Draw(t, "max"), Load: s.load})
		want := map[string]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "events") {
			at := noon.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "day")) * 24 * time.Hour)
			id := fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "id"))
			key := at.Format(time.DateOnly) + id
			got, err := d.Known(context.Background(), at, id)
			if err != nil || got != want[key] {
				t.Fatalf("%s known: %t, %v; want %t", key, got, err, want[key])
			}
			if !got {
				want[key] = true
				s.add(at, id)
				d.Add(at, id)
			}
		}
	})
}

func BenchmarkKnown(b *testing.B) {
	s := &store{ids: map[string][]string{}}
	for i := range 100_000 {
		s.add(noon, fmt.Sprintf("8b1ca2d8-0000-4000-8000-%012d", i))
	}
	d := dedupe.New(dedupe.Options{Load: s.load})
	known(b, d, noon, "")
	b.ReportAllocs()
	for b.Loop() {
		known(b, d, noon, "8b1ca2d8-0000-4000-8000-000000099999")
	}
}
