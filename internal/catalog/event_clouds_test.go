package catalog_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
)

func TestAzureCalls(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Microsoft.Storage/storageAccounts/listKeys/action":  "Microsoft.Storage/storageAccounts/listKeys/action",
		"MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION":  "Microsoft.Storage/storageAccounts/listKeys/action",
		" microsoft.compute/virtualmachines/write ":          "Microsoft.Compute/virtualMachines/write",
		"microsoft.keyvault/vaults/secrets/getsecret/action": "Microsoft.KeyVault/vaults/secrets/getSecret/action",
		"Microsoft.Authorization/roleAssignments/write":      "Microsoft.Authorization/roleAssignments/write",
		"MICROSOFT.AUTHORIZATION/ELEVATEACCESS/ACTION":       "Microsoft.Authorization/elevateAccess/Action",
		"GetBlob":              "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
		"PutBlob":              "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",
		"DELETEBLOB":           "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete",
		"ListBlobs":            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
		"GetUserDelegationKey": "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
		"QueryEntities":        "Microsoft.Storage/storageAccounts/tableServices/tables/entities/read",
		"SecretGet":            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
		"KeyDecrypt":           "Microsoft.KeyVault/vaults/keys/decrypt/action",
		"Microsoft.Authorization/policies/auditIfNotExists/action": "none",
		"MICROSOFT.AUTHORIZATION/POLICIES/DENY/ACTION":             "none",
		"Microsoft.Advisor/recommendations/available/action":       "none",
		"Microsoft.ServiceHealth/incident/action":                  "none",
		"Microsoft.Resourcehealth/healthevent/Activated/action":    "none",
		"Microsoft.Insights/AlertRules/Activated/Action":           "none",
		"Microsoft.Insights/AutoscaleSettings/Scaleup/Action":      "none",
		"Microsoft.Insights/AlertRules/Resolved/Action":            "none",
		"Sign-in activity":            "none",
		"Add member to role":          "unmapped", // Of Entra ID, which has roles of its own.
		"Microsoft.Nope/things/write": "unmapped",
		"Microsoft.Storage":           "unmapped",
		"":                            "unmapped",
		"/":                           "unmapped",
	} {
		if got := answer(catalog.Azure(), catalog.Call{Name: name}); got != want {
			t.Errorf("%q is %s, want %s", name, got, want)
		}
	}
}

// answer is the one permission of a call, "none" for a call that needs none, or
// "unmapped".
func answer(c *catalog.Catalog, call catalog.Call) string {
	actions, mapping := c.Permissions(call)
	switch {
	case mapping == catalog.NotPermissionBearing && len(actions) == 0:
		return "none"
	case mapping == catalog.Mapped && len(actions) == 1:
		return string(c.Info(actions[0]).Action)
	case mapping == catalog.Unmapped && len(actions) == 0:
		return "unmapped"
	}
	return mapping.String() + " with several actions"
}

func TestGCPCalls(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ source, name, want string }{
		{"compute.googleapis.com", "v1.compute.instances.insert", "compute.instances.create"},
		{"compute.googleapis.com", "beta.compute.instances.insert", "compute.instances.create"},
		{"compute.googleapis.com", "compute.instances.list", "compute.instances.list"},
		{"compute.googleapis.com", "v1.compute.firewalls.insert", "compute.firewalls.create"},
		{"compute.googleapis.com", "v1.compute.subnetworks.patch", "compute.subnetworks.update"},
		{"compute.googleapis.com", "v1.compute.projects.setCommonInstanceMetadata", "compute.projects.setCommonInstanceMetadata"},
		{"compute.googleapis.com", "compute.instances.preempted", "none"},
		{"iam.googleapis.com", "google.iam.admin.v1.SetIAMPolicy", "iam.serviceAccounts.setIamPolicy"},
		{"iam.googleapis.com", "google.iam.admin.v1.CreateServiceAccount", "iam.serviceAccounts.create"},
		{"iam.googleapis.com", "google.iam.admin.v1.CreateServiceAccountKey", "iam.serviceAccountKeys.create"},
		{"iam.googleapis.com", "google.iam.admin.v1.DeleteServiceAccountKey", "iam.serviceAccountKeys.delete"},
		{"iam.googleapis.com", "google.iam.admin.v1.CreateRole", "iam.roles.create"},
		{"iam.googleapis.com", "google.iam.admin.v1.UpdateRole", "iam.roles.update"},
		{"iam.googleapis.com", "google.iam.admin.v1.ListServiceAccounts", "iam.serviceAccounts.list"},
		{"iam.googleapis.com", "google.iam.v2.Policies.CreatePolicy", "iam.denypolicies.create"},
		{"iam.googleapis.com", "google.iam.v1.WorkloadIdentityPools.CreateWorkloadIdentityPool", "iam.googleapis.com/workloadIdentityPools.create"},
		{"iam.googleapis.com", "google.iam.admin.v1.QueryGrantableRoles", "none"},
		{"iamcredentials.googleapis.com", "GenerateAccessToken", "iam.serviceAccounts.getAccessToken"},
		{"iamcredentials.googleapis.com", "google.iam.credentials.v1.IAMCredentials.SignBlob", "iam.serviceAccounts.signBlob"},
		{"sts.googleapis.com", "google.identity.sts.v1.SecurityTokenService.ExchangeToken", "none"},
		{"cloudresourcemanager.googleapis.com", "SetIamPolicy", "resourcemanager.projects.setIamPolicy"},
		{"cloudresourcemanager.googleapis.com", "google.cloud.resourcemanager.v3.Folders.SetIamPolicy", "resourcemanager.folders.setIamPolicy"},
		{"cloudresourcemanager.googleapis.com", "GetProject", "resourcemanager.projects.get"},
		{"cloudresourcemanager.googleapis.com", "CreateProject", "resourcemanager.projects.create"},
		{"cloudresourcemanager.googleapis.com", "TestIamPermissions", "none"},
		{"pubsub.googleapis.com", "google.iam.v1.IAMPolicy.TestIamPermissions", "none"},
		{"storage.googleapis.com", "storage.objects.get", "storage.objects.get"},
		{"storage.googleapis.com", "google.storage.objects.get", "storage.objects.get"},
		{"storage.googleapis.com", "storage.setIamPermissions", "storage.buckets.setIamPolicy"},
		{"storage.googleapis.com", "storage.buckets.testIamPermissions", "none"},
		{"bigquery.googleapis.com", "jobservice.insert", "bigquery.jobs.create"},
		{"bigquery.googleapis.com", "google.cloud.bigquery.v2.JobService.InsertJob", "bigquery.jobs.create"},
		{"bigquery.googleapis.com", "google.cloud.bigquery.v2.TableService.DeleteTable", "bigquery.tables.delete"},
		{"bigquery.googleapis.com", "tabledataservice.list", "bigquery.tables.getData"},
		{"secretmanager.googleapis.com", "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion", "secretmanager.versions.access"},
		{"secretmanager.googleapis.com", "google.cloud.secretmanager.v1.SecretManagerService.CreateSecret", "secretmanager.secrets.create"},
		{"cloudkms.googleapis.com", "Decrypt", "cloudkms.cryptoKeyVersions.useToDecrypt"},
		{"cloudkms.googleapis.com", "CreateCryptoKey", "cloudkms.cryptoKeys.create"},
		{"pubsub.googleapis.com", "google.pubsub.v1.Publisher.CreateTopic", "pubsub.topics.create"},
		{"pubsub.googleapis.com", "google.pubsub.v1.Publisher.Publish", "pubsub.topics.publish"},
		{"cloudfunctions.googleapis.com", "google.cloud.functions.v1.CloudFunctionsService.CreateFunction", "cloudfunctions.functions.create"},
		{"cloudfunctions.googleapis.com", "google.cloud.functions.v1.CloudFunctionsService.SetIamPolicy", "cloudfunctions.functions.setIamPolicy"},
		{"run.googleapis.com", "google.cloud.run.v1.Services.ReplaceService", "run.services.update"},
		{"run.googleapis.com", "google.cloud.run.v1.Services.SetIamPolicy", "run.services.setIamPolicy"},
		{"run.googleapis.com", "/Jobs.RunJob", "run.jobs.run"},
		{"logging.googleapis.com", "google.logging.v2.ConfigServiceV2.UpdateSink", "logging.sinks.update"},
		{"container.googleapis.com", "google.container.v1.ClusterManager.CreateCluster", "container.clusters.create"},
		{"container.googleapis.com", "google.container.v1.ClusterManager.CreateNodePool", "container.clusters.update"},
		{"cloudsql.googleapis.com", "cloudsql.instances.create", "cloudsql.instances.create"},
		{"sqladmin.googleapis.com", "cloudsql.users.update", "cloudsql.users.update"},
		{"serviceusage.googleapis.com", "google.api.serviceusage.v1.ServiceUsage.EnableService", "serviceusage.services.enable"},
		{"aiplatform.googleapis.com", "google.cloud.aiplatform.v1.PredictionService.Predict", "aiplatform.endpoints.predict"},
		{"login.googleapis.com", "google.login.LoginService.loginSuccess", "none"},
		{"admin.googleapis.com", "google.admin.AdminService.addGroupMember", "none"},
		{"container.googleapis.com", "google.longrunning.Operations.GetOperation", "none"},
		{"k8s.io", "io.k8s.core.v1.pods.create", "unmapped"},
		{"iap.googleapis.com", "google.cloud.iap.v1.IdentityAwareProxyAdminService.SetIamPolicy", "unmapped"}, // Of which resource?
		{"nope.googleapis.com", "google.nope.v1.Nope.CreateNope", "unmapped"},
		{"", "", "unmapped"},
		{"compute.googleapis.com", ".", "unmapped"},
		{"compute.googleapis.com", "é", "unmapped"},
	} {
		if got := answer(catalog.GCP(), catalog.Call{Source: tt.source, Name: tt.name}); got != tt.want {
			t.Errorf("%s of %q is %s, want %s", tt.name, tt.source, got, tt.want)
		}
	}
}

// A call never names an action that is not there, whatever the names.
func FuzzCloudCalls(f *testing.F) {
	for _, seed := range [][2]string{
		{"iam.googleapis.com", "google.iam.admin.v1.SetIAMPolicy"}, {"", "GetBlob"}, {"x", "v1."}, {"storage", "a.é.B"}, {"..", "./"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, source, name string) {
		for _, c := range []*catalog.Catalog{catalog.Azure(), catalog.GCP()} {
			actions, mapping := c.Permissions(catalog.Call{Source: source, Name: name})
			if (mapping == catalog.Mapped) != (len(actions) > 0) {
				t.Fatalf("%s: %q of %q is %s with %d actions", c.Cloud(), name, source, mapping, len(actions))
			}
			for _, i := range actions {
				_ = c.Info(i)
			}
		}
	})
}

// Every operation of Azure and every permission of Google Cloud that a log names
// is itself.
func TestOwnNamesAreCalls(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := catalog.Azure()
		i := rapid.IntRange(0, c.Len()-1).Draw(t, "operation")
		name := mixCase(t, string(c.Info(i).Action))
		if got := answer(c, catalog.Call{Name: name}); got != string(c.Info(i).Action) && got != "none" {
			t.Fatalf("%s is %s", name, got)
		}
	})
}
