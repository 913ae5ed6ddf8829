package azure

import "strings"

// profile is what identities of one sort hold and do.
type profile struct {
	name string
	// grants are roles with where they hold, "role@place": root, management,
	// subscription, group (of resources), storage or vault.
	grants []string
	team   string   // Group of people through which the grants come; "" is directly.
	habits []string // Operations; all are granted.
	// refused are tried in vain now and then; none is granted.
	refused []string
}

func profiles() map[string]*profile {
	all := map[string]*profile{}
	add := func(name, grants, group, habits, refused string) {
		all[name] = &profile{name, strings.Fields(grants), group, strings.Fields(habits), strings.Fields(refused)}
	}
	people(add)
	applications(add)
	workloads(add)
	return all
}

func people(add func(name, grants, group, habits, refused string)) {
	add("administrator", "owner@subscription", "",
		`Microsoft.Authorization/roleAssignments/write Microsoft.Resources/deployments/write Microsoft.Compute/virtualMachines/write
		Microsoft.Network/networkSecurityGroups/write Microsoft.Resources/subscriptions/resourceGroups/write Microsoft.KeyVault/vaults/write`, "")
	add("developer", "contributor@group", "developers",
		`Microsoft.Compute/virtualMachines/start/action Microsoft.Compute/virtualMachines/restart/action Microsoft.Web/sites/write
		Microsoft.Web/sites/config/write Microsoft.Storage/storageAccounts/listKeys/action Microsoft.Resources/deployments/write Microsoft.Compute/disks/write`,
		"Microsoft.Authorization/roleAssignments/write Microsoft.Authorization/policyAssignments/write")
	add("operator", "machines@management support@management", "operations",
		`Microsoft.Compute/virtualMachines/restart/action Microsoft.Compute/virtualMachines/start/action Microsoft.Compute/virtualMachines/deallocate/action
		Microsoft.Compute/virtualMachines/extensions/write Microsoft.Support/supportTickets/write`,
		"Microsoft.Network/networkSecurityGroups/write")
	add("auditor", "watching@root", "auditors", "Microsoft.Support/supportTickets/write", "Microsoft.Storage/storageAccounts/listKeys/action")
	add("analyst", "blob-reader@storage", "", "GetBlob ListBlobs GetBlobProperties", "PutBlob")
}

func applications(add func(name, grants, group, habits, refused string)) {
	add("pipeline", "contributor@group", "",
		`Microsoft.Resources/deployments/write Microsoft.Resources/deployments/validate/action Microsoft.Web/sites/write
		Microsoft.Web/sites/restart/action Microsoft.Storage/storageAccounts/write`, "Microsoft.Authorization/roleAssignments/write")
	add("release", "release@subscription", "", "Microsoft.Web/sites/write Microsoft.Web/sites/config/write Microsoft.Web/sites/restart/action Microsoft.Resources/deployments/write",
		"Microsoft.Compute/virtualMachines/start/action Microsoft.Web/sites/delete")
	add("monitor", "monitoring@management", "", "Microsoft.Insights/metricAlerts/write Microsoft.Insights/actionGroups/write Microsoft.Insights/diagnosticSettings/write",
		"Microsoft.Compute/virtualMachines/restart/action")
	add("backup", "snapshots@subscription", "", "Microsoft.Compute/snapshots/write Microsoft.Compute/snapshots/delete Microsoft.Compute/disks/beginGetAccess/action",
		"Microsoft.Compute/disks/delete")
	add("exchange", "blob-writer@storage", "", "PutBlob GetBlob DeleteBlob", "Microsoft.Storage/storageAccounts/listKeys/action")
	add("vendor", "reader@root", "", "", "")
	add("owner", "owner@subscription", "", "Microsoft.Resources/deployments/write Microsoft.Compute/virtualMachines/write Microsoft.Authorization/roleAssignments/write", "")
}

func workloads(add func(name, grants, group, habits, refused string)) {
	add("function-data", "blob-writer@storage secret-users@vault", "", "PutBlob GetBlob SecretGet", "SecretSet")
	add("function-site", "websites@group", "", "Microsoft.Web/sites/restart/action Microsoft.Web/sites/config/write", "Microsoft.Compute/virtualMachines/start/action")
	add("function-legacy", "contributor@subscription", "",
		"Microsoft.Compute/virtualMachines/deallocate/action Microsoft.Compute/virtualMachines/start/action", "Microsoft.Authorization/roleAssignments/write")
	add("machine-agent", "blob-reader@storage", "", "GetBlob ListBlobs", "PutBlob")
	add("machine-legacy", "contributor@subscription", "", "Microsoft.Compute/disks/write Microsoft.Compute/snapshots/write Microsoft.Compute/snapshots/delete",
		"Microsoft.Authorization/policyAssignments/write")
}
