package state_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/state"
)

// Several processes open the file at once, change it, and step on: nothing is
// lost, nobody's change is overwritten unseen, each step counts once.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	l := &log{}
	const processes, each = 4, 8
	var won, lost atomic.Int64
	first := reopen(t, path, l)
	q := create(t, first, ana, draft("shared by all"))
	begin(t, first, "q", at(0))
	var group errgroup.Group
	for n := range processes {
		db := reopen(t, path, l)
		group.Go(func() error {
			for i := range each {
				if _, err := db.CreateQuery(t.Context(), ana, draft(fmt.Sprintf("%d-%d", n, i))); err != nil {
					return err
				}
				_, err := db.RenameQuery(t.Context(), ana, q.ID, int64(i+1), fmt.Sprintf("renamed %d", i))
				if err != nil && !errors.Is(err, state.ErrConflict) {
					return err
				}
				err = db.Advance(t.Context(), &state.Step{Name: "trigger/a", From: at(i), To: at(i + 1), Totals: []state.Total{{Cloud: "aws", System: "1", Count: 1, Last: at(i)}}})
				switch {
				case err == nil:
					won.Add(1)
				case errors.Is(err, state.ErrConflict):
					lost.Add(1)
				default:
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	list, err := first.Queries(t.Context(), ana)
	if err != nil || len(list) != processes*each+1 {
		t.Errorf("%d queries, %v", len(list), err)
	}
	p := begin(t, first, "q", at(99))
	if p.Totals[0].Count != won.Load() || won.Load() < 1 || won.Load()+lost.Load() != processes*each || !p.Position.Equal(at(int(won.Load()))) {
		t.Errorf("counted %+v to %s, %d steps won and %d lost", p.Totals, p.Position, won.Load(), lost.Load())
	}
	if err := first.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, c := range l.changes {
		ids[c.ID] = true
	}
	renamed, err := first.Query(t.Context(), ana, q.ID)
	if want := processes*each + int(renamed.Version); err != nil || len(ids) != want {
		t.Errorf("%d changes were recorded, want %d, %v", len(ids), want, err)
	}
}
