package escalation_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
)

const passLambda = "iam:PassRole lambda:CreateFunction lambda:InvokeFunction"

// bossOf is an account with a role of everything that a service may assume,
// and alice.
func bossOf(serviceName string, alice ...string) world {
	w := newWorld(home)
	w.role("boss", service(serviceName), everything)
	w.Profiles["arn:aws:iam::"+home+":instance-profile/boss"] = iamARN("role/boss")
	w.add("user/alice", alice...)
	return w
}

// What a grant says about its resources and conditions is judged for the
// targets that a path needs.
func TestGrantsAreJudgedOnTheirTargets(t *testing.T) {
	t.Parallel()
	lambda := "lambda.amazonaws.com"
	when := func(actions, condition string) string { return statement("Allow", actions, "*", condition) }
	type escalations = []string
	for name, tt := range map[string]struct {
		world world
		want  escalations
	}{
		"functions of one prefix": {
			bossOf(lambda, allow("iam:PassRole", "*"), allow("lambda:*Function", "arn:aws:lambda:eu-west-1:"+home+":function:dev-*")),
			escalations{"lambda-001 role/boss admin"},
		},
		"made under one name, called under another": {
			bossOf(lambda, allow("iam:PassRole", "*"), allow("lambda:CreateFunction", "arn:aws:lambda:*:*:function:dev-*"), allow("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:prod-*")),
			escalations{},
		},
		"functions of another account": {
			bossOf(lambda, allow("iam:PassRole", "*"), allow("lambda:*Function", "arn:aws:lambda:*:"+other+":function:*")),
			escalations{},
		},
		"another role may be passed": {
			bossOf(lambda, allow("iam:PassRole", string(iamARN("role/app-*"))), allow("lambda:*Function", "*")),
			escalations{},
		},
		"passed to the service": {
			bossOf(lambda, when(passLambda, `{"StringEqualsIfExists":{"iam:PassedToService":"lambda.amazonaws.com"}}`)),
			escalations{"lambda-001 role/boss admin"},
		},
		"passed to another service": {
			bossOf(lambda, when("iam:PassRole", `{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}`), allow("lambda:*Function", "*")),
			escalations{},
		},
		"with a second factor": {
			bossOf(lambda, when(passLambda, `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)),
			escalations{"lambda-001 role/boss admin if [aws:multifactorauthpresent]"},
		},
		"only through a service": {
			bossOf(lambda, when(passLambda, `{"Bool":{"aws:ViaAWSService":"true"}}`)),
			escalations{},
		},
		"in one region": {
			bossOf(lambda, allow("iam:PassRole", "*"), when("lambda:*Function", `{"StringEquals":{"aws:RequestedRegion":"eu-central-1"}}`)),
			escalations{"lambda-001 role/boss admin"},
		},
		"instances alone, without what they need": {
			bossOf("ec2.amazonaws.com", allow("iam:PassRole", "*"), allow("ec2:RunInstances", "arn:aws:ec2:*:*:instance/*")),
			escalations{},
		},
		"instances with what they need": {
			bossOf("ec2.amazonaws.com", allow("iam:PassRole", "*"), allow("ec2:RunInstances", "arn:aws:ec2:*:*:instance/* arn:aws:ec2:*:*:subnet/subnet-1 arn:aws:ec2:*:*:security-group/* arn:aws:ec2:*:*:network-interface/* arn:aws:ec2:*:*:volume/* arn:aws:ec2:*::image/ami-*")),
			escalations{"ec2-001 role/boss admin"},
		},
		"a user of its own name": {
			bossOf(lambda, allow("iam:PutUserPolicy", "arn:aws:iam::"+home+":user/${aws:username}")),
			escalations{"iam-007 user/alice admin"},
		},
		"any policy but those of administrators": {
			bossOf(lambda, when("iam:AttachUserPolicy", `{"ArnNotEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/AdministratorAccess"}}`)),
			escalations{},
		},
		"under a control policy, with all that it leaves": {
			func() world {
				w := bossOf(lambda, allow("iam:PutUserPolicy", "*"))
				w.control(deny("organizations:LeaveOrganization", "*"))
				return w
			}(),
			escalations{"iam-007 user/alice admin"},
		},
		"under a control policy that asks for more": {
			func() world {
				w := bossOf(lambda, allow(passLambda, "*"))
				w.control(statement("Deny", "iam:PassRole", "*", `{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`))
				return w
			}(),
			escalations{"lambda-001 role/boss admin if [aws:multifactorauthpresent]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustHave(t, iamARN("user/alice"), find(tt.world), tt.want...)
		})
	}
}

// Where a condition names the policies that may be attached, the most powerful
// of them counts.
func TestAttachingOneOfSomePolicies(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	storage := string(w.managed("storage", allow("s3:*", "*")))
	reading := string(w.managed("reading", allow("s3:List*", "*")))
	w.add("user/alice", statement("Allow", "iam:AttachUserPolicy", "*", `{"ArnEquals":{"iam:PolicyARN":["`+storage+`","`+reading+`"]}}`))
	w.add("user/bob", statement("Allow", "iam:AttachUserPolicy", "*", `{"ArnEquals":{"iam:PolicyARN":"`+reading+`"}}`))
	found := find(w)
	mustHave(t, iamARN("user/alice"), found, "iam-008 user/alice")
	mustHave(t, iamARN("user/bob"), found)
}

// Who grants itself everything stays within its boundary, and within what its
// own policies deny.
func TestSelfGrantsStayWithinTheBoundary(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.add("user/wide", allow("iam:PutUserPolicy", "*"))
	w.get("user/wide").Boundary = w.inline("x", "wide", everything)
	w.add("user/some", allow("iam:PutUserPolicy", "*"))
	w.get("user/some").Boundary = w.inline("x", "some", allow("iam:PutUserPolicy s3:*", "*"))
	w.add("user/none", allow("iam:PutUserPolicy", "*"))
	w.get("user/none").Boundary = w.inline("x", "none", allow("iam:PutUserPolicy s3:List*", "*"))
	w.add("user/denied", allow("iam:PutUserPolicy", "*"), deny("s3:DeleteBucket", "*"))
	found := find(w)
	self := func(name string) []string { return of(found[iamARN("user/"+name)], "iam-007") }
	for name, want := range map[string]string{
		"wide": "iam-007 user/wide admin", "some": "iam-007 user/some", "none": "", "denied": "iam-007 user/denied",
	} {
		got := ""
		if list := self(name); len(list) > 0 {
			got = list[0]
		}
		if got != want {
			t.Errorf("%s: found %q, want %q", name, got, want)
		}
	}
}

// A policy that is both held and the boundary is rewritten as a whole.
func TestRewritingTheBoundary(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	alice := w.add("user/alice")
	p := w.managed("own", allow("iam:CreatePolicyVersion", "arn:aws:iam::"+home+":policy/own"))
	alice.Policies, alice.Boundary = []entitlement.PolicyID{p}, p
	mustHave(t, iamARN("user/alice"), find(w), "iam-001 policy/own admin")
}

// Users can be taken over if they are in the state that the path needs.
func TestStateOfUsers(t *testing.T) {
	t.Parallel()
	key := entitlement.AccessKey{ID: "AKIA", Active: true}
	for name, tt := range map[string]struct {
		change func(*entitlement.Identity)
		want   []string
	}{
		"unknown": {
			func(*entitlement.Identity) {},
			[]string{
				"iam-002 user/chief admin", "iam-003 user/chief admin if [existing second access key of the user]",
				"iam-004 user/chief admin if [existing user without a password]", "iam-006 user/chief admin if [existing password of the user]",
			},
		},
		"with a password": {
			func(u *entitlement.Identity) { u.Console, u.MFA = entitlement.Yes, entitlement.No },
			[]string{"iam-002 user/chief admin", "iam-006 user/chief admin"},
		},
		"with a password and a second factor": {
			func(u *entitlement.Identity) { u.Console, u.MFA = entitlement.Yes, entitlement.Yes },
			[]string{"iam-002 user/chief admin", "iam-006 user/chief admin if [existing second factor in the same hands]"},
		},
		"without a password, with two keys": {
			func(u *entitlement.Identity) { u.Console, u.Keys = entitlement.No, []entitlement.AccessKey{key, key} },
			[]string{"iam-003 user/chief admin", "iam-004 user/chief admin"},
		},
	} {
		w := newWorld(home)
		w.add("user/alice", allow("iam:CreateAccessKey iam:DeleteAccessKey iam:CreateLoginProfile iam:UpdateLoginProfile", "*"))
		tt.change(w.add("user/chief", everything))
		t.Log(name)
		mustHave(t, iamARN("user/alice"), find(w), tt.want...)
	}
}

// Functions and instances are taken over one by one where the inventory has
// them, and by their service's roles, conditionally, where it has none.
func TestWorkloads(t *testing.T) {
	t.Parallel()
	w := bossOf("lambda.amazonaws.com", allow("lambda:UpdateFunctionCode lambda:InvokeFunction", "arn:aws:lambda:*:*:function:dev"))
	alice := iamARN("user/alice")
	mustHave(t, alice, find(w),
		"lambda-003 role/boss admin if [existing invocation of the function, existing lambda function]",
		"lambda-004 role/boss admin if [existing lambda function]")
	w.workload(entitlement.Function, "prod", "boss")
	mustHave(t, alice, find(w))
	w.workload(entitlement.Function, "dev", "boss")
	mustHave(t, alice, find(w), "lambda-003 role/boss admin", "lambda-004 role/boss admin")
}

// A role that EC2 trusts gets to no instance without a profile, and none to
// Session Manager without what its agent needs.
func TestInstances(t *testing.T) {
	t.Parallel()
	w := bossOf("ec2.amazonaws.com", allow("iam:PassRole ec2:RunInstances", "*"), allow("ssm:StartSession", "*"))
	w.role("storage", service("ec2.amazonaws.com"), allow("s3:*", "*"))
	w.workload(entitlement.Instance, "i-1", "storage")
	mustHave(t, iamARN("user/alice"), find(w), "ec2-001 role/boss admin", "ssm-001 role/storage if [existing ssm agent]")
}

// A role that is made to trust somebody lets it in whatever it said before;
// only what the identity itself is denied counts.
func TestTrustIsRewritten(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.add("user/alice", allow("iam:UpdateAssumeRolePolicy", "*"))
	w.add("user/bob", allow("iam:UpdateAssumeRolePolicy", "*"), deny("sts:AssumeRole", "*"))
	boss := w.role("boss", service("ec2.amazonaws.com"), everything)
	boss.Trust = document(`{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}`)
	found := find(w)
	mustHave(t, iamARN("user/alice"), found, "iam-012 role/boss admin")
	mustHave(t, iamARN("user/bob"), found)
}

// A role that names who may assume it needs no permission on the other side,
// one that trusts the account does.
func TestAssumingRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.add("user/named")
	w.add("user/other")
	w.add("user/denied", deny("sts:*", "*"))
	w.role("boss", `{"AWS":["`+string(iamARN("user/named"))+`","`+string(iamARN("root"))+`","`+string(iamARN("user/denied"))+`"]}`, everything)
	found := find(w)
	mustHave(t, iamARN("user/named"), found, "sts-001 role/boss admin")
	mustHave(t, iamARN("user/other"), found)
	mustHave(t, iamARN("user/denied"), found)
}
