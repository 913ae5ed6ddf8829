package gcp_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

// Each of Google's roles, granted on the project, gives its permissions and
// nothing else: as the catalogue has it, and as a definition that was collected.
func TestEveryRole(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(testkit.SharedData(t, "catalogues/iann0036/gcp/roles.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	known, collected := newWorld(), newWorld()
	want := map[entitlement.IdentityID][]string{}
	for line := range bytes.Lines(text) {
		var r struct {
			Name                string
			IncludedPermissions []string
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		who := r.Name[len("roles/"):] + "@example.com"
		id := entitlement.RoleID(r.Name)
		want[entitlement.IdentityID(who)] = r.IncludedPermissions
		known.grant("user:"+who, id, project+"p")
		collected.grant("user:"+who, id, project+"p")
		collected.Roles[id] = entitlement.RoleDefinition{ID: id, Managed: true, Blocks: []entitlement.PermissionBlock{{Actions: r.IncludedPermissions}}}
	}
	if len(want) != 2461 {
		t.Fatalf("%d roles", len(want))
	}
	for name, w := range map[string]world{"known": known, "collected": collected} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := w.compile()
			for who, permissions := range want {
				permissions = lowered(permissions) // Some are in the roles in two spellings.
				if got := lowered(granted(p.Access(who))); !slices.Equal(got, permissions) {
					t.Errorf("%s has %d permissions, want %d", who, len(got), len(permissions))
				}
			}
			for _, problem := range p.Problems() {
				t.Error(problem)
			}
		})
	}
}

func lowered(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(s)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func granted(a *entitlement.Access) []string {
	var out []string
	for i := range a.Granted().Indices() {
		out = append(out, string(catalog.GCP().Info(i).Action))
	}
	for _, l := range a.Literal {
		out = append(out, string(l.Action))
	}
	return out
}
