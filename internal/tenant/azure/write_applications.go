package azure

import (
	"iter"

	"github.com/leastward/leastward/internal/tenant/files"
)

// writeApplications writes service principals, the applications that hold their
// secrets, and when both were last used.
func (t *Tenant) writeApplications(create files.Create) error {
	for _, f := range []struct {
		name, context string
		records       iter.Seq[object]
	}{
		{"service-principals.json", "servicePrincipals", t.principalRecords()},
		{"applications.json", "applications", t.applicationRecords()},
		{"principal-sign-ins.json", "reports/servicePrincipalSignInActivities", t.useRecords()},
		{"credential-sign-ins.json", "reports/appCredentialSignInActivities", t.credentialRecords()},
	} {
		before, behind := page(f.context)
		if err := files.Within(create, folder+f.name, before, f.records, behind); err != nil {
			return err
		}
	}
	return nil
}

// principalRecords yields the service principals of applications and of managed
// identities, and one of Microsoft's own.
func (t *Tenant) principalRecords() iter.Seq[object] {
	return func(yield func(object) bool) {
		for x := range t.identities() {
			if x.kind != kindUser && !yield(t.principalRecord(x)) {
				return
			}
		}
	}
}

func (t *Tenant) principalRecord(x *identity) object {
	o := object{
		"id": x.id, "appId": x.app, "displayName": x.name, "servicePrincipalType": "Application", "appOwnerOrganizationId": tenantID,
		"accountEnabled": true, "createdDateTime": short(x.created), "tags": some(x.tags), "keyCredentials": []object{}, "passwordCredentials": []object{},
	}
	switch {
	case x.kind != kindPrincipal:
		o["servicePrincipalType"], o["appOwnerOrganizationId"] = "ManagedIdentity", nil
	case x.profile.name == "vendor":
		o["appOwnerOrganizationId"] = partnerID
	}
	return o
}

func (t *Tenant) applicationRecords() iter.Seq[object] {
	return func(yield func(object) bool) {
		for i := range t.principals {
			x := t.identity(kindPrincipal, i)
			passwords, keys := []object{}, []object{}
			for _, k := range x.secrets {
				o := object{"keyId": k.id, "displayName": k.name, "startDateTime": short(k.created), "endDateTime": short(k.until)}
				if k.certificate {
					o["type"], o["usage"] = "AsymmetricX509Cert", "Verify"
					keys = append(keys, o)
				} else {
					o["hint"] = "abc"
					passwords = append(passwords, o)
				}
			}
			if !yield(object{
				"id": t.opts.Seed.UUID("application", i, 0), "appId": x.app, "displayName": x.name, "signInAudience": "AzureADMyOrg",
				"keyCredentials": keys, "passwordCredentials": passwords,
			}) {
				return
			}
		}
	}
}

// useRecords yields the last sign-ins of applications.
// See https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity.
func (t *Tenant) useRecords() iter.Seq[object] {
	return func(yield func(object) bool) {
		for i := range t.principals {
			x := t.identity(kindPrincipal, i)
			if !x.signedIn.IsZero() && !yield(object{
				"id": t.opts.Seed.UUID("sign-ins", i, 0), "appId": x.app, "lastSignInActivity": signIns(x.signedIn),
			}) {
				return
			}
		}
	}
}

// credentialRecords yields the last sign-ins with each secret that Azure tells
// of.
// See https://learn.microsoft.com/graph/api/resources/appcredentialsigninactivity.
func (t *Tenant) credentialRecords() iter.Seq[object] {
	return func(yield func(object) bool) {
		for i := range t.principals {
			x := t.identity(kindPrincipal, i)
			for n, k := range x.secrets {
				if !k.recorded {
					continue
				}
				o := object{"id": t.opts.Seed.UUID("credential", i, n), "appId": x.app, "keyId": k.id, "keyType": "clientSecret", "credentialOrigin": "application"}
				if k.certificate {
					o["keyType"] = "certificate"
				}
				if !k.used.IsZero() {
					o["signInActivity"] = signIns(k.used)
				}
				if !yield(o) {
					return
				}
			}
		}
	}
}
