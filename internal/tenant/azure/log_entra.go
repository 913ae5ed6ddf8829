package azure

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// management is the application id of Azure's own interface, which is the same
// in every tenant.
const management = "797f4846-ba00-4fd7-ba43-dac1f8f63013"

// signIn writes the record of a sign-in of a person or an application. Managed
// identities sign in a hundred times an hour; their log is left off.
// See https://learn.microsoft.com/graph/api/resources/signin.
func (t *Tenant) signIn(x *identity, at time.Time, from string, r *rand.Rand, log *files.Log) {
	properties := object{
		"id": string(draw.AppendUUID(nil, r)), "createdDateTime": stamp(at), "ipAddress": from, "correlationId": string(draw.AppendUUID(nil, r)),
		"resourceDisplayName": "Azure Service Management", "resourceId": management, "status": object{"errorCode": 0, "additionalDetails": nil},
		"location": object{"city": "Berlin", "countryOrRegion": "DE"},
	}
	category := "SignInLogs"
	switch x.kind {
	case kindUser:
		properties["userDisplayName"], properties["userPrincipalName"], properties["userId"] = x.name, x.caller(), x.id
		properties["appId"], properties["appDisplayName"] = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal"
		properties["clientAppUsed"], properties["isInteractive"] = "Browser", true
		properties["authenticationRequirement"] = map[bool]string{true: "multiFactorAuthentication", false: "singleFactorAuthentication"}[x.mfa]
	case kindPrincipal:
		category = "ServicePrincipalSignInLogs"
		properties["servicePrincipalId"], properties["servicePrincipalName"], properties["appId"] = x.id, x.name, x.app
		if len(x.secrets) > 0 && x.secrets[0].created.Before(at) {
			properties["servicePrincipalCredentialKeyId"] = x.secrets[0].id
		}
	case kindOwn, kindAssigned:
		return
	}
	t.entra(category, "Sign-in activity", "0", at, properties, log)
}

// entra writes a record as diagnostic settings of Entra do.
func (t *Tenant) entra(category, operation, result string, at time.Time, properties object, log *files.Log) {
	line, _ := json.Marshal(object{ // It has a JSON form: texts, numbers, lists and objects.
		"time": stamp(at.Add(40 * time.Second)), "resourceId": "/tenants/" + tenantID + "/providers/Microsoft.aadiam", "operationName": operation,
		"category": category, "tenantId": tenantID, "resultType": result, "resultSignature": "None", "durationMs": 0,
		"correlationId": properties["correlationId"], "Level": 4, "properties": properties,
	})
	log.Add(hourly("insights-logs-"+strings.ToLower(category), "tenantId="+tenantID, at), at, line)
}

// newSecrets returns the applications that got a secret on each day of the
// activity.
func (t *Tenant) newSecrets() map[int][]*identity {
	days := map[int][]*identity{}
	for i := range t.principals {
		x := t.identity(kindPrincipal, i)
		for _, k := range x.secrets {
			if !k.created.Before(t.opts.From) {
				n := int(k.created.Sub(t.opts.From) / (24 * time.Hour))
				days[n] = append(days[n], x)
			}
		}
	}
	return days
}

// background writes what happens on a day besides sessions: secrets are made,
// roles activated, people mistype their passwords, and Azure tells of its
// health.
func (t *Tenant) background(day int, made []*identity, log *files.Log) {
	r := t.opts.Seed.Stream("background", day, 0)
	midnight := t.opts.From.AddDate(0, 0, day)
	for _, x := range made {
		for _, k := range x.secrets {
			if int(k.created.Sub(t.opts.From)/(24*time.Hour)) == day && !k.created.Before(t.opts.From) {
				t.secretMade(x, k, r, log)
			}
		}
	}
	s := t.subscriptions[day%len(t.subscriptions)]
	at := midnight.Add(time.Duration(r.IntN(23)) * time.Hour)
	log.Add(hourly("insights-activity-logs", "resourceId=/SUBSCRIPTIONS/"+s.id, at), at, fmt.Appendf(nil,
		`{"time":%q,"resourceId":"/SUBSCRIPTIONS/%s","operationName":"Microsoft.ServiceHealth/incident/action","category":"ServiceHealth","resultType":"Active","resultSignature":"Active","durationMs":"0","correlationId":%q,"level":"Warning","properties":{"eventCategory":"ServiceHealth","title":"Virtual machines in one zone may be slow to start"}}`,
		stamp(at), s.id, string(draw.AppendUUID(nil, r))))
}

// secretMade writes that an application got a secret.
// See https://learn.microsoft.com/graph/api/resources/directoryaudit.
func (t *Tenant) secretMade(x *identity, k secret, r *rand.Rand, log *files.Log) {
	by := t.identity(kindPrincipal, 0) // The pipeline renews secrets.
	typ := map[bool]string{true: "AsymmetricX509Cert", false: "Password"}[k.certificate]
	t.entra("AuditLogs", "Update application – Certificates and secrets management", "", k.created, object{
		"id": "Directory_" + string(draw.AppendUUID(nil, r)), "category": "ApplicationManagement", "correlationId": string(draw.AppendUUID(nil, r)),
		"result": "success", "resultReason": "", "activityDisplayName": "Update application – Certificates and secrets management", "activityDateTime": stamp(k.created),
		"loggedByService": "Core Directory", "operationType": "Update",
		"initiatedBy": object{"user": nil, "app": object{"appId": by.app, "displayName": by.name, "servicePrincipalId": by.id, "servicePrincipalName": nil}},
		"targetResources": []object{{
			"id": t.opts.Seed.UUID("application", x.index, 0), "displayName": x.name, "type": "Application", "userPrincipalName": nil,
			"modifiedProperties": []object{{
				"displayName": "KeyDescription", "oldValue": "[]",
				"newValue": fmt.Sprintf("[\"[KeyIdentifier=%s,KeyType=%s,KeyUsage=Verify,DisplayName=%s]\"]", k.id, typ, k.name),
			}},
		}},
		"additionalDetails": []object{},
	}, log)
}
