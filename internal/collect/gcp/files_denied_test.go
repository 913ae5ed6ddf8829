package gcp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
)

// A group that holds no grant and stands in a deny policy is no identity of the
// project; who is in it is known all the same, by way of other groups, too.
func TestDeniedGroup(t *testing.T) {
	t.Parallel()
	e := written(t,
		`{"resource":"projects/p","policy":{"bindings":[{"role":"roles/viewer","members":["user:ann@example.com"]}]}}`,
		`{"name":"policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fp/denypolicies/d","rules":[{"denyRule":{
			"deniedPrincipals":["principalSet://goog/group/Denied@example.com","principalSet://goog/group/nobody@example.com"],
			"exceptionPrincipals":["principalSet://goog/group/unread@example.com"],
			"deniedPermissions":["storage.googleapis.com/buckets.list"]}}]}`,
		`{"group":"denied@example.com","members":[{"kind":"admin#directory#member","email":"inner@example.com","type":"GROUP"}]}`,
		`{"group":"inner@example.com","members":[{"kind":"admin#directory#member","email":"Ann@example.com","type":"USER"}]}`)
	inv := e.Systems[0]
	if diff := cmp.Diff([]string{"user ann@example.com"}, identities(inv)); diff != "" {
		t.Errorf("identities (-want +got):\n%s", diff)
	}
	want := map[entitlement.IdentityID][]entitlement.IdentityID{
		"ann@example.com": {"inner@example.com"}, "inner@example.com": {"denied@example.com"},
	}
	if diff := cmp.Diff(want, inv.Memberships); diff != "" {
		t.Errorf("memberships (-want +got):\n%s", diff)
	}
	last := inv.Problems[len(inv.Problems)-1]
	if last.Code != "unknown_group" || last.Message != "who is in 2 groups that stand in deny policies is not known: "+
		"nobody@example.com, unread@example.com; add the answers of gcloud identity groups memberships list" {
		t.Errorf("got %+v", last)
	}
}
