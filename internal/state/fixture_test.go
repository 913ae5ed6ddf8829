package state_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/state"
)

var (
	ana   = state.Caller{Name: "ana"}
	ben   = state.Caller{Name: "ben"}
	admin = state.Caller{Name: "root", Admin: true}
)

// log is a Platform log that may be out of order.
type log struct {
	mu      sync.Mutex
	err     error
	changes []state.Change
}

func (l *log) record(_ context.Context, c state.Change) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.changes = append(l.changes, c)
	}
	return l.err
}

func (l *log) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

func (l *log) actions() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []string
	for _, c := range l.changes {
		list = append(list, string(c.Action)+" "+c.Name)
	}
	return list
}

func open(t *testing.T, l *log) *state.DB {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "state.db"), l)
}

func reopen(t *testing.T, path string, l *log) *state.DB {
	t.Helper()
	o := state.Options{Path: path, Now: clock()}
	if l != nil {
		o.Record = l.record
	}
	db, err := state.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// clock goes on by a second whenever it is asked.
func clock() func() time.Time {
	var mu sync.Mutex
	now := at(0)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

func at(seconds int) time.Time {
	return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
}

func denied() query.Query {
	return query.Query{Where: &query.Node{Field: query.Outcome, Operator: query.Is, Values: []string{"authorization_failure"}}}
}

func draft(name string) state.Draft { return state.Draft{Name: name, Query: denied()} }

func create(t *testing.T, db *state.DB, c state.Caller, d state.Draft) state.SavedQuery {
	t.Helper()
	q, err := db.CreateQuery(t.Context(), c, d)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
