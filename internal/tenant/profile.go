package tenant

import "fmt"

// profile is what identities of one sort hold and do.
type profile struct {
	name    string
	managed []string // Names of AWS managed policies.
	custom  []string // Names of the organisation's own policies.
	inline  string   // Document of an inline policy with the profile's name, or "".
	habits  []*call  // What it does when active; all are granted.
	refused []*call  // What it tries in vain now and then; none is granted.
	// whole: each session performs every habit, and the habits are all that is
	// granted.
	whole bool
}

// profileRow is a profile with its calls by name.
type profileRow struct {
	name            string
	managed, custom []string
	habits, refused string
	inline          string
	whole           bool
}

// profiles is the table of profiles by name.
type profiles map[string]*profile

func newProfiles(table calls) (profiles, error) {
	all := profiles{}
	for _, rows := range [][]profileRow{userProfiles(), functionProfiles(), workloadProfiles(), outsideProfiles()} {
		for _, row := range rows {
			habits, err := table.find(row.habits)
			if err != nil {
				return nil, fmt.Errorf("profile %s: %w", row.name, err)
			}
			refused, err := table.find(row.refused)
			if err != nil {
				return nil, fmt.Errorf("profile %s: %w", row.name, err)
			}
			all[row.name] = &profile{
				name: row.name, managed: row.managed, custom: row.custom, inline: row.inline,
				habits: habits, refused: refused, whole: row.whole,
			}
		}
	}
	return all, nil
}

func userProfiles() []profileRow {
	return []profileRow{
		{
			name:   "administrator", // Holds everything through a group or directly.
			habits: "iam:ListUsers iam:ListRoles iam:GetRole iam:ListAttachedRolePolicies ec2:DescribeInstances ec2:DescribeSecurityGroups ec2:AuthorizeSecurityGroupIngress cloudformation:ListStacks cloudformation:DescribeStacks route53:ListHostedZones route53:ChangeResourceRecordSets organizations:DescribeOrganization cloudtrail:DescribeTrails cloudtrail:LookupEvents iam:AttachRolePolicy acm:ListCertificates",
		},
		{
			name:    "developer", // Holds what the groups give.
			habits:  "ec2:DescribeInstances ec2:DescribeVolumes ec2:DescribeSecurityGroups s3:ListBuckets s3:GetBucketLocation s3:GetBucketAcl s3:GetBucketPublicAccessBlock lambda:ListFunctions20150331 lambda:GetFunctionConfiguration20150331v2 logs:DescribeLogGroups logs:StartQuery monitoring:DescribeAlarms monitoring:PutMetricAlarm cloudformation:DescribeStacks rds:DescribeDBInstances ecs:ListClusters ecs:DescribeServices ec2:StartInstances ec2:StopInstances ec2:CreateSnapshot ssm:SendCommand dynamodb:ListTables sqs:ListQueues sns:ListTopics events:ListRules states:ListStateMachines elasticloadbalancing:DescribeLoadBalancers",
			refused: "iam:CreateRole iam:AttachRolePolicy",
		},
		{
			name:    "auditor",
			habits:  "iam:ListUsers iam:ListPolicies iam:GetAccountSummary iam:GenerateCredentialReport iam:GetCredentialReport iam:ListMFADevices cloudtrail:LookupEvents cloudtrail:GetTrailStatus config:DescribeConfigurationRecorders guardduty:ListDetectors guardduty:ListFindings securityhub:GetFindings access-analyzer:ListAnalyzers s3:GetBucketPolicy s3:GetBucketEncryption",
			refused: "secretsmanager:GetSecretValue",
		},
		{
			name: "analyst", managed: []string{"AmazonAthenaFullAccess", "AmazonS3ReadOnlyAccess"},
			habits:  "athena:ListWorkGroups athena:StartQueryExecution athena:GetQueryExecution athena:GetQueryResults glue:GetDatabases glue:GetTable glue:GetPartitions s3:ListBuckets s3:GetObject",
			refused: "glue:StartJobRun ec2:DescribeInstances",
		},
		{
			name: "pipeline-user", custom: []string{"TEAM-deploy"},
			habits:  "cloudformation:DescribeStacks cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet cloudformation:DescribeStackEvents s3:PutObject lambda:UpdateFunctionCode20150331v2 ecr:PutImage ecr:GetAuthorizationToken",
			refused: "iam:CreateRole",
		},
		{name: "legacy-pipeline-user", custom: []string{"ci-legacy"}},
		{name: "reporting-user", managed: []string{"AmazonAthenaFullAccess", "AmazonS3ReadOnlyAccess"}},
	}
}

func functionProfiles() []profileRow {
	basic := "AWSLambdaBasicExecutionRole"
	return []profileRow{
		{
			name: "function-queue", managed: []string{basic, "AmazonSQSFullAccess"}, custom: []string{"TEAM-data-access"},
			habits:  "sqs:GetQueueAttributes sqs:GetQueueUrl logs:CreateLogStream dynamodb:DescribeTable dynamodb:PutItem secretsmanager:GetSecretValue kms:Decrypt",
			refused: "ec2:DescribeInstances ssm:GetParameter",
		},
		{
			name: "function-objects", managed: []string{basic, "AmazonS3FullAccess"},
			habits:  "s3:GetObject s3:HeadObject s3:PutObject s3:DeleteObject s3:ListObjects s3:HeadBucket logs:CreateLogGroup logs:CreateLogStream",
			refused: "dynamodb:DescribeTable kms:Decrypt",
		},
		{
			name: "function-tidy", managed: []string{basic, "AmazonEC2FullAccess"},
			habits:  "ec2:DescribeSnapshots ec2:CreateSnapshot ec2:DeleteSnapshot ec2:DescribeVolumes ec2:CreateTags ec2:DescribeInstances",
			refused: "rds:DescribeDBSnapshots",
		},
		{
			name: "function-named", managed: []string{basic},
			inline:  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::BUCKET/*"},{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem","dynamodb:UpdateItem","dynamodb:DeleteItem","dynamodb:DescribeTable"],"Resource":"arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE"},{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:REGION:ACCOUNT:key/KEY"}]}`,
			habits:  "s3:GetObject dynamodb:GetItem dynamodb:PutItem dynamodb:DescribeTable kms:Decrypt logs:CreateLogStream",
			refused: "s3:ListBuckets",
		},
	}
}

func workloadProfiles() []profileRow {
	return []profileRow{
		{
			name: "instance-agent", managed: []string{"AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy", "AmazonS3ReadOnlyAccess"},
			habits:  "ssm:UpdateInstanceInformation ssm:ListInstanceAssociations s3:GetObject ec2:DescribeTags logs:CreateLogStream logs:DescribeLogGroups",
			refused: "sqs:GetQueueUrl",
		},
		{
			name: "instance-legacy", managed: []string{"PowerUserAccess"},
			habits:  "ssm:UpdateInstanceInformation ec2:DescribeInstances s3:GetObject s3:PutObject sqs:GetQueueUrl rds:DescribeDBInstances lambda:Invoke",
			refused: "iam:ListUsers",
		},
		{
			name: "task-secrets", managed: []string{"AmazonECSTaskExecutionRolePolicy", "SecretsManagerReadWrite"},
			habits:  "ecr:GetAuthorizationToken ecr:BatchGetImage ecr:GetDownloadUrlForLayer logs:CreateLogStream secretsmanager:GetSecretValue secretsmanager:DescribeSecret",
			refused: "s3:ListBuckets",
		},
		{
			name: "task-data", managed: []string{"AmazonECSTaskExecutionRolePolicy", "AmazonDynamoDBFullAccess"}, custom: []string{"TEAM-data-access"},
			habits:  "ecr:GetAuthorizationToken ecr:BatchGetImage logs:CreateLogStream dynamodb:DescribeTable dynamodb:GetItem dynamodb:CreateBackup s3:GetObject kms:GenerateDataKey",
			refused: "sqs:ListQueues",
		},
		{
			name: "glue-job", managed: []string{"AWSGlueServiceRole"}, custom: []string{"storage-except-audit"},
			habits:  "glue:GetTable glue:GetPartitions glue:BatchCreatePartition s3:ListObjects s3:GetObject s3:PutObject ec2:DescribeSubnets",
			refused: "athena:StartQueryExecution",
		},
		{
			name:   "inventory-reporter",
			inline: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:DescribeInstances","ec2:DescribeSnapshots","rds:DescribeDBInstances","s3:ListAllMyBuckets"],"Resource":"*"}]}`,
			habits: "ec2:DescribeInstances ec2:DescribeSnapshots rds:DescribeDBInstances s3:ListBuckets",
			whole:  true,
		},
		{
			name: "pipeline", custom: []string{"TEAM-deploy"},
			habits:  "cloudformation:DescribeStacks cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet cloudformation:DescribeStackEvents ecs:RegisterTaskDefinition ecs:UpdateService ecs:DescribeServices ecr:GetAuthorizationToken ecr:PutImage lambda:GetFunction20150331v2 lambda:UpdateFunctionCode20150331v2 s3:PutObject cloudfront:CreateInvalidation2020_05_31 codebuild:StartBuild codebuild:BatchGetBuilds",
			refused: "iam:CreateRole",
		},
		{
			name: "legacy-wide", custom: []string{"legacy-wildcards"},
			habits:  "s3:ListBuckets s3:GetObject s3:PutObject sqs:GetQueueAttributes sqs:CreateQueue dynamodb:DescribeTable lambda:ListFunctions20150331 ec2:DescribeInstances ec2:RunInstances sns:GetTopicAttributes",
			refused: "iam:ListRoles",
		},
		{
			name: "legacy-not", custom: []string{"legacy-all-but-identity"},
			habits:  "autoscaling:DescribeAutoScalingGroups autoscaling:SetDesiredCapacity ec2:DescribeImages ec2:TerminateInstances elasticloadbalancing:DescribeTargetHealth ec2:DescribeInstanceStatus rds:CreateDBSnapshot states:StartExecution states:DescribeExecution events:PutRule",
			refused: "iam:ListRoles",
		},
	}
}

func outsideProfiles() []profileRow {
	return []profileRow{
		{
			name: "vendor", managed: []string{"SecurityAudit", "ViewOnlyAccess"},
			habits:  "sts:GetCallerIdentity ec2:DescribeInstances ec2:DescribeVpcs ec2:DescribeRegions monitoring:DescribeAlarms rds:DescribeDBInstances s3:ListBuckets lambda:ListFunctions20150331 iam:GetAccountSummary",
			refused: "ce:GetCostAndUsage",
		},
		{
			name: "organization-audit", managed: []string{"SecurityAudit", "ReadOnlyAccess"},
			habits: "iam:GetAccountAuthorizationDetails iam:GenerateCredentialReport iam:GetCredentialReport lambda:ListFunctions20150331 ec2:DescribeInstances organizations:ListAccounts cloudtrail:DescribeTrails tagging:GetResources",
		},
		{name: "sso-administrator", managed: []string{"AdministratorAccess"}},
		{name: "sso-billing", managed: []string{"Billing", "ViewOnlyAccess"}, habits: "ce:GetCostAndUsage ec2:DescribeInstances"},
		{
			name: "sso-power-user", managed: []string{"PowerUserAccess"},
			habits:  "ec2:DescribeInstances lambda:UpdateFunctionConfiguration20150331v2 dynamodb:DescribeTable s3:ListBuckets s3:GetBucketVersioning logs:StartQuery logs:PutRetentionPolicy cloudformation:DescribeStacks sqs:GetQueueAttributes kms:DescribeKey kms:ListAliases ssm:GetParametersByPath ssm:DescribeParameters",
			refused: "iam:CreateRole",
		},
		{
			name: "sso-read-only", managed: []string{"ReadOnlyAccess"},
			habits:  "ec2:DescribeInstances ec2:DescribeSnapshots s3:ListBuckets s3:GetBucketLocation rds:DescribeDBSnapshots monitoring:DescribeAlarms ecs:DescribeTasks ecr:DescribeRepositories logs:DescribeLogGroups iam:GetRole ce:GetCostAndUsage",
			refused: "ec2:StartInstances secretsmanager:GetSecretValue",
		},
		{name: "provisioner", managed: []string{"AdministratorAccess"}},
		{name: "emergency", managed: []string{"PowerUserAccess"}, inline: `{"Version":"2012-10-17","Statement":[{"Sid":"KeepTheTrail","Effect":"Deny","Action":["cloudtrail:StopLogging","cloudtrail:DeleteTrail","cloudtrail:UpdateTrail"],"Resource":"*"}]}`},
		{name: "AutoScalingServiceRolePolicy", managed: []string{"AutoScalingServiceRolePolicy"}, habits: "ec2:DescribeInstances elasticloadbalancing:DescribeTargetHealth"},
		{name: "AWSSupportServiceRolePolicy", managed: []string{"AWSSupportServiceRolePolicy"}, habits: "ec2:DescribeInstances"},
		{name: "AWSTrustedAdvisorServiceRolePolicy", managed: []string{"AWSTrustedAdvisorServiceRolePolicy"}, habits: "ec2:DescribeInstances ec2:DescribeVolumes s3:ListBuckets rds:DescribeDBInstances iam:GetAccountSummary"},
	}
}
