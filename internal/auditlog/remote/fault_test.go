package remote_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/remote"
)

// made returns n events of the last days, with records.
func made(n int) []auditlog.Event {
	from := time.Now().UTC().Add(-40 * time.Hour).Truncate(time.Second)
	out := make([]auditlog.Event, n)
	for i := range out {
		out[i] = auditlog.Event{
			ID: fmt.Sprintf("event-%06d", i), Time: from.Add(time.Duration(i) * time.Second), Cloud: "aws", System: "111122223333",
			Name: "GetObject", Outcome: auditlog.Success, UserAgent: strings.Repeat("agent ", i%7), Raw: fmt.Appendf(nil, `{"n": %d}`, i),
		}
	}
	return out
}

// wantStored fails the test unless the store has exactly the events, each once,
// and their records.
func wantStored(t *testing.T, s *remote.Store, evs []auditlog.Event) {
	t.Helper()
	if _, err := s.Sync(t.Context()); err != nil {
		t.Fatalf("sync: %v", err)
	}
	var got, want []string
	var refs []auditlog.RawRef
	_, err := s.Select(t.Context(), auditlog.Statement{LogsQL: "* | sort by (_time)"}, func(r auditlog.Row) error {
		got = append(got, strings.Clone(r.Get("id")))
		at, err := time.Parse(time.RFC3339Nano, r.Get("_time"))
		refs = append(refs, auditlog.RawRef{Time: at, ID: strings.Clone(r.Get("id")), Ref: strings.Clone(r.Get("raw"))})
		return err
	})
	if err != nil {
		t.Fatalf("select: %v", err)
	}
	for _, ev := range evs {
		want = append(want, ev.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("events (-want +got):\n%.2000s", diff)
	}
	raw, err := s.Raw(t.Context(), refs)
	if err != nil {
		t.Fatalf("raw: %v", err)
	}
	for i := range raw {
		if string(raw[i]) != string(evs[i].Raw) {
			t.Fatalf("record of %s: got %q, want %q", evs[i].ID, raw[i], evs[i].Raw)
		}
	}
}

func mustAdd(t *testing.T, s *remote.Store, evs []auditlog.Event) auditlog.Added {
	t.Helper()
	added, err := s.Add(t.Context(), evs)
	if err != nil {
		t.Fatalf("add: %v", err)
	}
	return added
}

// Whatever becomes of a request and its answer: every event is there once.
func TestAmbiguousInsertIsStoredOnce(t *testing.T) {
	t.Parallel()
	n := start(t)
	for i, test := range []struct {
		name   string
		insert func(tb testing.TB, p *proxy, w http.ResponseWriter, r *http.Request)
	}{
		{"stored, answer lost", func(tb testing.TB, p *proxy, w http.ResponseWriter, r *http.Request) {
			tb.Helper()
			p.forward(r)
			drop(tb, w)
		}},
		{"stored, answered 500", func(_ testing.TB, p *proxy, w http.ResponseWriter, r *http.Request) {
			p.forward(r)
			w.WriteHeader(http.StatusInternalServerError)
		}},
		{"stored, answered 502", func(_ testing.TB, p *proxy, w http.ResponseWriter, r *http.Request) {
			p.forward(r)
			w.WriteHeader(http.StatusBadGateway)
		}},
		{"not stored, no answer", func(tb testing.TB, _ *proxy, w http.ResponseWriter, _ *http.Request) {
			tb.Helper()
			drop(tb, w)
		}},
		{"not stored, answered 503", func(_ testing.TB, _ *proxy, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}},
		{"half stored, answer lost", func(tb testing.TB, p *proxy, w http.ResponseWriter, r *http.Request) {
			tb.Helper()
			p.half(tb, r)
			drop(tb, w)
		}},
		{"half stored, answered 200", func(tb testing.TB, p *proxy, _ http.ResponseWriter, r *http.Request) {
			tb.Helper()
			p.half(tb, r)
		}},
		{"not stored, answered 200", func(testing.TB, *proxy, http.ResponseWriter, *http.Request) {}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := startProxy(t, n.url(), func(p *proxy, w http.ResponseWriter, r *http.Request) {
				if n := p.inserts.Load(); n%2 == 0 || n > 12 { // Both parcels of records and of events fail.
					p.pass.ServeHTTP(w, r)
					return
				}
				test.insert(t, p, w, r)
			})
			o := options(p.URL)
			o.Tenant, o.Settle = remote.Tenant{Account: uint32(i + 1)}, 300*time.Millisecond
			o.MaxRequest = 3 << 10
			s := open(t, o)
			evs := made(60)
			if got := mustAdd(t, s, evs); got.New != 60 {
				t.Errorf("added %+v", got)
			}
			if got := mustAdd(t, s, evs); got.Duplicate != 60 {
				t.Errorf("added %+v once more", got)
			}
			wantStored(t, s, evs)
		})
	}
}

// A call that gave up in doubt is made good by the next ones.
func TestGivingUpInDoubtLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	n := start(t)
	fail := true
	p := startProxy(t, n.url(), func(p *proxy, w http.ResponseWriter, r *http.Request) {
		if !fail || p.inserts.Load() < 3 {
			p.pass.ServeHTTP(w, r)
			return
		}
		p.half(t, r)
		w.WriteHeader(http.StatusInternalServerError)
	})
	o := options(p.URL)
	o.Patience, o.Settle, o.MaxRequest = 300*time.Millisecond, 200*time.Millisecond, 8<<10
	s := open(t, o)
	evs := made(80)
	if _, err := s.Add(t.Context(), evs); !errors.Is(err, auditlog.ErrUnavailable) {
		t.Fatalf("add: %v, want ErrUnavailable", err)
	}
	fail = false
	got := mustAdd(t, s, evs)
	if got.New+got.Duplicate != 80 || got.Duplicate == 0 {
		t.Errorf("added %+v once more", got)
	}
	wantStored(t, s, evs)
}

func TestRefusalsAreTriedAgain(t *testing.T) {
	t.Parallel()
	n := start(t)
	for i, code := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			var first, second time.Time
			p := startProxy(t, n.url(), func(p *proxy, w http.ResponseWriter, r *http.Request) {
				switch p.inserts.Load() {
				case 1:
					first = time.Now()
					w.Header().Set("Retry-After", "1")
					w.WriteHeader(code)
				case 2:
					second = time.Now()
					fallthrough
				default:
					p.pass.ServeHTTP(w, r)
				}
			})
			o := options(p.URL)
			o.Tenant.Account = uint32(i)
			s := open(t, o)
			evs := made(10)
			mustAdd(t, s, evs)
			if second.Sub(first) < time.Second {
				t.Errorf("tried again after %s, the server asked for a second", second.Sub(first))
			}
			wantStored(t, s, evs)
		})
	}
}

func TestFullServer(t *testing.T) {
	t.Parallel()
	n := start(t)
	full := true
	p := startProxy(t, n.url(), func(p *proxy, w http.ResponseWriter, r *http.Request) {
		if !full {
			p.pass.ServeHTTP(w, r)
			return
		}
		http.Error(w, "cannot add rows into storage in read-only mode; the storage can be in read-only mode because of lack of free disk space", http.StatusTooManyRequests)
	})
	o := options(p.URL)
	o.Patience = 200 * time.Millisecond
	s := open(t, o)
	evs := made(5)
	if _, err := s.Add(t.Context(), evs); !errors.Is(err, auditlog.ErrFull) {
		t.Errorf("add: %v, want ErrFull", err)
	}
	if st, err := s.Stats(t.Context()); err != nil || !st.Full {
		t.Errorf("stats %+v, %v; want full", st, err)
	}
	full = false
	if got := mustAdd(t, s, evs); got.New != 5 {
		t.Errorf("added %+v once there is room", got)
	}
	if st, err := s.Stats(t.Context()); err != nil || st.Full {
		t.Errorf("stats %+v, %v; want not full", st, err)
	}
	wantStored(t, s, evs)
}

// The server accepts rows that it does not keep, without a word.
func TestServerThatKeepsLessIsFoundOut(t *testing.T) {
	t.Parallel()
	n := start(t, "-retentionPeriod=2d")
	o := options(n.url())
	o.Patience, o.Settle = time.Second, 100*time.Millisecond
	s := open(t, o)
	evs := made(3)
	evs[0].Time = time.Now().Add(-20 * 24 * time.Hour)
	mustAdd(t, s, evs)
	_, err := s.Sync(t.Context())
	if err == nil || !strings.Contains(err.Error(), "-retentionPeriod") || !strings.Contains(err.Error(), evs[0].ID) {
		t.Errorf("sync: %v, want an error that names the event and the server's retention", err)
	}
}

func TestEventsOfTheFarFutureAreNotSent(t *testing.T) {
	t.Parallel()
	s := open(t, options(start(t).url()))
	evs := made(3)
	evs[1].Time = time.Now().Add(100 * time.Hour)
	if got, want := mustAdd(t, s, evs), (auditlog.Added{New: 2, Expired: 1}); got != want {
		t.Errorf("added %+v, want %+v", got, want)
	}
	wantStored(t, s, []auditlog.Event{evs[0], evs[2]})
	for _, bad := range []auditlog.Event{{Time: time.Now()}, {ID: "x"}} {
		if _, err := s.Add(t.Context(), []auditlog.Event{bad}); err == nil {
			t.Errorf("event %+v was added", bad)
		}
	}
}

// Where the server does not let us flush, rows are waited for.
func TestWithoutForcedFlush(t *testing.T) {
	t.Parallel()
	n := start(t, "-forceFlushAuthKey=secret")
	o := options(n.url())
	o.Visible = 3 * time.Second
	s := open(t, o)
	evs := made(10)
	mustAdd(t, s, evs)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, o)
	if got := mustAdd(t, s, evs); got.Duplicate != 10 {
		t.Errorf("added %+v once more", got)
	}
	wantStored(t, s, evs)
}

// More pending than may be kept: Add makes room itself.
func TestPendingIsBounded(t *testing.T) {
	t.Parallel()
	var answered int
	n := start(t)
	p := startProxy(t, n.url(), func(p *proxy, w http.ResponseWriter, r *http.Request) {
		answered++
		p.pass.ServeHTTP(w, r)
	})
	o := options(p.URL)
	o.MaxPending = 1
	s := open(t, o)
	evs := made(40)
	for i := range 4 {
		mustAdd(t, s, evs[i*10:i*10+10])
	}
	wantStored(t, s, evs)
}

// discard reads a body to its end.
func discard(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }
