package azure

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/tenant/files"
)

// writeDirectory writes people and groups, as Microsoft Graph has them.
func (t *Tenant) writeDirectory(create files.Create) error {
	before, behind := page("users(id,displayName,userPrincipalName,mail,userType,accountEnabled,createdDateTime,signInActivity)")
	if err := files.Within(create, folder+"users.json", before, t.each(kindUser, t.userRecord), behind); err != nil {
		return err
	}
	before, behind = page("reports/authenticationMethods/userRegistrationDetails")
	if err := files.Within(create, folder+"registration.json", before, t.each(kindUser, t.registrationRecord), behind); err != nil {
		return err
	}
	before, behind = page("groups(id,displayName,createdDateTime,securityEnabled)")
	var groups []object
	for _, g := range t.groups {
		groups = append(groups, object{"id": g.id, "displayName": g.name, "createdDateTime": short(g.created), "securityEnabled": true})
	}
	if err := files.Within(create, folder+"groups.json", before, slices.Values(groups), behind); err != nil {
		return err
	}
	return files.Lines(create, folder+"members.jsonl", t.memberRecords())
}

// each yields the records of all identities of a kind.
func (t *Tenant) each(k kind, record func(*identity) object) iter.Seq[object] {
	return func(yield func(object) bool) {
		for i := range t.of(k) {
			if !yield(record(t.identity(k, i))) {
				return
			}
		}
	}
}

func (t *Tenant) userRecord(x *identity) object {
	o := object{
		"id": x.id, "displayName": x.name, "userPrincipalName": x.login, "mail": x.login, "userType": "Member", "accountEnabled": !x.off,
		"createdDateTime": short(x.created),
	}
	if x.guest {
		o["mail"], o["userType"] = x.mail, "Guest"
	}
	if !x.signedIn.IsZero() {
		o["signInActivity"] = signIns(x.signedIn)
	}
	return o
}

// signIns is a signInActivity.
// See https://learn.microsoft.com/graph/api/resources/signinactivity.
func signIns(at time.Time) object {
	return object{
		"lastSignInDateTime": short(at), "lastNonInteractiveSignInDateTime": short(at.Add(-2 * time.Hour)),
		"lastSuccessfulSignInDateTime": short(at),
	}
}

func (t *Tenant) registrationRecord(x *identity) object {
	methods := []string{}
	if x.mfa {
		methods = []string{"microsoftAuthenticatorPush", "softwareOneTimePasscode"}
	}
	typ := "member"
	if x.guest {
		typ = "guest"
	}
	return object{
		"id": x.id, "userPrincipalName": x.login, "userDisplayName": x.name, "userType": typ, "isAdmin": x.super,
		"isMfaRegistered": x.mfa, "isMfaCapable": x.mfa, "methodsRegistered": methods,
	}
}

// memberRecords yields the members of each group.
func (t *Tenant) memberRecords() iter.Seq[object] {
	return func(yield func(object) bool) {
		members := map[string][]object{}
		for i := range t.users {
			x := t.identity(kindUser, i)
			for _, name := range x.groups {
				members[name] = append(members[name], object{
					"@odata.type": "#microsoft.graph.user", "id": x.id, "displayName": x.name, "userPrincipalName": x.login,
				})
			}
		}
		byName := t.groupsByName()
		for _, g := range t.groups {
			list := append([]object{}, members[g.name]...)
			for _, name := range g.inside {
				list = append(list, object{"@odata.type": "#microsoft.graph.group", "id": byName[name].id, "displayName": name})
			}
			if !yield(object{"groupId": g.id, "members": list}) {
				return
			}
		}
	}
}

func (t *Tenant) groupsByName() map[string]group {
	return maps.Collect(func(yield func(string, group) bool) {
		for _, g := range t.groups {
			if !yield(g.name, g) {
				return
			}
		}
	})
}
