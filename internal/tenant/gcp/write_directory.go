package gcp

import (
	"iter"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/files"
)

// writeDirectory writes people and groups: the directory's users as the Admin
// SDK has them, groups as `gcloud identity groups search` and `memberships list`
// do.
func (o *Organization) writeDirectory(create files.Create) error {
	if err := files.Within(create, entitlements+"users.json", `{"kind": "admin#directory#users", "users": `, o.userRecords(), "}"); err != nil {
		return err
	}
	var groups []object
	for _, g := range o.groups {
		groups = append(groups, object{
			"name": g.id, "groupKey": object{"id": g.email}, "displayName": g.name, "parent": "customers/" + customer, "createTime": stamp(g.created),
			"labels": object{"cloudidentity.googleapis.com/groups.discussion_forum": ""},
		})
	}
	if err := files.Document(create, entitlements+"groups.json", object{"groups": groups}); err != nil {
		return err
	}
	return files.Lines(create, entitlements+"members.ndjson", o.memberRecords())
}

func (o *Organization) userRecords() iter.Seq[object] {
	return func(yield func(object) bool) {
		for i := range o.users {
			x := o.user(i)
			if x.guest {
				continue
			}
			signedIn := time.Unix(0, 0)
			if !x.signedIn.IsZero() {
				signedIn = x.signedIn
			}
			if !yield(object{
				"kind": "admin#directory#user", "id": x.unique, "primaryEmail": x.email, "name": object{"fullName": x.name}, "isEnrolledIn2Sv": x.mfa,
				"suspended": x.off, "archived": false, "creationTime": stamp(x.created), "lastLoginTime": stamp(signedIn), "customerId": customer,
			}) {
				return
			}
		}
	}
}

// memberRecords yields the members of each group under its address.
func (o *Organization) memberRecords() iter.Seq[object] {
	return func(yield func(object) bool) {
		members := map[string][]object{}
		add := func(group, member, typ string) {
			members[group] = append(members[group], object{
				"name": "memberships/" + strings.NewReplacer("@", "-", ".", "-").Replace(member), "preferredMemberKey": object{"id": member},
				"roles": []object{{"name": "MEMBER"}}, "type": typ,
			})
		}
		for _, g := range o.groups {
			for _, name := range g.inside {
				add(g.name, name+"@"+domain, "GROUP")
			}
		}
		for i := range o.users {
			x := o.user(i)
			for _, name := range x.groups {
				add(name, x.email, "USER")
			}
		}
		for _, g := range o.groups {
			if !yield(object{"group": g.email, "members": append([]object{}, members[g.name]...)}) {
				return
			}
		}
	}
}
