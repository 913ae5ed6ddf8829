//nolint:thelper // The methods of suite are tests, not helpers.
package storetest

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
)

func (s *suite) comesBack(t *testing.T) {
	store, _ := s.open(t)
	evs := events(100, start(), 61*time.Second+7)
	wantAdded(t, add(t, store, evs), auditlog.Added{New: 100})
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), evs)
}

func (s *suite) keepsNothing(t *testing.T) {
	store, _ := s.open(t)
	want := events(50, start(), time.Second)
	given := copies(want)
	add(t, store, given)
	for i := range given {
		for j := range given[i].Raw {
			given[i].Raw[j] = '#'
		}
		clear(given[i].Resources)
		clear(given[i].Actions)
		given[i] = auditlog.Event{ID: "overwritten"}
	}
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), want)
	wantRecords(t, store, want)
}

func (s *suite) addsNothing(t *testing.T) {
	store, _ := s.open(t)
	wantAdded(t, add(t, store, nil), auditlog.Added{})
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), nil)
}

func (s *suite) twiceInBatch(t *testing.T) {
	store, _ := s.open(t)
	evs := events(10, start(), time.Hour)
	wantAdded(t, add(t, store, slices.Concat(evs, evs[3:7], evs[:1])), auditlog.Added{New: 10, Duplicate: 5})
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), evs)
}

func (s *suite) again(t *testing.T) {
	store, _ := s.open(t)
	evs := events(30, start().Add(-20*time.Hour), time.Hour) // Over two days.
	wantAdded(t, add(t, store, evs[:20]), auditlog.Added{New: 20})
	wantAdded(t, add(t, store, evs[10:]), auditlog.Added{New: 10, Duplicate: 10})
	syncNow(t, store)
	wantAdded(t, add(t, store, evs), auditlog.Added{Duplicate: 30})
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), evs)
}

// Many callers add the same events: each is new for exactly one of them.
func (s *suite) atOnce(t *testing.T) {
	store, _ := s.open(t)
	const callers, batch = 8, 50
	evs := events(600, start().Add(-40*time.Hour), 5*time.Minute)
	var fresh, twice atomic.Int64
	var g errgroup.Group
	for c := range callers {
		g.Go(func() error {
			for i := range len(evs) / batch {
				k := (i + c*3) % (len(evs) / batch) * batch
				added, err := store.Add(t.Context(), copies(evs[k:k+batch]))
				if err != nil {
					return err
				}
				fresh.Add(int64(added.New))
				twice.Add(int64(added.Duplicate))
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if fresh.Load() != 600 || twice.Load() != 600*(callers-1) {
		t.Errorf("%d new and %d duplicates, want 600 and %d", fresh.Load(), twice.Load(), 600*(callers-1))
	}
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), evs)
}

func (s *suite) againAfterRestart(t *testing.T) {
	store, c := s.open(t)
	evs := events(40, start().Add(-30*time.Hour), time.Hour)
	add(t, store, evs[:30])
	store = s.reopen(t, store, c) // Without Sync: Close stores what is in memory.
	wantAdded(t, add(t, store, evs), auditlog.Added{New: 10, Duplicate: 30})
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), evs)
}

// What was there at Sync stays; of what came later, any part may be gone, and
// adding everything again makes it whole.
func (s *suite) againAfterCrash(t *testing.T) {
	store, c := s.open(t)
	evs := events(400, start().Add(-30*time.Hour), 7*time.Minute)
	add(t, store, evs[:200])
	syncNow(t, store)
	add(t, store, evs[200:])
	store = s.crash(t, store, c)
	found := ids(rows(t, store, everything()))
	for _, ev := range evs[:200] {
		if !slices.Contains(found, ev.ID) {
			t.Fatalf("event %s is lost, though Sync returned before the crash", ev.ID)
		}
	}
	added := add(t, store, evs)
	if added.New+added.Duplicate != 400 || added.Duplicate < 200 {
		t.Errorf("added %+v", added)
	}
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), evs)
	wantRecords(t, store, evs)
}

func (s *suite) expired(t *testing.T) {
	store, c := s.open(t)
	const day = 24 * time.Hour
	old := event(0, c.now().Add(-s.Retention-2*day).UTC())
	kept := event(1, c.now().Add(-s.Retention+2*day).UTC())
	for range 2 {
		added := add(t, store, []auditlog.Event{old, kept})
		if added.Expired != 1 || added.New+added.Duplicate != 1 {
			t.Errorf("added %+v, want one of two expired", added)
		}
		syncNow(t, store)
		wantEvents(t, answer(t, store, everything()), []auditlog.Event{kept})
	}
}
