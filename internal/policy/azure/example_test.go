package azure_test

import (
	"fmt"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure"
	"github.com/leastward/leastward/internal/policy/decision"
)

func ExampleEstate_Decide() {
	const subscription = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590"
	inv := &entitlement.Inventory{
		System: entitlement.System{ID: "0b1f6471-1bf0-4dda-aec3-cb9272f09590", Cloud: entitlement.Azure},
		Grants: []entitlement.RoleGrant{{
			ID: "a1", Member: "ce2ce14e-85d7-4629-bdbc-454d0519d987", Scope: subscription + "/resourceGroups/sales",
			Role: "b24988ac-6180-42a0-ab88-20f7382dd24c", // Contributor
		}},
	}
	estate := azure.NewEstate(azure.New(catalog.Azure()).Compile(inv))
	var d decision.Decision
	for _, action := range []entitlement.Action{"Microsoft.KeyVault/vaults/write", "Microsoft.Authorization/roleAssignments/write"} {
		err := estate.Decide(&decision.Request{
			Principal: "ce2ce14e-85d7-4629-bdbc-454d0519d987", Action: action,
			Resource: subscription + "/resourceGroups/sales/providers/Microsoft.KeyVault/vaults/v",
		}, &d)
		if err != nil {
			panic(err)
		}
		fmt.Println(action, d.Verdict, d.Because[0].RoleName, d.Because[0].Policy)
	}
	// Output:
	// Microsoft.KeyVault/vaults/write allowed Contributor a1
	// Microsoft.Authorization/roleAssignments/write implicitly_denied
}
