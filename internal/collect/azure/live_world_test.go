package azure_test

import (
	"strings"

	"golang.org/x/time/rate"
)

type limit = rate.Limit

// The principals of the tenant that the live tests read.
const (
	anna     = "aaaaaaaa-0000-0000-0000-000000000001"
	bert     = "aaaaaaaa-0000-0000-0000-000000000002"
	guest    = "aaaaaaaa-0000-0000-0000-000000000003"
	admins   = "bbbbbbbb-0000-0000-0000-000000000001"
	nested   = "bbbbbbbb-0000-0000-0000-000000000002"
	robot    = "cccccccc-0000-0000-0000-000000000001"
	robotApp = "dddddddd-0000-0000-0000-000000000001"
	machine  = "eeeeeeee-0000-0000-0000-000000000001"
	runner   = "eeeeeeee-0000-0000-0000-000000000002"
	reader   = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	custom   = "12121212-0000-0000-0000-000000000001"
)

const (
	authorization = "/providers/Microsoft.Authorization/"
	inProduction  = "/subscriptions/" + production
	shop          = inProduction + "/resourceGroups/shop/providers/"
	groupAbove    = "/providers/Microsoft.Management/managementGroups/corp"
)

func assignment(scope, name, principal, typ, role string) string {
	return `{"id":"` + strings.TrimSuffix(scope, "/") + authorization + `roleAssignments/` + name + `","type":"Microsoft.Authorization/roleAssignments","name":"` + name +
		`","properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/` + role + `","principalId":"` + principal +
		`","principalType":"` + typ + `","scope":"` + scope + `","createdOn":"2024-01-02T03:04:05Z"}}`
}

func instance(kind, name, principal, typ, rest string) string {
	return `{"id":"` + inProduction + authorization + kind + `/` + name + `","type":"Microsoft.Authorization/` + kind + `","properties":{"scope":"` + inProduction +
		`","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/` + reader + `","principalId":"` + principal + `","principalType":"` + typ + `",` + rest + `}}`
}

// tenantWorld is a tenant with everything that a collection reads.
func tenantWorld() (lists map[string][]string, resources []string) {
	above := assignment(groupAbove, "a-above", bert, "User", reader)
	lists = map[string][]string{
		"/subscriptions": {
			`{"id":"` + inProduction + `","subscriptionId":"` + production + `","displayName":"Production","state":"Enabled","tenantId":"` + tenant + `"}`,
			`{"id":"/subscriptions/` + sandbox + `","subscriptionId":"` + sandbox + `","displayName":"Sandbox","state":"Warned","tenantId":"` + tenant + `"}`,
			`{"id":"/subscriptions/33333333-3333-3333-3333-333333333333","subscriptionId":"33333333-3333-3333-3333-333333333333","displayName":"Old","state":"Disabled","tenantId":"` + tenant + `"}`,
		},
		"/providers/Microsoft.Management/managementGroups/" + tenant: {
			`{"id":"/providers/Microsoft.Management/managementGroups/` + tenant + `","type":"Microsoft.Management/managementGroups","name":"` + tenant +
				`","properties":{"displayName":"Tenant Root Group","tenantId":"` + tenant + `","details":{"parent":null},"children":[{"id":"` + groupAbove +
				`","type":"Microsoft.Management/managementGroups","name":"corp","displayName":"Corp","children":[{"id":"` + inProduction +
				`","type":"/subscriptions","name":"` + production + `","displayName":"Production"}]},{"id":"/subscriptions/` + sandbox + `","type":"/subscriptions","name":"` + sandbox + `","displayName":"Sandbox"}]}}`,
		},
		"/v1.0/users": {
			`{"id":"` + anna + `","displayName":"Anna","userPrincipalName":"anna@example.com","userType":"Member","accountEnabled":true,"createdDateTime":"2020-01-01T00:00:00Z","jobTitle":"secret","signInActivity":{"lastSignInDateTime":"2025-05-01T00:00:00Z"}}`,
			`{"id":"` + bert + `","displayName":"Bert","userPrincipalName":"bert@example.com","userType":"Member","accountEnabled":false,"createdDateTime":"2020-01-01T00:00:00Z"}`,
			`{"id":"` + guest + `","displayName":"Gast","userPrincipalName":"gast_other.example#EXT#@example.com","mail":"gast@other.example","userType":"Guest","accountEnabled":true,"createdDateTime":"2021-01-01T00:00:00Z"}`,
		},
		"/v1.0/reports/authenticationMethods/userRegistrationDetails": {
			`{"id":"` + anna + `","userPrincipalName":"anna@example.com","isMfaRegistered":true}`,
			`{"id":"` + bert + `","userPrincipalName":"bert@example.com","isMfaRegistered":false}`,
			`{"id":"` + guest + `","userPrincipalName":"gast_other.example#EXT#@example.com","isMfaRegistered":false,"userType":"guest"}`,
		},
		"/v1.0/groups": {
			`{"id":"` + admins + `","displayName":"Admins","createdDateTime":"2020-01-01T00:00:00Z","securityEnabled":true}`,
			`{"id":"` + nested + `","displayName":"Nested","createdDateTime":"2020-01-01T00:00:00Z","securityEnabled":true}`,
			`{"id":"bbbbbbbb-0000-0000-0000-000000000003","displayName":"Elsewhere","createdDateTime":"2020-01-01T00:00:00Z","securityEnabled":true}`,
		},
		"/v1.0/groups/" + admins + "/members": {
			`{"@odata.type":"#microsoft.graph.user","id":"` + anna + `","displayName":"Anna","userPrincipalName":"anna@example.com"}`,
			`{"@odata.type":"#microsoft.graph.group","id":"` + nested + `","displayName":"Nested"}`,
			`{"@odata.type":"#microsoft.graph.device","id":"ffffffff-0000-0000-0000-000000000001","displayName":"Laptop"}`,
		},
		"/v1.0/groups/" + admins + "/members/microsoft.graph.servicePrincipal": {},
		"/v1.0/groups/" + nested + "/members": {
			`{"@odata.type":"#microsoft.graph.user","id":"` + guest + `","displayName":"Gast","userPrincipalName":"gast_other.example#EXT#@example.com"}`,
		},
		"/v1.0/groups/" + nested + "/members/microsoft.graph.servicePrincipal": {`{"id":"` + robot + `","displayName":"Robot"}`},
		"/v1.0/servicePrincipals": {
			`{"id":"` + robot + `","appId":"` + robotApp + `","displayName":"Robot","servicePrincipalType":"Application","appOwnerOrganizationId":"` + tenant + `","accountEnabled":true,"createdDateTime":"2022-01-01T00:00:00Z","tags":["ops"],"keyCredentials":[],"passwordCredentials":[]}`,
			`{"id":"` + machine + `","appId":"dddddddd-0000-0000-0000-000000000002","displayName":"vm1","servicePrincipalType":"ManagedIdentity","accountEnabled":true,"createdDateTime":"2022-01-01T00:00:00Z","tags":[],"keyCredentials":[{"keyId":"99990000-0000-0000-0000-000000000001","startDateTime":"2025-01-01T00:00:00Z","endDateTime":"2026-01-01T00:00:00Z"}],"passwordCredentials":[]}`,
			`{"id":"cccccccc-0000-0000-0000-000000000009","appId":"00000003-0000-0000-c000-000000000000","displayName":"Microsoft Graph","servicePrincipalType":"Application","appOwnerOrganizationId":"f8cdef31-a31e-4b4a-93e4-5f571e91255a","accountEnabled":true,"createdDateTime":"2019-01-01T00:00:00Z","tags":[],"keyCredentials":[],"passwordCredentials":[]}`,
		},
		"/v1.0/applications": {
			`{"id":"abababab-0000-0000-0000-000000000001","appId":"` + robotApp + `","displayName":"Robot","signInAudience":"AzureADMyOrg","keyCredentials":[],"passwordCredentials":[{"keyId":"99990000-0000-0000-0000-000000000002","startDateTime":"2024-01-01T00:00:00Z","endDateTime":"2026-01-01T00:00:00Z","displayName":"deploy"}]}`,
		},
		"/beta/reports/servicePrincipalSignInActivities": {`{"id":"x","appId":"` + robotApp + `","lastSignInActivity":{"lastSignInDateTime":"2025-05-20T00:00:00Z"}}`},
		"/beta/reports/appCredentialSignInActivities":    {`{"id":"y","appId":"` + robotApp + `","keyId":"99990000-0000-0000-0000-000000000002","signInActivity":{"lastSignInDateTime":"2025-05-20T00:00:00Z"}}`},
		shop + "Microsoft.Storage/storageAccounts/data/blobServices/default/containers": {
			`{"id":"` + shop + `Microsoft.Storage/storageAccounts/data/blobServices/default/containers/open","name":"open","type":"Microsoft.Storage/storageAccounts/blobServices/containers","properties":{"publicAccess":"Blob"}}`,
			`{"id":"` + shop + `Microsoft.Storage/storageAccounts/data/blobServices/default/containers/shut","name":"shut","type":"Microsoft.Storage/storageAccounts/blobServices/containers","properties":{"publicAccess":"None"}}`,
			`{"id":"` + shop + `Microsoft.Storage/storageAccounts/data/blobServices/default/containers/third","name":"third","type":"Microsoft.Storage/storageAccounts/blobServices/containers","properties":{}}`,
		},
		inProduction + authorization + "roleAssignments": {
			above, assignment(inProduction, "a-admins", admins, "Group", reader),
			assignment(shop+"Microsoft.Storage/storageAccounts/data", "a-runner", runner, "ServicePrincipal", custom),
			assignment("/", "a-root", anna, "User", reader),
		},
		inProduction + authorization + "roleDefinitions": {
			`{"id":"` + inProduction + authorization + `roleDefinitions/` + custom + `","type":"Microsoft.Authorization/roleDefinitions","name":"` + custom +
				`","properties":{"roleName":"Shop keeper","type":"CustomRole","description":"","assignableScopes":["` + inProduction + `"],"permissions":[{"actions":["Microsoft.Storage/*/read"],"notActions":[],"dataActions":["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],"notDataActions":[]}]}}`,
		},
		inProduction + authorization + "denyAssignments": {
			`{"id":"` + inProduction + authorization + `denyAssignments/d1","type":"Microsoft.Authorization/denyAssignments","name":"d1","properties":{"denyAssignmentName":"Locked","permissions":[{"actions":["*/delete"],"notActions":[],"dataActions":[],"notDataActions":[]}],"scope":"` +
				inProduction + `","principals":[{"id":"00000000-0000-0000-0000-000000000000","type":"SystemDefined"}],"excludePrincipals":[{"id":"` + admins + `","type":"Group"}],"isSystemProtected":true}}`,
		},
		inProduction + authorization + "classicAdministrators": {
			`{"id":"` + inProduction + authorization + `classicAdministrators/1","type":"Microsoft.Authorization/classicAdministrators","name":"1","properties":{"emailAddress":"anna@example.com","role":"ServiceAdministrator;AccountAdministrator"}}`,
		},
		inProduction + authorization + "roleEligibilityScheduleInstances": {
			instance("roleEligibilityScheduleInstances", "e1", bert, "User", `"status":"Provisioned","startDateTime":"2025-01-01T00:00:00Z","endDateTime":"2026-01-01T00:00:00Z"`),
		},
		inProduction + authorization + "roleAssignmentScheduleInstances": {
			instance("roleAssignmentScheduleInstances", "s1", guest, "User", `"status":"Provisioned","assignmentType":"Activated","startDateTime":"2025-06-01T11:00:00Z","endDateTime":"2025-06-01T19:00:00Z"`),
		},
		"/providers/Microsoft.Authorization/providerOperations": {
			`{"name":"Microsoft.Storage","resourceTypes":[{"operations":[{"name":"Microsoft.Storage/storageAccounts/read"},{"name":"Microsoft.Storage/storageAccounts/neverSeen/action"}]}],"operations":[]}`,
		},
	}
	for _, name := range []string{"roleDefinitions", "denyAssignments", "classicAdministrators", "roleEligibilityScheduleInstances", "roleAssignmentScheduleInstances"} {
		lists["/subscriptions/"+sandbox+authorization+name] = nil
	}
	lists["/subscriptions/"+sandbox+authorization+"roleAssignments"] = []string{assignment("/", "a-root", anna, "User", reader), assignment("/subscriptions/"+sandbox, "a-robot", robot, "ServicePrincipal", reader)}
	resources = []string{
		`{"id":"` + shop + `Microsoft.Compute/virtualMachines/vm1","name":"vm1","type":"microsoft.compute/virtualmachines","kind":"","tags":{"team":"shop"},"identity":{"type":"SystemAssigned","principalId":"` + machine + `","tenantId":"` + tenant + `"},"properties":{"networkProfile":{"networkInterfaces":[{"id":"` + shop + `Microsoft.Network/networkInterfaces/nic1"}]}}}`,
		`{"id":"` + shop + `Microsoft.KeyVault/vaults/keys","name":"keys","type":"microsoft.keyvault/vaults","kind":"","tags":null,"identity":null,"properties":null}`,
		`{"id":"` + shop + `Microsoft.ManagedIdentity/userAssignedIdentities/runner","name":"runner","type":"microsoft.managedidentity/userassignedidentities","kind":"","tags":null,"identity":null,"properties":{"principalId":"` + runner + `","clientId":"dddddddd-0000-0000-0000-000000000003","tenantId":"` + tenant + `"}}`,
		`{"id":"` + shop + `Microsoft.Network/networkInterfaces/nic1","name":"nic1","type":"microsoft.network/networkinterfaces","kind":"","tags":null,"identity":null,"properties":{"networkSecurityGroup":{"id":"` + shop + `Microsoft.Network/networkSecurityGroups/web"},"virtualMachine":{"id":"` + shop + `Microsoft.Compute/virtualMachines/vm1"},"ipConfigurations":[]}}`,
		`{"id":"` + shop + `Microsoft.Network/networkSecurityGroups/web","name":"web","type":"microsoft.network/networksecuritygroups","kind":"","tags":null,"identity":null,"properties":{"securityRules":[{"name":"ssh","properties":{"access":"Allow","direction":"Inbound","protocol":"Tcp","priority":100,"sourceAddressPrefix":"*","destinationPortRange":"22"}}]}}`,
		`{"id":"` + shop + `Microsoft.Storage/storageAccounts/data","name":"data","type":"microsoft.storage/storageaccounts","kind":"StorageV2","tags":{"owner":"shop"},"identity":null,"properties":{"allowBlobPublicAccess":true,"encryption":{"keySource":"Microsoft.Storage"}}}`,
		`{"id":"` + shop + `Microsoft.Web/sites/fn","name":"fn","type":"microsoft.web/sites","kind":"functionapp,linux","tags":null,"identity":{"type":"UserAssigned","userAssignedIdentities":{"` + shop + `Microsoft.ManagedIdentity/userAssignedIdentities/runner":{"principalId":"` + runner + `","clientId":"dddddddd-0000-0000-0000-000000000003"}}},"properties":{}}`,
	}
	return lists, resources
}
