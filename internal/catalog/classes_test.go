package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// What an engineer of Azure knows of its operations.
func TestAzureClasses(t *testing.T) {
	t.Parallel()
	const (
		cred, data = catalog.CredentialExposure, catalog.DataAccess
		priv, expo = catalog.PrivilegeEscalation, catalog.ResourceExposure
		storage    = "Microsoft.Storage/storageAccounts"
		vault      = "Microsoft.KeyVault/vaults"
	)
	checkClasses(t, catalog.Azure(), []catalog.Info{
		{Action: storage + "/read", Type: catalog.Read, Unrecorded: true},
		{Action: storage + "/write", Type: catalog.Write, Severity: catalog.High, Sensitivity: expo},
		{Action: storage + "/delete", Type: catalog.Delete, Severity: catalog.High},
		{Action: storage + "/listKeys/action", Type: catalog.Read, Severity: catalog.High, Sensitivity: cred},
		{Action: storage + "/regeneratekey/action", Type: catalog.Write, Severity: catalog.High, Sensitivity: cred},
		{Action: storage + "/blobServices/generateUserDelegationKey/action", Type: catalog.Write, Severity: catalog.High, Sensitivity: cred},
		{Action: storage + "/blobServices/containers/blobs/read", Type: catalog.Read, Severity: catalog.High, Sensitivity: data, DataPlane: true, Data: true, DataOnly: true},
		{Action: storage + "/blobServices/containers/blobs/write", Type: catalog.Write, Severity: catalog.High, DataPlane: true, Data: true, DataOnly: true},
		{Action: storage + "/blobServices/containers/blobs/delete", Type: catalog.Delete, Severity: catalog.High, DataPlane: true, Data: true, DataOnly: true},
		{Action: vault + "/read", Type: catalog.Read, Unrecorded: true},
		{Action: vault + "/accessPolicies/write", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv | expo},
		{Action: vault + "/secrets/read", Type: catalog.Read, Unrecorded: true}, // Properties, not the value.
		{Action: vault + "/secrets/getSecret/action", Type: catalog.Read, Severity: catalog.High, Sensitivity: cred | data, DataPlane: true, Data: true, DataOnly: true},
		{Action: vault + "/secrets/readMetadata/action", Type: catalog.Read, DataPlane: true, Data: true, DataOnly: true},
		{Action: vault + "/secrets/purge/action", Type: catalog.Delete, Severity: catalog.High, DataPlane: true, Data: true, DataOnly: true},
		{Action: vault + "/keys/decrypt/action", Type: catalog.Write, Severity: catalog.High, Sensitivity: data, DataPlane: true, Data: true, DataOnly: true},
		{Action: vault + "/keys/read", Type: catalog.Read, DataPlane: true, Data: true},
		{Action: "Microsoft.Authorization/roleAssignments/read", Type: catalog.Read, Unrecorded: true},
		{Action: "Microsoft.Authorization/roleAssignments/write", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv | expo},
		{Action: "Microsoft.Authorization/roleAssignments/delete", Type: catalog.Permissions, Severity: catalog.High},
		{Action: "Microsoft.Authorization/roleDefinitions/write", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv},
		{Action: "Microsoft.Authorization/elevateAccess/Action", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv},
		{Action: "Microsoft.Authorization/roleEligibilityScheduleRequests/write", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv},
		{Action: "Microsoft.Authorization/locks/delete", Type: catalog.Permissions, Severity: catalog.High},
		{Action: "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv},
		{Action: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv},
		{Action: "Microsoft.Compute/virtualMachines/runCommand/action", Type: catalog.Write, Severity: catalog.High, Sensitivity: priv},
		{Action: "Microsoft.Compute/virtualMachines/restart/action", Type: catalog.Write, Severity: catalog.High},
		{Action: "Microsoft.Compute/virtualMachines/loginAsAdmin/action", Type: catalog.Write, Severity: catalog.High, Sensitivity: data | priv, DataPlane: true, Data: true, DataOnly: true},
		{Action: "Microsoft.Compute/disks/beginGetAccess/action", Type: catalog.Read, Severity: catalog.High, Sensitivity: cred | data},
		{Action: "Microsoft.Network/networkSecurityGroups/securityRules/write", Type: catalog.Write, Severity: catalog.High, Sensitivity: expo},
		{Action: "Microsoft.Web/sites/config/list/Action", Type: catalog.Read, Severity: catalog.High, Sensitivity: cred},
		{Action: "Microsoft.Web/sites/publishxml/action", Type: catalog.Write, Severity: catalog.High, Sensitivity: cred},
		{Action: "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action", Type: catalog.Read, Severity: catalog.High, Sensitivity: cred},
		{Action: "Microsoft.ContainerService/managedClusters/secrets/read", Type: catalog.Read, Severity: catalog.High, Sensitivity: cred | data, DataPlane: true, Data: true, DataOnly: true},
		{Action: "Microsoft.ContainerService/managedClusters/pods/read", Type: catalog.Read, DataPlane: true, Data: true, DataOnly: true},
		{Action: "Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/clusterroles/escalate/action", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv, DataPlane: true, Data: true, DataOnly: true},
		{Action: "Microsoft.EventHub/namespaces/messages/send/action", Type: catalog.Write, Severity: catalog.High, DataPlane: true, Data: true, DataOnly: true},
		{Action: "Microsoft.EventHub/namespaces/messages/receive/action", Type: catalog.Read, Severity: catalog.High, Sensitivity: data, DataPlane: true, Data: true, DataOnly: true},
		{Action: "Microsoft.ContainerRegistry/registries/pull/read", Type: catalog.Read, Severity: catalog.High, Sensitivity: data, Unrecorded: true},
		{Action: "Microsoft.Storage/checkNameAvailability/read", Type: catalog.Read, Unrecorded: true},
	})
}

// What an engineer of Google Cloud knows of its permissions.
func TestGCPClasses(t *testing.T) {
	t.Parallel()
	const (
		cred, data = catalog.CredentialExposure, catalog.DataAccess
		priv, expo = catalog.PrivilegeEscalation, catalog.ResourceExposure
	)
	checkClasses(t, catalog.GCP(), []catalog.Info{
		{Action: "compute.instances.list", Type: catalog.List, DataPlane: true},
		{Action: "compute.instances.get", Type: catalog.Read, DataPlane: true},
		{Action: "compute.instances.create", Type: catalog.Write, Severity: catalog.High, Sensitivity: cred | priv},
		{Action: "compute.instances.delete", Type: catalog.Delete, Severity: catalog.High},
		{Action: "compute.instances.setMetadata", Type: catalog.Write, Severity: catalog.High, Sensitivity: cred | priv},
		{Action: "compute.instances.osAdminLogin", Type: catalog.Write, Severity: catalog.High, Sensitivity: cred | data | priv, DataPlane: true},
		{Action: "compute.firewalls.create", Type: catalog.Write, Severity: catalog.High, Sensitivity: expo},
		{Action: "compute.firewalls.delete", Type: catalog.Delete, Severity: catalog.High},
		{Action: "compute.disks.createTagBinding", Type: catalog.Tagging, Severity: catalog.High, Sensitivity: priv},
		{Action: "storage.objects.get", Type: catalog.Read, Severity: catalog.High, Sensitivity: data, DataPlane: true},
		{Action: "storage.objects.list", Type: catalog.List, DataPlane: true},
		{Action: "storage.objects.create", Type: catalog.Write, Severity: catalog.High, DataPlane: true},
		{Action: "storage.objects.delete", Type: catalog.Delete, Severity: catalog.High, DataPlane: true},
		{Action: "storage.buckets.create", Type: catalog.Write, Severity: catalog.High, Sensitivity: expo},
		{Action: "storage.buckets.setIamPolicy", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv | expo},
		{Action: "storage.buckets.getIamPolicy", Type: catalog.Read, DataPlane: true},
		{Action: "storage.hmacKeys.create", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: cred | priv},
		{Action: "resourcemanager.projects.setIamPolicy", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv | expo},
		{Action: "resourcemanager.projects.delete", Type: catalog.Delete, Severity: catalog.High},
		{Action: "iam.roles.update", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv},
		{Action: "iam.roles.get", Type: catalog.Read, DataPlane: true},
		{Action: "iam.serviceAccounts.create", Type: catalog.Write, Severity: catalog.High},
		{Action: "iam.serviceAccountKeys.create", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: cred | priv},
		{Action: "iam.serviceAccounts.actAs", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv, Unrecorded: true},
		{Action: "iam.serviceAccounts.getAccessToken", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: cred | priv, DataPlane: true},
		{Action: "iam.serviceAccounts.signBlob", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: cred | priv, DataPlane: true},
		{Action: "iam.serviceAccounts.implicitDelegation", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: cred | priv, DataPlane: true},
		{Action: "iam.denypolicies.delete", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv},
		{Action: "orgpolicy.policy.set", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv | expo},
		{Action: "secretmanager.versions.access", Type: catalog.Read, Severity: catalog.High, Sensitivity: cred, DataPlane: true},
		{Action: "secretmanager.secrets.create", Type: catalog.Write, Severity: catalog.High},
		{Action: "cloudkms.cryptoKeyVersions.useToDecrypt", Type: catalog.Write, Severity: catalog.High, Sensitivity: data, DataPlane: true},
		{Action: "cloudkms.cryptoKeyVersions.destroy", Type: catalog.Delete, Severity: catalog.High},
		{Action: "bigquery.tables.getData", Type: catalog.Read, Severity: catalog.High, Sensitivity: data, DataPlane: true},
		{Action: "bigquery.tables.updateData", Type: catalog.Write, Severity: catalog.High, DataPlane: true},
		{Action: "bigquery.jobs.create", Type: catalog.Write, Severity: catalog.High, DataPlane: true},
		{Action: "bigquery.datasets.update", Type: catalog.Write, Severity: catalog.High, Sensitivity: expo},
		{Action: "pubsub.topics.publish", Type: catalog.Write, Severity: catalog.High, DataPlane: true},
		{Action: "pubsub.subscriptions.consume", Type: catalog.Write, Severity: catalog.High, Sensitivity: data, DataPlane: true},
		{Action: "spanner.databases.select", Type: catalog.Read, Severity: catalog.High, Sensitivity: data, DataPlane: true},
		{Action: "bigtable.tables.readRows", Type: catalog.Read, Severity: catalog.High, Sensitivity: data, DataPlane: true},
		{Action: "datastore.entities.create", Type: catalog.Write, Severity: catalog.High, DataPlane: true},
		{Action: "logging.logEntries.create", Type: catalog.Write, Severity: catalog.High, DataPlane: true},
		{Action: "monitoring.timeSeries.create", Type: catalog.Write, Severity: catalog.High, DataPlane: true},
		{Action: "cloudfunctions.functions.invoke", Type: catalog.Write, Severity: catalog.High, Sensitivity: data, Unrecorded: true},
		{Action: "serviceusage.services.use", Type: catalog.Write, Severity: catalog.High, Unrecorded: true},
		{Action: "iam.googleapis.com/workloadIdentityPoolProviders.create", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: priv},
	})
}

func checkClasses(t *testing.T, c *catalog.Catalog, want []catalog.Info) {
	t.Helper()
	for _, w := range want {
		i, ok := c.Index(w.Action)
		if !ok {
			t.Errorf("%s is not in the catalogue", w.Action)
			continue
		}
		got := *c.Info(i)
		w.Service, got.ResourceTypes, w.Action = got.Service, nil, got.Action
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", got.Action, diff)
		}
	}
}

func TestResourceTypesOfClouds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		c             *catalog.Catalog
		action        entitlement.Action
		service, kind string
	}{
		{catalog.Azure(), "Microsoft.Storage/storageAccounts/listKeys/action", "Microsoft.Storage", "Microsoft.Storage/storageAccounts"},
		{catalog.Azure(), "Microsoft.Storage/storageAccounts/read", "Microsoft.Storage", "Microsoft.Storage/storageAccounts"},
		{catalog.Azure(), "Microsoft.Web/sites/config/list/Action", "Microsoft.Web", "Microsoft.Web/sites/config"},
		{catalog.Azure(), "Microsoft.Storage/register/action", "Microsoft.Storage", ""},
		{catalog.GCP(), "storage.objects.get", "storage", "storage.objects"},
		{catalog.GCP(), "iam.googleapis.com/workforcePools.get", "iam", "iam.googleapis.com/workforcePools"},
	} {
		i, ok := tt.c.Index(tt.action)
		if !ok {
			t.Errorf("%s is not in the catalogue", tt.action)
			continue
		}
		info, kind := tt.c.Info(i), ""
		if len(info.ResourceTypes) == 1 {
			kind = info.ResourceTypes[0]
		}
		if info.Service != tt.service || kind != tt.kind {
			t.Errorf("%s is of %q on %q, want %q and %q", tt.action, info.Service, kind, tt.service, tt.kind)
		}
	}
}
