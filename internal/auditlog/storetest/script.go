//nolint:thelper // The methods of suite are tests, not helpers.
package storetest

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
)

// pool is how many different events the scripts draw from.
const pool = 120

// step is one call of a script: a batch of events, by number, or another call.
type step struct {
	call  string // "add", "sync", "reopen".
	batch []int
}

// script draws a sequence of calls: batches that overlap, with repeats, over
// several days, between Syncs and restarts.
func script(restarts bool) *rapid.Generator[[]step] {
	calls := []string{"add", "add", "add", "add", "sync"}
	if restarts {
		calls = append(calls, "reopen")
	}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		st := step{call: rapid.SampledFrom(calls).Draw(t, "call")}
		if st.call == "add" {
			st.batch = rapid.SliceOfN(rapid.IntRange(0, pool-1), 0, 40).Draw(t, "batch")
		}
		return st
	}), 3, 12)
}

// Whatever the calls: the store answers exactly the different events that were
// added, and says of each batch how many of them were new.
func (s *suite) scripts(t *testing.T) {
	evs := events(pool, start().Add(-60*time.Hour), time.Hour/2+1)
	for i := range s.Scripts {
		steps := script(s.Reopen != nil).Example(i)
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			defer func() {
				if t.Failed() {
					t.Logf("script: %+v", steps)
				}
			}()
			s.play(t, steps, evs)
		})
	}
}

func (s *suite) play(t *testing.T, steps []step, evs []auditlog.Event) {
	t.Helper()
	store, c := s.open(t)
	known := make(map[int]bool)
	for _, st := range steps {
		switch st.call {
		case "add":
			before, batch := len(known), make([]auditlog.Event, len(st.batch))
			for i, n := range st.batch {
				batch[i], known[n] = evs[n], true
			}
			fresh := len(known) - before
			wantAdded(t, add(t, store, batch), auditlog.Added{New: fresh, Duplicate: len(batch) - fresh})
		case "sync":
			syncNow(t, store)
			wantKnown(t, store, evs, known)
		case "reopen":
			store = s.reopen(t, store, c)
		}
	}
	syncNow(t, store)
	wantKnown(t, store, evs, known)
}

func wantKnown(t *testing.T, store auditlog.Store, evs []auditlog.Event, known map[int]bool) {
	t.Helper()
	var want []auditlog.Event
	for n := range evs {
		if known[n] {
			want = append(want, evs[n])
		}
	}
	wantEvents(t, answer(t, store, everything()), want)
	wantRecords(t, store, want)
}
