package creeping_test

import (
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

const (
	first  = entitlement.SystemID("111111111111")
	second = entitlement.SystemID("222222222222")
	third  = entitlement.SystemID("333333333333")
)

// giving are five actions of weight 10.
const giving = `"iam:AttachUserPolicy","iam:PutUserPolicy","iam:AttachRolePolicy","iam:PutRolePolicy","iam:AttachGroupPolicy"`

// firstInventory has, with what the default weights and reaches make of them:
//
//	ana, user:  s3:DeleteBucket and s3:DeleteObject on everything; she deleted a
//	            bucket. No log shows s3:DeleteObject.
//	bob, user:  five actions that give permissions, on everything, unused.
//	cip, role:  s3:DeleteBucket on one bucket, unused.
//	fun, function that runs as cip; it did nothing.
//	team, group with the same; it does not count.
//	exe, user, exempt from the index: the same.
func firstInventory() *entitlement.Inventory {
	arn := func(rest string) entitlement.IdentityID {
		return entitlement.IdentityID("arn:aws:iam::111111111111:" + rest)
	}
	identity := func(k entitlement.Kind, name string, policies ...entitlement.PolicyID) entitlement.Identity {
		return entitlement.Identity{ID: arn(string(k) + "/" + name), Name: name, Kind: k, System: first, Policies: policies}
	}
	inv := &entitlement.Inventory{
		System: entitlement.System{Cloud: entitlement.AWS, ID: first, Name: "one", Owner: "ops", Folders: []string{"prod", "all"}},
		Policies: tabletest.Policies(map[entitlement.PolicyID][2]string{
			"delete": {`"s3:DeleteBucket","s3:DeleteObject"`, "*"}, "create": {giving, "*"},
			"one": {`"s3:DeleteBucket"`, "arn:aws:s3:::one"},
		}),
		Identities: []entitlement.Identity{
			identity(entitlement.User, "ana", "delete"), identity(entitlement.User, "bob", "create"),
			identity(entitlement.Role, "cip", "one"), identity(entitlement.Group, "team", "create"),
			identity(entitlement.User, "exe", "create"),
			{ID: "arn:aws:lambda:us-east-1:111111111111:function:fun", Name: "fun", Kind: entitlement.Function, System: first, RunsAs: arn("role/cip")},
		},
	}
	inv.Identities[4].Tags = map[string]string{entitlement.TagExcludeFromPCI: "yes"}
	return inv
}

func anaDeletes() *auditlog.Event {
	return &auditlog.Event{
		Time: tabletest.Now().AddDate(0, 0, -1), Identity: "arn:aws:iam::111111111111:user/ana", System: first,
		Outcome: auditlog.Success, Actions: []entitlement.Action{"s3:DeleteBucket"},
	}
}

// secondInventory has one user who may give permissions and did not.
func secondInventory() *entitlement.Inventory {
	return &entitlement.Inventory{
		System:   entitlement.System{Cloud: entitlement.AWS, ID: second, Folders: []string{"prod"}},
		Policies: tabletest.Policies(map[entitlement.PolicyID][2]string{"create": {giving, "*"}}),
		Identities: []entitlement.Identity{{
			ID: "arn:aws:iam::222222222222:user/dov", Name: "dov", Kind: entitlement.User, System: second, Policies: []entitlement.PolicyID{"create"},
		}},
	}
}

// snapshot has the two systems, and one that was not read yet.
func snapshot(at time.Time) *collector.Snapshot {
	return &collector.Snapshot{Results: []*collector.Result{
		tabletest.Result(firstInventory(), at, anaDeletes()), tabletest.Result(secondInventory(), at),
		{System: entitlement.System{Cloud: entitlement.AWS, ID: third, Name: "three"}},
	}}
}

// seeing returns a caller who sees some systems only.
func seeing(systems ...entitlement.SystemID) *access.Caller {
	return &access.Caller{Grant: access.Grant{Name: "ana", Role: access.Viewer, Systems: systems}}
}
