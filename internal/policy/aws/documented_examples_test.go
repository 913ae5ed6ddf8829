package aws_test

import (
	"testing"
)

// known is one key of a request's context.
func known(name string, values ...string) map[string][]string {
	return map[string][]string{name: values}
}

func TestDocumentedRoleTrust(t *testing.T) {
	t.Parallel()
	trusts := func(statement string) scene { return scene{alice: full, bob: full, trust: statement} }
	external := trusts(shareIf("Allow", byOther, assumeRole, "", `{"StringEquals":{"sts:ExternalId":"12345"}}`))
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html", []documented{
		{"the external id", external, bob, assumeRole, app, known("sts:ExternalId", "12345"), allowed},
		{"a wrong one", external, bob, assumeRole, app, known("sts:ExternalId", "54321"), silent},
		{"none", external, bob, assumeRole, app, known("sts:ExternalId"), silent},
		{"which is not known", external, bob, assumeRole, app, nil, maybe},
	})
	second := trusts(shareIf("Allow", byAccount, assumeRole, "", mfa))
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html", []documented{
		{"a second factor", second, string(alice), assumeRole, app, known("aws:MultiFactorAuthPresent", "true"), allowed},
		{"no second factor", second, string(alice), assumeRole, app, known("aws:MultiFactorAuthPresent", "false"), silent},
		{"keys of long life", second, string(alice), assumeRole, app, known("aws:MultiFactorAuthPresent"), silent},
	})
	service := `{"Service":"ec2.amazonaws.com"}`
	deputy := trusts(shareIf("Allow", service, assumeRole, "", `{"StringEquals":{"aws:SourceAccount":"`+account+`"},"ArnLike":{"aws:SourceArn":"arn:aws:ec2:*:`+account+`:*"}}`))
	source := func(id string) map[string][]string {
		return map[string][]string{"aws:SourceAccount": {id}, "aws:SourceArn": {"arn:aws:ec2:eu-west-1:" + id + ":fleet/f"}}
	}
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html", []documented{
		{"a service for the account", deputy, "ec2.amazonaws.com", assumeRole, app, source(account), allowed},
		{"a service for another account", deputy, "ec2.amazonaws.com", assumeRole, app, source(other), silent},
		{"another service", deputy, "lambda.amazonaws.com", assumeRole, app, source(account), silent},
		{"a user is no service", deputy, string(alice), assumeRole, app, source(account), silent},
	})
	web := trusts(shareIf("Allow", `{"Federated":"accounts.google.com"}`, "sts:AssumeRoleWithWebIdentity", "", `{"StringEquals":{"accounts.google.com:aud":"66677788899900pro0"}}`))
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html", []documented{
		{"the application", web, "accounts.google.com", "sts:AssumeRoleWithWebIdentity", app, known("accounts.google.com:aud", "66677788899900pro0"), allowed},
		{"another application", web, "accounts.google.com", "sts:AssumeRoleWithWebIdentity", app, known("accounts.google.com:aud", "x"), silent},
		{"another provider", web, "cognito-identity.amazonaws.com", "sts:AssumeRoleWithWebIdentity", app, known("accounts.google.com:aud", "66677788899900pro0"), silent},
	})
}

func TestDocumentedKeys(t *testing.T) {
	t.Parallel()
	says := func(s scene, statements string) scene {
		s.policies = map[string]string{key: statements}
		return s
	}
	leaves, uses := share("Allow", byAccount, "kms:*", "*"), allow("kms:Decrypt kms:Encrypt", "arn:aws:kms:*:"+account+":key/*")
	viaS3 := shareIf("Allow", everybody, "kms:Decrypt", "*", `{"StringEquals":{"kms:CallerAccount":"`+account+`","kms:ViaService":"s3.eu-west-1.amazonaws.com"}}`)
	check(t, "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html", []documented{
		{"leaves it to IAM policies", says(scene{alice: uses}, leaves), string(alice), decrypt, key, nil, allowed},
		{"which do not allow", says(scene{alice: uses}, leaves), string(alice), "kms:ScheduleKeyDeletion", key, nil, silent},
		{"without it IAM policies are of no use", says(scene{alice: uses}, share("Allow", byApp, "kms:*", "*")), string(alice), decrypt, key, nil, silent},
		{"users of the key need no IAM policy", says(scene{}, leaves+","+share("Allow", byAlice, "kms:Decrypt", "*")), string(alice), decrypt, key, nil, allowed},
		{"and have no more", says(scene{}, leaves+","+share("Allow", byAlice, "kms:Decrypt", "*")), string(alice), "kms:PutKeyPolicy", key, nil, silent},
		{"other accounts are not let in", says(scene{bob: full}, leaves), bob, decrypt, key, nil, silent},
		{"the root user", says(scene{}, leaves), root, "kms:PutKeyPolicy", key, nil, allowed},
	})
	check(t, "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html", []documented{
		{"both accounts allow", says(scene{bob: uses}, leaves+","+share("Allow", byOther, "kms:Decrypt", "*")), bob, decrypt, key, nil, allowed},
		{"the key's account alone", says(scene{}, leaves+","+share("Allow", byOther, "kms:Decrypt", "*")), bob, decrypt, key, nil, silent},
		{"not what the key's account does not", says(scene{bob: full}, leaves+","+share("Allow", byOther, "kms:Decrypt", "*")), bob, "kms:Encrypt", key, nil, silent},
	})
	check(t, "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html", []documented{
		{"everybody of the account through S3", says(scene{}, viaS3), string(alice), decrypt, key, known("kms:ViaService", "s3.eu-west-1.amazonaws.com"), allowed},
		{"not directly", says(scene{}, viaS3), string(alice), decrypt, key, known("kms:ViaService"), silent},
		{"nobody of another account", says(scene{bob: full}, viaS3), bob, decrypt, key, known("kms:ViaService", "s3.eu-west-1.amazonaws.com"), silent},
	})
}

func TestDocumentedVariables(t *testing.T) {
	t.Parallel()
	home := allow("s3:GetObject", "arn:aws:s3:::a/${aws:username}/*") + "," +
		statement("Allow", "s3:ListBucket", bucket, `{"StringLike":{"s3:prefix":["","home/","${aws:username}/*"]}}`)
	team := allow("s3:GetObject", "arn:aws:s3:::a/${aws:PrincipalTag/team}/*")
	standIn := `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/${aws:PrincipalTag/team, 'company-wide'}/*"}`
	blue := map[string]string{"team": "blue"}
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html", []documented{
		{"one's own folder", scene{alice: home}, string(alice), getObject, "arn:aws:s3:::a/alice/x", nil, allowed},
		{"another's folder", scene{alice: home}, string(alice), getObject, "arn:aws:s3:::a/bob/x", nil, silent},
		{"the list of one's own folder", scene{alice: home}, string(alice), "s3:ListBucket", bucket, known("s3:prefix", "alice/x"), allowed},
		{"the list of another's", scene{alice: home}, string(alice), "s3:ListBucket", bucket, known("s3:prefix", "bob/"), silent},
		{"the list of the top", scene{alice: home}, string(alice), "s3:ListBucket", bucket, known("s3:prefix", ""), allowed},
		{"roles have no user name", scene{app: home}, session, getObject, "arn:aws:s3:::a/app/x", nil, silent},
		{"a tag", scene{alice: team, tags: blue}, string(alice), getObject, "arn:aws:s3:::a/blue/x", nil, allowed},
		{"another tag", scene{alice: team, tags: blue}, string(alice), getObject, "arn:aws:s3:::a/red/x", nil, silent},
		{"no tag", scene{alice: team}, string(alice), getObject, "arn:aws:s3:::a//x", nil, silent},
		{"a tag before the default", scene{alice: standIn, tags: blue}, string(alice), getObject, "arn:aws:s3:::a/blue/x", nil, allowed},
		{"the default is not used then", scene{alice: standIn, tags: blue}, string(alice), getObject, "arn:aws:s3:::a/company-wide/x", nil, silent},
		{"the default", scene{alice: standIn}, string(alice), getObject, "arn:aws:s3:::a/company-wide/x", nil, allowed},
		{"a star that is none", scene{alice: allow("s3:GetObject", "arn:aws:s3:::a/${*}/x")}, string(alice), getObject, "arn:aws:s3:::a/*/x", nil, allowed},
		{"matches nothing else", scene{alice: allow("s3:GetObject", "arn:aws:s3:::a/${*}/x")}, string(alice), getObject, "arn:aws:s3:::a/b/x", nil, silent},
		{"the id of a session", bucketSays(scene{app: full}, shareIf("Deny", everybody, "s3:*", objects, `{"StringNotLike":{"aws:userid":"AROAAPP:*"}}`)), session, getObject, object, nil, allowed},
	})
}

func TestDocumentedConditions(t *testing.T) {
	t.Parallel()
	address := full + "," + statement("Deny", "*", "*", `{"NotIpAddress":{"aws:SourceIp":["192.0.2.0/24","203.0.113.0/24"]},"Bool":{"aws:ViaAWSService":"false"}}`)
	from := func(ip, via string) map[string][]string {
		return map[string][]string{"aws:SourceIp": {ip}, "aws:ViaAWSService": {via}}
	}
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html", []documented{
		{"from inside", scene{alice: address}, string(alice), stop, instance, from("203.0.113.7", "false"), allowed},
		{"from outside", scene{alice: address}, string(alice), stop, instance, from("198.51.100.7", "false"), denied},
		{"by a service that acts for the user", scene{alice: address}, string(alice), stop, instance, from("198.51.100.7", "true"), allowed},
		{"from where is not known", scene{alice: address}, string(alice), stop, instance, nil, maybe},
	})
	dates := statement("Allow", stop, "*", `{"DateGreaterThan":{"aws:CurrentTime":"2020-04-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2020-06-30T23:59:59Z"}}`)
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws-dates.html", []documented{
		{"within", scene{alice: dates}, string(alice), stop, instance, known("aws:CurrentTime", "2020-05-01T12:00:00Z"), allowed},
		{"before", scene{alice: dates}, string(alice), stop, instance, known("aws:CurrentTime", "2020-03-31T23:59:59Z"), silent},
		{"after", scene{alice: dates}, string(alice), stop, instance, known("aws:CurrentTime", "2020-07-01T00:00:00Z"), silent},
		{"at the first moment, which is not after itself", scene{alice: dates}, string(alice), stop, instance, known("aws:CurrentTime", "2020-04-01T00:00:00Z"), silent},
	})
	regions := full + "," + statement("Deny", "!iam:* cloudfront:* route53:* support:*", "*", `{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}`)
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-requested-region.html", []documented{
		{"a region of the list", scene{alice: regions}, string(alice), stop, instance, known("aws:RequestedRegion", "eu-west-1"), allowed},
		{"another region", scene{alice: regions}, string(alice), stop, instance, known("aws:RequestedRegion", "us-west-2"), denied},
		{"a global service", scene{alice: regions}, string(alice), "iam:GetRole", app, known("aws:RequestedRegion", "us-east-1"), allowed},
	})
	owner := statement("Allow", "ec2:StartInstances ec2:StopInstances", "arn:aws:ec2:*:*:instance/*", `{"StringEquals":{"aws:ResourceTag/Owner":"${aws:username}"}}`)
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_ec2_tag-owner.html", []documented{
		{"one's own instance", scene{alice: owner}, string(alice), stop, instance, known("aws:ResourceTag/Owner", "alice"), allowed},
		{"another's", scene{alice: owner}, string(alice), stop, instance, known("aws:ResourceTag/owner", "bob"), silent},
		{"with regard to case", scene{alice: owner}, string(alice), stop, instance, known("aws:ResourceTag/Owner", "Alice"), silent},
		{"of which the tags are not known", scene{alice: owner}, string(alice), stop, instance, nil, maybe},
	})
	self := allow("iam:CreateAccessKey iam:EnableMFADevice iam:ChangePassword", "arn:aws:iam::*:user/${aws:username}") + "," +
		statement("Deny", "!iam:EnableMFADevice iam:ListUsers sts:GetSessionToken", "*", `{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`)
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html", []documented{
		{"one's own keys with a second factor", scene{alice: self}, string(alice), "iam:CreateAccessKey", string(alice), known("aws:MultiFactorAuthPresent", "true"), allowed},
		{"without", scene{alice: self}, string(alice), "iam:CreateAccessKey", string(alice), known("aws:MultiFactorAuthPresent", "false"), denied},
		{"by keys of long life", scene{alice: self}, string(alice), "iam:CreateAccessKey", string(alice), known("aws:MultiFactorAuthPresent"), denied},
		{"the second factor itself", scene{alice: self}, string(alice), "iam:EnableMFADevice", string(alice), known("aws:MultiFactorAuthPresent"), allowed},
		{"another's keys", scene{alice: self}, string(alice), "iam:CreateAccessKey", "arn:aws:iam::" + account + ":user/bob", known("aws:MultiFactorAuthPresent", "true"), silent},
	})
}

func TestDocumentedBuckets(t *testing.T) {
	t.Parallel()
	says := func(statement string) scene { return bucketSays(scene{alice: full, bob: full}, statement) }
	tls := says(shareIf("Deny", everybody, "s3:*", objects, `{"Bool":{"aws:SecureTransport":"false"}}`))
	endpoint := says(shareIf("Deny", everybody, "s3:*", objects, `{"StringNotEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}`))
	ours := says(shareIf("Allow", everybody, "s3:GetObject", objects, `{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`))
	encrypted := says(shareIf("Deny", everybody, "s3:PutObject", objects, `{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}`))
	check(t, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html", []documented{
		{"over TLS", tls, string(alice), getObject, object, known("aws:SecureTransport", "true"), allowed},
		{"in the clear", tls, string(alice), getObject, object, known("aws:SecureTransport", "false"), denied},
		{"encrypted as asked", encrypted, string(alice), "s3:PutObject", object, known("s3:x-amz-server-side-encryption", "aws:kms"), allowed},
		{"encrypted otherwise", encrypted, string(alice), "s3:PutObject", object, known("s3:x-amz-server-side-encryption", "AES256"), denied},
		{"without saying how", encrypted, string(alice), "s3:PutObject", object, known("s3:x-amz-server-side-encryption"), denied},
		{"of the organisation", ours, bob, getObject, object, known("aws:PrincipalOrgID", "o-1"), allowed},
		{"not of it", ours, bob, getObject, object, known("aws:PrincipalOrgID", "o-2"), silent},
		{"nobody in particular", ours, "*", getObject, object, nil, silent},
	})
	check(t, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html", []documented{
		{"through the endpoint", endpoint, string(alice), getObject, object, known("aws:SourceVpce", "vpce-1a2b3c4d"), allowed},
		{"through another", endpoint, string(alice), getObject, object, known("aws:SourceVpce", "vpce-9"), denied},
		{"over the internet", endpoint, string(alice), getObject, object, known("aws:SourceVpce"), denied},
	})
}

func TestDocumentedSeveralValues(t *testing.T) {
	t.Parallel()
	all := scene{alice: statement("Allow", "ec2:CreateTags", "*", `{"ForAllValues:StringEquals":{"aws:TagKeys":["environment","cost-center"]}}`)}
	any1 := scene{alice: full + "," + statement("Deny", "ec2:CreateTags", "*", `{"ForAnyValue:StringEquals":{"aws:TagKeys":["environment","cost-center"]}}`)}
	always := scene{alice: statement("Allow", "ec2:CreateTags", "*", `{"ForAllValues:StringEquals":{"aws:TagKeys":"environment"},"Null":{"aws:TagKeys":"false"}}`)}
	check(t, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html", []documented{
		{"all of the list", all, string(alice), "ec2:CreateTags", instance, known("aws:TagKeys", "environment", "cost-center"), allowed},
		{"one not of the list", all, string(alice), "ec2:CreateTags", instance, known("aws:TagKeys", "environment", "owner"), silent},
		{"none at all fulfils ForAllValues", all, string(alice), "ec2:CreateTags", instance, known("aws:TagKeys"), allowed},
		{"unless Null asks for some", always, string(alice), "ec2:CreateTags", instance, known("aws:TagKeys"), silent},
		{"one of the list", any1, string(alice), "ec2:CreateTags", instance, known("aws:TagKeys", "owner", "environment"), denied},
		{"none of the list", any1, string(alice), "ec2:CreateTags", instance, known("aws:TagKeys", "owner"), allowed},
		{"none at all does not fulfil ForAnyValue", any1, string(alice), "ec2:CreateTags", instance, known("aws:TagKeys"), allowed},
	})
}
