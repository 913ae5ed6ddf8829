package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/row"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]embedded.Options{
		"needs a directory": {Logger: quiet()},
		"needs a logger":    {Dir: "x"},
		"retention":         {Dir: "x", Logger: quiet(), Retention: time.Minute},
		"50 years":          {Dir: "x", Logger: quiet(), Retention: 2 * ages},
		"number of ids":     {Dir: "x", Logger: quiet(), MaxIDs: -1},
	} {
		if _, err := embedded.Open(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%+v) = %v, want an error with %q", o, err, want)
		}
	}
}

// TestGuard: while the disk has no room, nothing is taken and queries go on.
func TestGuard(t *testing.T) {
	t.Parallel()
	var free atomic.Uint64
	free.Store(1 << 40)
	s := open(t, embedded.Options{MinFreeBytes: 1 << 30, Free: func(string) (uint64, error) { return free.Load(), nil }})
	add(t, s, some(10, 1))
	free.Store(5 << 20)
	_, err := s.Add(t.Context(), some(20, 1))
	if !errors.Is(err, auditlog.ErrFull) {
		t.Fatalf("Add on a full disk: %v, want ErrFull", err)
	}
	wantText(t, err.Error(), "5 MiB are free", "wants 1024 MiB")
	if st, err := s.Stats(t.Context()); err != nil || !st.Full || st.Events != 10 {
		t.Errorf("Stats() = %+v, %v, want full and 10 events", st, err)
	}
	wantCount(t, s, "*", 10)
	free.Store(1 << 40)
	if got := add(t, s, some(20, 1)); got.New != 10 || got.Duplicate != 10 {
		t.Errorf("added %+v after there is room, want 10 new and 10 duplicates", got)
	}
}

func TestSecondOpener(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, embedded.Options{Dir: dir})
	_, err := embedded.Open(embedded.Options{Dir: dir, Logger: quiet()})
	if !errors.Is(err, auditlog.ErrUnavailable) {
		t.Fatalf("a second Open: %v, want ErrUnavailable", err)
	}
	wantText(t, err.Error(), dir, "another process has it open", "stop that one")
	stop(t, s)
	open(t, embedded.Options{Dir: dir})
}

// TestObstacles: whatever stands in the way of the directory is named.
func TestObstacles(t *testing.T) {
	t.Parallel()
	for _, elem := range []string{"", "trash", "engine", "engine/partitions", "records", "checksums"} {
		t.Run(elem, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "store")
			path := filepath.Join(dir, elem)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := embedded.Open(embedded.Options{Dir: dir, Logger: quiet()})
			if err == nil {
				t.Fatalf("a store opens with a file in place of %q", elem)
			}
			wantText(t, err.Error(), path, "this user")
		})
	}
}

func TestReadOnlyDirectory(t *testing.T) {
	t.Parallel()
	dir := stored(t)
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	if os.WriteFile(filepath.Join(dir, "probe"), nil, 0o600) == nil {
		t.Skip("this user may write anywhere; TestObstacles has other obstacles")
	}
	if _, err := embedded.Open(embedded.Options{Dir: dir, Logger: quiet()}); err == nil {
		t.Fatal("a store opens in a directory that cannot be written to")
	}
}

// TestRetention: days that have expired are gone, with their records, and what
// comes from them is counted and not stored.
func TestRetention(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	dir := t.TempDir()
	o := embedded.Options{Dir: dir, Retention: 10 * 24 * time.Hour, Now: now}
	s := open(t, o)
	for _, d := range []int{2, 5, 8} {
		add(t, s, some(10, d))
	}
	if got := add(t, s, some(10, 11)); got != (auditlog.Added{Expired: 10}) {
		t.Errorf("added %+v of an expired day, want 10 expired", got)
	}
	ahead.Store(int64(4 * 24 * time.Hour))
	if err := s.Expire(); err != nil {
		t.Fatal(err)
	}
	syncNow(t, s)
	wantCount(t, s, "*", 20)
	wantGone(t, dir, 8)
	if got := add(t, s, some(10, 8)); got != (auditlog.Added{Expired: 10}) {
		t.Errorf("added %+v of a removed day, want 10 expired", got)
	}
	if got := add(t, s, some(11, 5)); got != (auditlog.Added{New: 1, Duplicate: 10}) {
		t.Errorf("added %+v, want one new", got)
	}
	syncNow(t, s)
	stop(t, s)
	ahead.Store(int64(7 * 24 * time.Hour))
	s = open(t, o)
	wantCount(t, s, "*", 10)
	wantGone(t, dir, 5)
	if st, err := s.Stats(t.Context()); err != nil || st.Events != 10 || !st.Earliest.Equal(noon(2)) {
		t.Errorf("Stats() = %+v, %v, want 10 events from %s on", st, err, noon(2))
	}
}

func wantGone(t *testing.T, dir string, daysAgo int) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*", noon(daysAgo).Format("20060102")+"*"))
	more, err2 := filepath.Glob(filepath.Join(dir, "*", "*", noon(daysAgo).Format("20060102")+"*"))
	if found = append(found, more...); err != nil || err2 != nil || len(found) > 0 {
		t.Errorf("of an expired day there are left %v (%v, %v)", found, err, err2)
	}
}

// TestFarTimes: times that the store cannot keep are counted, not lost.
func TestFarTimes(t *testing.T) {
	t.Parallel()
	s := open(t, embedded.Options{Retention: ages})
	evs := some(4, 1)
	evs[0].Time, evs[1].Time, evs[2].Time = time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)
	evs[3].Time = time.Now().AddDate(90, 0, 0)
	if got := add(t, s, evs); got != (auditlog.Added{New: 1, Expired: 3}) {
		t.Errorf("added %+v, want one new, three expired", got)
	}
	syncNow(t, s)
	wantCount(t, s, "*", 1)
}

// TestClockBack: ingestion times go on rising after a restart with the clock set
// back, and after a crash.
func TestClockBack(t *testing.T) {
	t.Parallel()
	var shift atomic.Int64
	dir := t.TempDir()
	o := embedded.Options{Dir: dir, Now: func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }}
	last := time.Time{}
	for i, by := range []time.Duration{0, -time.Hour, -3 * time.Hour, time.Hour, -time.Hour} {
		shift.Store(int64(by))
		s := open(t, o)
		add(t, s, some(10*(i+1), 1))
		if at := syncNow(t, s); !at.After(last) {
			t.Errorf("Sync returned %s after %s", at, last)
		} else {
			last = at
		}
		wantCount(t, s, fmt.Sprintf("ingested:<%d", last.UnixNano()), 10*(i+1))
		stop(t, s)
	}
}

// TestIDBound: days leave memory when there are too many ids, and their events
// are recognised all the same.
func TestIDBound(t *testing.T) {
	t.Parallel()
	s := open(t, embedded.Options{MaxIDs: 150})
	for round := range 3 {
		for d := 1; d <= 5; d++ {
			want := auditlog.Added{New: 100}
			if round > 0 {
				want = auditlog.Added{Duplicate: 100}
			}
			if got := add(t, s, some(100, d)); got != want {
				t.Errorf("round %d, day %d: added %+v, want %+v", round, d, got, want)
			}
		}
	}
	syncNow(t, s)
	wantCount(t, s, "*", 500)
}

// TestWithoutID: an event without an id is told from others by what it holds.
func TestWithoutID(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, embedded.Options{Dir: dir})
	evs := some(3, 1)
	evs[0].ID, evs[1].ID, evs[2].ID = "", "", strings.Repeat("x", 3<<20)
	for _, want := range []auditlog.Added{{New: 3}, {Duplicate: 3}} {
		if got := add(t, s, evs); got != want {
			t.Errorf("added %+v, want %+v", got, want)
		}
	}
	stop(t, s)
	if got := add(t, open(t, embedded.Options{Dir: dir}), evs); got.Duplicate != 3 {
		t.Errorf("added %+v after a restart, want three duplicates", got)
	}
}

// TestLargeEvents: an event too large for a row loses the ends of its texts.
func TestLargeEvents(t *testing.T) {
	t.Parallel()
	s := open(t, embedded.Options{})
	huge := strings.Repeat("é", 2<<20)
	evs := some(5, 1)
	evs[0].Detail = huge
	evs[1].ErrorText, evs[1].Detail = huge, "detail"
	evs[2].UserAgent, evs[2].ErrorText = huge, "error"
	for range 100_000 {
		evs[3].Resources = append(evs[3].Resources, auditlog.Resource{ID: "arn:aws:s3:::bucket/key", Type: "AWS::S3::Object"})
	}
	evs[4].Raw = []byte(huge)
	if got := add(t, s, evs); got.New != 5 {
		t.Fatalf("added %+v, want 5 new", got)
	}
	syncNow(t, s)
	got := map[string]auditlog.Event{}
	each(t, s, "*", func(r auditlog.Row) {
		ev, err := row.Decode(r)
		if err != nil {
			t.Error(err)
		}
		got[ev.ID] = ev
		raws, err := s.Raw(t.Context(), []auditlog.RawRef{{Time: ev.Time, ID: ev.ID, Ref: r.Get("raw")}})
		if err != nil || ev.ID == evs[4].ID && string(raws[0]) != huge {
			t.Errorf("record of event %s: %d bytes, %v", ev.ID, len(raws[0]), err)
		}
	})
	for i, ok := range []bool{
		strings.HasPrefix(huge, got[evs[0].ID].Detail) && got[evs[0].ID].Name == evs[0].Name,
		got[evs[1].ID].Detail == "detail" && strings.HasPrefix(huge, got[evs[1].ID].ErrorText),
		got[evs[2].ID].ErrorText == "error",
		len(got[evs[3].ID].Resources) > 0,
		len(got) == 5,
	} {
		if !ok {
			t.Errorf("event %d has lost more than it had to: %.200v", i, got[evs[i].ID])
		}
	}
}

// TestTornRecords: a chunk of records that is cut short or scrambled costs its
// own records alone, and records go on after a restart.
func TestTornRecords(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func([]byte) []byte{
		"cut":       func(b []byte) []byte { return b[:len(b)-3] },
		"scrambled": func(b []byte) []byte { return append(b[:len(b)-3:len(b)-3], "???"...) },
		"appended":  func(b []byte) []byte { return append(b, "LRC1 and then nothing"...) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := open(t, embedded.Options{Dir: dir})
			add(t, s, some(50, 2))
			add(t, s, some(60, 2))
			stop(t, s)
			edit(t, filepath.Join(dir, "records", noon(2).Format("20060102"), "0.zst"), damage)
			s = open(t, embedded.Options{Dir: dir})
			add(t, s, some(70, 2))
			syncNow(t, s)
			good, err := readAll(t, s)
			want := 60
			if name == "appended" {
				want = 70
			} else if !errors.Is(err, auditlog.ErrDamaged) || !strings.Contains(err.Error(), "0.zst") {
				t.Errorf("Raw() = %v, want ErrDamaged and the file's name", err)
			}
			if good != want {
				t.Errorf("%d records are read, want %d", good, want)
			}
		})
	}
}

func readAll(t *testing.T, s auditlog.Store) (good int, err error) {
	t.Helper()
	var refs []auditlog.RawRef
	each(t, s, "* | fields _time, id, raw", func(r auditlog.Row) {
		at, err := time.Parse(time.RFC3339Nano, r.Get("_time"))
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, auditlog.RawRef{Time: at, ID: strings.Clone(r.Get("id")), Ref: strings.Clone(r.Get("raw"))})
	})
	raws, err := s.Raw(t.Context(), refs)
	for i, raw := range raws {
		if raw != nil {
			good++
			if _, n, _ := strings.Cut(refs[i].ID, "-"); string(raw) != `{"n":`+n+`}` {
				t.Errorf("record of event %s is %q", refs[i].ID, raw)
			}
		}
	}
	return good, err
}

// TestFailedRecords: where records cannot be written nothing is stored, and the
// events are taken when they can.
func TestFailedRecords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, embedded.Options{Dir: dir})
	block := filepath.Join(dir, "records", noon(1).Format("20060102"))
	if err := os.WriteFile(block, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(t.Context(), some(10, 1)); err == nil || !strings.Contains(err.Error(), block) {
		t.Fatalf("Add without room for records: %v, want an error that names %s", err, block)
	}
	syncNow(t, s)
	wantCount(t, s, "*", 0)
	remove(t, block)
	if got := add(t, s, some(10, 1)); got.New != 10 {
		t.Errorf("added %+v, want 10 new", got)
	}
}

// TestAtOnce: many add, some of it the same, while others query and sync; each
// event is stored once and told to be new once.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, embedded.Options{MaxIDs: 500})
	var fresh atomic.Int64
	var writers, others errgroup.Group
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for w := range 6 {
		writers.Go(func() error {
			for i := range 20 {
				batch := some(50*(i+1), 1+(w+i)%3)
				added, err := s.Add(ctx, batch[max(0, len(batch)-200):])
				if err != nil {
					return err
				}
				fresh.Add(int64(added.New))
			}
			return nil
		})
	}
	others.Go(func() error {
		for ctx.Err() == nil {
			if err := syncFinds(ctx, s, &fresh); err != nil && ctx.Err() == nil {
				return err
			}
		}
		return nil
	})
	others.Go(func() error {
		for ctx.Err() == nil {
			_, err := s.Select(ctx, auditlog.Statement{LogsQL: "* | stats by (system) count() n"}, func(auditlog.Row) error { return nil })
			if err != nil && ctx.Err() == nil {
				return err
			}
		}
		return nil
	})
	if err := writers.Wait(); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := others.Wait(); err != nil {
		t.Fatal(err)
	}
	syncNow(t, s)
	wantCount(t, s, "*", int(fresh.Load()))
	wantCount(t, s, "* | stats by (id) count() n | filter n:1", int(fresh.Load()))
}

// syncFinds syncs and checks that everything that was added before is found.
func syncFinds(ctx context.Context, s auditlog.Store, added *atomic.Int64) error {
	want := added.Load()
	if _, err := s.Sync(ctx); err != nil {
		return err
	}
	_, err := s.Select(ctx, auditlog.Statement{LogsQL: "* | stats count() n"}, func(r auditlog.Row) error {
		if n, err := strconv.ParseInt(r.Get("n"), 10, 64); err != nil || n < want {
			return fmt.Errorf("%s events are found after Sync, at least %d were added before (%w)", r.Get("n"), want, err)
		}
		return nil
	})
	return err
}

// TestSyncBesideWriter: an event that was being added while another Sync ran is
// found after the next one.
func TestSyncBesideWriter(t *testing.T) {
	t.Parallel()
	s := open(t, embedded.Options{})
	var added atomic.Int64
	var g errgroup.Group
	ctx, cancel := context.WithCancel(t.Context())
	g.Go(func() error {
		for ctx.Err() == nil {
			if _, err := s.Sync(ctx); err != nil && ctx.Err() == nil {
				return err
			}
		}
		return nil
	})
	for _, ev := range some(30, 1) {
		add(t, s, []auditlog.Event{ev})
		added.Add(1)
		if err := syncFinds(ctx, s, &added); err != nil {
			t.Error(err)
		}
	}
	cancel()
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}
