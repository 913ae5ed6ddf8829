package gcp_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp"
)

// Memberships count of groups that are no identities of the project, such as
// those that stand in denials alone.
func TestDenialOfGroupWithoutGrants(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.grant("user:alice@example.com", "roles/storage.admin", project+"p")
	w.grant("user:bob@example.com", "roles/storage.admin", project+"p")
	w.identity("alice@example.com", entitlement.User)
	w.Memberships = map[entitlement.IdentityID][]entitlement.IdentityID{
		"alice@example.com": {"Inner@example.com"}, "inner@example.com": {"denied@example.com"},
		"bob@example.com": {"denied@example.com", "spared@example.com"},
	}
	w.Denials = []entitlement.Denial{{ID: "d", Scope: project + "p", Rules: []entitlement.DenialRule{{
		Blocks:        []entitlement.PermissionBlock{{Actions: []string{"storage.googleapis.com/buckets.list"}}},
		Members:       []string{"principalSet://goog/group/denied@example.com"},
		ExceptMembers: []string{"principalSet://goog/group/spared@example.com"},
	}}}}
	w.want(t, "alice@example.com storage.buckets.list - explicitly_denied", "bob@example.com storage.buckets.list - allowed")
	if got := reach(t, w.compile(), "alice@example.com", "storage.buckets.list"); got != "none" {
		t.Errorf("alice reaches %s, want none", got)
	}
}

// Identities of workload pools are named by the number of their project in
// inventories and in logs; policies mean them whichever way they name it.
func TestPoolByNumberInInventory(t *testing.T) {
	t.Parallel()
	const workload = "principal://iam.googleapis.com/projects/111/locations/global/workloadIdentityPools/wp/subject/s"
	for _, member := range []string{workload, "principal://iam.googleapis.com/projects/p/locations/global/workloadIdentityPools/wp/subject/s"} {
		w := newWorld()
		w.gives(member, "storage.objects.get", project+"p")
		w.identity(workload, entitlement.ServiceAccount)
		w.want(t, workload+" storage.objects.get - allowed")
		p := w.compile()
		if got := reach(t, p, workload, "storage.objects.get"); got != "all" {
			t.Errorf("%s reaches %s, want all", member, got)
		}
		if got := gcp.NewEstate(p).Principals(); len(got) != 1 || got[0] != workload {
			t.Errorf("%s: got the principals %q, want the one identity", member, got)
		}
	}
}

// A service account of a project that is known, with all above it, is of no
// other folder or organization.
func TestBoundaryOfElsewhere(t *testing.T) {
	t.Parallel()
	const account = "s@q.iam.gserviceaccount.com"
	ev := evaluator()
	for name, want := range map[string]string{"q": "allowed", "r": "conditional"} {
		w, other := newWorld(), newWorld()
		other.System, other.Ancestors = entitlement.System{ID: entitlement.SystemID(name), Number: "112"}, []entitlement.Scope{{ID: org + "333", Type: "organization"}}
		w.gives("serviceAccount:"+account, "storage.objects.get", project+"p")
		w.Boundaries = []entitlement.AccessBoundary{{ID: "b", Target: folder + "222", Resources: []entitlement.ResourceID{project + "elsewhere"}}}
		d := decision.Decision{}
		r := decision.Request{Principal: account, Action: "storage.objects.get", Resource: project + "p"}
		if err := gcp.NewEstate(ev.Compile(w.Inventory), ev.Compile(other.Inventory)).Decide(&r, &d); err != nil || d.Verdict.String() != want {
			t.Errorf("with project %s: got %s %q, %v, want %s", name, d.Verdict, d.Keys, err, want)
		}
	}
}
