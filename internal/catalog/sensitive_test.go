package catalog_test

import (
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// What a security engineer knows to hand out secrets, credentials or data.
func TestSensitiveReads(t *testing.T) {
	t.Parallel()
	const cred, data = catalog.CredentialExposure, catalog.DataAccess
	for action, want := range map[entitlement.Action]catalog.Sensitivity{
		"secretsmanager:GetSecretValue":            cred,
		"secretsmanager:BatchGetSecretValue":       cred,
		"kms:Decrypt":                              data,
		"ssm:GetParameter":                         data,
		"ssm:GetParametersByPath":                  data,
		"ec2:GetPasswordData":                      cred,
		"ec2:DescribeInstanceAttribute":            data,
		"sts:AssumeRole":                           cred,
		"sts:AssumeRoot":                           cred,
		"acm:ExportCertificate":                    cred,
		"lightsail:DownloadDefaultKeyPair":         cred,
		"lightsail:GetInstanceAccessDetails":       cred,
		"redshift:GetClusterCredentialsWithIAM":    cred,
		"redshift-serverless:GetCredentials":       cred,
		"glue:GetConnection":                       cred,
		"ecr:GetAuthorizationToken":                cred,
		"ecr:BatchGetImage":                        data,
		"ecr:GetDownloadUrlForLayer":               data,
		"lambda:GetFunction":                       data,
		"lambda:GetFunctionConfiguration":          data,
		"s3:GetObject":                             data,
		"s3:GetObjectVersion":                      data,
		"s3express:CreateSession":                  cred | data,
		"ebs:GetSnapshotBlock":                     data,
		"dynamodb:Scan":                            data,
		"dynamodb:PartiQLSelect":                   data,
		"dynamodb:ExportTableToPointInTime":        data,
		"rds-data:ExecuteStatement":                data,
		"redshift-data:GetStatementResult":         data,
		"athena:GetQueryResults":                   data,
		"timestream:Select":                        data,
		"neptune-db:ReadDataViaQuery":              data,
		"es:ESHttpGet":                             data,
		"kinesis:GetRecords":                       data,
		"kinesis:SubscribeToShard":                 data,
		"kafka-cluster:ReadData":                   data,
		"sqs:ReceiveMessage":                       data,
		"logs:GetLogEvents":                        data,
		"logs:FilterLogEvents":                     data,
		"codecommit:GitPull":                       data,
		"eks:AccessKubernetesApi":                  data,
		"elasticfilesystem:ClientMount":            data,
		"cognito-idp:AdminGetUser":                 data,
		"workmailmessageflow:GetRawMessageContent": data,
	} {
		info := infoOf(t, action)
		if info.Severity != catalog.High || !info.Sensitivity.Has(cred|data) || info.Sensitivity&want != want {
			t.Errorf("%s is of %s severity with sensitivity %b, want high and %b", action, info.Severity, info.Sensitivity, want)
		}
	}
}

// What only describes is not sensitive, however much of it there is.
func TestMetadataIsNotSensitive(t *testing.T) {
	t.Parallel()
	for _, action := range []entitlement.Action{
		"ec2:DescribeInstances", "ec2:DescribeSecurityGroups", "ec2:DescribeSnapshots", "ec2:DescribeVpcs",
		"iam:GetUser", "iam:GetRole", "iam:GetPolicyVersion", "iam:ListUsers", "iam:GetCredentialReport", "iam:GetAccountAuthorizationDetails",
		"s3:ListAllMyBuckets", "s3:ListBucket", "s3:GetBucketPolicy", "s3:GetBucketAcl", "s3:GetObjectTagging",
		"secretsmanager:ListSecrets", "secretsmanager:DescribeSecret", "secretsmanager:GetRandomPassword", "secretsmanager:GetResourcePolicy",
		"kms:DescribeKey", "kms:ListKeys", "kms:GetKeyPolicy", "kms:GetPublicKey", "acm:GetCertificate", "acm:DescribeCertificate",
		"ssm:DescribeParameters", "ssm:DescribeInstanceInformation", "sts:GetCallerIdentity", "sts:GetAccessKeyInfo",
		"dynamodb:DescribeTable", "dynamodb:ListTables", "dynamodb:GetShardIterator", "rds:DescribeDBInstances", "redshift:DescribeClusters",
		"sqs:GetQueueAttributes", "sqs:ListQueues", "sns:ListTopics", "kinesis:DescribeStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams",
		"lambda:GetPolicy", "lambda:ListAliases", "ecr:DescribeImages", "ecs:ListTasks", "eks:DescribeCluster", "elasticfilesystem:DescribeFileSystems",
		"glue:GetTable", "glue:GetDatabases", "athena:ListWorkGroups", "cloudtrail:DescribeTrails", "cloudwatch:GetMetricData",
		"codecommit:ListRepositories", "cognito-idp:ListUserPools", "organizations:ListAccounts", "tag:GetResources", "config:GetResourceConfigHistory",
	} {
		if info := infoOf(t, action); info.Sensitivity != 0 || info.Severity != catalog.Normal || info.Type.Changes() {
			t.Errorf("%s is a %s of %s severity with sensitivity %b, want a read that is not sensitive", action, info.Type, info.Severity, info.Sensitivity)
		}
	}
}

func infoOf(t *testing.T, a entitlement.Action) *catalog.Info {
	t.Helper()
	i, ok := catalog.AWS().Index(a)
	if !ok {
		t.Fatalf("%s is not in the catalogue", a)
	}
	return catalog.AWS().Info(i)
}
