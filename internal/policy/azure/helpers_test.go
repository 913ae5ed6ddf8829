package azure_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure"
	"github.com/leastward/leastward/internal/policy/decision"
)

const (
	system = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"
	sub    = "/subscriptions/" + system
	group  = sub + "/resourceGroups/rg"
	vault  = group + "/providers/Microsoft.KeyVault/vaults/v"
	store  = group + "/providers/Microsoft.Storage/storageAccounts/Store"
	blobs  = store + "/blobServices/default/containers/c1"

	ownerRole       = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
	contributorRole = "b24988ac-6180-42a0-ab88-20f7382dd24c"
	readerRole      = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	accessAdminRole = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
	blobReaderRole  = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
	blobWriterRole  = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"

	readBlob  = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
	writeBlob = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write"
	listKeys  = "Microsoft.Storage/storageAccounts/listKeys/action"
	assign    = "Microsoft.Authorization/roleAssignments/write"
	startVM   = "Microsoft.Compute/virtualMachines/start/action"
)

// estate is an inventory that tests put together.
type estate struct{ *entitlement.Inventory }

func newEstate() estate {
	return estate{&entitlement.Inventory{
		System: entitlement.System{ID: system, Cloud: entitlement.Azure},
		Roles:  map[entitlement.RoleID]entitlement.RoleDefinition{},
		Ancestors: []entitlement.Scope{
			{ID: "/providers/Microsoft.Management/managementGroups/Prod", Type: "management_group"},
			{ID: "/providers/Microsoft.Management/managementGroups/Root", Type: "management_group"},
		},
	}}
}

func (e estate) grant(member, role, scope string, change ...func(*entitlement.RoleGrant)) estate {
	g := entitlement.RoleGrant{
		ID: fmt.Sprintf("%s/providers/Microsoft.Authorization/roleAssignments/%d", scope, len(e.Grants)), Role: entitlement.RoleID(role), Member: member, Scope: entitlement.ResourceID(scope),
	}
	for _, f := range change {
		f(&g)
	}
	e.Grants = append(e.Grants, g)
	return e
}

func under(condition string) func(*entitlement.RoleGrant) {
	return func(g *entitlement.RoleGrant) {
		g.Condition = &entitlement.Condition{Expression: condition, Version: "2.0"}
	}
}

func (e estate) role(id string, blocks ...entitlement.PermissionBlock) estate {
	e.Roles[entitlement.RoleID(id)] = entitlement.RoleDefinition{ID: entitlement.RoleID(id), Name: id, Blocks: blocks}
	return e
}

func (e estate) member(id string, groups ...string) estate {
	i := entitlement.Identity{ID: entitlement.IdentityID(id), Kind: entitlement.User}
	for _, g := range groups {
		i.Groups = append(i.Groups, entitlement.IdentityID(g))
	}
	e.Identities = append(e.Identities, i)
	return e
}

func (e estate) deny(scope string, members, except []string, blocks ...entitlement.PermissionBlock) estate {
	e.Denials = append(e.Denials, entitlement.Denial{
		ID: fmt.Sprintf("%s/providers/Microsoft.Authorization/denyAssignments/%d", scope, len(e.Denials)), Scope: entitlement.ResourceID(scope),
		Rules: []entitlement.DenialRule{{Blocks: blocks, Members: members, ExceptMembers: except}},
	})
	return e
}

var evaluator = sync.OnceValue(func() *azure.Evaluator { return azure.New(catalog.Azure()) })

func (e estate) compile() *azure.Subscription { return evaluator().Compile(e.Inventory) }

// decide asks and fails the test on an error.
func decide(tb testing.TB, e *azure.Estate, who, action, resource string, context ...string) decision.Decision {
	tb.Helper()
	r := decision.Request{Principal: entitlement.IdentityID(who), Action: entitlement.Action(action), Resource: entitlement.ResourceID(resource)}
	for i := 0; i+1 < len(context); i += 2 {
		if r.Context == nil {
			r.Context = map[string][]string{}
		}
		r.Context[context[i]] = append(r.Context[context[i]], context[i+1])
	}
	var d decision.Decision
	if err := e.Decide(&r, &d); err != nil {
		tb.Fatalf("decide %s %s %s: %v", who, action, resource, err)
	}
	return d
}

func index(tb testing.TB, action string) int {
	tb.Helper()
	i, ok := catalog.Azure().Index(entitlement.Action(action))
	if !ok {
		tb.Fatalf("the catalogue does not have %s", action)
	}
	return i
}

const (
	allowed  = decision.Allowed
	cond     = decision.Conditional
	implicit = decision.ImplicitlyDenied
	explicit = decision.ExplicitlyDenied
)
