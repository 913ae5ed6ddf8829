package gcp_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
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
