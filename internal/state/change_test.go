package state_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/state"
)

func TestEveryChangeIsRecorded(t *testing.T) {
	t.Parallel()
	l := &log{}
	db := open(t, l)
	q := create(t, db, ana, draft("one"))
	for _, change := range []func() error{
		func() error { _, err := db.UpdateQuery(t.Context(), ana, q.ID, 1, draft("two")); return err },
		func() error { _, err := db.RenameQuery(t.Context(), ana, q.ID, 2, "three"); return err },
		func() error { _, err := db.ShareQuery(t.Context(), ana, q.ID, 3, state.Shared); return err },
		func() error { _, err := db.DuplicateQuery(t.Context(), ben, q.ID); return err },
		func() error { _, err := db.ShareQuery(t.Context(), admin, q.ID, 4, state.Private); return err },
		func() error { return db.DeleteQuery(t.Context(), ana, q.ID, 5) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.RenameQuery(t.Context(), ana, q.ID, 5, "gone"); err == nil {
		t.Error("a deleted query was renamed")
	}
	want := []string{
		"leastward:CreateQuery one", "leastward:UpdateQuery two", "leastward:RenameQuery three", "leastward:ShareQuery three",
		"leastward:DuplicateQuery Copy of three", "leastward:UnshareQuery three", "leastward:DeleteQuery three",
	}
	if diff := cmp.Diff(want, l.actions()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c := l.changes[2]
	if c.Actor != "ana" || c.Query != q.ID || c.Version != 3 || c.Details["from"] != "two" || c.Time.IsZero() || c.Owner != "ana" {
		t.Errorf("got %+v", c)
	}
}

// A change that can't be recorded stands, and is recorded later, in its turn
// and under the same id, also after the process has ended.
func TestChangesWaitUntilTheyAreRecorded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	l := &log{}
	l.fail(errors.New("the disk is full"))
	db := reopen(t, path, l)
	q := create(t, db, ana, draft("one"))
	if _, err := db.RenameQuery(t.Context(), ana, q.ID, 1, "two"); err != nil {
		t.Fatal(err)
	}
	if err := db.Deliver(t.Context()); err == nil || len(l.changes) > 0 {
		t.Errorf("recorded %v, %v", l.changes, err)
	}
	again := reopen(t, path, l)
	l.fail(nil)
	if err := again.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	create(t, again, ana, draft("three"))
	if diff := cmp.Diff([]string{"leastward:CreateQuery one", "leastward:RenameQuery two", "leastward:CreateQuery three"}, l.actions()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ids := []string{l.changes[0].ID, l.changes[1].ID, l.changes[2].ID}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 3 || ids[0] == "" {
		t.Errorf("ids %q", ids)
	}
}

func TestProvision(t *testing.T) {
	t.Parallel()
	l := &log{}
	db := open(t, l)
	provision := func(want string, list ...state.Definition) {
		t.Helper()
		before := len(l.actions())
		if err := db.Provision(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		var got string
		for _, a := range l.actions()[before:] {
			got += a + ";"
		}
		if got != want {
			t.Errorf("recorded %q, want %q", got, want)
		}
	}
	one, two := state.Definition{Name: "one", Query: denied()}, state.Definition{Name: "two", Query: denied()}
	provision("leastward:ProvisionQuery one;leastward:ProvisionQuery two;", one, two)
	id := named(t, db, "one").ID
	provision("", two, one)
	one.Description = "changed"
	provision("leastward:ProvisionQuery one;", one, two)
	if q := named(t, db, "one"); q.ID != id || q.Version != 2 || q.Kind != state.Provisioned || q.Visibility != state.Shared || q.Description != "changed" {
		t.Errorf("got %+v", q)
	}
	provision("leastward:DeleteQuery two;", one)
	if _, err := db.QueryNamed(t.Context(), ana, "two"); !errors.Is(err, state.ErrNotFound) {
		t.Errorf("a removed query: %v", err)
	}
	provision("leastward:DeleteQuery one;")
}

// Shipped queries keep their ids when their names change, also when two change
// places.
func TestShippedQueriesMayBeRenamed(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	for _, names := range [][2]string{{"a", "b"}, {"b", "a"}, {"c", "b"}} {
		if err := db.Ship(t.Context(), []state.Definition{{ID: "q1", Name: names[0], Query: denied()}, {ID: "q2", Name: names[1], Query: denied()}}); err != nil {
			t.Fatal(err)
		}
		if named(t, db, names[0]).ID != "q1" || named(t, db, names[1]).ID != "q2" {
			t.Errorf("%v: the ids moved", names)
		}
	}
}

func TestProvisionIsAllOrNothing(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	if err := db.Provision(t.Context(), []state.Definition{{Name: "one", Query: denied()}}); err != nil {
		t.Fatal(err)
	}
	for want, list := range map[string][]state.Definition{
		`b.yaml: query "": name: missing; name the query`:                             {{Name: "two", Query: denied()}, {Origin: "b.yaml"}},
		`b.yaml: query "TWO": name: a.yaml: query "two" has the same; choose another`: {{Name: "two", Origin: "a.yaml"}, {Name: "TWO", Origin: "b.yaml"}},
	} {
		if err := db.Provision(t.Context(), list); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if list, err := db.Queries(t.Context(), ana); err != nil || len(list) != 1 || list[0].Name != "one" {
		t.Errorf("got %+v, %v", list, err)
	}
}

func named(t *testing.T, db *state.DB, name string) state.SavedQuery {
	t.Helper()
	q, err := db.QueryNamed(t.Context(), state.Caller{Name: "reader"}, name)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
