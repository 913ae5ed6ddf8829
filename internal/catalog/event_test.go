package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
)

func names(indices []int) string {
	out := make([]string, len(indices))
	for i, x := range indices {
		out[i] = string(catalog.AWS().Info(x).Action)
	}
	return strings.Join(out, " ")
}

func TestPermissionsOfCalls(t *testing.T) {
	t.Parallel()
	for call, want := range map[string]string{
		"ec2 RunInstances":                            "ec2:RunInstances",
		"monitoring DescribeAlarms":                   "cloudwatch:DescribeAlarms",
		"streams.dynamodb GetRecords":                 "dynamodb:GetRecords",
		"servicecatalog-appregistry ListApplications": "servicecatalog:ListApplications",
		"macie UpdateMacieSession":                    "macie2:UpdateMacieSession",
		"billing GetAlternateContact":                 "account:GetAlternateContact",
		"ec2 RegisterManagedInstance":                 "ssm:RegisterManagedInstance",
		"lambda CreateFunction20150331":               "lambda:CreateFunction",
		"lambda UpdateFunctionCode20150331v2":         "lambda:UpdateFunctionCode",
		"cloudfront CreateDistribution2020_05_31":     "cloudfront:CreateDistribution",
		"lambda Invoke":                               "lambda:InvokeFunction",
		"ec2 CreateTransitGatewayVpcAttachment":       "ec2:CreateTransitGatewayVpcAttachment",
		"s3 ListBuckets":                              "s3:ListAllMyBuckets",
		"s3 ListObjectsV2":                            "s3:ListBucket",
		"s3 HeadBucket":                               "s3:ListBucket",
		"s3 CopyObject":                               "s3:PutObject s3:GetObject",
		"s3 GetBucketEncryption":                      "s3:GetEncryptionConfiguration",
		"s3 DeleteBucketEncryption":                   "s3:PutEncryptionConfiguration",
		"s3 DeleteBucketLifecycle":                    "s3:PutLifecycleConfiguration",
		"s3 DeleteBucketReplication":                  "s3:PutReplicationConfiguration",
		"s3 PutBucketCors":                            "s3:PutBucketCORS",
		"s3 DeleteBucketCors":                         "s3:PutBucketCORS",
		"s3 PutAccountPublicAccessBlock":              "s3:PutAccountPublicAccessBlock",
		"s3express PutObject":                         "s3express:CreateSession",
		"apigateway CreateRestApi":                    "apigateway:POST",
		"apigateway UpdateRestApi":                    "apigateway:PATCH",
		"apigateway ImportApi":                        "apigateway:PUT",
		"apigateway DeleteStage":                      "apigateway:DELETE",
		"apigateway GetApis":                          "apigateway:GET",
		"dynamodb ExecuteStatement":                   "dynamodb:PartiQLSelect dynamodb:PartiQLInsert dynamodb:PartiQLUpdate dynamodb:PartiQLDelete",
		"dynamodb TransactGetItems":                   "dynamodb:GetItem",
		"kms ReEncrypt":                               "kms:ReEncryptFrom kms:ReEncryptTo",
		"budgets DescribeBudgets":                     "budgets:ViewBudget",
		"budgets CreateSubscriber":                    "budgets:ModifyBudget",
		"lex CreateBot":                               "lex:CreateBot",
		"glue CreatePartitionIndex":                   "glue:CreatePartitionIndex",
		"glue GetColumnStatisticsForTable":            "glue:GetColumnStatisticsForTable glue:GetTable",
		"bedrock Converse":                            "bedrock:InvokeModel",
		"sqs SendMessageBatch":                        "sqs:SendMessage",
		"secretsmanager BatchGetSecretValue":          "secretsmanager:BatchGetSecretValue secretsmanager:GetSecretValue",
		"codeartifact GetAuthorizationToken":          "codeartifact:GetAuthorizationToken sts:GetServiceBearerToken",
		"EC2 runinstances":                            "ec2:RunInstances",
	} {
		source, name, _ := strings.Cut(call, " ")
		got, mapping := catalog.AWS().Permissions(catalog.Call{Source: source + ".amazonaws.com", Name: name, EventType: "AwsApiCall"})
		if mapping != catalog.Mapped || names(got) != want {
			t.Errorf("%s: %s, %q; want %q", call, mapping, names(got), want)
		}
	}
}

func TestPermissionsOfOtherEvents(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		source, name, eventType string
		want                    catalog.Mapping
	}{
		{"secretsmanager", "StartSecretVersionDelete", "AwsServiceEvent", catalog.NotPermissionBearing},
		{"kms", "RotateKey", "AwsServiceEvent", catalog.NotPermissionBearing},
		{"signin", "ConsoleLogin", "AwsConsoleSignIn", catalog.NotPermissionBearing},
		{"signin", "GetSigninToken", "AwsApiCall", catalog.NotPermissionBearing},
		{"sso", "Authenticate", "AwsServiceEvent", catalog.NotPermissionBearing},
		{"sso", "CreateToken", "AwsApiCall", catalog.NotPermissionBearing},
		{"s3", "GetStorageLensDashboardDataInternal", "AwsApiCall", catalog.NotPermissionBearing},
		{"sts", "GetCallerIdentity", "AwsApiCall", catalog.NotPermissionBearing},
		{"sts", "GetSessionToken", "AwsApiCall", catalog.NotPermissionBearing},
		{"dynamodb", "DescribeEndpoints", "AwsApiCall", catalog.NotPermissionBearing},
		{"s3", "GetObject", "AwsVpceEvent", catalog.NotPermissionBearing},
		{"ec2", "RunInstances", "AwsCloudTrailInsight", catalog.NotPermissionBearing},
		{"cognito-idp", "SignUp", "AwsApiCall", catalog.NotPermissionBearing},
		{"s3", "GetBucketAcl", "AwsConsoleAction", catalog.Mapped},
		{"s3", "GetBucketAcl", "", catalog.Mapped},
		{"s3", "NoSuchCall", "AwsApiCall", catalog.Unmapped},
		{"apigateway", "TagResource", "AwsApiCall", catalog.Unmapped}, // PUT in v1, POST in v2.
		{"nosuch", "GetObject", "AwsApiCall", catalog.Unmapped},
		{"", "", "", catalog.Unmapped},
	} {
		call := catalog.Call{Source: tt.source + ".amazonaws.com", Name: tt.name, EventType: tt.eventType}
		got, mapping := catalog.AWS().Permissions(call)
		if mapping != tt.want || (len(got) > 0) != (tt.want == catalog.Mapped) {
			t.Errorf("%+v: %s, %q; want %s", call, mapping, names(got), tt.want)
		}
	}
}

func TestPermissionsPassRole(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ source, name, want string }{
		{"ec2", "RunInstances", "ec2:RunInstances iam:PassRole"},
		{"ec2", "CreateFlowLogs", "ec2:CreateFlowLogs iam:PassRole"},
		{"lambda", "CreateFunction20150331", "lambda:CreateFunction iam:PassRole"},
		{"rolesanywhere", "CreateProfile", "rolesanywhere:CreateProfile iam:PassRole"},
		{"cloudformation", "CreateStack", "cloudformation:CreateStack iam:PassRole"},
		{"ecs", "RunTask", "ecs:RunTask iam:PassRole"},
		{"sts", "AssumeRole", "sts:AssumeRole"},   // Names a role, passes none.
		{"kms", "CreateGrant", "kms:CreateGrant"}, // Likewise.
		{"iam", "AttachRolePolicy", "iam:AttachRolePolicy"},
		{"s3", "NoSuchCall", ""},
	} {
		call := catalog.Call{Source: tt.source + ".amazonaws.com", Name: tt.name, EventType: "AwsApiCall", PassesRole: true}
		if got, _ := catalog.AWS().Permissions(call); names(got) != tt.want {
			t.Errorf("%s %s with a role: %q, want %q", tt.source, tt.name, names(got), tt.want)
		}
		call.PassesRole = false
		if got, _ := catalog.AWS().Permissions(call); strings.Contains(names(got), "iam:PassRole") {
			t.Errorf("%s %s without a role: %q", tt.source, tt.name, names(got))
		}
	}
}

// Every action is exercised by the call of its own name, unless the table of
// exceptions says otherwise; no name is cut because it ends in digits.
func TestPermissionsOfEveryAction(t *testing.T) {
	t.Parallel()
	c := catalog.AWS()
	exceptions := 0
	for i := range c.Len() {
		info := c.Info(i)
		_, name, _ := strings.Cut(string(info.Action), ":")
		got, mapping := c.Permissions(catalog.Call{Source: info.Service + ".amazonaws.com", Name: name})
		switch {
		case mapping == catalog.NotPermissionBearing:
			exceptions++
			if !info.Unrecorded {
				t.Errorf("%s counts as recorded although its call is no use of it", info.Action)
			}
		case !slices.Contains(got, i):
			t.Errorf("%s: %s, %q", info.Action, mapping, names(got))
		}
	}
	if want := 34; exceptions != want { // Cognito's own users, and what is open to everyone.
		t.Errorf("the calls of %d actions need no permission, want %d", exceptions, want)
	}
}

func FuzzPermissions(f *testing.F) {
	f.Add("s3.amazonaws.com", "ListBuckets", "AwsApiCall", false)
	f.Add("lambda.amazonaws.com", "CreateFunction20150331v2", "AwsApiCall", true)
	f.Add("", "", "", true)
	f.Add("s3.amazonaws.com.cn", "20200101", "AwsServiceEvent", false)
	f.Fuzz(func(t *testing.T, source, name, eventType string, passes bool) {
		call := catalog.Call{Source: source, Name: name, EventType: eventType, PassesRole: passes}
		got, mapping := catalog.AWS().Permissions(call)
		again, mappingAgain := catalog.AWS().Permissions(call)
		if !slices.Equal(got, again) || mapping != mappingAgain {
			t.Errorf("%+v: %v, %s and then %v, %s", call, got, mapping, again, mappingAgain)
		}
		if (len(got) > 0) != (mapping == catalog.Mapped) {
			t.Errorf("%+v: %s with %d actions", call, mapping, len(got))
		}
		for _, i := range got {
			if i < 0 || i >= catalog.AWS().Len() {
				t.Errorf("%+v: index %d is out of range", call, i)
			}
		}
	})
}

func TestPermissionsAreDistinct(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := catalog.AWS()
		info := c.Info(rapid.IntRange(0, c.Len()-1).Draw(t, "index"))
		_, name, _ := strings.Cut(string(info.Action), ":")
		got, _ := c.Permissions(catalog.Call{Source: info.Service + ".amazonaws.com", Name: name, PassesRole: true})
		sorted := slices.Compact(slices.Sorted(slices.Values(got)))
		if diff := cmp.Diff(len(sorted), len(got)); diff != "" {
			t.Fatalf("%s: %q names an action twice", info.Action, names(got))
		}
	})
}
