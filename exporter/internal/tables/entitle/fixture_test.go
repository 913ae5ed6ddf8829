package entitle_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables/entitle"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

const day = 24 * time.Hour

func now() time.Time { return tabletest.Now() }

func ago(d time.Duration) time.Time { return now().Add(-d) }

func arn(name string) entitlement.IdentityID {
	return entitlement.IdentityID("arn:aws:iam::111111111111:" + name)
}

func trust(principal string) []byte {
	return []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal +
		`,"Action":["sts:AssumeRole","sts:AssumeRoleWithSAML"]}]}`)
}

func identity(name string, kind entitlement.Kind, policies ...entitlement.PolicyID) entitlement.Identity {
	return entitlement.Identity{
		ID: arn(string(kind) + "/" + name), Name: name, Kind: kind, System: "111111111111", Created: ago(300 * day), Policies: policies,
	}
}

// small is an account with a group of two users, of whom one is active, roles
// that are entered in every way, and a function.
func small() *entitlement.Inventory {
	inv := &entitlement.Inventory{
		System: entitlement.System{ID: "111111111111", Cloud: entitlement.AWS, Name: "prod", Owner: "platform", Folders: []string{"eu"}},
		Policies: tabletest.Policies(map[entitlement.PolicyID][2]string{
			"buckets": {`"s3:CreateBucket","s3:DeleteBucket"`, "*"}, "secrets": {`"ssm:GetParameters"`, "*"},
			"own": {`"s3:GetObject"`, "arn:aws:s3:::data/*"}, "assume": {`"sts:AssumeRole"`, "*"}, "spare": {`"s3:DeleteBucket"`, "*"},
			"limit": {`"s3:*","ssm:*","sts:*"`, "*"}, "scp": {`"*"`, "*"}, "future": {`"new:Thing","s3:GetObject"`, "*"},
		}),
		Controls: [][]entitlement.PolicyID{{"scp"}}, CollectedAt: now(),
	}
	own := inv.Policies["own"]
	own.Inline = true
	inv.Policies["own"] = own
	scp := inv.Policies["scp"]
	scp.Managed = true
	inv.Policies["scp"] = scp
	inv.Identities = append(people(), roles()...)
	inv.Resources = []entitlement.Resource{{ID: "arn:aws:s3:::data", Type: "s3:bucket", Name: "data", Tags: map[string]string{"owner": "lake"}, Bucket: &entitlement.Bucket{}}}
	inv.SecurityGroups = []entitlement.SecurityGroup{{ID: "arn:aws:ec2:eu-west-1:111111111111:security-group/sg-1", GroupID: "sg-1", Name: "web", Network: "vpc-1"}}
	return inv
}

func people() []entitlement.Identity {
	team := identity("team", entitlement.Group, "buckets")
	ana, ben := identity("ana", entitlement.User), identity("ben", entitlement.User, "own", "assume")
	ana.Groups, ben.Groups = []entitlement.IdentityID{team.ID}, []entitlement.IdentityID{team.ID}
	ana.Tags = map[string]string{"owner": "payments"}
	ana.MFA, ana.Console, ben.MFA = entitlement.Yes, entitlement.Yes, entitlement.No
	ana.Keys = []entitlement.AccessKey{
		{ID: "AKIA1", Created: ago(100 * day), Active: true, LastUsed: ago(10 * day), UseKnown: true},
		{ID: "AKIA2", Created: ago(400 * day), UseKnown: true},
	}
	ben.Keys = []entitlement.AccessKey{{ID: "AKIA3", Created: ago(30*day + time.Hour), Active: true}}
	ben.Boundary = "limit"
	ben.Tags = map[string]string{entitlement.TagExcludeFromPCI: "yes"}
	return []entitlement.Identity{team, ana, ben}
}

func roles() []entitlement.Identity {
	job := identity("job", entitlement.Role, "secrets", "future")
	job.Trust, job.LastUsed = trust(`{"Service":"lambda.amazonaws.com"}`), ago(200*day)
	work := identity("work", entitlement.Function)
	work.ID, work.RunsAs = "arn:aws:lambda:eu-west-1:111111111111:function:work", job.ID
	guest := identity("guest", entitlement.Role)
	guest.Trust = trust(`{"AWS":"999999999999"}`)
	people := identity("people", entitlement.Role)
	people.Trust = trust(`{"Federated":"arn:aws:iam::111111111111:saml-provider/idp"}`)
	center := identity("center", entitlement.Role)
	center.PermissionSet, center.Trust = "Readers", people.Trust
	whole := identity("whole", entitlement.Role)
	whole.Trust = trust(`{"AWS":"arn:aws:iam::111111111111:root"}`)
	named := identity("named", entitlement.Role)
	named.Trust = trust(`{"AWS":"` + string(arn("user/ana")) + `"}`)
	return []entitlement.Identity{job, work, guest, people, center, whole, named}
}

func event(who entitlement.IdentityID, at time.Time, action entitlement.Action, resources ...entitlement.ResourceID) *auditlog.Event {
	ev := &auditlog.Event{
		Time: at, System: "111111111111", Identity: who, Actions: []entitlement.Action{action}, Outcome: auditlog.Success,
	}
	for _, r := range resources {
		ev.Resources = append(ev.Resources, auditlog.Resource{ID: r})
	}
	return ev
}

func refused(ev *auditlog.Event) *auditlog.Event {
	ev.Outcome = auditlog.AuthorizationFailure
	return ev
}

func events() []*auditlog.Event {
	const table = "arn:aws:dynamodb:eu-west-1:111111111111:table/t"
	return []*auditlog.Event{
		event(arn("user/ana"), ago(time.Hour), "s3:CreateBucket", "arn:aws:s3:::data"),
		event(arn("user/ana"), ago(2*time.Hour), "s3:CreateBucket", "arn:aws:s3:::logs"),
		refused(event(arn("user/ana"), ago(time.Hour), "s3:DeleteBucket", "arn:aws:s3:::data")),
		event(arn("user/ben"), ago(3*day), "dynamodb:DeleteItem", table), // Granted by nobody's policies.
	}
}

func system() *collector.Result { return tabletest.Result(small(), now(), events()...) }

func asker() *tabletest.Asker {
	return &tabletest.Asker{Definitions: entitle.Definitions(), Snapshot: &collector.Snapshot{Results: []*collector.Result{system()}}}
}

// check asks for some columns of a table and compares the rows.
func check(t *testing.T, name string, ask api.TableQuestion, want [][]string) {
	t.Helper()
	if diff := cmp.Diff(want, tabletest.Rows(asker().Must(t, name, ask))); diff != "" {
		t.Errorf("%s %+v (-want +got):\n%s", name, ask, diff)
	}
}

func by(columns ...string) []api.TableOrder {
	var list []api.TableOrder
	for _, c := range columns {
		list = append(list, api.TableOrder{By: c})
	}
	return list
}
