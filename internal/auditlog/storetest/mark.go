//nolint:thelper // The methods of suite are tests, not helpers.
package storetest

import (
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// A mark is found in the store that gave it, also after a restart, and in no
// other, though that was given the same events.
func (s *suite) marks(t *testing.T) {
	store, c := s.open(t)
	if got := markOf(t, store); got != (auditlog.Mark{}) {
		t.Errorf("an empty store gives the mark %v", got)
	}
	evs := []auditlog.Event{event(1, start()), event(2, start().Add(-50*time.Hour).Add(1)), event(3, start().Add(-time.Hour))}
	add(t, store, evs[:2])
	if got := markOf(t, store); got != (auditlog.Mark{}) {
		t.Errorf("mark %v before Sync", got)
	}
	syncNow(t, store)
	first := markOf(t, store)
	add(t, store, evs[:2])
	syncNow(t, store)
	if got := markOf(t, store); got != first || !got.Time.Equal(evs[0].Time) {
		t.Errorf("mark %v after duplicates, want %v, of the latest event", got, first)
	}
	add(t, store, append(evs[2:], evs[0])) // One of them is new.
	syncNow(t, store)
	second := markOf(t, store)
	if second == first || !second.Time.Equal(evs[2].Time) {
		t.Errorf("mark %v after %v, want that of the new event", second, first)
	}
	wantMarks(t, store, true, first, second)
	wantMarks(t, store, false, auditlog.Mark{Ingested: first.Ingested + 1, Time: first.Time}, auditlog.Mark{Ingested: first.Ingested, Time: first.Time.Add(1)})
	store = s.reopen(t, store, c)
	if got := markOf(t, store); got != (auditlog.Mark{}) {
		t.Errorf("mark %v of a store that was given nothing since it was opened", got)
	}
	wantMarks(t, store, true, first, second)

	other := s.Open(t, func() time.Time { return c.now().Add(time.Minute) })
	defer other.Close() //nolint:errcheck // Of no interest here.
	add(t, other, evs)
	syncNow(t, other)
	wantMarks(t, other, true, markOf(t, other))
	wantMarks(t, other, false, first, second)
}

func markOf(t *testing.T, store auditlog.Store) auditlog.Mark {
	t.Helper()
	m, ok := store.(auditlog.Marker)
	if !ok {
		t.Fatal("the store gives no marks")
	}
	return m.Mark()
}

func wantMarks(t *testing.T, store auditlog.Store, want bool, marks ...auditlog.Mark) {
	t.Helper()
	for _, m := range marks {
		again, err := auditlog.ParseMark(m.String())
		if err != nil || !again.Time.Equal(m.Time) || again.Ingested != m.Ingested {
			t.Errorf("mark %s is read as %v, %v", m, again, err)
		}
		if got, err := again.In(t.Context(), store); got != want || err != nil {
			t.Errorf("mark %v is found: %t, %v; want %t", m, got, err, want)
		}
	}
}
