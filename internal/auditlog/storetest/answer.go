package storetest

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// open returns a store of its own for the test and the clock that it reads.
func (s *suite) open(t *testing.T) (auditlog.Store, *clock) {
	t.Helper()
	c := &clock{}
	store := s.Open(t, c.now)
	t.Cleanup(func() { _ = store.Close() })
	return store, c
}

func (s *suite) reopen(t *testing.T, store auditlog.Store, c *clock) auditlog.Store {
	t.Helper()
	return again(t, store, c, s.Reopen, "be opened again")
}

func (s *suite) crash(t *testing.T, store auditlog.Store, c *clock) auditlog.Store {
	t.Helper()
	return again(t, store, c, s.Crash, "crash")
}

func again(t *testing.T, store auditlog.Store, c *clock, f func(*testing.T, auditlog.Store, func() time.Time) auditlog.Store, what string) auditlog.Store {
	t.Helper()
	if f == nil {
		t.Skipf("these stores cannot %s", what)
	}
	store = f(t, store, c.now)
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func add(t *testing.T, store auditlog.Store, evs []auditlog.Event) auditlog.Added {
	t.Helper()
	added, err := store.Add(t.Context(), evs)
	if err != nil {
		t.Fatalf("add %d events: %v", len(evs), err)
	}
	return added
}

func wantAdded(t *testing.T, got, want auditlog.Added) {
	t.Helper()
	if got != want {
		t.Fatalf("added %+v, want %+v", got, want)
	}
}

func syncNow(t *testing.T, store auditlog.Store) time.Time {
	t.Helper()
	at, err := store.Sync(t.Context())
	if err != nil {
		t.Fatalf("sync: %v", err)
	}
	return at
}

// rows answers a statement. The rows are copies: theirs are valid during the
// call only.
func rows(t *testing.T, store auditlog.Store, st auditlog.Statement) []auditlog.Row {
	t.Helper()
	var out []auditlog.Row
	outcomes, err := store.Select(t.Context(), st, func(r auditlog.Row) error {
		out = append(out, cloneRow(r))
		return nil
	})
	if err != nil {
		t.Fatalf("select %+v: %v", st, err)
	}
	if outcomes.Partial {
		t.Fatalf("select %+v: the answer is partial", st)
	}
	return out
}

func cloneRow(r auditlog.Row) auditlog.Row {
	out := slices.Clone(r)
	for i := range out {
		out[i] = auditlog.Field{Name: strings.Clone(out[i].Name), Value: strings.Clone(out[i].Value)}
	}
	return out
}

// answer returns the events that a statement finds, by time and id.
func answer(t *testing.T, store auditlog.Store, st auditlog.Statement) []auditlog.Event {
	t.Helper()
	found := rows(t, store, st)
	out := make([]auditlog.Event, len(found))
	for i, r := range found {
		ev, err := row.Decode(r)
		if err != nil {
			t.Fatalf("decode row %d of %+v: %v", i, st, err)
		}
		out[i] = ev
	}
	return sorted(out)
}

func everything() auditlog.Statement { return auditlog.Statement{LogsQL: "*"} }

// wantEvents fails the test unless the events are the wanted ones, each once;
// their records aside, and in any order.
func wantEvents(t *testing.T, got, want []auditlog.Event) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d events, want %d", len(got), len(want))
	}
	want, got = sorted(want), sorted(got)
	if same(want, got) {
		return // Looking for differences takes long.
	}
	diff := gocmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(auditlog.Event{}, "Raw"))
	if len(diff) > 4000 {
		diff = diff[:4000] + "…"
	}
	if diff != "" {
		t.Fatalf("events (-want +got):\n%s", diff)
	}
}

// same reports whether the events are the same, their records aside.
func same(a, b []auditlog.Event) bool {
	return slices.EqualFunc(a, b, func(a, b auditlog.Event) bool {
		equal := a.Time.Equal(b.Time) && slices.Equal(a.Actions, b.Actions) && slices.Equal(a.Resources, b.Resources) && slices.Equal(a.Issued, b.Issued)
		for _, ev := range []*auditlog.Event{&a, &b} {
			ev.Time, ev.Actions, ev.Resources, ev.Issued, ev.Raw = time.Time{}, nil, nil, nil, nil
		}
		return equal && reflect.DeepEqual(a, b)
	})
}

func sorted(evs []auditlog.Event) []auditlog.Event {
	return slices.SortedFunc(slices.Values(evs), func(a, b auditlog.Event) int {
		return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.ID, b.ID))
	})
}

// ids returns the ids of the rows, in their order.
func ids(found []auditlog.Row) []string {
	out := make([]string, len(found))
	for i, r := range found {
		out[i] = r.Get("id")
	}
	return out
}

func idsOf(evs []auditlog.Event) []string {
	out := make([]string, len(evs))
	for i := range evs {
		out[i] = evs[i].ID
	}
	return out
}

func wantIDs(t *testing.T, got, want []string) {
	t.Helper()
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("ids (-want +got):\n%s", diff)
	}
}

// quoted returns a value as LogsQL takes it.
func quoted(v string) string { return strconv.Quote(v) }
