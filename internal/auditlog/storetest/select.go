//nolint:thelper // The methods of suite are tests, not helpers.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

func (s *suite) ranges(t *testing.T) {
	store, _ := s.open(t)
	at := start().Add(123456789)
	var evs []auditlog.Event
	for i := range 5 {
		evs = append(evs, event(i, at.Add(time.Duration(i-2)))) // Two before, one at, two after.
	}
	midnight := start().Truncate(24 * time.Hour)
	evs = append(evs, event(5, midnight.Add(-1)), event(6, midnight))
	add(t, store, evs)
	syncNow(t, store)
	for _, test := range []struct {
		name     string
		from, to time.Time
		want     []int
	}{
		{"one nanosecond", at, at.Add(1), []int{2}},
		{"from is within", at, at.Add(time.Hour), []int{2, 3, 4}},
		{"to is without", at.Add(-time.Hour), at, []int{0, 1}},
		{"nothing between", at.Add(3), at.Add(time.Hour), nil},
		{"empty", at, at, nil},
		{"backwards", at.Add(1), at, nil},
		{"before midnight", midnight.Add(-1), midnight, []int{5}},
		{"from midnight", midnight, midnight.Add(1), []int{6}},
		{"another zone", at.In(time.FixedZone("", 5400)), at.Add(1), []int{2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := make([]auditlog.Event, len(test.want))
			for i, n := range test.want {
				want[i] = evs[n]
			}
			wantEvents(t, answer(t, store, auditlog.Statement{LogsQL: "*", From: test.from, To: test.to}), want)
		})
	}
}

func (s *suite) openRange(t *testing.T) {
	store, _ := s.open(t)
	evs := events(4, start(), time.Hour)
	add(t, store, evs)
	syncNow(t, store)
	wantEvents(t, answer(t, store, auditlog.Statement{LogsQL: "*", From: evs[1].Time}), evs[1:])
	wantEvents(t, answer(t, store, auditlog.Statement{LogsQL: "*", To: evs[1].Time}), evs[:1])
	wantEvents(t, answer(t, store, auditlog.Statement{LogsQL: "*"}), evs)
}

func (s *suite) order(t *testing.T) {
	store, _ := s.open(t)
	evs := events(300, start().Add(-47*time.Hour), 10*time.Minute)
	shuffled := slices.Concat(evs[200:], evs[:100], evs[100:200])
	add(t, store, shuffled)
	syncNow(t, store)
	want := idsOf(evs)
	found := rows(t, store, auditlog.Statement{LogsQL: "* | sort by (_time)"})
	wantIDs(t, ids(found), want)
	slices.Reverse(want)
	found = rows(t, store, auditlog.Statement{LogsQL: "* | sort by (_time desc)"})
	wantIDs(t, ids(found), want)
	found = rows(t, store, auditlog.Statement{LogsQL: "* | sort by (_time desc) limit 7"})
	wantIDs(t, ids(found), want[:7])
	found = rows(t, store, auditlog.Statement{LogsQL: "* | sort by (request_id) offset 10 limit 5", To: evs[100].Time})
	wantIDs(t, ids(found), idsOf(evs[10:15]))
}

func (s *suite) groups(t *testing.T) {
	store, _ := s.open(t)
	add(t, store, events(100, start(), time.Minute))
	syncNow(t, store)
	var got []string
	for _, r := range rows(t, store, auditlog.Statement{LogsQL: "* | stats by (outcome) count() n | sort by (outcome)"}) {
		got = append(got, r.Get("outcome")+" "+r.Get("n"))
	}
	wantIDs(t, got, []string{"authorization_failure 25", "success 75"})
}

func (s *suite) callerFails(t *testing.T) {
	store, _ := s.open(t)
	add(t, store, events(2000, start(), time.Second))
	syncNow(t, store)
	enough, calls := errors.New("enough"), 0
	_, err := store.Select(t.Context(), everything(), func(auditlog.Row) error {
		calls++
		if calls == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || calls != 3 {
		t.Errorf("%d calls, then %v; want 3 and the caller's own error", calls, err)
	}
	wantEvents(t, answer(t, store, auditlog.Statement{LogsQL: "* | limit 0"}), nil) // It still answers.
}

func (s *suite) cancelled(t *testing.T) {
	store, _ := s.open(t)
	evs := events(3000, start(), time.Second)
	add(t, store, evs)
	syncNow(t, store)
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	_, err := store.Select(ctx, everything(), func(auditlog.Row) error {
		calls++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || calls == len(evs) {
		t.Errorf("cancelled at the first row: %d rows and %v", calls, err)
	}
	if _, err := store.Select(ctx, everything(), func(auditlog.Row) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: select %v", err)
	}
	if _, err := store.Add(ctx, events(1, start().Add(-time.Hour), 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: add %v", err)
	}
}

func (s *suite) badStatements(t *testing.T) {
	store, _ := s.open(t)
	add(t, store, events(3, start(), time.Second))
	syncNow(t, store)
	for _, text := range []string{
		"", " ", "(", "name:(a or", `name:="open`, "* | sort by", "| limit 3", "* | limit many", "* )", "name:=a }", "* | stats",
	} {
		t.Run(fmt.Sprintf("%q", text), func(t *testing.T) {
			_, err := store.Select(t.Context(), auditlog.Statement{LogsQL: text}, func(r auditlog.Row) error {
				t.Errorf("a row: %v", r)
				return nil
			})
			if !errors.Is(err, auditlog.ErrStatement) {
				t.Errorf("got %v, want ErrStatement", err)
			}
		})
	}
}

func (s *suite) emptyAnswers(t *testing.T) {
	store, _ := s.open(t)
	wantEvents(t, answer(t, store, everything()), nil) // Nothing was ever added.
	add(t, store, events(3, start(), time.Second))
	syncNow(t, store)
	wantEvents(t, answer(t, store, auditlog.Statement{LogsQL: "name:=NoSuchCall"}), nil)
	wantEvents(t, answer(t, store, auditlog.Statement{LogsQL: "*", To: start().Add(-time.Hour)}), nil)
}
