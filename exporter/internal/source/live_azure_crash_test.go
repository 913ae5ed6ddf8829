package source_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/exporter/internal/store"
)

// shopReading reads the shop with what a process left behind.
func shopReading(t *testing.T, o source.Options, dir string, audit *auditStore, now time.Time) *collector.Reading {
	t.Helper()
	var err error
	if o.Store, err = store.Open(dir); err != nil {
		t.Fatal(err)
	}
	if audit != nil {
		o.Audit = source.Audit{Store: audit, Patience: time.Millisecond}
	}
	sources, err := source.Sources(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sources[0].Read(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantOnce checks that each of n events is counted and stored once.
func wantOnce(t *testing.T, what string, r *collector.Reading, audit *auditStore, n int) {
	t.Helper()
	if used := r.Usage.Counts().Used; int(used) != n {
		t.Errorf("%s: %d events counted, want %d", what, used, n)
	}
	audit.mu.Lock()
	defer audit.mu.Unlock()
	if len(audit.synced) != n {
		t.Errorf("%s: %d events stored, want %d", what, len(audit.synced), n)
	}
}

// A process may be killed at any request: what starts again from the disk and
// the audit store as they were has each event once.
func TestAzureKilledAtAnyRequest(t *testing.T) {
	t.Parallel()
	c := newAzureCloud(t)
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	o := azureOptions(t, c, "automatic", &now)
	o.Window = 6 * 24 * time.Hour
	const n = 30
	for i := range n {
		c.happen(fmt.Sprintf("event-%02d", i), now.Add(-time.Duration(i)*4*time.Hour))
	}
	type state struct {
		dir   string
		audit *auditStore
	}
	dir, audit := t.TempDir(), newAuditStore()
	var states []state
	last := "nothing"
	c.watch(func() {
		saved, _ := os.ReadFile(filepath.Join(dir, "azure", shopSub, "usage")) // There is none at first.
		key := fmt.Sprint(string(saved), len(audit.crashed(false).events), len(audit.crashed(true).events))
		if key == last {
			return
		}
		last = key
		for _, luck := range []bool{false, true} {
			states = append(states, state{copied(t, dir), audit.crashed(luck)})
		}
	})
	wantOnce(t, "not killed", shopReading(t, o, dir, audit, now), audit, n)
	c.watch(nil)
	if len(states) < 4 {
		t.Fatalf("%d states, want those before and after a save on the way", len(states))
	}
	for i, s := range states {
		wantOnce(t, fmt.Sprintf("killed in state %d", i), shopReading(t, o, s.dir, s.audit, now), s.audit, n)
	}
}

// An audit store that was lost, or switched on later, gets what it lacks, and
// nothing counts again.
func TestAzureAuditStoreThatLacksEvents(t *testing.T) {
	t.Parallel()
	c := newAzureCloud(t)
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	o := azureOptions(t, c, "automatic", &now)
	o.Window = 6 * 24 * time.Hour
	for i := range 10 {
		c.happen(fmt.Sprintf("event-%02d", i), now.Add(-time.Duration(i)*10*time.Hour))
	}
	dir := t.TempDir()
	if r := shopReading(t, o, dir, nil, now); r.Usage.Counts().Used != 10 {
		t.Fatalf("%+v", r.Usage.Counts())
	}
	for _, what := range []string{"switched on", "lost"} {
		audit := newAuditStore()
		now = now.Add(time.Hour)
		wantOnce(t, what, shopReading(t, o, dir, audit, now), audit, 10)
	}
	// One that refuses events keeps the reading from being saved.
	audit := newAuditStore()
	audit.fail(errStopped)
	c.happen("event-10", now)
	now = now.Add(time.Hour)
	r := shopReading(t, o, dir, audit, now)
	if len(r.Inventory.Problems) == 0 || r.Inventory.Problems[len(r.Inventory.Problems)-1].Code != "audit_store" {
		t.Errorf("%+v", r.Inventory.Problems)
	}
	audit.fail(nil)
	wantOnce(t, "back again", shopReading(t, o, dir, audit, now), audit, 11)
}
