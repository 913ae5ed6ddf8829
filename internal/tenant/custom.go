package tenant

import "strings"

// customPolicy is one policy that the organisation wrote itself. Placeholders
// in the text: ACCOUNT, ENV, TEAM, PREFIX (of bucket names), REGION.
type customPolicy struct {
	name     string
	versions []string // Documents, oldest first; the last is the default.
}

// accountPolicies are there once in each account.
func accountPolicies() []customPolicy {
	return []customPolicy{
		{"developer-boundary", []string{`{"Version":"2012-10-17","Statement":[{"Sid":"AllButIdentity","Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Sid":"ReadIdentity","Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"},{"Sid":"KeepTheTrail","Effect":"Deny","Action":["cloudtrail:StopLogging","cloudtrail:DeleteTrail"],"Resource":"*"}]}`}},
		{"legacy-all-but-identity", []string{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}]}`}},
		{"legacy-wildcards", []string{
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","ec2:*"],"Resource":"*"}]}`,
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","ec2:*","sqs:*","sns:*","dynamodb:*","lambda:*","logs:*"],"Resource":"*"},{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]}`,
		}},
		{"storage-except-audit", []string{`{"Version":"2012-10-17","Statement":[{"Sid":"EverythingButTheArchive","Effect":"Allow","Action":"s3:*","NotResource":["arn:aws:s3:::PREFIX-audit-archive","arn:aws:s3:::PREFIX-audit-archive/*"]}]}`}},
		{"require-mfa", []string{`{"Version":"2012-10-17","Statement":[{"Sid":"WithoutSecondFactorOnlyRegistration","Effect":"Deny","NotAction":["iam:CreateVirtualMFADevice","iam:EnableMFADevice","iam:GetUser","iam:ListMFADevices","iam:ListVirtualMFADevices","iam:ResyncMFADevice","sts:GetSessionToken"],"Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}`}},
		{"own-credentials", []string{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GetUser","iam:CreateAccessKey","iam:DeleteAccessKey","iam:ListAccessKeys","iam:UpdateAccessKey","iam:ListMFADevices","iam:EnableMFADevice"],"Resource":"arn:aws:iam::ACCOUNT:user/${aws:username}"}]}`}},
		{"office-network-only", []string{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["rds:Describe*","rds:CreateDBSnapshot","rds:ModifyDBInstance","rds:RebootDBInstance"],"Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":["192.0.2.0/24"]}}}]}`}},
		{"ci-legacy", []string{`{"Version":"2012-10-17","Statement":[{"Sid":"Deploy","Effect":"Allow","Action":["cloudformation:*","lambda:UpdateFunctionCode","s3:PutObject"],"Resource":"*"},{"Sid":"RotateServiceUsers","Effect":"Allow","Action":["iam:AttachUserPolicy","iam:CreateAccessKey","iam:DeleteAccessKey","iam:GetUser","iam:ListAccessKeys","iam:ListAttachedUserPolicies","iam:ListUserPolicies"],"Resource":"arn:aws:iam::ACCOUNT:user/*"}]}`}},
	}
}

// teamPolicies are there once for each team in each account.
func teamPolicies() []customPolicy {
	return []customPolicy{
		{"TEAM-data-access", []string{`{"Version":"2012-10-17","Statement":[{"Sid":"OwnBucket","Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject","s3:GetObjectTagging","s3:PutObjectTagging","s3:AbortMultipartUpload"],"Resource":"arn:aws:s3:::PREFIX-TEAM-*/*"},{"Sid":"ListOwnBucket","Effect":"Allow","Action":["s3:ListBucket","s3:GetBucketLocation"],"Resource":"arn:aws:s3:::PREFIX-TEAM-*"},{"Sid":"OwnTables","Effect":"Allow","Action":["dynamodb:*Item","dynamodb:Query","dynamodb:Scan","dynamodb:DescribeTable"],"Resource":"arn:aws:dynamodb:*:ACCOUNT:table/TEAM-*"},{"Sid":"OwnSecrets","Effect":"Allow","Action":["secretsmanager:GetSecretValue","secretsmanager:DescribeSecret"],"Resource":"arn:aws:secretsmanager:*:ACCOUNT:secret:ENV/TEAM/*"},{"Sid":"OwnKeys","Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey","kms:DescribeKey"],"Resource":"arn:aws:kms:*:ACCOUNT:key/*","Condition":{"StringEquals":{"aws:ResourceTag/owner":"TEAM"}}}]}`}},
		{"TEAM-deploy", []string{
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudformation:*","ecs:*","ecr:*"],"Resource":"*"}]}`,
			`{"Version":"2012-10-17","Statement":[{"Sid":"Deploy","Effect":"Allow","Action":["cloudformation:*","codebuild:*","ecr:*","ecs:*","lambda:*","s3:Get*","s3:List*","s3:PutObject","cloudfront:CreateInvalidation","logs:CreateLogGroup","logs:PutRetentionPolicy"],"Resource":"*"},{"Sid":"HandOverOwnRoles","Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::ACCOUNT:role/TEAM-*","Condition":{"StringEquals":{"iam:PassedToService":["ecs-tasks.amazonaws.com","lambda.amazonaws.com"]}}},{"Sid":"KeepStacksOfOthers","Effect":"Deny","Action":["cloudformation:DeleteStack"],"NotResource":"arn:aws:cloudformation:*:ACCOUNT:stack/TEAM-*/*"}]}`,
		}},
		{"TEAM-operations", []string{`{"Version":"2012-10-17","Statement":[{"Sid":"LookAtEverything","Effect":"Allow","Action":["ec2:Describe*","autoscaling:Describe*","cloudwatch:*","logs:*","ssm:*"],"Resource":"*"},{"Sid":"ChangeOwn","Effect":"Allow","Action":["ec2:StartInstances","ec2:StopInstances","ec2:RebootInstances","ec2:CreateSnapshot","ec2:CreateTags"],"Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/owner":"TEAM"}}},{"Sid":"NeverTerminate","Effect":"Deny","Action":["ec2:TerminateInstances","ec2:DeleteVolume"],"Resource":"*"}]}`}},
	}
}

// expand fills the placeholders of a custom policy's name or document.
func (a *account) expand(text, team string) string {
	return strings.NewReplacer(
		"ACCOUNT", a.id, "PREFIX", a.prefix, "ENV", a.env, "TEAM", team, "REGION", region(team),
	).Replace(text)
}

// customARN returns the ARN of one of the account's own policies.
func (a *account) customARN(name, team string) string {
	return a.iamARN("policy/" + a.expand(name, team))
}
