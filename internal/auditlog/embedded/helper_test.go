package embedded_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/entitlement"
)

// journal is a logger whose text can be read.
type journal struct {
	mu  sync.Mutex // Guards buf.
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.String()
}

func (j *journal) logger() *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }

// noon is noon of a day before today.
func noon(daysAgo int) time.Time {
	return time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -daysAgo).Add(12 * time.Hour)
}

// some returns n events of a day, of three systems.
func some(n, daysAgo int) []auditlog.Event {
	out := make([]auditlog.Event, n)
	for i := range out {
		out[i] = auditlog.Event{
			ID: fmt.Sprintf("%d-%d", daysAgo, i), Time: noon(daysAgo).Add(time.Duration(i) * time.Second), Cloud: entitlement.AWS,
			System: entitlement.SystemID(fmt.Sprintf("%012d", i%3)), Name: "GetObject", Outcome: auditlog.Success, Raw: fmt.Appendf(nil, `{"n":%d}`, i),
		}
	}
	return out
}

func add(tb testing.TB, s auditlog.Store, evs []auditlog.Event) auditlog.Added {
	tb.Helper()
	added, err := s.Add(tb.Context(), evs)
	if err != nil {
		tb.Fatal(err)
	}
	return added
}

func syncNow(tb testing.TB, s auditlog.Store) time.Time {
	tb.Helper()
	at, err := s.Sync(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return at
}

func stop(tb testing.TB, s *embedded.Store) {
	tb.Helper()
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
}

func wantCount(t *testing.T, s auditlog.Store, logsql string, want int) {
	t.Helper()
	each(t, s, logsql+" | stats count() n", func(r auditlog.Row) {
		if got := r.Get("n"); got != fmt.Sprint(want) {
			t.Errorf("%s finds %s events, want %d", logsql, got, want)
		}
	})
}

// stored returns a directory with a day of a hundred events and another of ten,
// closed.
func stored(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s := open(t, embedded.Options{Dir: dir})
	add(t, s, some(100, 2))
	add(t, s, some(10, 1))
	stop(t, s)
	return dir
}

// partsOf returns the paths of the parts of a table of a day.
func partsOf(t *testing.T, dir string, daysAgo int, table string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "engine", "partitions", noon(daysAgo).Format("20060102"), table, "*", "metadata.json"))
	if err != nil || len(found) == 0 {
		t.Fatalf("parts of %s: %v, %v", table, found, err)
	}
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	return found
}

// edit changes a file; nil makes an empty one.
func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	var b []byte
	if change != nil {
		old, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b = change(old)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func cutHalf(b []byte) []byte { return b[:len(b)/2] }

// scramble turns every bit of the second half over.
func scramble(b []byte) []byte {
	out := bytes.Clone(b)
	for i := len(out) / 2; i < len(out); i++ {
		out[i] = ^out[i]
	}
	return out
}

func wantText(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in:\n%s", w, text)
		}
	}
}
