package source_test

import (
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func openAudit(t *testing.T, dir string) *embedded.Store {
	t.Helper()
	audit, err := embedded.Open(embedded.Options{Dir: dir, MinFreeBytes: -1, Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return audit
}

// rebuilt asks for an index from the real store, which equals the one before;
// later readings go on from it. A store that was removed is filled again, and
// the request waits for that.
func (l live) rebuilt() {
	t, c, dir, auditDir := l.T, l.cloud, l.TempDir(), l.TempDir()
	all := c.history(t, time.Now().Add(-2*time.Hour))
	system := entitlement.System{Cloud: entitlement.AWS, ID: entitlement.SystemID(c.account)}
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := kept.RequestRebuild(system); err == nil {
		t.Error("a rebuild of nothing was accepted")
	}
	audit := openAudit(t, auditDir)
	same(t, "first reading", c.truth(all...), read(t, c.startWith(t, dir, source.Audit{Store: audit})).Usage)
	for _, what := range []string{"rebuilt", "rebuilt from a store that was removed"} {
		if err := kept.RequestRebuild(system); err != nil {
			t.Fatal(err)
		}
		more := records(len(all), 5, time.Now().Add(-time.Hour), time.Minute)
		c.deliver(t, home, time.Now().Add(-time.Hour), more...)
		all = append(all, more...)
		reading := read(t, c.startWith(t, dir, source.Audit{Store: audit}))
		noProblems(t, reading)
		same(t, what, c.truth(all...), reading.Usage)
		if kept.RebuildRequested(system) {
			t.Errorf("%s: is still asked for", what)
		}
		same(t, what+", next reading", c.truth(all...), read(t, c.startWith(t, dir, source.Audit{Store: audit})).Usage)
		if stats, err := audit.Stats(t.Context()); err != nil || stats.Events != int64(len(all)) {
			t.Errorf("%s: %d events stored, want %d: %v", what, stats.Events, len(all), err)
		}
		if err := audit.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(auditDir); err != nil {
			t.Fatal(err)
		}
		audit = openAudit(t, auditDir)
	}
	if err := audit.Close(); err != nil {
		t.Fatal(err)
	}
}
