package aws_test

import "testing"

const (
	byAlice   = `{"AWS":"` + string(alice) + `"}`
	byApp     = `{"AWS":"` + app + `"}`
	bySession = `{"AWS":"` + session + `"}`
	byAccount = `{"AWS":"` + root + `"}`
	byBob     = `{"AWS":["` + bob + `"]}`
	byOther   = `{"AWS":"` + other + `"}`

	allowed    = "allowed"
	denied     = "explicitly_denied"
	silent     = "implicitly_denied"
	maybe      = "conditional"
	getObject  = "s3:GetObject"
	decrypt    = "kms:Decrypt"
	assumeRole = "sts:AssumeRole"
)

// bucketSays is a scene with one bucket policy.
func bucketSays(s scene, statements string) scene {
	s.policies = map[string]string{bucket: statements}
	return s
}

// The rules for one account, as in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-id-rdp.html
// and, for boundaries and sessions,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
func TestDecideResourcePolicyOfTheAccount(t *testing.T) {
	t.Parallel()
	everyObject := "arn:aws:s3:::a/*"
	narrow := scene{boundary: allow("ec2:*", "*")}
	for _, c := range []ask{
		{"the policies of both", bucketSays(scene{alice: allow("s3:*", "*")}, share("Allow", byAlice, "s3:*", everyObject)), string(alice), getObject, object, allowed},
		{"the bucket's alone", bucketSays(scene{}, share("Allow", byAlice, "s3:*", everyObject)), string(alice), getObject, object, allowed},
		{"the user's alone", bucketSays(scene{alice: allow("s3:*", "*")}, share("Allow", byBob, "s3:*", everyObject)), string(alice), getObject, object, allowed},
		{"neither", bucketSays(scene{}, share("Allow", byBob, "s3:*", everyObject)), string(alice), getObject, object, silent},
		{"the account is left to its own policies", bucketSays(scene{}, share("Allow", byAccount, "s3:*", everyObject)), string(alice), getObject, object, silent},
		{"the bucket denies", bucketSays(scene{alice: allow("*", "*")}, share("Deny", `"*"`, "s3:*", everyObject)), string(alice), getObject, object, denied},
		{"the bucket denies the account", bucketSays(scene{alice: allow("*", "*")}, share("Deny", byAccount, "s3:*", everyObject)), string(alice), getObject, object, denied},
		{"the bucket denies others", bucketSays(scene{alice: allow("*", "*")}, share("Deny", byBob, "s3:*", everyObject)), string(alice), getObject, object, allowed},
		{"the bucket lets everybody in", bucketSays(scene{}, share("Allow", `"*"`, "s3:*", everyObject)), string(alice), getObject, object, allowed},
		{"everybody, as AWS", bucketSays(scene{}, share("Allow", `{"AWS":"*"}`, "s3:*", everyObject)), app, getObject, object, allowed},
		{"by unique id", bucketSays(scene{}, share("Allow", `{"AWS":"AIDAALICE"}`, "s3:*", everyObject)), string(alice), getObject, object, allowed},
		{"by another's unique id", bucketSays(scene{}, share("Allow", `{"AWS":"AIDABOB"}`, "s3:*", everyObject)), string(alice), getObject, object, silent},
		{"another object", bucketSays(scene{}, share("Allow", byAlice, "s3:*", "arn:aws:s3:::a/x")), string(alice), getObject, object, silent},

		{"a user is not held by its boundary", bucketSays(narrow, share("Allow", byAlice, "s3:*", everyObject)), string(alice), getObject, object, allowed},
		{"a role is held by its boundary", bucketSays(narrow, share("Allow", byApp, "s3:*", everyObject)), app, getObject, object, silent},
		{"a session is not, if it is named", bucketSays(narrow, share("Allow", bySession, "s3:*", everyObject)), session, getObject, object, allowed},
		{"nor if everybody is", bucketSays(narrow, share("Allow", `"*"`, "s3:*", everyObject)), session, getObject, object, allowed},
		{"but is if roles are named by a condition", bucketSays(narrow, shareIf("Allow", `"*"`, "s3:*", everyObject, `{"ArnEquals":{"aws:PrincipalArn":"`+app+`"}}`)), session, getObject, object, silent},
		{"some session may be", bucketSays(narrow, share("Allow", bySession, "s3:*", everyObject)), app, getObject, object, maybe},
		{"a role without boundary", bucketSays(scene{}, share("Allow", byApp, "s3:*", everyObject)), session, getObject, object, allowed},
		{"another session", bucketSays(scene{}, share("Allow", bySession, "s3:*", everyObject)), session + "8", getObject, object, silent},
		{"session policies hold a role", bucketSays(scene{sessionPolicies: []string{allow("ec2:*", "*")}}, share("Allow", byApp, "s3:*", everyObject)), session, getObject, object, silent},
		{"session policies hold its own policies", scene{app: allow("*", "*"), sessionPolicies: []string{allow("ec2:*", "*")}}, session, getObject, object, silent},
		{"two session policies add up", scene{app: allow("*", "*"), sessionPolicies: []string{allow("ec2:*", "*"), allow("s3:*", "*")}}, session, getObject, object, allowed},
		{"a session policy denies", bucketSays(scene{sessionPolicies: []string{deny("s3:*", "*")}}, share("Allow", bySession, "s3:*", everyObject)), session, getObject, object, denied},

		{"NotPrincipal spares", bucketSays(scene{alice: allow("*", "*")}, share("Deny", `!{"AWS":["`+string(alice)+`","`+root+`"]}`, "s3:*", everyObject)), string(alice), getObject, object, allowed},
		{"NotPrincipal spares the role's session", bucketSays(scene{app: allow("*", "*")}, share("Deny", `!{"AWS":["`+app+`","`+root+`"]}`, "s3:*", everyObject)), session, getObject, object, allowed},
		{"NotPrincipal spares nobody else in the account", bucketSays(scene{app: allow("*", "*")}, share("Deny", `!{"AWS":["`+string(alice)+`","`+root+`"]}`, "s3:*", everyObject)), app, getObject, object, denied},
		{"NotPrincipal spares nobody with a boundary", bucketSays(scene{alice: allow("*", "*"), boundary: allow("*", "*")}, share("Deny", `!{"AWS":["`+string(alice)+`","`+root+`"]}`, "s3:*", everyObject)), string(alice), getObject, object, denied},

		{"a part of a queue's", scene{policies: map[string]string{"arn:aws:sqs:eu-west-1:" + account + ":jobs": share("Allow", byAlice, "sqs:*", "")}}, string(alice), "sqs:SendMessage", "arn:aws:sqs:eu-west-1:" + account + ":jobs", allowed},
		{"unreadable", scene{unreadable: bucket}, string(alice), getObject, object, maybe},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.check(t) })
	}
}

// The rules between accounts, as in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
func TestDecideAcrossAccounts(t *testing.T) {
	t.Parallel()
	all := "arn:aws:s3:::a/*"
	stranger := "arn:aws:iam::777788889999:user/eve"
	for _, c := range []ask{
		{"both sides", bucketSays(scene{bob: allow("s3:*", "*")}, share("Allow", byBob, "s3:*", all)), bob, getObject, object, allowed},
		{"both sides, by account", bucketSays(scene{bob: allow("s3:*", "*")}, share("Allow", byOther, "s3:*", all)), bob, getObject, object, allowed},
		{"both sides, everybody", bucketSays(scene{bob: allow("s3:*", "*")}, share("Allow", `"*"`, "s3:*", all)), bob, getObject, object, allowed},
		{"the bucket alone", bucketSays(scene{}, share("Allow", byBob, "s3:*", all)), bob, getObject, object, silent},
		{"the user alone", bucketSays(scene{bob: allow("s3:*", "*")}, share("Allow", byAlice, "s3:*", all)), bob, getObject, object, silent},
		{"no policy", scene{bob: allow("sqs:*", "*")}, bob, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:" + account + ":jobs", silent},
		{"an account that is not there", bucketSays(scene{}, share("Allow", `"*"`, "s3:*", all)), stranger, getObject, object, maybe},
		{"an account that is not there and not let in", bucketSays(scene{}, share("Allow", byBob, "s3:*", all)), stranger, getObject, object, silent},
		{"an account of which only resources are there", scene{policies: map[string]string{bucket: share("Allow", `"*"`, "s3:*", all)}, bare: "777788889999"}, stranger, getObject, object, maybe},
		{"controls bind the caller's account", bucketSays(scene{bob: allow("*", "*"), controls: []string{deny("*", "*")}}, share("Allow", byBob, "s3:*", all)), bob, getObject, object, allowed},
		{"resource controls bind the resource's", bucketSays(scene{bob: allow("*", "*"), share: []string{share("Deny", `"*"`, "s3:*", "*")}}, share("Allow", byBob, "s3:*", all)), bob, getObject, object, denied},
		{"resource controls do not bind the caller's", scene{alice: allow("*", "*"), share: []string{share("Deny", `"*"`, "kms:*", "*")}, foreign: map[string]string{farKey: share("Allow", byAlice, "kms:*", "*")}}, string(alice), decrypt, farKey, allowed},
		{"a key of the other account", scene{alice: allow("kms:*", "*"), foreign: map[string]string{farKey: share("Allow", byAccount, "kms:*", "*")}}, string(alice), decrypt, farKey, allowed},
		{"a key whose policy is not known", scene{alice: allow("kms:*", "*")}, string(alice), decrypt, farKey, silent},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.check(t) })
	}
}

// Keys and roles always ask their own policy:
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html.
func TestDecideKeysAndRoles(t *testing.T) {
	t.Parallel()
	full := allow("*", "*")
	keySays := func(s scene, statements string) scene {
		s.policies = map[string]string{key: statements}
		return s
	}
	for _, c := range []ask{
		{"key leaves it to the account", keySays(scene{alice: full}, share("Allow", byAccount, "kms:*", "*")), string(alice), decrypt, key, allowed},
		{"key leaves it to the account, which does not allow", keySays(scene{}, share("Allow", byAccount, "kms:*", "*")), string(alice), decrypt, key, silent},
		{"key names the user", keySays(scene{}, share("Allow", byAlice, "kms:*", "*")), string(alice), decrypt, key, allowed},
		{"key names somebody else", keySays(scene{alice: full}, share("Allow", byApp, "kms:*", "*")), string(alice), decrypt, key, silent},
		{"key without policy at hand", scene{alice: full}, string(alice), decrypt, key, allowed},
		{"key shuts out the root user", keySays(scene{}, share("Allow", byAlice, "kms:*", "*")), root, decrypt, key, silent},
		{"key lets in the root user", keySays(scene{}, share("Allow", byAccount, "kms:*", "*")), root, decrypt, key, allowed},

		{"role trusts the account", scene{alice: full, trust: share("Allow", byAccount, assumeRole, "")}, string(alice), assumeRole, app, allowed},
		{"role trusts the account, which does not allow", scene{trust: share("Allow", byAccount, assumeRole, "")}, string(alice), assumeRole, app, silent},
		{"role trusts the user", scene{trust: share("Allow", byAlice, assumeRole, "")}, string(alice), assumeRole, app, allowed},
		{"role trusts nobody", scene{alice: full}, string(alice), assumeRole, app, silent},
		{"role trusts the other account", scene{bob: full, trust: share("Allow", byOther, assumeRole, "")}, bob, assumeRole, app, allowed},
		{"the other account does not allow", scene{trust: share("Allow", byBob, assumeRole, "")}, bob, assumeRole, app, silent},
		{"role trusts a service", scene{trust: share("Allow", `{"Service":"ec2.amazonaws.com"}`, assumeRole, "")}, "ec2.amazonaws.com", assumeRole, app, allowed},
		{"role trusts another service", scene{trust: share("Allow", `{"Service":["lambda.amazonaws.com"]}`, assumeRole, "")}, "ec2.amazonaws.com", assumeRole, app, silent},
		{"role trusts a provider", scene{trust: share("Allow", `{"Federated":"accounts.google.com"}`, "sts:AssumeRoleWithWebIdentity", "")}, "accounts.google.com", "sts:AssumeRoleWithWebIdentity", app, allowed},
		{"a root user assumes nothing", scene{trust: share("Allow", byAccount, assumeRole, "")}, root, assumeRole, app, silent},
		{"other actions do not ask the trust", scene{alice: full}, string(alice), "iam:GetRole", app, allowed},
		{"an unknown role", scene{alice: full}, string(alice), assumeRole, app + "x", silent},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.check(t) })
	}
}

func TestDecideRootAndAnonymous(t *testing.T) {
	t.Parallel()
	all := "arn:aws:s3:::a/*"
	for _, c := range []ask{
		{"root may everything", scene{}, root, getObject, object, allowed},
		{"root is bound by controls", scene{controls: []string{deny("s3:*", "*")}}, root, getObject, object, denied},
		{"root is bound by the bucket", bucketSays(scene{}, share("Deny", `"*"`, "s3:*", "*")), root, getObject, object, denied},
		{"but keeps the bucket's policy", bucketSays(scene{}, share("Deny", `"*"`, "s3:*", "*")), root, "s3:DeleteBucketPolicy", bucket, allowed},
		{"anybody, let in", bucketSays(scene{}, share("Allow", `"*"`, "s3:*", all)), "*", getObject, object, allowed},
		{"anybody, not let in", bucketSays(scene{}, share("Allow", byBob, "s3:*", all)), "*", getObject, object, silent},
		{"anybody, not named", bucketSays(scene{}, share("Allow", `!`+byBob, "s3:*", all)), "*", getObject, object, allowed},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.check(t) })
	}
}
