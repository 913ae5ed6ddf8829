package gcp_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/testkit"
)

// TestPolicyLibrary accounts for every record of the policy library: 29 assets
// with 17 allow policies of 35 bindings in nine files, beside 37 constraints in
// YAML, which are no entitlements. The files are made-up cases: one project
// stands in three of them, twice with the same policy and once with another.
func TestPolicyLibrary(t *testing.T) {
	t.Parallel()
	e := read(t, testkit.SharedData(t, "entitlements/gcp/policy-library"))
	s := e.Stats
	if s.In != 29 || s.Taken != 27 || s.Files != 46 || s.Ignored != 37 || s.Rejected[records.Reason("no_project")] != 2 || len(s.Refused) != 0 {
		t.Errorf("got %+v, want 29 records of 46 files, 27 taken, two of no project, 37 files ignored", s)
	}
	type counts struct{ Number, Bindings, Identities, Keys, Roles, Resources int }
	got := map[string]counts{}
	bindings := 0
	for _, inv := range e.Systems {
		ids := map[string]bool{}
		for _, g := range inv.Grants {
			ids[g.ID] = true
		}
		c := counts{Number: len(inv.System.Number), Bindings: len(ids), Identities: len(inv.Identities), Roles: len(inv.Roles), Resources: len(inv.Resources)}
		for _, id := range inv.Identities {
			c.Keys += len(id.Keys)
		}
		got[string(inv.System.ID)] = c
		bindings += c.Bindings
	}
	want := map[string]counts{
		"12345":                {Number: 5, Bindings: 3 + 4 + 8, Identities: 13, Resources: 4},
		"12345-2":              {Bindings: 3, Identities: 6},
		"186783260185":         {Number: 12, Bindings: 7, Identities: 9},
		"forseti-system-test":  {Number: 6, Identities: 1, Keys: 6},
		"test-project":         {Number: 12, Identities: 3, Resources: 3},
		"good":                 {},
		"wrong-service":        {},
		"unexpected-exemption": {},
		"wrong-log-type":       {},
		"ignore-asset-type":    {},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
	// Of 35 bindings three stand three times in the same policy of a project, and
	// two stand twice in that of a bucket whose project nothing tells.
	if want := 35 - 2*3 - 2*2; bindings != want {
		t.Errorf("%d bindings, want %d", bindings, want)
	}
	if got := problems(e.Problems); len(got) != 3 || !strings.Contains(got[0], "projects/12345 stands at") ||
		!strings.Contains(got[1], "nothing tells which project //storage.googleapis.com/forseti-cai-export-23775711 is in: its 2 bindings") {
		t.Errorf("problems: %q", got)
	}
}
