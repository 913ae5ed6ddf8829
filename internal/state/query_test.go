package state_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/state"
)

func TestCreateAndRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a folder?#", "state.db")
	if _, err := state.Open(t.Context(), state.Options{Path: path}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a missing folder: %v", err)
	}
	path = filepath.Join(t.TempDir(), "a file?#.db")
	db := reopen(t, path, nil)
	made := create(t, db, ana, state.Draft{Name: " Denied ", Description: "Refused calls.", Query: denied()})
	want := state.SavedQuery{
		ID: made.ID, Name: "Denied", Owner: "ana", Visibility: state.Private, Kind: state.Custom, Query: denied(), Description: "Refused calls.",
		Created: made.Created, Modified: made.Created, ModifiedBy: "ana", Version: 1,
	}
	got, err := reopen(t, path, nil).Query(t.Context(), ana, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" || cmp.Diff(want, made) != "" || made.ID == "" || made.Created.IsZero() {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	create(t, db, ana, draft("private of ana"))
	create(t, db, ana, state.Draft{Name: "shared of ana", Visibility: state.Shared, Query: denied()})
	create(t, db, ben, draft("private of ben"))
	if err := db.Ship(t.Context(), []state.Definition{{ID: "q4", Name: "System", Query: denied()}}); err != nil {
		t.Fatal(err)
	}
	if err := db.Provision(t.Context(), []state.Definition{{Name: "File", Query: denied()}}); err != nil {
		t.Fatal(err)
	}
	for caller, want := range map[state.Caller]string{
		ana:               "private of ana, shared of ana, File, System",
		ben:               "private of ben, shared of ana, File, System",
		admin:             "private of ana, private of ben, shared of ana, File, System",
		{}:                "shared of ana, File, System",
		{Name: "ana\x00"}: "shared of ana, File, System",
		{Name: "ANA"}:     "shared of ana, File, System",
	} {
		list, err := db.Queries(t.Context(), caller)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, q := range list {
			names = append(names, q.Name)
		}
		if got := strings.Join(names, ", "); got != want {
			t.Errorf("%q sees %s, want %s", caller.Name, got, want)
		}
	}
}

func TestWhoMayChangeWhat(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	private := create(t, db, ana, draft("private"))
	shared := create(t, db, ana, state.Draft{Name: "shared", Visibility: state.Shared, Query: denied()})
	if err := db.Ship(t.Context(), []state.Definition{{ID: "q4", Name: "System", Query: denied()}}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		caller state.Caller
		id     string
		want   error
	}{
		{ben, private.ID, state.ErrNotFound},
		{ben, shared.ID, state.ErrForbidden},
		{ana, "nothing", state.ErrNotFound},
		{state.Caller{}, shared.ID, state.ErrForbidden},
		{ana, "q4", state.ErrForbidden},
		{admin, "q4", state.ErrForbidden},
	} {
		_, err := db.UpdateQuery(t.Context(), test.caller, test.id, state.AnyVersion, draft("other"))
		_, errRename := db.RenameQuery(t.Context(), test.caller, test.id, state.AnyVersion, "other")
		_, errShare := db.ShareQuery(t.Context(), test.caller, test.id, state.AnyVersion, state.Private)
		errDelete := db.DeleteQuery(t.Context(), test.caller, test.id, state.AnyVersion)
		for _, err := range []error{err, errRename, errShare, errDelete} {
			if !errors.Is(err, test.want) {
				t.Errorf("%s changes %s: %v, want %v", test.caller.Name, test.id, err, test.want)
			}
		}
	}
	if _, err := db.CreateQuery(t.Context(), state.Caller{Admin: true}, draft("x")); !errors.Is(err, state.ErrForbidden) {
		t.Errorf("a caller without a name: %v", err)
	}
	renamed, err := db.RenameQuery(t.Context(), admin, private.ID, private.Version, "by the administrator")
	if err != nil || renamed.Owner != "ana" || renamed.ModifiedBy != "root" || renamed.Version != 2 {
		t.Errorf("got %+v, %v", renamed, err)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	q := create(t, db, ana, draft("one"))
	if _, err := db.UpdateQuery(t.Context(), ana, q.ID, q.Version, draft("two")); err != nil {
		t.Fatal(err)
	}
	if _, err := db.RenameQuery(t.Context(), ana, q.ID, q.Version, "three"); !errors.Is(err, state.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	if err := db.DeleteQuery(t.Context(), ana, q.ID, q.Version); !errors.Is(err, state.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	got, err := db.Query(t.Context(), ana, q.ID)
	if err != nil || got.Name != "two" || got.Version != 2 || !got.Modified.After(got.Created) {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := db.DeleteQuery(t.Context(), ana, q.ID, 2); err != nil {
		t.Error(err)
	}
	if _, err := db.Query(t.Context(), ana, q.ID); !errors.Is(err, state.ErrNotFound) {
		t.Errorf("after it was deleted: %v", err)
	}
}

func TestNamesAreUniqueForEachOwner(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	create(t, db, ana, draft("Größe"))
	other := create(t, db, ana, draft("other"))
	create(t, db, ben, draft("Größe"))
	if _, err := db.CreateQuery(t.Context(), ana, draft("grÖSSE")); err != nil {
		t.Error(err) // ß is another letter than SS.
	}
	for _, name := range []string{"Größe", "gRÖßE", " Größe "} {
		if _, err := db.CreateQuery(t.Context(), ana, draft(name)); !errors.Is(err, state.ErrConflict) {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := db.RenameQuery(t.Context(), ana, other.ID, state.AnyVersion, name); !errors.Is(err, state.ErrConflict) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := db.RenameQuery(t.Context(), ana, other.ID, state.AnyVersion, "OTHER"); err != nil {
		t.Errorf("another case of its own name: %v", err)
	}
}

func TestInvalid(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	bad := query.Query{Where: &query.Node{All: []query.Node{{Field: query.Outcome, Operator: query.Is, Values: []string{"perhaps"}}}}}
	for field, d := range map[string]state.Draft{
		"name":                         {Name: "a\nb", Query: denied()},
		"name: missing":                {Name: "  ", Query: denied()},
		"name: 201 characters":         {Name: strings.Repeat("ä", 201), Query: denied()},
		"name: \"\\u202egnp\"":         {Name: "\u202egnp", Query: denied()},
		"visibility":                   {Name: "x", Visibility: "public", Query: denied()},
		"description":                  {Name: "x", Description: "\x1b[2J", Query: denied()},
		"query.where.all[0].values[0]": {Name: "x", Query: bad},
		"query.cursor":                 {Name: "x", Query: query.Query{Cursor: "c"}},
	} {
		_, err := db.CreateQuery(t.Context(), ana, d)
		var problem *state.InvalidError
		if !errors.As(err, &problem) || !strings.HasPrefix(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if list, err := db.Queries(t.Context(), admin); err != nil || len(list) > 0 {
		t.Errorf("something invalid was kept: %v, %v", list, err)
	}
}

func TestDuplicate(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	if err := db.Ship(t.Context(), []state.Definition{{ID: "q4", Name: "Refused", Description: "d", Query: denied()}}); err != nil {
		t.Fatal(err)
	}
	long := create(t, db, ben, state.Draft{Name: strings.Repeat("x", 200), Visibility: state.Shared, Query: denied()})
	for _, test := range []struct{ id, want string }{
		{"q4", "Copy of Refused"},
		{"q4", "Copy of Refused (2)"},
		{"q4", "Copy of Refused (3)"},
		{long.ID, "Copy of " + strings.Repeat("x", 192)},
		{long.ID, "Copy of " + strings.Repeat("x", 188) + " (2)"},
	} {
		q, err := db.DuplicateQuery(t.Context(), ana, test.id)
		if err != nil || q.Name != test.want || q.Owner != "ana" || q.Kind != state.Custom || q.Visibility != state.Private {
			t.Errorf("got %+v, %v, want %s", q, err, test.want)
		}
		if diff := cmp.Diff(denied(), q.Query); diff != "" {
			t.Error(diff)
		}
	}
	private := create(t, db, ben, draft("private"))
	if _, err := db.DuplicateQuery(t.Context(), ana, private.ID); !errors.Is(err, state.ErrNotFound) {
		t.Errorf("a private query: %v", err)
	}
}

func TestQueryNamed(t *testing.T) {
	t.Parallel()
	db := open(t, nil)
	shared := func(name string) state.Draft {
		return state.Draft{Name: name, Visibility: state.Shared, Query: denied()}
	}
	if err := db.Ship(t.Context(), []state.Definition{{ID: "q4", Name: "refused", Query: denied()}}); err != nil {
		t.Fatal(err)
	}
	own := create(t, db, ana, draft("Refused"))
	create(t, db, ben, shared("REFUSED"))
	create(t, db, ben, shared("twice"))
	create(t, db, admin, shared("Twice"))
	create(t, db, ben, draft("hidden"))
	for _, test := range []struct {
		caller state.Caller
		name   string
		id     string
		err    error
	}{
		{ana, "refused", own.ID, nil},
		{state.Caller{Name: "cleo"}, "Refused", "q4", nil},
		{ana, "twice", "", state.ErrConflict},
		{ana, "hidden", "", state.ErrNotFound},
		{ana, "", "", state.ErrNotFound},
	} {
		q, err := db.QueryNamed(t.Context(), test.caller, test.name)
		if q.ID != test.id || !errors.Is(err, test.err) {
			t.Errorf("%s asks for %q: %+v, %v", test.caller.Name, test.name, q, err)
		}
	}
}
