package source_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/ingest"
)

// keeping returns the account's source, which keeps events in a store.
func (c *cloud) keeping(t *testing.T, dir string, s *auditStore) collector.Source {
	t.Helper()
	return c.startWith(t, dir, source.Audit{Store: s, Patience: time.Millisecond})
}

// killedWithStore looks at the disk and the audit store at every call of the
// bucket, where a process may be killed, and starts again from there: the index
// and the store have every event once, whatever of the unsynced was kept.
func (l live) killedWithStore() {
	t, c, dir := l.T, l.cloud, l.TempDir()
	all := c.history(t, time.Now().Add(-time.Hour))
	type state struct {
		dir   string
		store *auditStore
	}
	var states []state
	audit := newAuditStore()
	last := "nothing"
	c.on(func(now *call) {
		saved, _ := os.ReadFile(c.usage(dir)) // There is none at first.
		key := fmt.Sprint(string(saved), len(audit.crashed(false).events), len(audit.crashed(true).events))
		if now.op == "" || key == last {
			return
		}
		last = key
		for _, luck := range []bool{false, true} {
			states = append(states, state{copied(t, dir), audit.crashed(luck)})
		}
	})
	reading := read(t, c.keeping(t, dir, audit))
	noProblems(t, reading)
	same(t, "not killed", c.truth(all...), reading.Usage)
	wantStored(t, "not killed", audit, all...)
	if len(states) < 4 {
		t.Fatalf("%d states, want those before and after a save on the way", len(states))
	}
	c.on(nil)
	for i, s := range states {
		reading := read(t, c.keeping(t, s.dir, s.store))
		same(t, fmt.Sprintf("killed in state %d", i), c.truth(all...), reading.Usage)
		wantStored(t, fmt.Sprintf("killed in state %d", i), s.store, all...)
	}
}

// olderStore gives a reading its store as it was earlier, put back from a copy,
// and later one that was made anew and given some events since: what is lacking
// is read again, and no more than once.
func (l live) olderStore() {
	t, c, dir := l.T, l.cloud, l.TempDir()
	now := time.Now()
	all := c.history(t, now.Add(-2*time.Hour))
	audit := newAuditStore()
	read(t, c.keeping(t, dir, audit))
	older := audit.crashed(false)
	more := records(len(all), 5, now.Add(-time.Hour), time.Minute)
	c.deliver(t, home, now.Add(-time.Hour), more...)
	all = append(all, more...)
	read(t, c.keeping(t, dir, audit))
	wantStored(t, "before", audit, all...)

	anew := newAuditStore()
	for id, ev := range audit.synced { // Not by this source.
		if anew.events[id] = ev; len(anew.events) == 3 {
			break
		}
	}
	for name, store := range map[string]*auditStore{"an older copy": older, "made anew": anew} {
		dir := copied(t, dir)
		store.fail(fmt.Errorf("away: %w", auditlog.ErrUnavailable))
		read(t, c.keeping(t, dir, store)) // Nothing is decided while it cannot be asked.
		store.fail(nil)
		reading := read(t, c.keeping(t, dir, store))
		noProblems(t, reading)
		same(t, name, c.truth(all...), reading.Usage)
		wantStored(t, name, store, all...)
		files := 0
		c.on(func(now *call) {
			if now.op == "s3:GetObject" && strings.Contains(now.path, "/AWSLogs/") {
				files++
			}
		})
		read(t, c.keeping(t, dir, store.crashed(false)))
		c.on(nil)
		if files > 0 {
			t.Errorf("%s: %d files are read once more", name, files)
		}
	}
}

// anotherStore gives a reading a store that lacks what was read before: one
// where there was none, another one, one that was made anew. It is filled from
// the source, and the index counts nothing twice.
func (l live) anotherStore() {
	t, c, dir := l.T, l.cloud, l.TempDir()
	today := time.Now()
	all := c.history(t, today.Add(-2*time.Hour))
	same(t, "without a store", c.truth(all...), read(t, c.start(t, dir)).Usage)
	for i, name := range []string{"the first store", "another store", "none between"} {
		if i == 2 {
			read(t, c.start(t, dir))
		}
		more := records(len(all), 5, today.Add(-time.Hour), time.Minute)
		c.deliver(t, home, today.Add(-time.Hour), more...)
		all = append(all, more...)
		audit := newAuditStore()
		for range 2 {
			reading := read(t, c.keeping(t, dir, audit))
			noProblems(t, reading)
			same(t, name, c.truth(all...), reading.Usage)
			wantStored(t, name, audit, all...)
		}
		files := 0
		c.on(func(now *call) {
			if now.op == "s3:GetObject" && strings.Contains(now.path, "/AWSLogs/") {
				files++
			}
		})
		read(t, c.keeping(t, dir, audit))
		c.on(nil)
		if files > 0 {
			t.Errorf("%s: %d files are read again by a third reading", name, files)
		}
	}
}

// fullStore lets the audit store refuse events from the beginning or on the
// way: all is counted, a problem says so, and later the store gets everything.
func (l live) fullStore() {
	t, c := l.T, l.cloud
	all := c.history(t, time.Now().Add(-time.Hour))
	for _, n := range []int{1, 5} {
		dir, audit := t.TempDir(), newAuditStore()
		files := 0
		c.on(func(now *call) {
			if now.op == "s3:GetObject" && strings.Contains(now.path, "/AWSLogs/") {
				if files++; files == n {
					audit.fail(fmt.Errorf("1 GiB is left: %w", auditlog.ErrFull))
				}
			}
		})
		for range 2 {
			reading := read(t, c.keeping(t, dir, audit))
			if p := reading.Inventory.Problems; len(p) != 1 || p[0].Code != "audit_store" || !strings.Contains(p[0].Message, "1 GiB is left") {
				t.Errorf("full from file %d: problems %+v", n, p)
			}
			same(t, fmt.Sprintf("full from file %d", n), c.truth(all...), reading.Usage)
		}
		audit.fail(nil)
		reading := read(t, c.keeping(t, dir, audit))
		noProblems(t, reading)
		same(t, "room again", c.truth(all...), reading.Usage)
		wantStored(t, "room again", audit, all...)
	}
	c.on(nil)
}

// meters lets one meter count the readings of a store.
func (l live) meters() {
	t, c, dir := l.T, l.cloud, l.TempDir()
	all := records(0, 20, time.Now().Add(-time.Hour), time.Minute)
	c.deliver(t, home, time.Now().Add(-time.Hour), all...)
	c.deliver(t, second, time.Now().Add(-time.Hour), slices.Clone(all[:5])...)
	meter := ingest.NewMeter()
	audit := source.Audit{Store: newAuditStore(), Meter: meter}
	read(t, c.startWith(t, dir, audit))
	read(t, c.startWith(t, dir, audit))
	if s := meter.Stats(); s.In != 20 || s.New != 20 || s.Bytes < 20*500 {
		t.Errorf("stats %+v, want 20 events", s)
	}
}
