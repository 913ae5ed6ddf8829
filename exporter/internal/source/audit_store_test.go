package source_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// auditStore is an audit store in memory. What was added and not synced is lost
// when it crashes.
type auditStore struct {
	auditlog.Store // Of the methods that nobody calls.

	id string

	mu     sync.Mutex // Guards what follows.
	err    error      // What every Add and Sync returns.
	events map[string]string
	synced map[string]string
}

func newAuditStore(id string) *auditStore {
	return &auditStore{id: id, events: map[string]string{}, synced: map[string]string{}}
}

func (s *auditStore) ID() string { return s.id }

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
	return a, nil
}

func (s *auditStore) Sync(context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.synced = maps.Clone(s.events)
	}
	return time.Time{}, s.err
}

// crashed returns what is left of the store: what was synced at least.
func (s *auditStore) crashed(luck bool) *auditStore {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := newAuditStore(s.id)
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
