//nolint:thelper // The methods of suite are tests, not helpers.
package storetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// A row's ingestion time lies between the Sync before it and the one after.
func (s *suite) ingested(t *testing.T) {
	store, _ := s.open(t)
	s.batches(t, store, time.Time{}, 0, func() {})
}

func (s *suite) clockBack(t *testing.T) {
	store, c := s.open(t)
	s.batches(t, store, time.Time{}, 0, func() { c.move(-10 * time.Minute) })
}

func (s *suite) ingestedAfterRestart(t *testing.T) {
	store, c := s.open(t)
	last := s.batches(t, store, time.Time{}, 0, func() {})
	c.move(-time.Hour)
	store = s.reopen(t, store, c)
	s.batches(t, store, last, 100, func() {})
}

// batches adds batches of events with a Sync after each, none of which may be
// before last, and returns the time of the last one. The events are numbered
// from n.
func (s *suite) batches(t *testing.T, store auditlog.Store, last time.Time, n int, between func()) time.Time {
	t.Helper()
	for range 3 {
		evs := []auditlog.Event{event(n, start()), event(n+1, start().Add(time.Hour)), event(n+2, start().Add(-30*time.Hour))}
		n += len(evs)
		add(t, store, evs)
		now := syncNow(t, store)
		if now.Before(last) {
			t.Errorf("Sync returned %v after %v", now, last)
		}
		wantIngested(t, store, evs, last, now)
		last = now
		between()
	}
	if now := syncNow(t, store); now.Before(last) {
		t.Errorf("Sync with nothing new returned %v after %v", now, last)
	}
	return last
}

func wantIngested(t *testing.T, store auditlog.Store, evs []auditlog.Event, from, to time.Time) {
	t.Helper()
	for _, ev := range evs {
		found := rows(t, store, auditlog.Statement{LogsQL: "id:=" + quoted(ev.ID)})
		if len(found) != 1 {
			t.Fatalf("event %s is found %d times after Sync", ev.ID, len(found))
		}
		at := ingestedAt(t, found[0])
		if at.Before(from) || !at.Before(to) {
			t.Errorf("event %s was ingested at %v, want from %v to before %v", ev.ID, at, from, to)
		}
	}
}

// ingestedAt reads the column "ingested": nanoseconds since 1970.
func ingestedAt(t *testing.T, r auditlog.Row) time.Time {
	t.Helper()
	n, err := strconv.ParseInt(r.Get("ingested"), 10, 64)
	if err != nil {
		t.Fatalf("column ingested: %v", err)
	}
	return time.Unix(0, n)
}
