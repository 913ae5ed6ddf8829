//nolint:thelper // The methods of suite are tests, not helpers.
package storetest

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// wantRecords fails the test unless the store has the records of the events,
// byte for byte.
func wantRecords(t *testing.T, store auditlog.Store, evs []auditlog.Event) {
	t.Helper()
	refs := refsOf(t, store, evs)
	got, err := store.Raw(t.Context(), refs)
	if err != nil {
		t.Fatalf("raw of %d events: %v", len(refs), err)
	}
	if len(got) != len(evs) {
		t.Fatalf("%d records of %d events", len(got), len(evs))
	}
	for i := range evs {
		if !bytes.Equal(got[i], evs[i].Raw) || (got[i] == nil) != (evs[i].Raw == nil) {
			t.Errorf("record of %s: got %d bytes %.80q, want %d bytes %.80q", evs[i].ID, len(got[i]), got[i], len(evs[i].Raw), evs[i].Raw)
		}
	}
}

// refsOf asks the store for the references of the events' records.
func refsOf(t *testing.T, store auditlog.Store, evs []auditlog.Event) []auditlog.RawRef {
	t.Helper()
	refs := make(map[string]string)
	for _, r := range rows(t, store, everything()) {
		refs[r.Get("id")] = r.Get("raw")
	}
	out := make([]auditlog.RawRef, len(evs))
	for i, ev := range evs {
		ref, ok := refs[ev.ID]
		if !ok {
			t.Fatalf("event %s is not there", ev.ID)
		}
		if (ref == "") != (ev.Raw == nil) {
			t.Errorf("column raw of %s is %q; its record has %d bytes", ev.ID, ref, len(ev.Raw))
		}
		out[i] = auditlog.RawRef{Time: ev.Time, ID: ev.ID, Ref: ref}
	}
	return out
}

func (s *suite) records(t *testing.T) {
	store, _ := s.open(t)
	var evs []auditlog.Event
	for i, raw := range []string{
		`{ "eventVersion" : "1.08",` + "\n\t" + `"eventName":"A" }` + "\n",
		`{"a":"\u003cb\u003e \/ \"","b":1.0,"c":1e5,"a":2}`,
		`{"ü":"漢字 🦊 ` + "\u2028" + `"}`,
		"not JSON at all", "\x00\x01\xff\xfe binary", "\xff", " ", "\n", "{}", `"`,
		`{"padding":"` + strings.Repeat(`x\"`, 85<<10) + `"}`,
		strings.Repeat("\x02", 100<<10),
		strings.Repeat("\xf0", 300<<10),
	} {
		ev := event(i, start().Add(time.Duration(i)*time.Second))
		ev.Raw = []byte(raw)
		evs = append(evs, ev)
	}
	for i := range 3 { // Records of many sizes, and none between them.
		ev := event(len(evs), start().Add(time.Hour))
		if ev.Raw = nil; i == 1 {
			ev.Raw = noise(250<<10, 1)
		}
		evs = append(evs, ev)
	}
	wantAdded(t, add(t, store, evs), auditlog.Added{New: len(evs)})
	syncNow(t, store)
	wantRecords(t, store, evs)

	changed := copies(evs)
	for i := range changed {
		changed[i].Raw = []byte("another record for the same id")
	}
	wantAdded(t, add(t, store, changed), auditlog.Added{Duplicate: len(evs)})
	syncNow(t, store)
	wantRecords(t, store, evs)
	if got, err := store.Raw(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("raw of nothing: %d records, %v", len(got), err)
	}
}

// noise returns n bytes that do not compress.
func noise(n int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}

func (s *suite) manyRecords(t *testing.T) {
	store, _ := s.open(t)
	evs := events(3000, start().Add(-50*time.Hour), time.Minute)
	add(t, store, evs)
	syncNow(t, store)
	asked := slices.Clone(evs)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(asked), func(i, j int) { asked[i], asked[j] = asked[j], asked[i] })
	wantRecords(t, store, append(asked, asked[:10]...)) // Some asked for twice.
}

func (s *suite) recordsAfterRestart(t *testing.T) {
	store, c := s.open(t)
	evs := events(200, start().Add(-30*time.Hour), 10*time.Minute)
	add(t, store, evs[:150])
	store = s.reopen(t, store, c)
	add(t, store, evs[100:])
	syncNow(t, store)
	wantRecords(t, store, evs)
}
