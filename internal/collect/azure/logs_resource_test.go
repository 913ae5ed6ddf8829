package azure_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

const (
	blob = `{"time":"2025-03-04T05:06:07.1234567Z","resourceId":"/subscriptions/S/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/shopdata/blobServices/default","category":"StorageRead","operationName":"GetBlob","operationVersion":"2020-06-12",
	  "schemaVersion":"1.0","statusCode":200,"statusText":"Success","durationMs":13,"callerIpAddress":"203.0.113.7:52011","correlationId":"c3","identity":{"type":"OAuth","requester":{"appId":"app1","objectId":"D1","tenantId":"t","upn":""},
	  "authorization":[{"action":"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read","result":"Granted","roleAssignmentId":"ra1","roleDefinitionId":"rd1","type":"RBAC"}]},
	  "location":"westeurope","properties":{"accountName":"shopdata","userAgentHeader":"azcopy/10","objectKey":"/shopdata/orders/1.csv"},"uri":"https://shopdata.blob.core.windows.net/orders/1.csv?sig=SECRET","protocol":"HTTPS","resourceType":"Microsoft.Storage/storageAccounts/blobServices"}`
	secret = `{"time":"2025-03-04T05:06:07Z","resourceId":"/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/SHOP","operationName":"SecretGet","category":"AuditEvent","resultType":"Success","resultSignature":"OK","callerIpAddress":"203.0.113.7",
	  "correlationId":"c4","identity":{"claim":{"http://schemas.microsoft.com/identity/claims/objectidentifier":"D2","appid":"app2","xms_mirid":"/subscriptions/s/x"}},"properties":{"clientInfo":"python","requestUri":"https://shop.vault.azure.net/secrets/db?api-version=7.0",
	  "id":"https://shop.vault.azure.net/secrets/db/1","httpStatusCode":200}}`
)

func resourceRecords() []string { return []string{blob, secret} }

func TestStorageLog(t *testing.T) {
	t.Parallel()
	ev := one(t, blob)
	if ev.Name != "GetBlob" || ev.Source != "Microsoft.Storage" || !ev.DataEvent || !ev.ReadOnly || ev.Identity != "d1" || ev.System != "s" ||
		ev.Address != "203.0.113.7" || ev.UserAgent != "azcopy/10" || ev.Region != "westeurope" || ev.Outcome != auditlog.Success ||
		len(ev.Actions) != 1 || ev.Actions[0] != "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read" {
		t.Errorf("%+v", ev)
	}
	if !strings.Contains(ev.Detail, "ra1") || !strings.Contains(ev.Detail, "orders/1.csv") || strings.Contains(ev.Detail, "SECRET") {
		t.Errorf("detail %q", ev.Detail)
	}
	refused := one(t, strings.NewReplacer(`"statusCode":200,"statusText":"Success"`, `"statusCode":403,"statusText":"AuthorizationPermissionMismatch"`).Replace(blob))
	if refused.Outcome != auditlog.AuthorizationFailure || refused.ErrorCode != "AuthorizationPermissionMismatch" {
		t.Errorf("%s %s", refused.Outcome, refused.ErrorCode)
	}
	missing := one(t, strings.NewReplacer(`"statusCode":200,"statusText":"Success"`, `"statusCode":"404","statusText":"BlobNotFound"`).Replace(blob))
	if missing.Outcome != auditlog.Error || missing.ErrorCode != "BlobNotFound" {
		t.Errorf("%s %s", missing.Outcome, missing.ErrorCode)
	}
	row := one(t, `{"TimeGenerated":"2025-03-04T05:06:07Z","AccountName":"shopdata","OperationName":"PutBlob","AuthenticationType":"OAuth","StatusCode":"201","StatusText":"Success","CallerIpAddress":"203.0.113.7:1","CorrelationId":"c","RequesterObjectId":"D1",
	  "RequesterUpn":"ada@shop.example","UserAgentHeader":"x","Category":"StorageWrite","_ResourceId":"/subscriptions/S/resourcegroups/g/providers/microsoft.storage/storageaccounts/shopdata","Type":"StorageBlobLogs"}`)
	if row.Identity != "d1" || row.IdentityName != "ada@shop.example" || row.Mapping != auditlog.Mapped || row.ReadOnly || row.System != "s" {
		t.Errorf("%+v", row)
	}
	key := one(t, `{"time":"2025-03-04T05:06:07Z","resourceId":"/subscriptions/s","category":"StorageDelete","operationName":"DeleteBlob","statusCode":202,"statusText":"Success","identity":{"type":"AccountKey","tokenHash":"key1(AB)"}}`)
	if key.Identity != "" || key.Mapping != auditlog.Mapped || !strings.Contains(key.Detail, "AccountKey") {
		t.Errorf("%+v", key)
	}
}

func TestVaultLog(t *testing.T) {
	t.Parallel()
	ev := one(t, secret)
	if ev.Name != "SecretGet" || ev.Source != "Microsoft.KeyVault" || !ev.DataEvent || ev.Identity != "d2" || ev.IdentityType != "ManagedIdentity" || ev.UserAgent != "python" ||
		len(ev.Actions) != 1 || ev.Actions[0] != "Microsoft.KeyVault/vaults/secrets/getSecret/action" || len(ev.ID) != 64 {
		t.Errorf("%+v", ev)
	}
	if len(ev.Resources) != 1 || ev.Resources[0].Type != "Microsoft.KeyVault/vaults" {
		t.Errorf("resources %+v", ev.Resources)
	}
	if !strings.Contains(ev.Detail, "https://shop.vault.azure.net/secrets/db/1") {
		t.Errorf("detail %q", ev.Detail)
	}
	for replace, want := range map[string]auditlog.Outcome{
		`"resultSignature":"Forbidden","X":"`:    auditlog.AuthorizationFailure,
		`"resultSignature":"Unauthorized","X":"`: auditlog.AuthorizationFailure,
		`"resultSignature":"Not Found","X":"`:    auditlog.Error,
	} {
		status := map[auditlog.Outcome]string{auditlog.AuthorizationFailure: "403", auditlog.Error: "404"}[want]
		text := strings.NewReplacer(`"resultSignature":"`, replace, `"httpStatusCode":200`, `"httpStatusCode":`+status).Replace(secret)
		if got := one(t, text); got.Outcome != want {
			t.Errorf("%s: %s (%s), want %s", replace, got.Outcome, got.ErrorCode, want)
		}
	}
	row := one(t, `{"TimeGenerated":"2025-03-04T05:06:07Z","ResourceId":"/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/SHOP","Category":"AuditEvent","OperationName":"KeyDecrypt","ResultType":"Success","ResultSignature":"Forbidden","CallerIPAddress":"203.0.113.7",
	  "CorrelationId":"c","identity_claim_oid_g":"D3","identity_claim_appid_g":"app3","clientInfo_s":"go","requestUri_s":"https://shop.vault.azure.net/keys/k","httpStatusCode_d":403,"id_s":"https://shop.vault.azure.net/keys/k/1","Type":"AzureDiagnostics"}`)
	if row.Identity != "d3" || row.Outcome != auditlog.AuthorizationFailure || row.UserAgent != "go" || row.Mapping != auditlog.Mapped {
		t.Errorf("%+v", row)
	}
}

// Secrets within the parameters of a call are nobody's to find.
func TestSecretsAreLeftOut(t *testing.T) {
	t.Parallel()
	ev := one(t, `{"time":"2025-03-04T05:06:07Z","resourceId":"/subscriptions/s","operationName":"Microsoft.Compute/virtualMachines/write","category":"Administrative",
	  "properties":{"requestbody":"{\"properties\":{\"osProfile\":{\"adminPassword\":\"HUSH\",\"adminUsername\":\"ada\"}}}","eventCategory":"Administrative",
	  "responseBody":"{\"properties\":{\"accessSAS\":\"https://md.blob.core.windows.net/d?sv=2024&sr=b&sig=HUSH%2B\"},\"primaryConnectionString\":\"AccountKey=HUSH\"}",
	  "message":"[{\"sasToken\":\"HUSH\"}]"}}`)
	if strings.Contains(ev.Detail, "HUSH") || !strings.Contains(ev.Detail, "ada") {
		t.Errorf("detail %q", ev.Detail)
	}
}

// Other logs of Entra are no matter of Azure's access control.
func TestOtherLogs(t *testing.T) {
	t.Parallel()
	ev := one(t, `{"time":"2025-03-04T05:06:07Z","resourceId":"/TENANTS/T/PROVIDERS/MICROSOFT.AADIAM","operationName":"Provisioning activity","category":"ProvisioningLogs","properties":{}}`)
	if ev.Mapping != auditlog.NotPermissionBearing || ev.Source != "Microsoft.aadiam" || ev.System != entitlement.SystemID("") {
		t.Errorf("%+v", ev)
	}
}
