package azure

import "github.com/leastward/leastward/internal/collect/records/jsonscan"

// probeOf looks at the members of an object that was checked. Their names are
// compared without regard to case.
func probeOf(object []byte) probe {
	var p probe
	var buf [longestName]byte
	jsonscan.Members(object, func(key, value []byte) {
		if len(key) > len(buf) || value[0] == 'n' { // A null says nothing.
			return
		}
		if into := p.slot(lowerBytes(buf[:0], key)); into != nil {
			*into = value
		}
	})
	return p
}

func lowerBytes(dst, name []byte) []byte {
	for _, c := range name {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}

// slot returns where the member of a name in lower case is kept, nil for those
// that tell nothing.
func (p *probe) slot(name []byte) *[]byte {
	switch string(name) {
	case "@odata.type":
		return &p.odataType
	case "type":
		return &p.typ
	case "id":
		return &p.id
	case "properties":
		return &p.properties
	case "roledefinitionid":
		return &p.roleDefinitionID
	case "principalid":
		return &p.principalID
	case "objectid":
		return &p.objectID
	case "directoryscopeid":
		return &p.directoryScopeID
	case "denyassignmentname":
		return &p.denyAssignmentName
	case "actions":
		return &p.actions
	case "permissions":
		return &p.permissions
	case "rolename":
		return &p.roleName
	case "iscustom":
		return &p.isCustom
	case "userprincipalname":
		return &p.userPrincipalName
	case "ismfaregistered":
		return &p.isMFARegistered
	case "serviceprincipaltype":
		return &p.servicePrincipalType
	case "serviceprincipalnames":
		return &p.servicePrincipalNames
	case "appid":
		return &p.appID
	case "keyid":
		return &p.keyID
	case "lastsigninactivity":
		return &p.lastSignInActivity
	case "signinaudience":
		return &p.signInAudience
	case "identifieruris":
		return &p.identifierURIs
	case "passwordcredentials":
		return &p.passwordCredentials
	case "grouptypes":
		return &p.groupTypes
	case "securityenabled":
		return &p.securityEnabled
	case "groupid":
		return &p.groupID
	case "members":
		return &p.members
	case "subscriptionid":
		return &p.subscriptionID
	case "tenantid":
		return &p.tenantID
	case "state":
		return &p.state
	case "parentnamechain":
		return &p.parentNameChain
	case "storageaccountid":
		return &p.storageAccountID
	case "containers":
		return &p.containers
	}
	return nil
}
