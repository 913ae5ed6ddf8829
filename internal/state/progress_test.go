package state_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/state"
)

func begin(t *testing.T, db *state.DB, query string, position time.Time) state.Progress {
	t.Helper()
	p, err := db.Begin(t.Context(), state.Start{Name: "trigger/a", Query: query, Position: position, Now: at(1000)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProgress(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	db := reopen(t, path, nil)
	if p := begin(t, db, "q", at(5)); !p.Position.Equal(at(5)) || len(p.Totals) > 0 || !p.Changed.IsZero() || !p.Since.Equal(at(1000)) {
		t.Errorf("got %+v", p)
	}
	step := state.Step{
		Name: "trigger/a", From: at(5), To: at(9), Keep: 2,
		Totals:  []state.Total{{Cloud: "aws", System: "1", Count: 3, Last: at(4)}, {Cloud: "aws", System: "2", Count: 1, Last: at(3)}},
		Matches: []state.Match{{System: "1", Time: at(4), Detail: "x"}, {System: "2", Time: at(3), Detail: "y"}},
	}
	if err := db.Advance(t.Context(), &step); err != nil {
		t.Fatal(err)
	}
	// Another who evaluated the same does not count it again.
	if err := db.Advance(t.Context(), &step); !errors.Is(err, state.ErrConflict) {
		t.Errorf("the same step again: %v", err)
	}
	late := state.Step{
		Name: "trigger/a", From: at(9), To: at(12), Keep: 2,
		Totals:  []state.Total{{Cloud: "aws", System: "1", Count: 4, Last: at(1)}},
		Matches: []state.Match{{System: "1", Time: at(1), Detail: "late"}, {System: "1", Time: at(8), Detail: "z"}},
	}
	if err := db.Advance(t.Context(), &late); err != nil {
		t.Fatal(err)
	}
	db = reopen(t, path, nil)
	want := state.Progress{
		Name: "trigger/a", Position: at(12), Since: at(1000),
		Totals: []state.Total{{Cloud: "aws", System: "1", Count: 7, Last: at(4)}, {Cloud: "aws", System: "2", Count: 1, Last: at(3)}},
	}
	if diff := cmp.Diff(want, begin(t, db, "q", at(99))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	list, err := db.Matches(t.Context(), "trigger/a", time.Time{})
	wantMatches := []state.Match{
		{System: "1", Time: at(8), Detail: json.RawMessage(`"z"`)}, {System: "1", Time: at(4), Detail: json.RawMessage(`"x"`)},
	}
	if diff := cmp.Diff(wantMatches, list); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if list, err := db.Matches(t.Context(), "trigger/a", at(5)); err != nil || len(list) != 1 {
		t.Errorf("got %v, %v", list, err)
	}
}

func TestChangedQueryKeepsTotals(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	begin(t, db, "q", at(5))
	if err := db.Advance(t.Context(), &state.Step{Name: "trigger/a", From: at(5), To: at(9), Totals: []state.Total{{Cloud: "aws", System: "1", Count: 3, Last: at(4)}}}); err != nil {
		t.Fatal(err)
	}
	if p := begin(t, db, "other", at(20)); !p.Position.Equal(at(9)) || !p.Changed.Equal(at(1000)) || len(p.Totals) != 1 || p.Totals[0].Count != 3 {
		t.Errorf("got %+v", p)
	}
}

func TestSwitchedOffAndOn(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	begin(t, db, "q", at(5))
	if _, err := db.Begin(t.Context(), state.Start{Name: "first-time/b", Position: at(1), Now: at(1)}); err != nil {
		t.Fatal(err)
	}
	if err := db.Activate(t.Context(), "trigger/", []string{"trigger/a"}); err != nil {
		t.Fatal(err)
	}
	if p := begin(t, db, "q", at(20)); !p.Position.Equal(at(5)) {
		t.Errorf("what stayed on begins at %s", p.Position)
	}
	if err := db.Activate(t.Context(), "trigger/", nil); err != nil {
		t.Fatal(err)
	}
	if err := db.Advance(t.Context(), &state.Step{Name: "trigger/a", From: at(5), To: at(9)}); !errors.Is(err, state.ErrConflict) {
		t.Errorf("what is switched off went on: %v", err)
	}
	if p := begin(t, db, "q", at(20)); !p.Position.Equal(at(20)) {
		t.Errorf("what was off begins at %s", p.Position)
	}
	if err := db.Activate(t.Context(), "trigger/", nil); err != nil {
		t.Fatal(err)
	}
	if p := begin(t, db, "q", time.Time{}); !p.Position.Equal(at(20)) {
		t.Errorf("what was off, and is to look at everything, begins at %s", p.Position)
	}
	if p, err := db.Begin(t.Context(), state.Start{Name: "first-time/b", Position: at(9), Now: at(1)}); err != nil || !p.Position.Equal(at(1)) {
		t.Errorf("another kind was switched off: %+v, %v", p, err)
	}
}

func TestBackfillBeginsAtTheBeginning(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	p := begin(t, db, "q", time.Time{})
	if !p.Position.IsZero() {
		t.Fatalf("got %s", p.Position)
	}
	if err := db.Advance(t.Context(), &state.Step{Name: "trigger/a", From: p.Position, To: at(9)}); err != nil {
		t.Error(err)
	}
}

func TestReported(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	begin(t, db, "q", at(0))
	step := state.Step{Name: "trigger/a", From: at(0), To: at(1), Reported: []state.Report{{"k", at(10)}, {"k", at(20)}, {"l", at(10)}}}
	if err := db.Advance(t.Context(), &step); err != nil {
		t.Fatal(err)
	}
	keys := make([]string, 1200)
	keys[1199], keys[3] = "k", "m"
	got, err := db.Reported(t.Context(), "trigger/a", keys, at(10), at(19))
	if diff := cmp.Diff(map[string][]time.Time{"k": {at(10)}}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := db.Advance(t.Context(), &state.Step{Name: "trigger/a", From: at(1), To: at(2), Forget: at(20)}); err != nil {
		t.Fatal(err)
	}
	got, err = db.Reported(t.Context(), "trigger/a", []string{"k", "l"}, at(0), at(99))
	if diff := cmp.Diff(map[string][]time.Time{"k": {at(20)}}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// A step that fails halfway leaves nothing behind.
func TestStepIsAtomic(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	begin(t, db, "q", at(0))
	step := state.Step{
		Name: "trigger/a", From: at(0), To: at(1), Totals: []state.Total{{Cloud: "aws", System: "1", Count: 3, Last: at(4)}},
		Matches: []state.Match{{Detail: make(chan int)}},
	}
	if err := db.Advance(t.Context(), &step); err == nil {
		t.Fatal("a channel was encoded")
	}
	if p := begin(t, db, "q", at(9)); !p.Position.Equal(at(0)) || len(p.Totals) > 0 {
		t.Errorf("got %+v", p)
	}
}

func TestFileOfANewerProgram(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	raw, err := state.Connect(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := state.Open(t.Context(), state.Options{Path: path}); err == nil {
		t.Error("it was opened")
	}
}
