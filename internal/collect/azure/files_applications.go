package azure

import (
	"cmp"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// applicationDocument has the fields of a service principal and of an
// application of Microsoft Graph.
// https://learn.microsoft.com/graph/api/resources/serviceprincipal
type applicationDocument struct {
	ID, AppID, DisplayName string
	AppDisplayName         string
	ServicePrincipalType   string
	AppOwnerOrganizationID string
	AppOwnerTenantID       string // As older versions of the Azure CLI say.
	CreatedDateTime        string
	AccountEnabled         *bool
	Tags                   []string
	PasswordCredentials    []credentialDocument
	KeyCredentials         []credentialDocument
}

type credentialDocument struct{ KeyID, StartDateTime, EndDateTime, StartDate, EndDate string }

// servicePrincipal takes an application of the tenant or a managed identity.
func (d *directory) servicePrincipal(doc *document) *refusal {
	var a applicationDocument
	if no := doc.decode(&a); no != nil {
		return no
	}
	if a.ID == "" {
		return noID(doc.what)
	}
	keys, no := d.credentials(doc.what, &a)
	if no != nil {
		return no
	}
	p := d.of(objectID(a.ID))
	if no := p.madeAt(doc.what, a.CreatedDateTime); no != nil {
		return no
	}
	if p.listed = true; p.Kind != entitlement.ManagedIdentity {
		p.Kind = entitlement.ServicePrincipal
	}
	if strings.EqualFold(a.ServicePrincipalType, "ManagedIdentity") {
		p.Kind = entitlement.ManagedIdentity
	}
	p.Name = cmp.Or(a.DisplayName, a.AppDisplayName, p.Name)
	p.AppID = cmp.Or(strings.ToLower(a.AppID), p.AppID)
	// A list of members tells less than the list of service principals.
	p.ServiceManaged = (p.ServiceManaged || ofMicrosoft(cmp.Or(a.AppOwnerOrganizationID, a.AppOwnerTenantID))) && p.Kind != entitlement.ManagedIdentity
	p.Disabled = p.Disabled || a.AccountEnabled != nil && !*a.AccountEnabled
	for _, tag := range a.Tags {
		if p.Tags == nil {
			p.Tags = map[string]string{}
		}
		p.Tags[tag] = ""
	}
	p.Keys = append(p.Keys, keys...)
	return d.firstOr(doc.what, string(p.ID))
}

// ofMicrosoft knows the tenants in which Microsoft keeps its own applications.
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
func ofMicrosoft(tenant string) bool {
	switch strings.ToLower(tenant) {
	case "f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47":
		return true
	}
	return false
}

// application takes the secrets and certificates of an application. What acts
// is the service principal with the same client id.
func (d *directory) application(doc *document) *refusal {
	var a applicationDocument
	if no := doc.decode(&a); no != nil {
		return no
	}
	if a.AppID == "" {
		return missing(doc.what, "appId")
	}
	keys, no := d.credentials(doc.what, &a)
	if no != nil {
		return no
	}
	app := strings.ToLower(a.AppID)
	d.keys[app] = append(d.keys[app], keys...)
	return d.firstOr(doc.what, app)
}

// credentials are valid from the beginning to the end that they tell; finish
// decides which of them are active.
func (d *directory) credentials(what kind, a *applicationDocument) ([]entitlement.AccessKey, *refusal) {
	var keys []entitlement.AccessKey
	for _, list := range []struct {
		name string
		keys []credentialDocument
	}{{"passwordCredentials", a.PasswordCredentials}, {"keyCredentials", a.KeyCredentials}} {
		for _, k := range list.keys {
			key := entitlement.AccessKey{ID: entitlement.AccessKeyID(strings.ToLower(k.KeyID))}
			var end time.Time
			no := readTimes(what, timeField{list.name + ".startDateTime", cmp.Or(k.StartDateTime, k.StartDate), &key.Created},
				timeField{list.name + ".endDateTime", cmp.Or(k.EndDateTime, k.EndDate), &end})
			switch {
			case no != nil:
				return nil, no
			case k.KeyID == "":
				return nil, missing(what, list.name+".keyId")
			}
			key.Active = (end.IsZero() || end.After(d.now)) && !key.Created.After(d.now)
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// principalUse takes the last sign-in of an application.
// https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity
func (d *directory) principalUse(doc *document) *refusal {
	var a struct {
		AppID              string
		LastSignInActivity signInActivity
	}
	if no := doc.decode(&a); no != nil {
		return no
	}
	at, no := a.LastSignInActivity.last(doc.what)
	if no != nil {
		return no
	}
	app := strings.ToLower(a.AppID)
	if at.After(d.uses[app]) {
		d.uses[app] = at
	}
	return d.firstOr(doc.what, app)
}

// credentialUse takes the last sign-in with a secret or certificate.
// https://learn.microsoft.com/graph/api/resources/appcredentialsigninactivity
func (d *directory) credentialUse(doc *document) *refusal {
	var a struct {
		KeyID          string
		SignInActivity signInActivity
	}
	if no := doc.decode(&a); no != nil {
		return no
	}
	if a.KeyID == "" {
		return missing(doc.what, "keyId")
	}
	at, no := a.SignInActivity.last(doc.what)
	if no != nil {
		return no
	}
	key := entitlement.AccessKeyID(strings.ToLower(a.KeyID))
	if had, ok := d.keyUses[key]; !ok || at.After(had) {
		d.keyUses[key] = at
	}
	return d.firstOr(doc.what, string(key))
}
