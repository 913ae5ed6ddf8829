package trace

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// others finds the kind of a call of Azure and Google Cloud by a permission that
// it exercises, or by the name of an operation of Entra, in lower case.
func others() map[string]Kind {
	table := map[string]Kind{}
	for _, part := range []map[Kind]string{permissionsOfGCP(), permissionsOfAzure(), operationsOfEntra()} {
		for kind, names := range part {
			for name := range strings.Lines(names) {
				if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
					table[name] = kind
				}
			}
		}
	}
	return table
}

// permissionsOfGCP lists permissions whose use is told on its own; see
// https://cloud.google.com/iam/docs/service-account-permissions and the
// techniques of https://attack.mitre.org/matrices/enterprise/cloud/iaas/.
func permissionsOfGCP() map[Kind]string {
	return map[Kind]string{
		AssumedRole: `
			iam.serviceAccounts.getAccessToken
			iam.serviceAccounts.getOpenIdToken
			iam.serviceAccounts.signJwt
			iam.serviceAccounts.signBlob
			iam.serviceAccounts.implicitDelegation`,
		CreatedCredential: `
			iam.serviceAccountKeys.create
			iam.serviceAccountKeys.enable
			iam.serviceAccounts.enable
			storage.hmacKeys.create
			apikeys.keys.create
			iam.googleapis.com/workloadIdentityPools.create
			iam.googleapis.com/workloadIdentityPools.update
			iam.googleapis.com/workloadIdentityPoolProviders.create
			iam.googleapis.com/workloadIdentityPoolProviders.update`,
		CreatedIdentity: "iam.serviceAccounts.create",
		Removed: `
			iam.serviceAccountKeys.delete
			iam.serviceAccountKeys.disable
			iam.serviceAccounts.delete
			iam.serviceAccounts.disable
			storage.hmacKeys.delete
			apikeys.keys.delete`,
		RanCode: `
			compute.instances.setMetadata
			compute.projects.setCommonInstanceMetadata
			compute.instances.osLogin
			compute.instances.osAdminLogin
			cloudfunctions.functions.update
			cloudfunctions.functions.sourceCodeSet
			run.jobs.run
			run.services.update
			cloudbuild.builds.create
			container.pods.exec`,
		SharedResource: `
			compute.firewalls.create
			compute.firewalls.update
			compute.firewalls.delete
			cloudsql.instances.update
			storage.buckets.update`,
		WeakenedDefences: `
			logging.sinks.delete
			logging.sinks.update
			logging.buckets.delete
			logging.buckets.update
			logging.logs.delete
			logging.exclusions.create
			logging.exclusions.update
			logging.settings.update
			monitoring.alertPolicies.delete
			monitoring.alertPolicies.update
			securitycenter.notificationconfig.delete
			securitycenter.muteconfigs.create
			orgpolicy.policy.set
			orgpolicy.policies.update
			orgpolicy.policies.delete
			cloudkms.cryptoKeyVersions.destroy`,
	}
}

// permissionsOfAzure lists operations of resource providers; see
// https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations.
func permissionsOfAzure() map[Kind]string {
	return map[Kind]string{
		CreatedCredential: `
			Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write
			Microsoft.Storage/storageAccounts/regenerateKey/action
			Microsoft.Web/sites/publishxml/action`,
		CreatedIdentity: "Microsoft.ManagedIdentity/userAssignedIdentities/write",
		PassedRole:      "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
		Removed: `
			Microsoft.ManagedIdentity/userAssignedIdentities/delete
			Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete`,
		RanCode: `
			Microsoft.Compute/virtualMachines/runCommand/action
			Microsoft.Compute/virtualMachines/runCommands/write
			Microsoft.Compute/virtualMachines/extensions/write
			Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action
			Microsoft.Compute/virtualMachineScaleSets/extensions/write
			Microsoft.ContainerService/managedClusters/runCommand/action
			Microsoft.Automation/automationAccounts/jobs/write
			Microsoft.Automation/automationAccounts/runbooks/write
			Microsoft.Web/sites/functions/write`,
		SharedResource: `
			Microsoft.Network/networkSecurityGroups/securityRules/write
			Microsoft.Network/networkSecurityGroups/securityRules/delete
			Microsoft.Network/networkSecurityGroups/write
			Microsoft.Sql/servers/firewallRules/write
			Microsoft.Storage/storageAccounts/blobServices/containers/write
			Microsoft.Compute/disks/beginGetAccess/action
			Microsoft.Compute/snapshots/beginGetAccess/action`,
		WeakenedDefences: `
			Microsoft.Insights/diagnosticSettings/delete
			Microsoft.Insights/activityLogAlerts/delete
			Microsoft.Insights/metricAlerts/delete
			Microsoft.Insights/dataCollectionRules/delete
			Microsoft.OperationalInsights/workspaces/delete
			Microsoft.Network/networkWatchers/flowLogs/delete
			Microsoft.Network/azureFirewalls/delete
			Microsoft.Network/networkSecurityGroups/delete
			Microsoft.Authorization/locks/delete
			Microsoft.Authorization/policyAssignments/delete
			Microsoft.Security/pricings/write
			Microsoft.Security/pricings/delete
			Microsoft.Security/alertsSuppressionRules/write
			Microsoft.SecurityInsights/alertRules/delete
			Microsoft.KeyVault/vaults/delete`,
	}
}

// operationsOfEntra lists activities of the audit and sign-in logs of Microsoft
// Entra; see https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities.
func operationsOfEntra() map[Kind]string {
	return map[Kind]string{
		SignedIn: "Sign-in activity",
		CreatedCredential: `
			Add service principal credentials
			Update application – Certificates and secrets management
			Update application - Certificates and secrets management
			Add federated identity credential
			Reset user password
			Reset password (by admin)
			Change user password
			Create Temporary Access Pass
			Admin registered temporary access pass method for user
			User registered security info
			Admin registered security info`,
		CreatedIdentity: `
			Add user
			Invite external user
			Redeem external user invite
			Add application
			Add service principal`,
		ChangedPolicy: `
			Add member to role
			Add member to role completed (PIM activation)
			Add eligible member to role
			Add eligible member to role in PIM completed (permanent)
			Add eligible member to role in PIM completed (timebound)
			Add member to role in PIM completed (permanent)
			Add member to role in PIM completed (timebound)
			Remove member from role
			Add member to group
			Add owner to group
			Add owner to application
			Add owner to service principal
			Add app role assignment to service principal
			Add app role assignment grant to user
			Add delegated permission grant
			Consent to application
			Update role
			Add role definition`,
		Removed: `
			Delete user
			Hard Delete user
			Delete application
			Remove service principal
			Hard delete service principal
			Remove service principal credentials`,
		WeakenedDefences: `
			Update conditional access policy
			Delete conditional access policy
			Disable Strong Authentication
			Delete named location
			Update named location
			Set domain authentication
			Set federation settings on domain
			Update authorization policy
			Disable PIM alert`,
	}
}

// elsewhere finds what a call of Azure or Google Cloud did. A call may exercise
// several permissions, the telling one not the first.
func (c *classifier) elsewhere(ev *auditlog.Event) Kind {
	if ev.Cloud != entitlement.Azure && ev.Cloud != entitlement.GCP {
		return ""
	}
	if len(ev.Actions) == 0 {
		return c.others[strings.ToLower(ev.Name)]
	}
	for _, a := range ev.Actions {
		if kind := c.others[strings.ToLower(string(a))]; kind != "" {
			return kind
		}
	}
	return ""
}
