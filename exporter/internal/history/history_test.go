package history_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
	"github.com/leastward/leastward/internal/testkit"
)

const (
	hour = time.Hour
	day  = 24 * hour
)

func start() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

// file is a history with a clock.
type file struct {
	path      string
	now       time.Time
	retention time.Duration
}

func newFile(tb testing.TB) *file {
	tb.Helper()
	return &file{path: filepath.Join(tb.TempDir(), "history.db"), now: start(), retention: 730 * day}
}

func (f *file) open(tb testing.TB) *history.Store {
	tb.Helper()
	s, err := history.Open(context.Background(), history.Options{
		Path: f.path, Retention: func() time.Duration { return f.retention }, Now: func() time.Time { return f.now },
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func point(id entitlement.SystemID, at time.Time, excess float64) history.Point {
	return history.Point{
		System: id, At: at, Sum: creep.Sum{Excess: excess, Used: 1, Unobservable: 0.25, Identities: 4},
		Counts:  history.Counts{Human: history.Bands{Low: 1, High: 1}, Workload: history.Bands{Medium: 2}},
		Catalog: "v1", Settings: "weights",
	}
}

func all(tb testing.TB, s *history.Store, ids ...entitlement.SystemID) history.Series {
	tb.Helper()
	series, err := s.Series(context.Background(), ids, time.Time{}, start().AddDate(100, 0, 0))
	if err != nil {
		tb.Fatal(err)
	}
	return series
}

func flush(tb testing.TB, s *history.Store) {
	tb.Helper()
	if err := s.Flush(context.Background()); err != nil {
		tb.Fatal(err)
	}
}

func closing(tb testing.TB, s *history.Store) {
	tb.Helper()
	if err := s.Close(); err != nil {
		tb.Error(err)
	}
}

// A point is there at once, and once, before and after it is written, and after
// the file was opened again.
func TestPointsStay(t *testing.T) {
	t.Parallel()
	f := newFile(t)
	s := f.open(t)
	a, b, other := point("1", start(), 0.5), point("1", start().Add(hour), 0.75), point("2", start(), 0.125)
	want := history.Series{"1": {a, b}, "3": nil}
	check := func(when string, s *history.Store) {
		t.Helper()
		if diff := cmp.Diff(want, all(t, s, "1", "3")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	s.Record(b)
	s.Record(a)
	s.Record(other)
	check("before writing", s)
	flush(t, s)
	check("after writing", s)
	s.Record(a)
	check("recorded twice, before writing", s)
	changed := a
	changed.Sum.Excess = 9
	s.Record(changed) // The same collection: what is there stays.
	flush(t, s)
	check("recorded twice, after writing", s)
	s.Record(other) // Not written before Close.
	closing(t, s)
	again := f.open(t)
	check("opened again", again)
	closing(t, again)
}

func TestRange(t *testing.T) {
	t.Parallel()
	s := newFile(t).open(t)
	defer closing(t, s)
	for i := range 5 {
		s.Record(point("1", start().Add(time.Duration(i)*hour), float64(i)))
		if i == 2 {
			flush(t, s)
		}
	}
	got, err := s.Series(t.Context(), []entitlement.SystemID{"1"}, start().Add(hour), start().Add(4*hour))
	if err != nil {
		t.Fatal(err)
	}
	var hours []float64
	for _, p := range got["1"] {
		hours = append(hours, p.Sum.Excess)
	}
	if !slices.Equal(hours, []float64{1, 2, 3}) {
		t.Errorf("points %v, want 1 to 3: from counts, to does not", hours)
	}
}

// Run writes what is recorded while it runs.
func TestRunWrites(t *testing.T) {
	t.Parallel()
	f := newFile(t)
	s := f.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	var group errgroup.Group
	group.Go(func() error { return s.Run(ctx) })
	s.Record(point("1", start(), 1))
	other := f.open(t)
	testkit.Eventually(t, 10*time.Second, "Run writes", func() bool { return len(all(t, other, "1")["1"]) == 1 })
	cancel()
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	closing(t, other)
	closing(t, s)
}

// Every point of the last week stays, of each day before only the last one, and
// nothing that is past retention.
func TestThinning(t *testing.T) {
	t.Parallel()
	f := newFile(t)
	f.retention = 30 * day
	s := f.open(t)
	f.now = start().AddDate(0, 0, -40)
	for i := range 40 * 6 { // Six a day until start.
		f.now = f.now.Add(4 * hour)
		s.Record(point("1", f.now, float64(i)))
		flush(t, s)
	}
	if !f.now.Equal(start()) {
		t.Fatalf("the clock is at %s", f.now)
	}
	byDay := map[string][]time.Time{}
	for _, p := range all(t, s, "1")["1"] {
		key := p.At.Format(time.DateOnly)
		byDay[key] = append(byDay[key], p.At)
	}
	whole := start().AddDate(0, 0, -7).Truncate(day) // From here on nothing is thinned.
	for d := start().AddDate(0, 0, -42).Truncate(day); d.Before(start()); d = d.Add(day) {
		got := byDay[d.Format(time.DateOnly)]
		switch {
		case d.Add(day).Before(start().Add(-30 * day)):
			if len(got) != 0 {
				t.Errorf("%s is past retention and has %v", d, got)
			}
		case d.Before(whole):
			if len(got) != 1 || !got[0].Equal(d.Add(20*hour)) {
				t.Errorf("%s has %v, want its last point alone", d, got)
			}
		case d.Equal(start().Truncate(day)):
		case len(got) != 6:
			t.Errorf("%s has %d points, want 6", d, len(got))
		}
	}
	closing(t, s)
}

// A system that is no longer collected is forgotten, too.
func TestRetentionOfAGoneSystem(t *testing.T) {
	t.Parallel()
	f := newFile(t)
	s := f.open(t)
	s.Record(point("gone", start(), 1))
	closing(t, s)
	f.now = start().Add(f.retention + hour)
	again := f.open(t)
	defer closing(t, again)
	if got := all(t, again, "gone")["gone"]; len(got) != 0 {
		t.Errorf("%d points outlive retention", len(got))
	}
}

// A file that cannot be written keeps points in memory, and they are written
// when it can.
func TestWaitingForTheFile(t *testing.T) {
	t.Parallel()
	f := newFile(t)
	s := f.open(t)
	lock, err := state.Connect(f.path)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := lock.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Record(point("1", start(), 1))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Flush(ctx); err == nil {
		t.Error("a locked file was written")
	}
	if got := all(t, s, "1")["1"]; len(got) != 1 {
		t.Errorf("%d points while the file is locked, want 1", len(got))
	}
	if err := errors.Join(tx.Rollback(), lock.Close()); err != nil {
		t.Fatal(err)
	}
	closing(t, s)
	again := f.open(t)
	defer closing(t, again)
	if got := all(t, again, "1")["1"]; len(got) != 1 {
		t.Errorf("%d points after the file was free, want 1", len(got))
	}
}

// draw returns series of some systems at some hours.
func draw(t *rapid.T) (history.Series, []entitlement.SystemID) {
	series := history.Series{}
	var ids []entitlement.SystemID
	for i := range rapid.IntRange(1, 5).Draw(t, "systems") {
		id := entitlement.SystemID(fmt.Sprintf("%03d", i))
		ids = append(ids, id)
		hours := rapid.SliceOfNDistinct(rapid.IntRange(0, 200), 0, 8, rapid.ID).Draw(t, "hours")
		slices.Sort(hours)
		for _, h := range hours {
			p := point(id, start().Add(time.Duration(h)*hour), rapid.Float64Range(0, 1).Draw(t, "excess"))
			p.Catalog = rapid.SampledFrom([]string{"v1", "v2"}).Draw(t, "catalog")
			series[id] = append(series[id], p)
		}
	}
	return series, ids
}

// last is the point that counts, found by looking at each.
func last(points []history.Point, at time.Time, older time.Duration) *history.Point {
	var found *history.Point
	for i := range points {
		if !points[i].At.After(at) && at.Sub(points[i].At) <= older {
			found = &points[i]
		}
	}
	return found
}

// Merging parts gives the whole, whatever the parts and their order, and each
// system counts with its last point that is not too old.
func TestMergeOfPartsIsTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		series, ids := draw(t)
		at := start().Add(time.Duration(rapid.IntRange(-10, 300).Draw(t, "at")) * hour)
		older := time.Duration(rapid.IntRange(1, 100).Draw(t, "older")) * hour
		whole := series.At(ids, at, older)
		var want creep.Sum
		counts, systems := history.Counts{}, 0
		for _, id := range ids {
			if p := last(series[id], at, older); p != nil {
				want.Add(p.Sum)
				counts = counts.Plus(p.Counts)
				systems++
			}
		}
		if whole.Sum != want || whole.Counts != counts || whole.Systems != systems {
			t.Fatalf("At = %+v, want %+v %+v of %d", whole, want, counts, systems)
		}
		shuffled := rapid.Permutation(ids).Draw(t, "order")
		if got := series.At(shuffled, at, older); !cmp.Equal(got, whole) {
			t.Fatalf("in another order: %+v, want %+v", got, whole)
		}
		cut := rapid.IntRange(0, len(ids)).Draw(t, "cut")
		parts := series.At(ids[:cut], at, older).Sum
		parts.Add(series.At(ids[cut:], at, older).Sum)
		if d := parts.PCI() - whole.Sum.PCI(); d > 1e-9 || d < -1e-9 || parts.Identities != whole.Sum.Identities {
			t.Fatalf("parts make %+v, the whole is %+v", parts, whole.Sum)
		}
	})
}

// Whatever is recorded, twice or not, with the file opened anew at any time:
// each point is there once, exactly as it was.
func TestRestartsInTheMiddle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		f := newFile(t)
		s := f.open(t)
		want := history.Series{"1": nil, "2": nil}
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"record", "record", "record", "flush", "restart"}).Draw(rt, "step") {
			case "record":
				id := rapid.SampledFrom([]entitlement.SystemID{"1", "2"}).Draw(rt, "system")
				p := point(id, start().Add(time.Duration(rapid.IntRange(-20, 0).Draw(rt, "at"))*hour), rapid.Float64().Draw(rt, "excess"))
				s.Record(p)
				if !slices.ContainsFunc(want[id], func(q history.Point) bool { return q.At.Equal(p.At) }) {
					want[id] = append(want[id], p)
					slices.SortFunc(want[id], func(a, b history.Point) int { return a.At.Compare(b.At) })
				}
			case "flush":
				flush(t, s)
			case "restart":
				closing(t, s)
				s = f.open(t)
			}
			if diff := cmp.Diff(want, all(t, s, "1", "2")); diff != "" {
				rt.Fatalf("points (-want +got):\n%s", diff)
			}
		}
		closing(t, s)
	})
}
