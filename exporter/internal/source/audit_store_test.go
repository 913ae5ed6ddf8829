package source_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// auditStore is an audit store in memory. What was added and not synced is lost
// when it crashes.
type auditStore struct {
	auditlog.Store // Of the methods that nobody calls.

	mu     sync.Mutex // Guards what follows.
	err    error      // What every Add, Sync and Select returns.
	events map[string]string
	synced map[string]string
	// What the batches with something new are called, and the last two marks.
	batches         []string
	added, securely auditlog.Mark
}

func newAuditStore() *auditStore {
	return &auditStore{events: map[string]string{}, synced: map[string]string{}}
}

func (s *auditStore) Mark() auditlog.Mark {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.securely
}

// Select knows the two questions that a source has: whether a batch is there,
// and whether anything is.
func (s *auditStore) Select(_ context.Context, st auditlog.Statement, row func(auditlog.Row) error) (auditlog.Outcomes, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch, ok := strings.CutPrefix(st.LogsQL, `ingested:="`)
	batch, _, _ = strings.Cut(batch, `"`)
	if s.err != nil || ok && !slices.Contains(s.batches, batch) || !ok && len(s.events) == 0 {
		return auditlog.Outcomes{}, s.err
	}
	return auditlog.Outcomes{}, row(nil)
}

func (s *auditStore) Stats(context.Context) (auditlog.Stats, error) { return auditlog.Stats{}, nil }

func (s *auditStore) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *auditStore) Add(_ context.Context, events []auditlog.Event) (auditlog.Added, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var a auditlog.Added
	if s.err != nil {
		return a, s.err
	}
	for i := range events {
		ev := &events[i]
		if _, known := s.events[ev.ID]; known {
			a.Duplicate++
			continue
		}
		a.New++
		s.events[ev.ID] = fmt.Sprint(ev.Time.Unix(), ev.Identity, ev.Name, ev.Outcome, ev.Detail, len(ev.Raw))
		if !bytes.Contains(ev.Raw, []byte(ev.ID)) {
			return a, fmt.Errorf("event %s has the record %q", ev.ID, ev.Raw)
		}
	}
	if a.New > 0 {
		s.added = auditlog.Mark{Ingested: rand.Int64(), Time: events[0].Time}
		s.batches = append(s.batches, fmt.Sprint(s.added.Ingested))
	}
	return a, nil
}

func (s *auditStore) Sync(context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.synced, s.securely = maps.Clone(s.events), s.added
	}
	return time.Time{}, s.err
}

// crashed returns what is left of the store: what was synced at least.
func (s *auditStore) crashed(luck bool) *auditStore {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := newAuditStore()
	left.batches = slices.Clone(s.batches)
	left.synced = maps.Clone(s.synced)
	if luck {
		left.synced = maps.Clone(s.events)
	}
	left.events = maps.Clone(left.synced)
	return left
}

// wantStored compares what is stored for good with the records.
func wantStored(t *testing.T, what string, s *auditStore, all ...record) {
	t.Helper()
	var want []string
	for _, r := range all {
		want = append(want, r.id)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := slices.Sorted(maps.Keys(s.synced)); !slices.Equal(got, want) {
		t.Errorf("%s: %d events stored, want %d", what, len(got), len(want))
	}
}
