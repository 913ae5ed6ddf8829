package starter

import (
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/entitlement"
)

// Azure's log writes the names of operations in any case, so patterns are used,
// which ignore it. See
// https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations.
func onAzure() []trigger.Definition {
	return []trigger.Definition{
		{
			Name: "a3-direct-role-assignment", Title: "Direct role assignment", Severity: alert.Warning, Clouds: clouds(entitlement.Azure),
			Where: where(all(
				matches(query.Action, "Microsoft.Authorization/roleAssignments/write"), is(query.Outcome, "success"),
				notIn(query.Username, "$administrators"),
			)),
			Parameters: []trigger.Parameter{parameter("administrators", "Names of those who may assign roles; MS-PIM, which logs name by its application's id, too, is what activates eligible assignments.",
				"MS-PIM", "01fc33a7-78ba-4d2f-a4b7-768e336e890e")},
			Description: "A role was assigned directly, and not by activating an eligible assignment.",
			Why:         "Where access is given for a time and on request, a direct assignment goes around it.",
			Response:    "Ask who assigned it. Remove the assignment and have it requested.",
		},
		{
			Name: "a4-vm-power", Title: "VM turn-off and restart", Severity: alert.Warning, Clouds: clouds(entitlement.Azure),
			Where: where(matches(query.Action,
				"Microsoft.Compute/virtualMachines/deallocate/action", "Microsoft.Compute/virtualMachines/powerOff/action", "Microsoft.Compute/virtualMachines/restart/action")),
			Description: "A virtual machine was turned off, deallocated or restarted, or somebody tried.",
			Why:         "It may disrupt a service.",
			Response:    "Check that it was planned; if not, start the machine and find who did it.",
		},
		{
			Name: "a5-managed-identity", Title: "Managed identities' activity", Severity: alert.Info, Clouds: clouds(entitlement.Azure),
			Where:       where(in(query.IdentityType, "ManagedIdentity", "SystemAssigned", "UserAssigned")),
			Description: "Any call of a managed identity.",
			Why:         "Workloads behave alike day after day; what is new deserves a look. Narrow it to the systems that matter.",
			Response:    "Compare with what the workload is for.",
		},
		{
			Name: "a13-given-resources", Title: "Any action on given Azure resources", Severity: alert.Warning, Clouds: clouds(entitlement.Azure),
			Where:       where(matches(query.Resource, "$resources")),
			Parameters:  []trigger.Parameter{required("resources", "Ids of the resources, or patterns of them: /subscriptions/…/resourceGroups/payments/*.")},
			Description: "Any call that concerns the resources that you name.",
			Why:         "The resources are sensitive, so that any activity there is to be known.",
			Response:    "Check that the identity has a reason to work on the resource.",
		},
	}
}
