package azure

import (
	"strings"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// kind is what a record is, in words.
type kind string

// The kinds of record.
const (
	kindUnknown        kind = ""
	kindAssignment     kind = "role assignment"
	kindRole           kind = "role definition"
	kindDenial         kind = "deny assignment"
	kindClassic        kind = "classic administrator"
	kindEligible       kind = "role eligibility schedule"
	kindScheduled      kind = "role assignment schedule"
	kindUser           kind = "user"
	kindRegistration   kind = "user registration details"
	kindGroup          kind = "group"
	kindMembers        kind = "members of a group"
	kindPrincipal      kind = "service principal"
	kindApplication    kind = "application"
	kindPrincipalUse   kind = "sign-in activity of a service principal"
	kindCredentialUse  kind = "sign-in activity of a credential"
	kindSubscription   kind = "subscription"
	kindManagement     kind = "management group"
	kindEntity         kind = "entity of a management group"
	kindResource       kind = "resource"
	kindContainers     kind = "containers of a storage account"
	kindDirectoryRole  kind = "role of Microsoft Entra"
	kindScheduleChange kind = "request or policy of Privileged Identity Management"
	kindDirectoryOther kind = "directory object without access to Azure"
)

// probe holds what tells the kind of a record: members are slices of its text,
// nil where absent.
type probe struct {
	odataType             []byte
	typ, id, properties   []byte
	roleDefinitionID      []byte
	principalID, objectID []byte
	directoryScopeID      []byte
	denyAssignmentName    []byte
	actions, permissions  []byte
	roleName, isCustom    []byte
	userPrincipalName     []byte
	isMFARegistered       []byte
	servicePrincipalType  []byte
	servicePrincipalNames []byte
	appID, keyID          []byte
	lastSignInActivity    []byte
	signInAudience        []byte
	identifierURIs        []byte
	passwordCredentials   []byte
	groupTypes            []byte
	securityEnabled       []byte
	groupID, members      []byte
	subscriptionID        []byte
	tenantID, state       []byte
	parentNameChain       []byte
	storageAccountID      []byte
	containers            []byte
}

// kindOf tells what a record is: by its type where it names one, then by what
// the page says, then by the members that only one kind has.
func kindOf(p *probe, hint kind) kind {
	if k := kindOfGraph(text(p.odataType)); k != kindUnknown {
		return k
	}
	id, typ := text(p.id), text(p.typ)
	if k := kindOfType(typ, id); k != kindUnknown {
		return k
	}
	if k := kindOfID(id); k != kindUnknown {
		return k
	}
	if hint != kindUnknown {
		return hint
	}
	if k := p.authorization(); k != kindUnknown {
		return k
	}
	return p.directory()
}

// authorization tells kinds of Azure's own by their members.
func (p *probe) authorization() kind {
	switch {
	case p.denyAssignmentName != nil:
		return kindDenial
	case p.directoryScopeID != nil:
		return kindDirectoryRole
	case p.roleDefinitionID != nil && (p.principalID != nil || p.objectID != nil):
		return kindAssignment
	case p.permissions != nil && p.roleName != nil, p.isCustom != nil && p.actions != nil:
		return kindRole
	case p.storageAccountID != nil && p.containers != nil:
		return kindContainers
	case p.parentNameChain != nil:
		return kindEntity
	case p.state != nil && (p.tenantID != nil || p.subscriptionID != nil) && p.appID == nil:
		return kindSubscription
	}
	return kindUnknown
}

// directory tells kinds of Microsoft Graph by their members.
func (p *probe) directory() kind {
	switch {
	case p.isMFARegistered != nil:
		return kindRegistration
	case p.servicePrincipalType != nil, p.servicePrincipalNames != nil:
		return kindPrincipal
	case p.keyID != nil && p.appID != nil:
		return kindCredentialUse
	case p.lastSignInActivity != nil && p.appID != nil:
		return kindPrincipalUse
	case p.userPrincipalName != nil:
		return kindUser
	case p.groupTypes != nil, p.securityEnabled != nil:
		return kindGroup
	case p.members != nil && (p.groupID != nil || p.id != nil):
		return kindMembers
	case p.appID != nil && (p.signInAudience != nil || p.identifierURIs != nil || p.passwordCredentials != nil):
		return kindApplication
	}
	return kindUnknown
}

// kindOfType tells the kind by the type that ARM, or an entity, names.
func kindOfType(typ, id string) kind {
	const authorization = "microsoft.authorization/"
	lower := strings.ToLower(typ)
	if rest, ok := strings.CutPrefix(lower, authorization); ok {
		return kindOfAuthorization(rest)
	}
	switch lower {
	case "microsoft.management/managementgroups", "/providers/microsoft.management/managementgroups":
		return kindManagement
	case "/subscriptions", "microsoft.management/managementgroups/subscriptions":
		return kindEntity
	case "microsoft.resources/subscriptions":
		return kindSubscription
	}
	if strings.HasPrefix(lower, "microsoft.") && strings.Contains(lower, "/") || strings.HasPrefix(id, "/") && strings.Contains(lower, "/") {
		return kindResource
	}
	return kindUnknown
}

func kindOfAuthorization(rest string) kind {
	switch rest {
	case "roleassignments":
		return kindAssignment
	case "roledefinitions":
		return kindRole
	case "denyassignments":
		return kindDenial
	case "classicadministrators":
		return kindClassic
	case "roleeligibilityschedules", "roleeligibilityscheduleinstances":
		return kindEligible
	case "roleassignmentschedules", "roleassignmentscheduleinstances":
		return kindScheduled
	}
	if strings.HasPrefix(rest, "role") {
		return kindScheduleChange
	}
	return kindResource // Locks, policies.
}

// kindOfID tells the kind of an ARM record that names no type.
func kindOfID(id string) kind {
	if strings.HasPrefix(id, "NA(") {
		return kindAssignment // A classic administrator, as the Azure CLI lists it; its principal may be null.
	}
	if !strings.HasPrefix(id, "/") {
		return kindUnknown
	}
	typ := typeOf(id)
	switch {
	case strings.EqualFold(typ, "Microsoft.Resources/subscriptions"):
		return kindSubscription
	case typ == "":
		return kindUnknown
	}
	return kindOfType(typ, id)
}

// kindOfGraph reads "#microsoft.graph.user" and the like.
func kindOfGraph(typ string) kind {
	name, ok := strings.CutPrefix(strings.ToLower(typ), "#microsoft.graph.")
	if !ok {
		return kindUnknown
	}
	if k := kindOfSet(name + "s"); k != kindUnknown {
		return k
	}
	return kindDirectoryOther
}

// kindOfContext reads "https://graph.microsoft.com/v1.0/$metadata#users(id)".
func kindOfContext(context string) kind {
	_, set, ok := strings.Cut(context, "$metadata#")
	if !ok {
		return kindUnknown
	}
	set, _, _ = strings.Cut(set, "(")
	if i := strings.LastIndexByte(set, '/'); i >= 0 && set[i:] != "/$entity" {
		set = set[i+1:]
	}
	set = strings.TrimSuffix(set, "/$entity")
	return kindOfSet(strings.ToLower(set))
}

func kindOfSet(name string) kind {
	switch name {
	case "users":
		return kindUser
	case "userregistrationdetails", "userregistrationdetailss", "credentialuserregistrationdetails":
		return kindRegistration
	case "groups":
		return kindGroup
	case "serviceprincipals":
		return kindPrincipal
	case "applications":
		return kindApplication
	case "serviceprincipalsigninactivities":
		return kindPrincipalUse
	case "appcredentialsigninactivities":
		return kindCredentialUse
	}
	return kindUnknown
}

// text returns the text of a JSON string, "" for any other value.
func text(raw []byte) string { return jsonscan.TextOf(raw).String() }
