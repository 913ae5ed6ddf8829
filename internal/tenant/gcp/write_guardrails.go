package gcp

import (
	"iter"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/files"
)

// writeGuardrails writes what stands before grants: the deny policy, the
// boundary and the organization policy.
func (o *Organization) writeGuardrails(create files.Create) error {
	var denials, constraints []object
	for _, p := range o.projects {
		if !p.locked {
			continue
		}
		denials = append(denials, object{
			"name": "policies/cloudresourcemanager.googleapis.com%2Fprojects%2F" + p.number + "/denypolicies/no-keys", "kind": "DenyPolicy",
			"displayName": "No keys of service accounts", "createTime": "2024-02-03T04:05:06Z", "rules": []object{{
				"description": "Workloads have tokens, not keys.",
				"denyRule":    object{"deniedPrincipals": []string{"principalSet://goog/public:all"}, "deniedPermissions": []string{"iam.googleapis.com/serviceAccountKeys.create"}},
			}},
		})
		constraints = append(constraints, object{
			"name": p.full(), "assetType": "cloudresourcemanager.googleapis.com/Project", "ancestors": p.ancestors(),
			"orgPolicy": []object{{"constraint": "constraints/storage.publicAccessPrevention", "booleanPolicy": object{"enforced": true}, "updateTime": "2024-02-03T04:05:06Z"}},
		})
	}
	for name, value := range map[string]any{"deny-policies.json": denials, "assets-org-policy.json": constraints, "boundaries.json": o.boundary()} {
		if err := files.Document(create, entitlements+name, value); err != nil {
			return err
		}
	}
	return nil
}

// boundary keeps the service accounts of development within the organization.
// See https://cloud.google.com/iam/docs/principal-access-boundary-policies.
func (o *Organization) boundary() []object {
	name := organization + "/locations/global/principalAccessBoundaryPolicies/inside"
	return []object{
		{"name": name, "displayName": "Inside the organization", "details": object{
			"enforcementVersion": "1", "rules": []object{{"effect": "ALLOW", "resources": []string{manager + organization}}},
		}},
		{
			"name": organization + "/locations/global/policyBindings/development", "policyKind": "PRINCIPAL_ACCESS_BOUNDARY", "policy": name,
			"target": object{"principalSet": o.projects[len(o.projects)-1].full()}, "condition": object{"expression": "principal.type == 'iam.googleapis.com/ServiceAccount'"},
		},
	}
}

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

// writeActivity writes when service accounts and their keys were last used, as
// `gcloud policy-intelligence query-activity` does.
func (o *Organization) writeActivity(create files.Create) error {
	return files.Array(create, entitlements+"activity.json", func(yield func(object) bool) {
		used := func(p *project, typ, name string, at time.Time) bool {
			activity := object{}
			if !at.IsZero() {
				activity["lastAuthenticatedTime"] = stamp(at)
			}
			return yield(object{
				"activityType": typ, "fullResourceName": "//iam.googleapis.com/projects/" + p.number + "/serviceAccounts/" + name, "activity": activity,
				"observationPeriod": object{"startTime": stamp(o.opts.From), "endTime": stamp(o.opts.Until)},
			})
		}
		for _, p := range o.projects {
			if !used(p, "serviceAccountKeyLastAuthentication", p.number+"001/keys/"+o.forgottenKey(p).id, time.Time{}) {
				return
			}
		}
		for i := range o.accounts {
			x := o.account(i)
			if !x.signedIn.IsZero() && !used(x.home, "serviceAccountLastAuthentication", x.unique, x.signedIn) {
				return
			}
			for _, k := range x.keys {
				if k.recorded && !used(x.home, "serviceAccountKeyLastAuthentication", x.unique+"/keys/"+k.id, k.used) {
					return
				}
			}
		}
	})
}
