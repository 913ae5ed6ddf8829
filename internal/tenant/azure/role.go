package azure

// role is a role definition; those of Azure itself have no text here.
type role struct {
	id, name    string
	description string
	custom      bool
	actions     []string
	notActions  []string
	dataActions []string
	scopes      []string
}

// roles is the table of roles by the short names that profiles use. The ids of
// built-in roles are those of
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles.
func roles() map[string]role {
	built := func(id, name string) role { return role{id: id, name: name} }
	return map[string]role{
		"owner":        built("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"),
		"contributor":  built("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor"),
		"reader":       built("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader"),
		"machines":     built("9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "Virtual Machine Contributor"),
		"websites":     built("de139f84-1756-47ae-9be6-808fbbe84772", "Website Contributor"),
		"monitoring":   built("749f88d5-cbae-40b8-bcfc-e573ddc772fa", "Monitoring Contributor"),
		"watching":     built("43d0d8ad-25c7-4714-9337-8ba259a9fe05", "Monitoring Reader"),
		"snapshots":    built("7efff54f-a5b4-42b5-a1c5-5411624893ce", "Disk Snapshot Contributor"),
		"blob-reader":  built("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "Storage Blob Data Reader"),
		"blob-writer":  built("ba92f5b4-2d11-453d-a403-e96b0029c9fe", "Storage Blob Data Contributor"),
		"secret-users": built("4633458b-17de-408a-b874-0445c86b69e6", "Key Vault Secrets User"),
		"release": {
			id: "55555555-0000-0000-0000-000000000001", name: "Release Operator", custom: true,
			description: "Releases web applications, and deletes none.",
			actions:     []string{"Microsoft.Web/sites/*", "Microsoft.Resources/deployments/*", "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Storage/storageAccounts/*/read"},
			notActions:  []string{"Microsoft.Web/sites/delete", "Microsoft.Web/sites/*/delete"},
			scopes:      []string{root},
		},
		"support": {
			id: "55555555-0000-0000-0000-000000000002", name: "Support Operator", custom: true,
			description: "Opens support requests and looks into blobs that they are about.",
			actions:     []string{"Microsoft.Support/*", "Microsoft.Resources/subscriptions/resourceGroups/read"},
			dataActions: []string{"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"},
			scopes:      []string{managements + "production", managements + "development"},
		},
	}
}

// definition returns the resource id of a role, as assignments write it.
func (r role) definition() string {
	return "/providers/Microsoft.Authorization/roleDefinitions/" + r.id
}
