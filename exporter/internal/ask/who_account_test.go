package ask_test

import (
	"testing"

	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/internal/entitlement"
)

// Who is found is shown with the project that knows them: what runs in another
// one than the resource's is not shown with that.
func TestWhoIsShownWithTheirProject(t *testing.T) {
	t.Parallel()
	const (
		robot = "robot@b.iam.gserviceaccount.com"
		vm    = "//compute.googleapis.com/projects/b/zones/z/instances/vm"
		data  = "//cloudresourcemanager.googleapis.com/projects/a"
	)
	compiler := ask.NewCompiler()
	a := ask.New(
		compiler.Compile(&entitlement.Inventory{
			System:     entitlement.System{ID: "a", Cloud: entitlement.GCP},
			Identities: []entitlement.Identity{{ID: robot, Kind: entitlement.ServiceAccount, System: "a"}},
			Grants:     []entitlement.RoleGrant{{ID: "g", Role: "roles/viewer", Member: "serviceAccount:" + robot, Scope: data}},
		}),
		compiler.Compile(&entitlement.Inventory{
			System: entitlement.System{ID: "b", Cloud: entitlement.GCP},
			Identities: []entitlement.Identity{
				{ID: robot, Kind: entitlement.ServiceAccount, System: "b"}, {ID: vm, Kind: entitlement.Instance, System: "b", RunsAs: robot},
			},
		}))
	found, err := a.Who(t.Context(), ask.Question{Action: "compute.instances.get", Resource: data})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]entitlement.SystemID{}
	for _, h := range found.Identities {
		got[h.Identity] = h.Account
	}
	if len(got) != 2 || got[robot] != "a" || got[vm] != "b" {
		t.Errorf("got %v, want %s with a, and %s with b", got, robot, vm)
	}
}
