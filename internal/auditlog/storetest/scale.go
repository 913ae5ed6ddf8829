//nolint:thelper // The methods of suite are tests, not helpers.
package storetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

func (s *suite) many(t *testing.T) {
	store, _ := s.open(t)
	const batch = 1000
	evs := events(s.Events, start().Add(-72*time.Hour), 100*time.Hour/time.Duration(s.Events))
	for i := 0; i < len(evs); i += batch {
		part := evs[i:min(i+batch, len(evs))]
		wantAdded(t, add(t, store, part), auditlog.Added{New: len(part)})
	}
	wantAdded(t, add(t, store, evs[len(evs)/3:len(evs)/2]), auditlog.Added{Duplicate: len(evs)/2 - len(evs)/3})
	syncNow(t, store)
	wantEvents(t, answer(t, store, everything()), evs)
	found := rows(t, store, auditlog.Statement{LogsQL: "outcome:=authorization_failure | stats count() n"})
	if want := strconv.Itoa(len(evs) / 4); len(found) != 1 || found[0].Get("n") != want {
		t.Errorf("count: got %v, want %s", found, want)
	}
}

// Events over more days than the store need hold the ids of at once, in and
// out of order.
func (s *suite) days(t *testing.T) {
	store, _ := s.open(t)
	n := int(min(s.Retention/(24*time.Hour)-3, 60))
	evs := events(n*5, start().Add(-time.Duration(n)*24*time.Hour), 24*time.Hour/5)
	for round := range 2 {
		want := auditlog.Added{New: len(evs)}
		if round > 0 {
			want = auditlog.Added{Duplicate: len(evs)}
		}
		var sum auditlog.Added
		for i := range 5 { // One batch goes through all the days.
			var part []auditlog.Event
			for j := (i * 3) % 5; j < len(evs); j += 5 {
				part = append(part, evs[j])
			}
			added := add(t, store, part)
			sum.New, sum.Duplicate, sum.Expired = sum.New+added.New, sum.Duplicate+added.Duplicate, sum.Expired+added.Expired
		}
		wantAdded(t, sum, want)
		syncNow(t, store)
	}
	wantEvents(t, answer(t, store, everything()), evs)
	day := evs[7].Time.Truncate(24 * time.Hour)
	var want []auditlog.Event
	for _, ev := range evs {
		if !ev.Time.Before(day) && ev.Time.Before(day.Add(24*time.Hour)) {
			want = append(want, ev)
		}
	}
	wantEvents(t, answer(t, store, auditlog.Statement{LogsQL: "*", From: day, To: day.Add(24 * time.Hour)}), want)
}
