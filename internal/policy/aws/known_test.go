package aws_test

import "testing"

// What the documents tell of the caller, by
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// and the table of principals in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func TestDecideKnowsTheCaller(t *testing.T) {
	t.Parallel()
	lets := func(condition string) scene {
		return bucketSays(scene{}, shareIf("Allow", `"*"`, "s3:*", "*", condition))
	}
	var (
		service  = `{"Bool":{"aws:PrincipalIsAWSService":"true"}}`
		nobody   = `{"Null":{"aws:PrincipalIsAWSService":"true"}}`
		isBlue   = `{"StringEquals":{"aws:PrincipalTag/team":"blue"}}`
		hasTeam  = `{"Null":{"aws:PrincipalTag/team":"false"}}`
		tagged   = map[string]string{"Team": "blue"}
		taggable = share("Allow", byAlice, "sts:*", "")
	)
	team := func(condition, trust string) scene {
		return scene{app: statement("Allow", "s3:*", "*", condition), trust: trust, tags: tagged}
	}
	for _, c := range []ask{
		{"the account of anybody", lets(`{"StringEquals":{"aws:PrincipalAccount":"anonymous"}}`), "*", getObject, object, allowed},
		{"the type of anybody", lets(`{"StringEquals":{"aws:PrincipalType":"Anonymous"}}`), "*", getObject, object, allowed},
		{"the id of anybody", lets(`{"StringEquals":{"aws:userid":"anonymous"}}`), "*", getObject, object, allowed},
		{"unsigned requests do not say whether a service sends them", lets(nobody), "*", getObject, object, allowed},
		{"a service", lets(service), "cloudtrail.amazonaws.com", getObject, object, allowed},
		{"has some account", lets(`{"Null":{"aws:PrincipalAccount":"false"}}`), "cloudtrail.amazonaws.com", getObject, object, allowed},
		{"which is not known", lets(`{"StringEquals":{"aws:PrincipalAccount":"` + account + `"}}`), "cloudtrail.amazonaws.com", getObject, object, maybe},
		{"an identity provider is no service", lets(service), "cognito-identity.amazonaws.com", getObject, object, maybe},

		{"a service-linked role of an account that is not there is bound by no resource control", scene{
			policies: map[string]string{bucket: share("Allow", `"*"`, "s3:*", "*")}, share: []string{share("Deny", `"*"`, "*", "*")},
		}, "arn:aws:iam::777788889999:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX", getObject, object, maybe},

		{"the tags of a role", team(isBlue, ""), app, getObject, object, allowed},
		{"go after those that a session brings", team(isBlue, taggable), app, getObject, object, maybe},
		{"but are there", team(hasTeam, taggable), app, getObject, object, allowed},
		{"a session cannot do without them", team(`{"Null":{"aws:PrincipalTag/team":"true"}}`, taggable), app, getObject, object, silent},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.check(t) })
	}
}
