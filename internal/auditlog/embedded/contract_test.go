package embedded_test

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/storetest"
	"github.com/leastward/leastward/internal/catalog"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func open(tb testing.TB, o embedded.Options) *embedded.Store {
	tb.Helper()
	if o.Dir == "" {
		o.Dir = tb.TempDir()
	}
	if o.Logger == nil {
		o.Logger = quiet()
	}
	if o.Catalog == nil {
		o.Catalog = catalog.AWS()
	}
	if o.MinFreeBytes == 0 {
		o.MinFreeBytes = -1
	}
	s, err := embedded.Open(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	t.Parallel()
	const retention = 90 * 24 * time.Hour
	dirs := newDirs()
	storetest.Run(t, storetest.Options{
		Retention: retention,
		Open: func(t *testing.T, now func() time.Time) auditlog.Store {
			t.Helper()
			dir := t.TempDir()
			s := open(t, embedded.Options{Dir: dir, Retention: retention, Now: now})
			dirs.put(s, dir)
			return s
		},
		Reopen: func(t *testing.T, s auditlog.Store, now func() time.Time) auditlog.Store {
			t.Helper()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			again := open(t, embedded.Options{Dir: dirs.get(s), Retention: retention, Now: now})
			dirs.put(again, dirs.get(s))
			return again
		},
	})
}

// dirs remembers the directories of stores.
type dirs struct {
	mu sync.Mutex // Guards of.
	of map[auditlog.Store]string
}

func newDirs() *dirs { return &dirs{of: map[auditlog.Store]string{}} }

func (d *dirs) put(s auditlog.Store, dir string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.of[s] = dir
}

func (d *dirs) get(s auditlog.Store) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.of[s]
}
