package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leastward/leastward/internal/auditlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a store in memory that fails as it is told.
type memory struct {
	auditlog.Store // Of the methods that no test calls.

	fail func(n int) error // Of the nth call, nil for none; half of a failing Add is stored.

	mu     sync.Mutex // Guards what follows.
	calls  int
	events map[string]auditlog.Event
	synced int // Events at the last Sync.
}

func newMemory(fail func(n int) error) *memory {
	return &memory{fail: fail, events: map[string]auditlog.Event{}}
}

func (m *memory) call() error {
	m.calls++
	if m.fail == nil {
		return nil
	}
	return m.fail(m.calls)
}

func (m *memory) Add(_ context.Context, events []auditlog.Event) (auditlog.Added, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := m.call()
	if err != nil {
		events = events[:len(events)/2]
	}
	var a auditlog.Added
	for _, ev := range events {
		_, there := m.events[ev.ID]
		switch {
		case ev.Time.IsZero():
			a.Expired++
		case there:
			a.Duplicate++
		default:
			a.New++
			ev.Resources, ev.Raw = slices.Clone(ev.Resources), bytes.Clone(ev.Raw)
			m.events[ev.ID] = ev
		}
	}
	if err != nil {
		return auditlog.Added{}, fmt.Errorf("add: %w", err)
	}
	return a, nil
}

func (m *memory) Sync(context.Context) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.call(); err != nil {
		return time.Time{}, fmt.Errorf("sync: %w", err)
	}
	m.synced = len(m.events)
	return time.Time{}, nil
}

func (m *memory) stored() map[string]auditlog.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.events
}

// event is the nth of a kind whose resources and records differ in size.
func event(n int) auditlog.Event {
	ev := auditlog.Event{ID: fmt.Sprint("e", n), Time: time.Unix(int64(n)+1, 0), Detail: fmt.Sprint("detail ", n)}
	for i := range n % 3 {
		ev.Resources = append(ev.Resources, auditlog.Resource{ID: "r", Type: fmt.Sprint(n, " ", i)})
	}
	if n%4 > 0 {
		ev.Raw = bytes.Repeat([]byte{byte(n)}, n%4*10)
	}
	return ev
}
