package azure

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// entra is the resource provider by which logs name Microsoft Entra.
const entra = "Microsoft.aadiam"

// signIn fills in a sign-in of a user or an application. None is a matter of
// Azure's access control.
// https://learn.microsoft.com/graph/api/resources/signin
func (n *normaliser) signIn(ev *auditlog.Event, r *logRecord) {
	ev.Source, ev.Name, ev.Mapping = entra, "Sign-in activity", auditlog.NotPermissionBearing
	properties := n.object(r.get(fieldProperties))
	r.add(properties, fieldID, fieldCreated, fieldUserID, fieldUserName, fieldPrincipalID, fieldPrincipalName, fieldKeyID, fieldAppID,
		fieldManagedType, fieldAPIID, fieldAPIName, fieldAddress, fieldUserAgent, fieldCorrelation, fieldSignInKinds, fieldStatus, fieldLocation)
	n.signInIdentity(ev, r)
	ev.AccessKey = entitlement.AccessKeyID(n.lower(r.text(fieldKeyID).String()))
	if isEmptyGUID(string(ev.AccessKey)) {
		ev.AccessKey = ""
	}
	n.signInEnds(ev, r, properties)
	ev.Address, ev.UserAgent = addressOf(r.text(fieldAddress).String()), n.value(r.get(fieldUserAgent))
	if ev.Region = n.value(r.get(fieldLocation)); ev.Region == "" {
		ev.Region = n.value(memberFold(n.object(r.get(fieldLocation)), "countryorregion"))
	}
	api := n.apiOf(r, properties)
	n.touch(ev, api, typePrincipal)
	if n.lean {
		return
	}
	for _, f := range []field{fieldAPIName, fieldAppID, fieldPrincipalName} {
		n.put(n.value(r.get(f)))
	}
	n.collect(properties)
}

// apiOf returns the application that a sign-in is for: diagnostic settings and
// Log Analytics name the tenant in the resource id.
func (n *normaliser) apiOf(r *logRecord, properties []byte) string {
	for _, raw := range [][]byte{r.get(fieldAPIID), memberFold(properties, "resourceid"), r.get(fieldResourceID)} {
		if id := n.value(raw); id != "" && !strings.HasPrefix(id, "/") {
			return id
		}
	}
	return ""
}

func (n *normaliser) signInIdentity(ev *auditlog.Event, r *logRecord) {
	category := n.lower(cmp.Or(r.table, n.value(r.get(fieldCategory)), n.value(r.get(fieldType))))
	kinds := bytes.ToLower(r.get(fieldSignInKinds))
	if principal := n.value(r.get(fieldPrincipalID)); principal != "" && !isEmptyGUID(principal) {
		ev.IdentityType = typePrincipal
		managed := n.value(r.get(fieldManagedType))
		if strings.Contains(category, "managedidentity") || bytes.Contains(kinds, []byte("managedidentity")) ||
			managed != "" && !strings.EqualFold(managed, "none") {
			ev.IdentityType = typeManaged
		}
		ev.Identity = entitlement.IdentityID(n.lower(principal))
		ev.IdentityName = cmp.Or(n.value(r.get(fieldPrincipalName)), n.value(r.get(fieldAppID)))
		return
	}
	ev.IdentityType = typeUser
	ev.IdentityName = n.value(r.get(fieldUserName))
	if id := n.value(r.get(fieldUserID)); !isEmptyGUID(id) {
		ev.Identity = entitlement.IdentityID(n.lower(id))
	}
	if ev.Identity == "" {
		ev.Identity = entitlement.IdentityID(n.lower(ev.IdentityName))
	}
}

func isEmptyGUID(s string) bool { return s == everyone }

// signInEnds reads the result: a number, 0 for success.
func (n *normaliser) signInEnds(ev *auditlog.Event, r *logRecord, properties []byte) {
	status := n.object(r.get(fieldStatus))
	code := n.value(memberFold(status, "errorcode"))
	if status == nil {
		code = n.value(r.get(fieldStatus))
		status = n.object(memberFold(properties, "status"))
	}
	if code == "" {
		code = n.value(memberFold(status, "errorcode"))
	}
	switch {
	case code == "" || code == "0" || strings.EqualFold(code, "success"):
		ev.Outcome = auditlog.Success
		return
	case isInterrupt(code):
		ev.Outcome = auditlog.Error
	default:
		ev.Outcome = auditlog.AuthorizationFailure
	}
	ev.ErrorCode = code
	ev.ErrorText = cmp.Or(jsonscan.TextOf(memberFold(status, "failurereason")).String(), r.text(fieldDescription).String())
}

// directory fills in an event of Entra's audit log.
// https://learn.microsoft.com/graph/api/resources/directoryaudit
func (n *normaliser) directory(ev *auditlog.Event, r *logRecord) {
	properties := n.object(r.get(fieldProperties))
	r.add(properties, fieldID, fieldActivityTime, fieldActivity, fieldInitiatedBy, fieldTargets, fieldResult, fieldResultReason,
		fieldDetails, fieldCorrelation, fieldUserAgent)
	ev.Source, ev.Mapping = entra, auditlog.NotPermissionBearing
	ev.Name = cmp.Or(n.value(r.get(fieldActivity)), n.value(r.get(fieldOperationName)))
	n.directoryEnds(ev, r)
	by := n.object(r.get(fieldInitiatedBy))
	n.initiator(ev, r, by)
	n.targets(ev, r)
	if n.lean {
		return
	}
	n.detail.Add(by, nil)
	n.collectArray(n.array(r.get(fieldTargets)))
	n.collectArray(n.array(r.get(fieldDetails)))
}

func (n *normaliser) directoryEnds(ev *auditlog.Event, r *logRecord) {
	result := cmp.Or(n.value(r.get(fieldResult)), n.value(r.get(fieldStatus)))
	reason := cmp.Or(r.text(fieldResultReason).String(), r.text(fieldDescription).String())
	if phaseOf(result) != failed {
		ev.Outcome = auditlog.Success
		return
	}
	ev.Outcome, ev.ErrorCode, ev.ErrorText = auditlog.Error, result, reason
	lower := strings.ToLower(reason)
	for _, part := range []string{"insufficient privileges", "authorization_requestdenied", "access denied", "unauthorized", "forbidden"} {
		if strings.Contains(lower, part) {
			ev.Outcome = auditlog.AuthorizationFailure
		}
	}
}

// initiator fills in who acted: a user, an application, or a service of
// Microsoft's that names no application of the tenant.
func (n *normaliser) initiator(ev *auditlog.Event, r *logRecord, by []byte) {
	ev.Address = addressOf(n.value(r.get(fieldAddress)))
	if user := n.object(memberFold(by, "user")); user != nil {
		ev.IdentityType, ev.IdentityName = typeUser, n.value(memberFold(user, "userprincipalname"))
		ev.Identity = entitlement.IdentityID(n.lower(cmp.Or(n.value(memberFold(user, "id")), ev.IdentityName)))
		ev.Address = cmp.Or(addressOf(n.value(memberFold(user, "ipaddress"))), ev.Address)
		if ev.Identity != "" {
			return
		}
	}
	app := n.object(memberFold(by, "app"))
	name := cmp.Or(n.value(memberFold(app, "displayname")), n.value(memberFold(app, "serviceprincipalname")))
	id := cmp.Or(n.value(memberFold(app, "serviceprincipalid")), n.value(memberFold(app, "appid")))
	switch {
	case id != "":
		ev.IdentityType, ev.IdentityName, ev.Identity = typePrincipal, cmp.Or(name, id), entitlement.IdentityID(n.lower(id))
	case name != "":
		ev.IdentityType, ev.ByService, ev.InvokedBy = "", true, name
	default:
		ev.IdentityName = n.value(r.get(fieldIdentity))
	}
}
