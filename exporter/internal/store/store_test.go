package store_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

func system() entitlement.System {
	return entitlement.System{Cloud: entitlement.AWS, ID: "111111111111"}
}

func open(t *testing.T) (*store.Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func eventTime() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func saved(t *testing.T) store.Usage {
	t.Helper()
	u := store.Usage{Checkpoint: []byte("mark"), Index: usage.New(catalog.AWS()), Seen: usage.NewSeen()}
	u.Seen.Add("event-1", eventTime())
	u.Index.Add(&auditlog.Event{
		ID: "event-1", Time: eventTime(), Identity: "arn:aws:iam::111111111111:user/ana",
		Actions: []entitlement.Action{"s3:CreateBucket"}, Mapping: auditlog.Mapped, Outcome: auditlog.Success,
	})
	return u
}

func TestUsageRoundTrip(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	empty, err := s.LoadUsage(system(), catalog.AWS())
	if err != nil || empty.Checkpoint != nil || len(empty.Index.Identities()) != 0 || empty.Seen.Len() != 0 {
		t.Fatalf("LoadUsage of nothing = %+v, %v", empty, err)
	}
	want := saved(t)
	for _, mark := range []string{"first", `{"second":true}`, ""} {
		want.Checkpoint = []byte(mark)
		if err := s.SaveUsage(system(), want); err != nil {
			t.Fatal(err)
		}
		got, err := s.LoadUsage(system(), catalog.AWS())
		if err != nil || string(got.Checkpoint) != mark {
			t.Fatalf("LoadUsage = %q, %v, want checkpoint %q", got.Checkpoint, err, mark)
		}
		if diff := cmp.Diff(want.Index.Counts(), got.Index.Counts()); diff != "" {
			t.Errorf("counts (-saved +loaded):\n%s", diff)
		}
		if got.Seen.Add("event-1", eventTime()) || !got.Seen.Add("event-2", eventTime()) {
			t.Error("the loaded memory does not know which events were read")
		}
	}
}

// A file that was cut short or changed anywhere is an error, never a silently
// smaller index.
func TestDamagedUsageIsAnError(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	if err := s.SaveUsage(system(), saved(t)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "aws", "111111111111", "usage")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.LoadUsage(system(), catalog.AWS()); err == nil {
			t.Errorf("LoadUsage of the first %d of %d bytes = nil error", n, len(whole))
		} else if !strings.Contains(err.Error(), path) {
			t.Errorf("the error does not name the file: %v", err)
		}
	}
	for n := range whole {
		changed := slices.Clone(whole)
		changed[n] ^= 1
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if u, err := s.LoadUsage(system(), catalog.AWS()); err == nil {
			t.Errorf("LoadUsage with byte %d of %d changed = nil error, checkpoint %q", n, len(whole), u.Checkpoint)
		}
	}
}

func TestHistoryRoundTrip(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	if h, err := s.LoadHistory(system()); h != nil || err != nil {
		t.Fatalf("LoadHistory of nothing = %v, %v", h, err)
	}
	want := &assess.History{
		Bands: map[entitlement.IdentityID]assess.BandEntry{
			"arn:aws:iam::111111111111:user/ana": {Band: creep.High, Since: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		},
		Findings: map[string]time.Time{"abc": time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)},
	}
	if err := s.SaveHistory(system(), want); err != nil {
		t.Fatal(err)
	}
	got, err := s.LoadHistory(system())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("LoadHistory: %v (-saved +loaded):\n%s", err, diff)
	}
}

func TestOpenSaysWhereItCannotWrite(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(filepath.Join(file, "data")); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("Open below a file = %v, want an error that names it", err)
	}
}

// Another store's history is taken over; one without any is no error, and is not
// made.
func TestCopyHistory(t *testing.T) {
	t.Parallel()
	from := filepath.Join(t.TempDir(), "data")
	to, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	system := entitlement.System{Cloud: entitlement.AWS, ID: "111111111111"}
	if err := to.CopyHistory(from, system); err != nil {
		t.Errorf("without a history: %v", err)
	}
	if _, err := os.Stat(from); err == nil {
		t.Error("looking for a history made a directory")
	}
	source, err := store.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	seen := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := source.SaveHistory(system, &assess.History{Findings: map[string]time.Time{"f": seen}}); err != nil {
		t.Fatal(err)
	}
	if err := to.CopyHistory(from, system); err != nil {
		t.Fatal(err)
	}
	if h, err := to.LoadHistory(system); err != nil || h == nil || !h.Findings["f"].Equal(seen) {
		t.Errorf("history = %+v, %v", h, err)
	}
}
