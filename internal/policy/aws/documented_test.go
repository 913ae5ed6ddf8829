package aws_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// documented is what a page of AWS's documentation tells of a request. The
// policies are written anew, as small as the point allows.
type documented struct {
	name                string
	scene               scene
	who, action, target string
	known               map[string][]string // Of the request's context; empty: absent.
	want                string
}

func check(t *testing.T, link string, rows []documented) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			d := &aws.Decision{}
			request := aws.Request{Principal: r.who, Action: r.action, Resource: r.target, Context: aws.NewContext(r.known), Session: narrowed(t, r.scene)}
			if err := r.scene.estate().Decide(&request, d); err != nil {
				t.Fatal(err)
			}
			if d.Verdict.String() != r.want {
				t.Errorf("%s, want %s by %s; because %+v, keys %v", d.Verdict, r.want, link, d.Because, d.Keys)
			}
		})
	}
}

func narrowed(t *testing.T, s scene) []*aws.SessionPolicy {
	t.Helper()
	docs := make([]string, len(s.sessionPolicies))
	for i, p := range s.sessionPolicies {
		docs[i] = string(document(p))
	}
	return request(t, &question{narrowed: docs}).Session
}

// stacked puts service control policies above the first account, level by
// level, without FullAWSAccess beside them; "" is a level with it alone.
func stacked(s scene, levels ...string) scene {
	s.change = func(inv *entitlement.Inventory) {
		for _, statements := range levels {
			id := put(inv, entitlement.PolicyID("level "+statements), statements)
			if id == "" {
				id = "full"
			}
			inv.Controls = append(inv.Controls, list(id))
		}
	}
	return s
}

const (
	objects   = "arn:aws:s3:::a/*"
	everybody = `"*"`
	stop      = "ec2:StopInstances"
	instance  = "arn:aws:ec2:eu-west-1:" + account + ":instance/i-1"
	full      = `{"Effect":"Allow","Action":"*","Resource":"*"}`
)

func TestDocumentedEvaluationLogic(t *testing.T) {
	t.Parallel()
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html", []documented{
		{"denied by default", scene{}, string(alice), getObject, object, nil, silent},
		{"one Allow", scene{alice: allow(getObject, objects)}, string(alice), getObject, object, nil, allowed},
		{"a Deny beside it", scene{alice: full + "," + deny("s3:*", "*")}, string(alice), getObject, object, nil, denied},
		{"a Deny on the resource's side", bucketSays(scene{alice: full}, share("Deny", byAlice, "s3:*", objects)), string(alice), getObject, object, nil, denied},
		{"a Deny from above", scene{alice: full, controls: []string{deny("s3:*", "*")}}, string(alice), getObject, object, nil, denied},
		{"the root user is allowed by default", scene{}, root, getObject, object, nil, allowed},
		{"a control policy grants nothing", scene{controls: []string{full}}, string(alice), getObject, object, nil, silent},
		{"a boundary grants nothing", scene{boundary: full}, string(alice), getObject, object, nil, silent},
		{"a resource control policy grants nothing", bucketSays(scene{share: []string{share("Allow", everybody, "*", "*")}}, share("Allow", byBob, "s3:*", objects)), string(alice), getObject, object, nil, silent},
	})
}

func TestDocumentedBoundaries(t *testing.T) {
	t.Parallel()
	three := allow("s3:* cloudwatch:* ec2:*", "*")
	creates := statement("Allow", "iam:CreateUser", "*", `{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::`+account+`:policy/X"}}`)
	newUser := "arn:aws:iam::" + account + ":user/new"
	with := func(policy string) map[string][]string {
		return map[string][]string{"iam:PermissionsBoundary": {"arn:aws:iam::" + account + ":policy/" + policy}}
	}
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html", []documented{
		{"outside of the boundary", scene{alice: allow("iam:CreateUser", "*"), boundary: three}, string(alice), "iam:CreateUser", newUser, nil, silent},
		{"within both", scene{alice: allow("s3:*", "*"), boundary: three}, string(alice), getObject, object, nil, allowed},
		{"within the boundary alone", scene{alice: allow("iam:*", "*"), boundary: three}, string(alice), stop, instance, nil, silent},
		{"a Deny of the boundary", scene{alice: full, boundary: three + "," + deny("s3:*", objects)}, string(alice), getObject, object, nil, denied},
		{"a user that the bucket names", bucketSays(scene{boundary: allow("ec2:*", "*")}, share("Allow", byAlice, getObject, objects)), string(alice), getObject, object, nil, allowed},
		{"a user that the bucket names and the boundary denies", bucketSays(scene{boundary: deny("s3:*", "*")}, share("Allow", byAlice, getObject, objects)), string(alice), getObject, object, nil, denied},
		{"a role that the bucket names", bucketSays(scene{boundary: allow("ec2:*", "*")}, share("Allow", byApp, getObject, objects)), session, getObject, object, nil, silent},
		{"a session that the bucket names", bucketSays(scene{boundary: allow("ec2:*", "*")}, share("Allow", bySession, getObject, objects)), session, getObject, object, nil, allowed},
		{"the intersection with a control policy", stacked(scene{alice: full, boundary: three}, "", allow("ec2:*", "*")), string(alice), getObject, object, nil, silent},
		{"what all three allow", stacked(scene{alice: full, boundary: three}, "", allow("ec2:*", "*")), string(alice), stop, instance, nil, allowed},
		{"a delegate gives new users the boundary", scene{alice: creates}, string(alice), "iam:CreateUser", newUser, with("X"), allowed},
		{"or another one", scene{alice: creates}, string(alice), "iam:CreateUser", newUser, with("Y"), silent},
		{"or none", scene{alice: creates}, string(alice), "iam:CreateUser", newUser, map[string][]string{"iam:PermissionsBoundary": {}}, silent},
		{"which is not known", scene{alice: creates}, string(alice), "iam:CreateUser", newUser, nil, maybe},
	})
}

func TestDocumentedSessionPolicies(t *testing.T) {
	t.Parallel()
	narrow := []string{allow("ec2:*", "*")}
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session", []documented{
		{"the intersection", scene{app: allow("s3:* ec2:*", "*"), sessionPolicies: narrow}, session, stop, instance, nil, allowed},
		{"outside of it", scene{app: allow("s3:* ec2:*", "*"), sessionPolicies: narrow}, session, getObject, object, nil, silent},
		{"they grant nothing", scene{sessionPolicies: narrow}, session, stop, instance, nil, silent},
		{"the bucket names the role", bucketSays(scene{sessionPolicies: narrow}, share("Allow", byApp, getObject, objects)), session, getObject, object, nil, silent},
		{"the bucket names the role, and they allow", bucketSays(scene{sessionPolicies: []string{allow("s3:*", "*")}}, share("Allow", byApp, getObject, objects)), session, getObject, object, nil, allowed},
		{"the bucket names the session", bucketSays(scene{sessionPolicies: narrow}, share("Allow", bySession, getObject, objects)), session, getObject, object, nil, allowed},
		{"a Deny in them", bucketSays(scene{app: full, sessionPolicies: []string{full + "," + deny("s3:*", "*")}}, share("Allow", bySession, getObject, objects)), session, getObject, object, nil, denied},
	})
}

func TestDocumentedControlPolicies(t *testing.T) {
	t.Parallel()
	s3, ec2, noS3, noEC2 := allow("s3:*", "*"), allow("ec2:*", "*"), deny("s3:*", "*"), deny("ec2:*", "*")
	above := func(levels ...string) scene { return stacked(scene{alice: full}, levels...) }
	check(t, "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html", []documented{
		{"Allow at each level", above("", "", ""), string(alice), getObject, object, nil, allowed},
		{"nothing at the unit", above("", deny("iam:CreateUser", "*"), ""), string(alice), getObject, object, nil, silent},
		{"Deny at the unit", above("", full+","+noS3, full+","+noEC2), string(alice), getObject, object, nil, denied},
		{"Deny at the account", above("", full+","+noS3, full+","+noEC2), string(alice), stop, instance, nil, denied},
		{"what neither denies", above("", full+","+noS3, full+","+noEC2), string(alice), "iam:GetRole", app, nil, allowed},
		{"Allow lists below a full root", above("", ec2, ec2), string(alice), stop, instance, nil, allowed},
		{"and outside of the lists", above("", ec2, ec2), string(alice), getObject, object, nil, silent},
		{"Allow lists that have nothing in common", above("", ec2, s3), string(alice), getObject, object, nil, silent},
		{"nor the other way", above("", ec2, s3), string(alice), stop, instance, nil, silent},
		{"a root that only denies", above(noS3, s3, ""), string(alice), stop, instance, nil, silent},
		{"what a root that only denies denies", above(noS3, s3, ""), string(alice), getObject, object, nil, denied},
		{"the root user of the account", stacked(scene{}, "", full+","+noS3), root, getObject, object, nil, denied},
		{"outsiders are not held by them", bucketSays(stacked(scene{bob: full}, "", full+","+noS3), share("Allow", byBob, "s3:*", objects)), bob, getObject, object, nil, allowed},
	})
}

func TestDocumentedResourceControlPolicies(t *testing.T) {
	t.Parallel()
	perimeter := shareIf("Deny", everybody, "s3:*", "*", `{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-1"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}`)
	deputy := shareIf("Deny", everybody, "s3:*", "*", `{"StringNotEqualsIfExists":{"aws:SourceOrgID":"o-1"},"Null":{"aws:SourceAccount":"false"},"Bool":{"aws:PrincipalIsAWSService":"true"}}`)
	open := func(rcp string) scene {
		return bucketSays(scene{bob: full, share: []string{rcp}, organization: &entitlement.Organization{ID: "o-1"}}, share("Allow", everybody, "s3:*", objects))
	}
	told := func(org string) map[string][]string {
		return map[string][]string{"aws:PrincipalOrgID": {org}}
	}
	check(t, "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html", []documented{
		{"one's own", open(perimeter), string(alice), getObject, object, nil, allowed},
		{"another organisation", open(perimeter), bob, getObject, object, told("o-2"), denied},
		{"an account without organisation", open(perimeter), bob, getObject, object, map[string][]string{"aws:PrincipalOrgID": {}}, denied},
		{"whose organisation is not known", open(perimeter), bob, getObject, object, nil, maybe},
		{"a service", open(perimeter), "cloudtrail.amazonaws.com", getObject, object, nil, allowed},
		{"anybody", open(perimeter), "*", getObject, object, nil, denied},
		{"a service for another organisation", open(deputy), "cloudtrail.amazonaws.com", getObject, object, map[string][]string{"aws:SourceAccount": {other}, "aws:SourceOrgID": {"o-2"}}, denied},
		{"a service for one's own", open(deputy), "cloudtrail.amazonaws.com", getObject, object, map[string][]string{"aws:SourceAccount": {account}, "aws:SourceOrgID": {"o-1"}}, allowed},
		{"a service that does not say for whom", open(deputy), "cloudtrail.amazonaws.com", getObject, object, map[string][]string{"aws:SourceAccount": {}, "aws:SourceOrgID": {}}, allowed},
	})
}

func TestDocumentedCrossAccount(t *testing.T) {
	t.Parallel()
	reads := share("Allow", byOther, "s3:GetObject", objects)
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html", []documented{
		{"both allow", bucketSays(scene{bob: allow("s3:*", "*")}, reads), bob, getObject, object, nil, allowed},
		{"the bucket allows less than the user has", bucketSays(scene{bob: allow("s3:*", "*")}, reads), bob, "s3:PutObject", object, nil, silent},
		{"the user has less than the bucket allows", bucketSays(scene{bob: allow("s3:GetObject", "arn:aws:s3:::other/*")}, reads), bob, getObject, object, nil, silent},
		{"the user's side denies", bucketSays(scene{bob: full + "," + deny("s3:*", "*")}, reads), bob, getObject, object, nil, denied},
		{"the bucket denies", bucketSays(scene{bob: full}, reads+","+share("Deny", byBob, "s3:*", objects)), bob, getObject, object, nil, denied},
		{"no bucket policy", scene{bob: full, policies: map[string]string{bucket: share("Allow", byAlice, "s3:*", objects)}}, bob, getObject, object, nil, silent},
	})
}

// In the page's table four people meet three resources.
func TestDocumentedIdentityAndResource(t *testing.T) {
	t.Parallel()
	x := share("Allow", byAlice, "s3:ListBucket", bucket) + "," + share("Allow", byAlice, "s3:GetObject", objects)
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html", []documented{
		{"the resource alone allows", bucketSays(scene{}, x), string(alice), getObject, object, nil, allowed},
		{"neither allows", bucketSays(scene{}, x), string(alice), "s3:PutObject", object, nil, silent},
		{"the identity allows what the resource does not name", bucketSays(scene{alice: allow("s3:PutObject", objects)}, x), string(alice), "s3:PutObject", object, nil, allowed},
		{"the resource denies one with all access", bucketSays(scene{app: full}, x+","+share("Deny", byApp, "s3:*", objects+" "+bucket)), app, getObject, object, nil, denied},
		{"but elsewhere not", bucketSays(scene{app: full}, x+","+share("Deny", byApp, "s3:*", objects)), app, getObject, "arn:aws:s3:::b/c", nil, allowed},
	})
}

func TestDocumentedNotPrincipal(t *testing.T) {
	t.Parallel()
	but := func(names string) string { return share("Deny", `!{"AWS":[`+names+`]}`, "s3:*", objects) }
	says := func(statement string) scene {
		return bucketSays(scene{alice: full, app: full, bob: full}, statement+","+share("Allow", byOther, "s3:*", objects))
	}
	user, role, theSession, theAccount := `"`+string(alice)+`"`, `"`+app+`"`, `"`+session+`"`, `"`+root+`"`
	byKey := shareIf("Deny", everybody, "s3:*", objects, `{"ArnNotEquals":{"aws:PrincipalArn":`+user+`}}`)
	bounded := says(but(user + "," + theAccount))
	bounded.boundary = full
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html", []documented{
		{"the user and its account are spared", says(but(user + "," + theAccount)), string(alice), getObject, object, nil, allowed},
		{"others in the account are not", says(but(user + "," + theAccount)), app, getObject, object, nil, denied},
		{"others elsewhere are not", says(but(user + "," + theAccount)), bob, getObject, object, nil, denied},
		{"session, role and account", says(but(theSession + "," + role + "," + theAccount)), session, getObject, object, nil, allowed},
		{"nobody with a boundary is spared", bounded, string(alice), getObject, object, nil, denied},
		{"the key that AWS advises instead", says(byKey), string(alice), getObject, object, nil, allowed},
		{"and others by it", says(byKey), bob, getObject, object, nil, denied},
	})
}
