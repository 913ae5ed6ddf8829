//nolint:thelper // The methods of suite are tests, not helpers.
package storetest

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
)

func (s *suite) stats(t *testing.T) {
	store, c := s.open(t)
	wantStats(t, store, nil)
	evs := events(50, start().Add(-30*time.Hour), time.Hour+11)
	add(t, store, evs)
	syncNow(t, store)
	got := wantStats(t, store, evs)
	add(t, store, evs[:10]) // Duplicates change nothing.
	syncNow(t, store)
	wantStats(t, store, evs)
	oldest := c.now().Add(-s.Retention)
	if d := got.Oldest.Sub(oldest).Abs(); d > 25*time.Hour {
		t.Errorf("events are said to be taken from %v on; the retention begins at %v", got.Oldest, oldest)
	}
	if got.Full || got.Damaged != 0 || got.Bytes < 0 {
		t.Errorf("a sound store says %+v", got)
	}
}

func wantStats(t *testing.T, store auditlog.Store, evs []auditlog.Event) auditlog.Stats {
	t.Helper()
	got, err := store.Stats(t.Context())
	if err != nil {
		t.Fatalf("stats: %v", err)
	}
	var earliest, latest time.Time
	if len(evs) > 0 {
		earliest, latest = evs[0].Time, evs[len(evs)-1].Time
	}
	if got.Events != int64(len(evs)) || !got.Earliest.Equal(earliest) || !got.Latest.Equal(latest) {
		t.Errorf("the store says %d events from %v to %v, want %d from %v to %v", got.Events, got.Earliest, got.Latest, len(evs), earliest, latest)
	}
	return got
}

func (s *suite) closed(t *testing.T) {
	store, _ := s.open(t)
	evs := events(3, start(), time.Second)
	add(t, store, evs)
	syncNow(t, store)
	refs := refsOf(t, store, evs)
	for range 2 { // Closing twice is no fault.
		if err := store.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	ctx := t.Context()
	_, addErr := store.Add(ctx, evs)
	_, syncErr := store.Sync(ctx)
	_, selectErr := store.Select(ctx, everything(), func(auditlog.Row) error { return nil })
	_, rawErr := store.Raw(ctx, refs)
	_, statsErr := store.Stats(ctx)
	for call, err := range map[string]error{"Add": addErr, "Sync": syncErr, "Select": selectErr, "Raw": rawErr, "Stats": statsErr} {
		if !errors.Is(err, auditlog.ErrUnavailable) {
			t.Errorf("%s of a closed store: got %v, want ErrUnavailable", call, err)
		}
	}
}

// Close waits for the calls that run, or ends them with ErrUnavailable.
func (s *suite) closedAtWork(t *testing.T) {
	store, _ := s.open(t)
	add(t, store, events(500, start(), time.Second))
	syncNow(t, store)
	var g errgroup.Group
	for worker := range 4 {
		g.Go(func() error {
			for i := range 1000 {
				_, addErr := store.Add(t.Context(), []auditlog.Event{event(1000*(worker+1)+i, start().Add(time.Hour))})
				_, selectErr := store.Select(t.Context(), everything(), func(auditlog.Row) error { return nil })
				if err := errors.Join(addErr, selectErr); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if _, err := store.Stats(t.Context()); err != nil {
		t.Errorf("stats: %v", err)
	}
	if err := store.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := g.Wait(); !errors.Is(err, auditlog.ErrUnavailable) {
		t.Errorf("work while the store was closed ended with %v, want ErrUnavailable", err)
	}
}
