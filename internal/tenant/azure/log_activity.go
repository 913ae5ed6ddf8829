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

// operation writes the records of a call of ARM: that it began and how it
// ended. Both have the same correlation id; a refused one never begins.
// See https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema.
func (t *Tenant) operation(x *identity, s step, from string, r *rand.Rand, log *files.Log) {
	id := target(x, s.call, r)
	correlation := string(draw.AppendUUID(nil, r))
	file := hourly("insights-activity-logs", "resourceId=/SUBSCRIPTIONS/"+strings.ToUpper(x.home.id), s.at)
	shout := r.IntN(4) > 0 // Diagnostic settings write names in capitals, mostly.
	write := func(at time.Time, result, signature, properties string) {
		log.Add(file, at, t.activityRecord(x, s.call, at, record{id, correlation, from, result, signature, properties, shout}))
	}
	plain := `"statusCode":"OK","serviceRequestId":null`
	if !s.refused {
		write(s.at, "Start", "Started.", `"statusCode":"","serviceRequestId":null`)
	}
	ended := s.at.Add(time.Duration(200+r.IntN(700)) * time.Millisecond)
	switch {
	case s.refused:
		write(ended, "Failure", "Failed.Forbidden", status("Forbidden", "AuthorizationFailed",
			fmt.Sprintf("The client '%s' with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid.", x.caller(), x.id, s.call, id)))
	case s.code == "RequestDisallowedByPolicy":
		write(ended, "Failure", "Failed.Forbidden", status("Forbidden", s.code, "Resource was disallowed by policy."))
	case s.code != "":
		write(ended, "Failure", "Failed."+s.code, status(s.code, s.code, "The operation could not be completed."))
	default:
		write(ended, "Success", "Succeeded.OK", plain)
	}
}

func status(code, inner, message string) string {
	text, _ := json.Marshal(fmt.Sprintf(`{"error":{"code":%q,"message":%q}}`, inner, message)) // A string has a JSON form.
	return fmt.Sprintf(`"statusCode":%q,"serviceRequestId":null,"statusMessage":%s`, code, text)
}

// record is what differs between the records of one call.
type record struct {
	id, correlation, from         string
	result, signature, properties string
	shout                         bool
}

func (t *Tenant) activityRecord(x *identity, call string, at time.Time, e record) []byte {
	name, id, category := call, e.id, "Action"
	switch {
	case strings.HasSuffix(call, "/write"):
		category = "Write"
	case strings.HasSuffix(call, "/delete"):
		category = "Delete"
	}
	if e.shout {
		name, id = strings.ToUpper(name), strings.ToUpper(id)
	}
	return fmt.Appendf(nil, `{"time":%q,"resourceId":%q,"operationName":%q,"category":%q,"resultType":%q,"resultSignature":%q,"durationMs":"0","callerIpAddress":%q,"correlationId":%q,`+
		`"identity":{"authorization":{"scope":%q,"action":%q,"evidence":%s},"claims":%s},"level":%q,"location":"global","tenantId":%q,"properties":{%s,"eventCategory":"Administrative","entity":%q,"message":%q,"hierarchy":%q}}`,
		stamp(at), id, name, category, e.result, e.signature, e.from, e.correlation, e.id, call, t.evidence(x, e.result), x.claims(e.from), level(e.result), tenantID,
		e.properties, e.id, call, tenantID+"/"+x.home.group+"/"+x.home.id)
}

func level(result string) string {
	if result == "Failure" {
		return "Error"
	}
	return "Information"
}

// evidence tells the assignment that gave the permission; there is none of what
// was refused.
func (t *Tenant) evidence(x *identity, result string) string {
	grants, typ, member := t.grantsOf(x), x.principalType(), x.id
	if len(x.groups) > 0 {
		for _, g := range t.groups {
			if g.name == x.groups[0] && len(g.grants) > 0 {
				grants, typ, member = g.grants, "Group", g.id
			}
		}
	}
	if result == "Failure" || len(grants) == 0 {
		return fmt.Sprintf(`{"role":"","principalType":%q}`, x.principalType())
	}
	g := grants[0]
	hex := func(id string) string { return strings.ReplaceAll(id, "-", "") }
	return fmt.Sprintf(`{"role":%q,"roleAssignmentScope":%q,"roleAssignmentId":%q,"roleDefinitionId":%q,"principalId":%q,"principalType":%q}`,
		g.role.name, g.scope, hex(g.id), hex(g.role.id), hex(member), typ)
}

// caller is how a message names the identity.
func (x *identity) caller() string {
	switch {
	case x.guest:
		return x.mail
	case x.kind == kindUser:
		return x.login
	}
	return x.app
}

// claims are those of the caller's token.
func (x *identity) claims(from string) string {
	const schema = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
	common := fmt.Sprintf(`"aud":"https://management.azure.com/","iss":"https://sts.windows.net/%s/","http://schemas.microsoft.com/identity/claims/objectidentifier":%q,"http://schemas.microsoft.com/identity/claims/tenantid":%q`,
		tenantID, x.id, tenantID)
	switch {
	case x.guest:
		return fmt.Sprintf(`{%s,"appid":"c44b4083-3bb0-49c1-b47d-974e53cbdf3c","ipaddr":%q,"name":%q,"%semailaddress":%q,"http://schemas.microsoft.com/identity/claims/scope":"user_impersonation"}`,
			common, from, x.name, schema, x.mail)
	case x.kind == kindUser:
		return fmt.Sprintf(`{%s,"appid":"c44b4083-3bb0-49c1-b47d-974e53cbdf3c","ipaddr":%q,"name":%q,"%supn":%q,"http://schemas.microsoft.com/identity/claims/scope":"user_impersonation"}`,
			common, from, x.name, schema, x.login)
	case x.kind == kindPrincipal:
		return fmt.Sprintf(`{%s,"appid":%q,"appidacr":"1","idtyp":"app"}`, common, x.app)
	}
	return fmt.Sprintf(`{%s,"appid":%q,"appidacr":"2","idtyp":"app","xms_mirid":%q}`, common, x.app, x.mirid())
}

// mirid is the resource that a managed identity belongs to.
func (x *identity) mirid() string {
	if x.kind == kindAssigned {
		return x.resource()
	}
	return x.home.in(x.team, "Microsoft.Web/sites", x.name)
}

// target returns the resource that an operation is on, at home of the caller.
func target(x *identity, call string, r *rand.Rand) string {
	parts := strings.Split(call, "/")
	parts = parts[:len(parts)-1]
	if strings.HasSuffix(call, "/action") {
		parts = parts[:len(parts)-1]
	}
	switch parts[len(parts)-1] {
	case "resourceGroups":
		return x.home.resourceGroup(x.team)
	case "supportTickets":
		return x.home.path() + "/providers/Microsoft.Support/supportTickets/" + draw.HexID(r, "", 16)
	case "storageAccounts":
		return x.home.storage(x.team)
	case "roleAssignments", "policyAssignments":
		return x.home.resourceGroup(x.team) + "/providers/" + strings.Join(parts, "/") + "/" + string(draw.AppendUUID(nil, r))
	}
	var b strings.Builder
	b.WriteString(x.home.resourceGroup(x.team) + "/providers/" + parts[0])
	for _, typ := range parts[1:] {
		fmt.Fprintf(&b, "/%s/%s-%s-%d", typ, x.team, strings.ToLower(typ[:2]), 1+r.IntN(5))
	}
	return b.String()
}
