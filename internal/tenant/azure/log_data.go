package azure

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// blob writes the record of a call of Blob Storage.
// See https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference.
func (t *Tenant) blob(x *identity, s step, from string, r *rand.Rand, log *files.Log) {
	category, action := "StorageRead", "read"
	switch s.call {
	case "PutBlob":
		category, action = "StorageWrite", "write"
	case "DeleteBlob":
		category, action = "StorageDelete", "delete"
	}
	code, text, rights := 200, "Success", t.rights(x, action)
	switch {
	case s.refused:
		code, text, rights = 403, "AuthorizationPermissionMismatch", ""
	case s.code != "":
		code, text = 404, s.code
	}
	account := x.home.storageName(x.team)
	key := "/" + account + "/reports"
	if s.call != "ListBlobs" {
		key += fmt.Sprintf("/%d/%s.parquet", s.at.Year(), draw.HexID(r, "part-", 8))
	}
	uri := "https://" + account + ".blob.core.windows.net" + strings.TrimPrefix(key, "/"+account)
	service := x.home.storage(x.team) + "/blobServices/default"
	log.Add(hourly("insights-logs-"+strings.ToLower(category), "resourceId="+service, s.at), s.at, fmt.Appendf(nil,
		`{"time":%q,"resourceId":%q,"category":%q,"operationName":%q,"operationVersion":"2024-11-04","schemaVersion":"1.0","statusCode":%d,"statusText":%q,"durationMs":%d,`+
			`"callerIpAddress":"%s:%d","correlationId":%q,"identity":{"type":"OAuth","authorization":[%s],"requester":{"appId":%q,"audience":"https://storage.azure.com/","objectId":%q,"tenantId":%q,"tokenIssuer":"https://sts.windows.net/%s/"%s}},`+
			`"location":%q,"properties":{"accountName":%q,"userAgentHeader":"azsdk-python-storage-blob/12.23.0","serviceType":"blob","objectKey":%q,"metricResponseType":%q,"serverLatencyMs":%d,"tlsVersion":"TLS 1.3"},`+
			`"uri":%q,"protocol":"HTTPS","resourceType":"Microsoft.Storage/storageAccounts/blobServices"}`,
		stamp(s.at), service, category, s.call, code, text, 3+r.IntN(90), from, 1024+r.IntN(60000), string(draw.AppendUUID(nil, r)), rights, x.app, x.id, tenantID, tenantID, x.upn(),
		region(x.team), account, key, text, 2+r.IntN(60), uri))
}

func (x *identity) upn() string {
	if x.kind != kindUser {
		return ""
	}
	return fmt.Sprintf(`,"upn":%q`, x.login)
}

// rights tells the assignment that gave a permission on blobs.
func (t *Tenant) rights(x *identity, action string) string {
	for _, g := range t.grantsOf(x) {
		if strings.HasPrefix(g.role.name, "Storage Blob") {
			return fmt.Sprintf(`{"action":"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/%s","roleDefinitionId":%q,"roleAssignmentId":%q,"principals":[{"id":%q,"type":%q}],"result":"Granted","type":"RBAC"}`,
				action, g.role.id, g.id, x.id, x.principalType())
		}
	}
	return ""
}

// secretCall writes the record of a call of Key Vault.
// See https://learn.microsoft.com/azure/key-vault/general/logging.
func (t *Tenant) secretCall(x *identity, s step, from string, r *rand.Rand, log *files.Log) {
	code, signature := 200, "OK"
	switch {
	case s.refused:
		code, signature = 403, "Forbidden"
	case s.code != "":
		code, signature = 404, s.code
	}
	vault := x.home.vault(x.team)
	uri := fmt.Sprintf("https://kv-%s-%s.vault.azure.net/secrets/database", x.team, x.home.env)
	log.Add(hourly("insights-logs-auditevent", "resourceId="+strings.ToUpper(vault), s.at), s.at, fmt.Appendf(nil,
		`{"time":%q,"category":"AuditEvent","operationName":%q,"operationVersion":"7.5","resultType":"Success","resultSignature":%q,"resultDescription":"","durationMs":"%d","callerIpAddress":%q,"correlationId":%q,`+
			`"identity":{"claim":{"http://schemas.microsoft.com/identity/claims/objectidentifier":%q,"appid":%q,"xms_mirid":%q}},`+
			`"properties":{"id":"%s/%s","clientInfo":"azsdk-python-keyvault-secrets/4.9.0","requestUri":"%s?api-version=7.5","httpStatusCode":%d,"tlsVersion":"TLS1_3"},"resourceId":%q}`,
		stamp(s.at), s.call, signature, 4+r.IntN(60), from, string(draw.AppendUUID(nil, r)), x.id, x.app, x.mirid(), uri, draw.HexID(r, "", 32), uri, code, strings.ToUpper(vault)))
}
