package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/ingest"
)

// give hands over an event as a reader does: what is valid only during the call
// is overwritten afterwards.
func give(w *ingest.Writer, ev auditlog.Event) error {
	err := w.Sink(&ev)
	for i := range ev.Resources {
		ev.Resources[i] = auditlog.Resource{ID: "overwritten"}
	}
	for i := range ev.Raw {
		ev.Raw[i] = 0xff
	}
	return err
}

// Whatever the sizes, the failures and the repetitions, after a sync the store
// has each event once, as it was handed over, and the counts add up.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)) //nolint:gosec // drawn
		failures := rapid.IntRange(0, 80).Draw(t, "failures in 100")
		store := newMemory(func(int) error {
			if random.IntN(100) >= failures {
				return nil
			}
			return []error{auditlog.ErrFull, auditlog.ErrUnavailable}[random.IntN(2)]
		})
		w := ingest.New(t.Context(), ingest.Options{
			Store: store, Backoff: 1, MaxBackoff: 1,
			BatchEvents: rapid.IntRange(1, 20).Draw(t, "batch"), BatchBytes: rapid.IntRange(1, 5000).Draw(t, "bytes"),
			Writers: rapid.IntRange(1, 3).Draw(t, "writers"),
		})
		given := rapid.SliceOfN(rapid.IntRange(0, 60), 0, 120).Draw(t, "events")
		syncAt := rapid.IntRange(0, len(given)).Draw(t, "sync")
		expired := 0
		for i, n := range given {
			ev := event(n)
			if n == 13 {
				ev.Time, expired = time.Time{}, expired+1
			}
			if err := give(w, ev); err != nil {
				t.Fatal(err)
			}
			if i == syncAt {
				settled(t, w, store, given[:i+1])
			}
		}
		settled(t, w, store, given)
		if got := w.Stats().Expired; got != int64(expired) {
			t.Errorf("%d expired, want %d", got, expired)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func settled(t *rapid.T, w *ingest.Writer, store *memory, given []int) {
	if err := w.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := map[string]auditlog.Event{}
	for _, n := range given {
		if n != 13 {
			want[event(n).ID] = event(n)
		}
	}
	if diff := cmp.Diff(want, store.stored()); diff != "" {
		t.Fatalf("stored (-want +got):\n%s", diff)
	}
	s := w.Stats()
	if s.In != int64(len(given)) || s.In != s.New+s.Duplicate+s.Expired || s.Pending != 0 || store.synced != len(want) {
		t.Fatalf("%d events given, %d different, %d synced: %+v", len(given), len(want), store.synced, s)
	}
	if !s.StalledSince.IsZero() {
		t.Fatalf("stalled since %s after a sync", s.StalledSince)
	}
}

func TestManyReaders(t *testing.T) {
	t.Parallel()
	store := newMemory(nil)
	w := ingest.New(t.Context(), ingest.Options{Store: store, BatchEvents: 7})
	var group errgroup.Group
	for g := range 4 {
		group.Go(func() error {
			for i := range 500 {
				if err := give(w, event(g*500+i)); err != nil {
					return err
				}
				if i%100 == 0 {
					if err := w.Sync(t.Context()); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	if err := errors.Join(group.Wait(), w.Sync(t.Context()), w.Close()); err != nil {
		t.Fatal(err)
	}
	if s := w.Stats(); s.New != 2000 || s.In != 2000 {
		t.Errorf("stats %+v", s)
	}
}

// A store that hangs lets only a bounded number of events into memory; the
// reader waits, and goes on afterwards.
func TestBackpressure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		store := &slow{memory: newMemory(nil), gate: gate}
		w := ingest.New(t.Context(), ingest.Options{Store: store, BatchEvents: 10, Writers: 2})
		var given sync.Map
		var group errgroup.Group
		group.Go(func() error {
			for i := range 100 {
				if err := give(w, event(i)); err != nil {
					return err
				}
				given.Store(i, true)
			}
			return nil
		})
		synctest.Wait()
		n := 0
		given.Range(func(any, any) bool { n++; return true })
		if n != 30 { // Three batches: two at the store, one full.
			t.Errorf("%d events were taken while the store hung, want 30", n)
		}
		close(gate)
		if err := errors.Join(group.Wait(), w.Sync(t.Context()), w.Close()); err != nil {
			t.Fatal(err)
		}
		if got := len(store.stored()); got != 100 {
			t.Errorf("%d events stored, want 100", got)
		}
	})
}

// slow adds nothing before its gate opens.
type slow struct {
	*memory
	gate chan struct{}
}

func (s *slow) Add(ctx context.Context, events []auditlog.Event) (auditlog.Added, error) {
	select {
	case <-s.gate:
		return s.memory.Add(ctx, events)
	case <-ctx.Done():
		return auditlog.Added{}, context.Cause(ctx)
	}
}

// Who waits can be called off: the reader by the writer's end, a sync by its
// own context.
func TestCancellation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stop := errors.New("stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		w := ingest.New(ctx, ingest.Options{Store: &slow{memory: newMemory(nil), gate: nil}, BatchEvents: 1, Writers: 1})
		short, done := context.WithTimeout(t.Context(), time.Second)
		defer done()
		if err := give(w, event(1)); err != nil {
			t.Fatal(err)
		}
		if err := w.Sync(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("sync: %v, want the end of its time", err)
		}
		var group errgroup.Group
		group.Go(func() error {
			for i := range 10 {
				if err := give(w, event(i)); err != nil {
					return err
				}
			}
			return nil
		})
		synctest.Wait()
		cancel(stop)
		if err := group.Wait(); !errors.Is(err, stop) {
			t.Errorf("sink: %v, want the cause", err)
		}
		for what, err := range map[string]error{"sink": give(w, event(1)), "flush": w.Flush(t.Context()), "sync": w.Sync(t.Context()), "close": w.Close()} {
			if !errors.Is(err, stop) {
				t.Errorf("%s afterwards: %v, want the cause", what, err)
			}
		}
	})
}

func TestClosed(t *testing.T) {
	t.Parallel()
	w := ingest.New(t.Context(), ingest.Options{Store: newMemory(nil)})
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{"sink": give(w, event(1)), "flush": w.Flush(t.Context()), "sync": w.Sync(t.Context())} {
		if err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// An error that trying again does not mend ends the writer at once, and is
// what everyone gets from then on.
func TestStoreError(t *testing.T) {
	t.Parallel()
	broken := fmt.Errorf("part 7: %w", auditlog.ErrDamaged)
	store := newMemory(func(int) error { return broken })
	w := ingest.New(t.Context(), ingest.Options{Store: store, BatchEvents: 1})
	_ = give(w, event(1))
	for what, err := range map[string]error{"sync": w.Sync(t.Context()), "sink": give(w, event(2)), "close": w.Close()} {
		if !errors.Is(err, auditlog.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if store.calls != 1 {
		t.Errorf("%d calls, want 1", store.calls)
	}
}

// A store that loses count is not believed.
func TestMiscount(t *testing.T) {
	t.Parallel()
	w := ingest.New(t.Context(), ingest.Options{Store: forgetful{newMemory(nil)}})
	_ = give(w, event(1))
	if err := w.Sync(t.Context()); err == nil || !strings.Contains(err.Error(), "accounts for 0 of 1 events") {
		t.Errorf("error %v", err)
	}
	_ = w.Close()
}

type forgetful struct{ *memory }

func (forgetful) Add(context.Context, []auditlog.Event) (auditlog.Added, error) {
	return auditlog.Added{}, nil
}

// While the store is full, the meter says since when and the log says so once;
// the pauses grow, and after the time of patience the writer gives up.
func TestStall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var log strings.Builder
		store := newMemory(func(n int) error {
			if n < 12 {
				return auditlog.ErrFull
			}
			return nil
		})
		w := ingest.New(t.Context(), ingest.Options{
			Store: store, Writers: 1, Logger: slog.New(slog.NewTextHandler(&log, nil)), Patience: time.Hour,
		})
		_ = give(w, event(1))
		_ = w.Flush(t.Context())
		synctest.Wait()
		if s := w.Stats(); !s.StalledSince.Equal(begin) || s.Pending != 1 {
			t.Errorf("stats of a full store: %+v", s)
		}
		if err := w.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		s, waited := w.Stats(), time.Since(begin)
		if !s.StalledSince.IsZero() || s.Retries != 11 || waited < 30*time.Second || waited > 3*time.Minute {
			t.Errorf("after %s: %+v", waited, s)
		}
		if n := strings.Count(log.String(), "reading waits"); n != 1 || !strings.Contains(log.String(), "takes events again") {
			t.Errorf("log:\n%s", log.String())
		}
		_ = w.Close()
	})
}

func TestPatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		store := newMemory(func(int) error { return auditlog.ErrUnavailable })
		w := ingest.New(t.Context(), ingest.Options{Store: store, Patience: time.Minute})
		_ = give(w, event(1))
		err := w.Sync(t.Context())
		if waited := time.Since(begin); !errors.Is(err, auditlog.ErrUnavailable) || waited < time.Minute || waited > 2*time.Minute {
			t.Errorf("after %s: %v", waited, err)
		}
		if err := w.Close(); !errors.Is(err, auditlog.ErrUnavailable) {
			t.Errorf("close: %v", err)
		}
		if s := w.Stats(); !s.StalledSince.IsZero() || s.Pending != 1 {
			t.Errorf("stats %+v", s)
		}
	})
}

func TestProgress(t *testing.T) {
	t.Parallel()
	at := time.Unix(1000, 0)
	m := ingest.NewMeter()
	w := ingest.New(t.Context(), ingest.Options{Store: newMemory(nil), Meter: m})
	if p := m.Progress(); p != (ingest.Progress{}) {
		t.Errorf("progress before it began: %+v", p)
	}
	_ = give(w, event(0)) // Of something else.
	m.Read(at, 0, 1000)
	for i := range 50 {
		_ = give(w, event(i))
	}
	m.Read(at.Add(10*time.Second), 250, 1000)
	want := ingest.Progress{Done: 250, Total: 1000, Events: 50, Elapsed: 10 * time.Second, EventsPerSecond: 5, Left: 30 * time.Second}
	if diff := cmp.Diff(want, m.Progress()); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	if got := m.Progress().String(); got != "25 %, 5 events/s, 30s left" {
		t.Errorf("text %q", got)
	}
	m.Read(at.Add(20*time.Second), 1000, 1000)
	if got := m.Progress(); got.Left != 0 {
		t.Errorf("%s left at the end", got.Left)
	}
	_ = w.Close()
}

// BenchmarkSink is what the writer costs for each event, the store left aside.
func BenchmarkSink(b *testing.B) {
	w := ingest.New(b.Context(), ingest.Options{Store: nothing{}})
	ev := event(2)
	ev.Raw = make([]byte, 1500)
	b.ReportAllocs()
	for b.Loop() {
		if err := w.Sink(&ev); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

type nothing struct{ auditlog.Store }

func (nothing) Add(_ context.Context, events []auditlog.Event) (auditlog.Added, error) {
	return auditlog.Added{New: len(events)}, nil
}
