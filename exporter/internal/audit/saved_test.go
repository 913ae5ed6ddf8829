package audit_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/api"
)

func TestSavedQueries(t *testing.T) {
	t.Parallel()
	f := start(t)
	ada, one := f.client(adminToken), f.client(oneToken)
	mine, err := one.Save(t.Context(), &api.SaveRequest{Name: "mine", Text: "outcome:denied", Systems: systems("111111111111")})
	if err != nil || mine.Owner != "one" || mine.Text != "outcome:authorization_failure" || mine.Visibility != "private" || len(mine.Query.Systems) != 1 {
		t.Fatalf("saved = %+v, %v", mine, err)
	}
	if _, err := f.client(folderToken).SavedQuery(t.Context(), mine.ID); err == nil {
		t.Error("a private query shows to others")
	}
	if _, err := one.Share(t.Context(), mine.ID, &api.ShareRequest{Visibility: "shared", Version: mine.Version}); err != nil {
		t.Fatal(err)
	}
	if got, err := f.client(folderToken).SavedQuery(t.Context(), mine.ID); err != nil || got.Name != "mine" {
		t.Errorf("a shared query = %+v, %v", got, err)
	}
	copied, err := f.client(folderToken).Duplicate(t.Context(), mine.ID)
	if err != nil || copied.Owner != "folder" || !strings.Contains(copied.Name, "mine") {
		t.Errorf("the copy = %+v, %v", copied, err)
	}
	for name, tc := range map[string]struct {
		err    error
		status int
	}{
		"not one's own":  {third(f.client(folderToken).Replace(t.Context(), mine.ID, &api.SaveRequest{Name: "theirs", Text: "*"})), 403},
		"an old version": {third(one.Replace(t.Context(), mine.ID, &api.SaveRequest{Name: "mine", Text: "*", Version: 1})), 409},
		"one that ships": {f.client(adminToken).Delete(t.Context(), "q1", 0), 403},
		"none":           {f.client(adminToken).Delete(t.Context(), "none", 0), 404},
		"no name":        {third(one.Save(t.Context(), &api.SaveRequest{Text: "*"})), 400},
		"a version":      {third(one.Save(t.Context(), &api.SaveRequest{Name: "new", Text: "*", Version: 3})), 400},
		"a bad text":     {third(one.Save(t.Context(), &api.SaveRequest{Name: "new", Text: "("})), 400},
		"a bad query":    {third(one.Save(t.Context(), &api.SaveRequest{Name: "new", Text: "outcome:x"})), 400},
	} {
		var status *api.StatusError
		if !asStatus(tc.err, &status) || status.Status != tc.status {
			t.Errorf("%s: %v, want %d", name, tc.err, tc.status)
		}
	}
	if _, err := ada.Replace(t.Context(), mine.ID, &api.SaveRequest{Name: "ours", Text: "*"}); err != nil {
		t.Errorf("an administrator replaces another's query: %v", err)
	}
	list, err := ada.SavedQueries(t.Context())
	if err != nil || len(list.Queries) != 8 { // Six that ship, one and its copy.
		t.Errorf("%d queries, %v, want 8", len(list.Queries), err)
	}
}

func third[T any](_ T, err error) error { return err }
