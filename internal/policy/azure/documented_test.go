package azure_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure"
	"github.com/leastward/leastward/internal/policy/decision"
)

// question is one question to an estate with the answer that the vendor's text
// gives.
type question struct {
	who, action, resource string
	want                  decision.Verdict
	context               []string
}

func (e estate) answers(t *testing.T, questions ...question) {
	t.Helper()
	estate := azure.NewEstate(e.compile())
	for _, q := range questions {
		if got := decide(t, estate, q.who, q.action, q.resource, q.context...); got.Verdict != q.want {
			t.Errorf("%s %s %s %v: got %v because %+v, want %v", q.who, q.action, q.resource, q.context, got.Verdict, got.Because, q.want)
		}
	}
}

// TestMultipleRoleAssignments is the example of
// https://learn.microsoft.com/azure/role-based-access-control/overview#multiple-role-assignments:
// Contributor on the subscription and Reader on a resource group come to
// Contributor on the subscription.
func TestMultipleRoleAssignments(t *testing.T) {
	t.Parallel()
	e := newEstate().grant("u", contributorRole, sub).grant("u", readerRole, group)
	alone := newEstate().grant("u", contributorRole, sub)
	e.answers(t, question{"u", listKeys, store, allowed, nil}, question{"u", assign, group, implicit, nil})
	for i := range e.compile().Access("u").Granted().Indices() {
		if a, b := e.compile().Access("u").Reach(i), alone.compile().Access("u").Reach(i); a != b {
			t.Fatalf("action %d: reach %v with both, %v with Contributor alone", i, a, b)
		}
	}
}

// TestTransitiveGroups is
// https://learn.microsoft.com/azure/role-based-access-control/overview#groups.
func TestTransitiveGroups(t *testing.T) {
	t.Parallel()
	e := newEstate().member("alice", "marketing").member("marketing", "sales").member("sales").member("bob")
	e.grant("sales", contributorRole, sub+"/resourceGroups/pharma-sales")
	e.answers(t,
		question{"alice", startVM, sub + "/resourceGroups/pharma-sales/providers/Microsoft.Compute/virtualMachines/a", allowed, nil},
		question{"alice", startVM, sub + "/resourceGroups/other/providers/Microsoft.Compute/virtualMachines/a", implicit, nil},
		question{"bob", startVM, sub + "/resourceGroups/pharma-sales/providers/Microsoft.Compute/virtualMachines/a", implicit, nil})
}

// TestNotActions are the two rows of
// https://learn.microsoft.com/azure/role-based-access-control/role-definitions#notactions
// and the note below them: NotActions are no denial, a second role may grant
// the action.
func TestNotActions(t *testing.T) {
	t.Parallel()
	const exports = "Microsoft.CostManagement/exports/"
	e := newEstate().
		role("all", block{Actions: []string{exports + "*"}}).grant("a", "all", sub).
		role("but", block{Actions: []string{exports + "*"}, NotActions: []string{exports + "delete"}}).grant("b", "but", sub).
		role("delete", block{Actions: []string{exports + "delete"}}).grant("c", "but", sub).grant("c", "delete", group)
	for _, verb := range []string{"action", "read", "write", "run/action"} {
		e.answers(t, question{"a", exports + verb, sub, allowed, nil}, question{"b", exports + verb, sub, allowed, nil})
	}
	e.answers(t,
		question{"a", exports + "delete", sub, allowed, nil},
		question{"b", exports + "delete", sub, implicit, nil},
		question{"c", exports + "delete", sub, implicit, nil},
		question{"c", exports + "delete", group, allowed, nil})
}

// TestContributor is the role of
// https://learn.microsoft.com/azure/role-based-access-control/role-definitions#role-definition-example.
func TestContributor(t *testing.T) {
	t.Parallel()
	newEstate().grant("u", contributorRole, sub).answers(t,
		question{"u", listKeys, store, allowed, nil},
		question{"u", "Microsoft.Authorization/roleAssignments/read", sub, allowed, nil},
		question{"u", assign, sub, implicit, nil},
		question{"u", "Microsoft.Authorization/roleAssignments/delete", sub, implicit, nil},
		question{"u", "Microsoft.Authorization/elevateAccess/action", "/", implicit, nil},
		question{"u", "Microsoft.Blueprint/blueprintAssignments/write", sub, implicit, nil})
}

// TestActionPatterns are the patterns of
// https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions.
func TestActionPatterns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, action string
		want            decision.Verdict
	}{
		{"*/read", "Microsoft.Compute/virtualMachines/read", allowed},
		{"*/read", startVM, implicit},
		{"Microsoft.Compute/*", startVM, allowed},
		{"Microsoft.Network/*/read", "Microsoft.Network/virtualNetworks/read", allowed},
		{"Microsoft.Network/*/read", "Microsoft.Network/virtualNetworks/delete", implicit},
		{"Microsoft.Compute/virtualMachines/*", "Microsoft.Compute/virtualMachines/extensions/write", allowed},
		{"Microsoft.Compute/virtualMachines/*", "Microsoft.Compute/virtualMachineScaleSets/delete", implicit},
		{"microsoft.web/sites/restart/Action", "Microsoft.Web/sites/restart/action", allowed},
	} {
		newEstate().role("r", block{Actions: []string{tt.pattern}}).grant("u", "r", sub).answers(t, question{"u", tt.action, group, tt.want, nil})
	}
}

// TestDataActions is the example of
// https://learn.microsoft.com/azure/role-based-access-control/role-definitions#data-actions-example:
// Alice owns the subscription and cannot read blobs, Bob contributes to the
// blobs of one storage account.
func TestDataActions(t *testing.T) {
	t.Parallel()
	newEstate().grant("alice", ownerRole, sub).grant("bob", blobWriterRole, store).answers(t,
		question{"alice", "Microsoft.Storage/storageAccounts/blobServices/containers/delete", blobs, allowed, nil},
		question{"alice", listKeys, store, allowed, nil},
		question{"alice", readBlob, blobs, implicit, nil},
		question{"bob", readBlob, blobs, allowed, nil},
		question{"bob", writeBlob, blobs, allowed, nil},
		question{"bob", "Microsoft.Storage/storageAccounts/blobServices/containers/write", blobs, allowed, nil},
		question{"bob", listKeys, store, implicit, nil},
		question{"bob", readBlob, group + "/providers/Microsoft.Storage/storageAccounts/other", implicit, nil})
}

// TestDenyAssignments is
// https://learn.microsoft.com/azure/role-based-access-control/deny-assignments:
// All Principals, those excluded, and classic administrators, to whom they
// apply too.
func TestDenyAssignments(t *testing.T) {
	t.Parallel()
	e := newEstate().member("u", "g").grant("u", ownerRole, sub).grant("v", ownerRole, sub).
		grant("admin", "", sub, func(g *entitlement.RoleGrant) { g.Classic = "ServiceAdministrator" }).
		deny(group, []string{everybody}, []string{"g"}, block{Actions: []string{"*"}, NotActions: []string{"*/read"}, DataActions: []string{}})
	e.answers(t,
		question{"u", listKeys, store, allowed, nil},
		question{"v", listKeys, store, explicit, nil},
		question{"v", "Microsoft.Storage/storageAccounts/read", store, allowed, nil},
		question{"v", listKeys, sub, allowed, nil},
		question{"admin", listKeys, store, explicit, nil})
}

// TestConditions holds conditions of
// https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples
// and
// https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples
// on whole role assignments. A condition is no denial: another assignment
// without one grants all the same.
func TestConditions(t *testing.T) {
	t.Parallel()
	const (
		container = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name]"
		path      = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path]"
		inC1      = "((!(ActionMatches{'" + readBlob + "'})) OR (" + container + " StringEquals 'c1' AND " + path + " StringLike 'readonly/*'))"
		roleID    = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
		readers   = "((!(ActionMatches{'" + assign + "'})) OR (" + roleID + " ForAnyOfAnyValues:GuidEquals {" + readerRole + "}))"
		later     = "@Environment[UtcNow] DateTimeGreaterThan '2023-05-01T13:00:00.000Z'"
	)
	e := newEstate().grant("u", blobWriterRole, store, under(inC1)).grant("d", accessAdminRole, sub, under(readers)).grant("t", readerRole, sub, under(later)).
		grant("w", blobReaderRole, store, under(inC1)).grant("w", blobReaderRole, blobs)
	e.answers(t,
		question{"u", writeBlob, blobs, allowed, nil},
		question{"u", readBlob, store, cond, nil},
		question{"u", readBlob, store, implicit, []string{container, "c2"}},
		question{"u", readBlob, blobs, cond, nil},
		question{"u", readBlob, blobs, allowed, []string{path, "readonly/a.txt"}},
		question{"u", readBlob, blobs + "/blobs/readonly/dir/a.txt", allowed, nil},
		question{"u", readBlob, blobs + "/blobs/Readonly/a.txt", implicit, nil},
		question{"u", readBlob, blobs + "2/blobs/readonly/a.txt", implicit, nil},
		question{"w", readBlob, blobs, allowed, nil},
		question{"d", assign, group, cond, nil},
		question{"d", assign, group, allowed, []string{roleID, readerRole}},
		question{"d", assign, group, implicit, []string{roleID, ownerRole}},
		question{"d", "Microsoft.Authorization/roleAssignments/delete", group, allowed, nil},
		question{"t", "Microsoft.Storage/storageAccounts/read", store, cond, nil})

	got := decide(t, azure.NewEstate(e.compile()), "u", readBlob, store)
	if len(got.Keys) != 2 || got.Keys[0] != path || got.Keys[1] != container {
		t.Errorf("got keys %q, want %q", got.Keys, []string{path, container})
	}
}
