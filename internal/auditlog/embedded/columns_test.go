package embedded_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
)

// Columns have a value for each row, in the order that is asked for, and errors
// are those of Select.
func TestSelectColumns(t *testing.T) {
	t.Parallel()
	s := open(t, embedded.Options{Dir: t.TempDir()})
	add(t, s, append(some(30, 1), some(30, 3)...))
	syncNow(t, s)
	ask := func(ctx context.Context, logsql string, block func(uint, [][]string, int) error) error {
		st := auditlog.Statement{LogsQL: logsql, From: noon(3), To: noon(0)}
		_, err := s.SelectColumns(ctx, st, []string{"id", "no_such", "_time"}, block)
		return err
	}
	var mu sync.Mutex
	var ids []string
	err := ask(t.Context(), "* | fields id, no_such, _time", func(_ uint, columns [][]string, rows int) error {
		mu.Lock()
		defer mu.Unlock()
		if len(columns) != 3 || len(columns[0]) != rows || len(columns[2]) != rows || slices.Contains(columns[2], "") {
			t.Errorf("%d rows, %d columns: %q", rows, len(columns), columns)
		}
		if slices.ContainsFunc(columns[1], func(v string) bool { return v != "" }) {
			t.Errorf("a column that no row has: %q", columns[1])
		}
		for _, id := range columns[0] {
			ids = append(ids, strings.Clone(id))
		}
		return nil
	})
	slices.Sort(ids)
	if want := 60; err != nil || len(slices.Compact(ids)) != want {
		t.Errorf("%d ids, %v; want %d", len(ids), err, want)
	}
	enough := errors.New("enough")
	if err := ask(t.Context(), "*", func(uint, [][]string, int) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("got %v, want the reader's error", err)
	}
	nothing := func(uint, [][]string, int) error { return nil }
	if err := ask(t.Context(), "| |", nothing); !errors.Is(err, auditlog.ErrStatement) {
		t.Errorf("got %v, want ErrStatement", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := ask(gone, "*", nothing); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want Canceled", err)
	}
	stop(t, s)
	if err := ask(t.Context(), "*", nothing); !errors.Is(err, auditlog.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}
