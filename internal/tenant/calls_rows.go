package tenant

const (
	bucketARN   = "AWS::S3::Bucket arn:aws:s3:::$bucket"
	objectARN   = "AWS::S3::Object arn:aws:s3:::$bucket/$object"
	keyARN      = "AWS::KMS::Key arn:aws:kms:$region:$account:key/$key"
	functionARN = "AWS::Lambda::Function arn:aws:lambda:$region:$account:function:$function"
	tableARN    = "AWS::DynamoDB::Table arn:aws:dynamodb:$region:$account:table/$table"

	bucketParams = `{"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com"}`
	objectParams = `{"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com","key":"$object"}`
	instanceSet  = `{"instancesSet":{"items":[{"instanceId":"$instance"}]}}`
)

func computeRows() []row {
	return []row{
		{"ec2:DescribeInstances", reads, `{"instancesSet":{},"filterSet":{"items":[{"name":"tag:owner","valueSet":{"items":[{"value":"$team"}]}}]}}`, "", "Client.RequestLimitExceeded"},
		{"ec2:DescribeInstanceStatus", reads, instanceSet, "", ""},
		{"ec2:DescribeVolumes", reads, `{"volumeSet":{},"filterSet":{},"maxResults":500}`, "", ""},
		{"ec2:DescribeSnapshots", reads, `{"maxResults":200,"snapshotSet":{},"ownersSet":{"items":[{"owner":"self"}]},"filterSet":{}}`, "", ""},
		{"ec2:DescribeSecurityGroups", reads, `{"securityGroupSet":{},"securityGroupIdSet":{},"filterSet":{}}`, "", ""},
		{"ec2:DescribeSubnets", reads, `{"subnetSet":{},"filterSet":{}}`, "", ""},
		{"ec2:DescribeVpcs", reads, `{"vpcSet":{},"filterSet":{}}`, "", ""},
		{"ec2:DescribeTags", reads, `{"filterSet":{"items":[{"name":"resource-id","valueSet":{"items":[{"value":"$instance"}]}}]}}`, "", ""},
		{"ec2:DescribeImages", reads, `{"executableBySet":{},"imagesSet":{},"ownersSet":{"items":[{"owner":"self"}]},"filterSet":{}}`, "", ""},
		{"ec2:DescribeRegions", reads, `{"regionSet":{},"allRegions":true}`, "", ""},
		{"ec2:StartInstances", writes, instanceSet, "", "Client.IncorrectInstanceState"},
		{"ec2:StopInstances", writes, `{"instancesSet":{"items":[{"instanceId":"$instance"}]},"force":false}`, "", ""},
		{"ec2:CreateSnapshot", writes, `{"volumeId":"vol-$hex","description":"nightly $team"}`, "", ""},
		{"ec2:DeleteSnapshot", writes, `{"snapshotId":"snap-$hex"}`, "", "Client.InvalidSnapshot.NotFound"},
		{"ec2:CreateTags", writes, `{"resourcesSet":{"items":[{"resourceId":"$instance"}]},"tagSet":{"items":[{"key":"owner","value":"$team"}]}}`, "", ""},
		{"ec2:RunInstances", writes, `{"instancesSet":{"items":[{"imageId":"ami-$hex","minCount":1,"maxCount":1}]},"instanceType":"m6i.large","iamInstanceProfile":{"arn":"arn:aws:iam::$account:instance-profile/$role"}}`, "", ""},
		{"ec2:TerminateInstances", writes, instanceSet, "", ""},
		{"ec2:AuthorizeSecurityGroupIngress", writes, `{"groupId":"sg-$hex","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":443,"toPort":443,"groups":{},"ipRanges":{"items":[{"cidrIp":"192.0.2.0/24"}]}}]}}`, "", "Client.InvalidPermission.Duplicate"},
		{"autoscaling:DescribeAutoScalingGroups", reads, `{"maxRecords":100}`, "", ""},
		{"autoscaling:SetDesiredCapacity", writes, `{"autoScalingGroupName":"$team-$env","desiredCapacity":4,"honorCooldown":true}`, "", "ScalingActivityInProgress"},
		{"elasticloadbalancing:DescribeLoadBalancers", reads, `{"pageSize":100}`, "", ""},
		{"elasticloadbalancing:DescribeTargetHealth", reads, `{"targetGroupArn":"arn:aws:elasticloadbalancing:$region:$account:targetgroup/$team/$hex"}`, "", ""},
		{"lambda:ListFunctions20150331", reads, `{"maxItems":50}`, "", ""},
		{"lambda:GetFunction20150331v2", reads, `{"functionName":"$function"}`, "", ""},
		{"lambda:GetFunctionConfiguration20150331v2", reads, `{"functionName":"$function"}`, "", ""},
		{"lambda:UpdateFunctionCode20150331v2", writes, `{"functionName":"$function","s3Bucket":"$bucket","s3Key":"$object","publish":true,"dryRun":false}`, "", "ResourceConflictException"},
		{"lambda:UpdateFunctionConfiguration20150331v2", writes, `{"functionName":"$function","timeout":60,"memorySize":512}`, "", ""},
		{"lambda:Invoke", writes | data, `{"functionName":"arn:aws:lambda:$region:$account:function:$function","invocationType":"RequestResponse"}`, functionARN, ""},
		{"ecs:ListClusters", reads, `{"maxResults":100}`, "", ""},
		{"ecs:DescribeServices", reads, `{"cluster":"$team-$env","services":["$stack"]}`, "", ""},
		{"ecs:DescribeTasks", reads, `{"cluster":"$team-$env","tasks":["$uuid"]}`, "", ""},
		{"ecs:UpdateService", writes, `{"cluster":"$team-$env","service":"$stack","taskDefinition":"$stack:$number","forceNewDeployment":true}`, "", ""},
		{"ecs:RegisterTaskDefinition", writes, `{"family":"$stack","networkMode":"awsvpc","cpu":"512","memory":"1024","executionRoleArn":"arn:aws:iam::$account:role/$role","taskRoleArn":"arn:aws:iam::$account:role/$role","containerDefinitions":[{"name":"$stack","image":"$account.dkr.ecr.$region.amazonaws.com/$stack:$number"}]}`, "", ""},
		{"ecr:GetAuthorizationToken", reads, "", "", ""},
		{"ecr:BatchGetImage", reads, `{"registryId":"$account","repositoryName":"$stack","imageIds":[{"imageTag":"$number"}]}`, "AWS::ECR::Repository arn:aws:ecr:$region:$account:repository/$stack", ""},
		{"ecr:GetDownloadUrlForLayer", reads, `{"registryId":"$account","repositoryName":"$stack"}`, "AWS::ECR::Repository arn:aws:ecr:$region:$account:repository/$stack", ""},
		{"ecr:DescribeRepositories", reads, `{"maxResults":100}`, "", ""},
		{"ecr:PutImage", writes, `{"registryId":"$account","repositoryName":"$stack","imageTag":"$number"}`, "AWS::ECR::Repository arn:aws:ecr:$region:$account:repository/$stack", "ImageTagAlreadyExistsException"},
	}
}

func storageRows() []row {
	return []row{
		{"s3:ListBuckets", reads, `{"Host":"s3.$region.amazonaws.com"}`, "", ""},
		{"s3:GetBucketLocation", reads, bucketParams, bucketARN, ""},
		{"s3:GetBucketPolicy", reads, bucketParams, bucketARN, "NoSuchBucketPolicy"},
		{"s3:GetBucketAcl", reads, bucketParams, bucketARN, ""},
		{"s3:GetBucketEncryption", reads, bucketParams, bucketARN, ""},
		{"s3:GetBucketVersioning", reads, bucketParams, bucketARN, ""},
		{"s3:GetBucketPublicAccessBlock", reads, bucketParams, bucketARN, "NoSuchPublicAccessBlockConfiguration"},
		{"s3:HeadBucket", reads, bucketParams, bucketARN, ""},
		{"s3:ListObjects", reads | data, `{"list-type":"2","bucketName":"$bucket","encoding-type":"url","prefix":"outbound/","Host":"$bucket.s3.$region.amazonaws.com"}`, bucketARN, ""},
		{"s3:GetObject", reads | data, objectParams, objectARN, "NoSuchKey"},
		{"s3:HeadObject", reads | data, objectParams, objectARN, ""},
		{"s3:PutObject", writes | data, objectParams, objectARN, ""},
		{"s3:DeleteObject", writes | data, objectParams, objectARN, ""},
		{"dynamodb:ListTables", reads, `{"limit":100}`, "", ""},
		{"dynamodb:DescribeTable", reads, `{"tableName":"$table"}`, tableARN, ""},
		{"dynamodb:GetItem", reads | data, `{"tableName":"$table","key":{"id":"HIDDEN_DUE_TO_SECURITY_REASONS"}}`, tableARN, ""},
		{"dynamodb:PutItem", writes | data, `{"tableName":"$table","key":{"id":"HIDDEN_DUE_TO_SECURITY_REASONS"}}`, tableARN, "ProvisionedThroughputExceededException"},
		{"dynamodb:CreateBackup", writes, `{"tableName":"$table","backupName":"$table-$number"}`, tableARN, ""},
		{"rds:DescribeDBInstances", reads, `{"maxRecords":100}`, "", ""},
		{"rds:DescribeDBSnapshots", reads, `{"dBInstanceIdentifier":"$team-$env","snapshotType":"automated"}`, "", "DBInstanceNotFound"},
		{"rds:CreateDBSnapshot", writes, `{"dBInstanceIdentifier":"$team-$env","dBSnapshotIdentifier":"$team-$env-$number"}`, "", ""},
		{"kms:Decrypt", reads, `{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::$bucket"}}`, keyARN, ""},
		{"kms:GenerateDataKey", reads, `{"keyId":"arn:aws:kms:$region:$account:key/$key","keySpec":"AES_256"}`, keyARN, ""},
		{"kms:DescribeKey", reads, `{"keyId":"$key"}`, keyARN, ""},
		{"kms:ListAliases", reads, "", "", ""},
		{"glue:GetDatabases", reads, `{"maxResults":100}`, "", ""},
		{"glue:GetTable", reads, `{"databaseName":"$team","name":"$table"}`, "", "EntityNotFoundException"},
		{"glue:GetPartitions", reads, `{"databaseName":"$team","tableName":"$table"}`, "", ""},
		{"glue:BatchCreatePartition", writes, `{"databaseName":"$team","tableName":"$table"}`, "", ""},
		{"glue:StartJobRun", writes, `{"jobName":"$stack","timeout":120}`, "", "ConcurrentRunsExceededException"},
		{"athena:ListWorkGroups", reads, `{"maxResults":50}`, "", ""},
		{"athena:StartQueryExecution", writes, `{"queryString":"***OMITTED***","clientRequestToken":"$uuid","workGroup":"$team"}`, "", ""},
		{"athena:GetQueryExecution", reads, `{"queryExecutionId":"$uuid"}`, "", ""},
		{"athena:GetQueryResults", reads, `{"queryExecutionId":"$uuid","maxResults":1000}`, "", ""},
	}
}

func identityRows() []row {
	return []row{
		{"sts:GetCallerIdentity", reads, "", "", ""},
		{"sts:AssumeRole", reads, "", "", ""},
		{"iam:GetUser", reads, `{"userName":"$user"}`, "", ""},
		{"iam:ListUsers", reads, `{"maxItems":1000}`, "", ""},
		{"iam:ListRoles", reads, `{"maxItems":1000}`, "", ""},
		{"iam:ListGroups", reads, "", "", ""},
		{"iam:ListPolicies", reads, `{"scope":"Local","onlyAttached":false,"maxItems":1000}`, "", ""},
		{"iam:GetRole", reads, `{"roleName":"$role"}`, "", "NoSuchEntityException"},
		{"iam:ListAttachedRolePolicies", reads, `{"roleName":"$role"}`, "", ""},
		{"iam:ListAttachedUserPolicies", reads, `{"userName":"$user"}`, "", ""},
		{"iam:ListUserPolicies", reads, `{"userName":"$user"}`, "", ""},
		{"iam:ListAccessKeys", reads, `{"userName":"$user"}`, "", ""},
		{"iam:ListMFADevices", reads, `{"userName":"$user"}`, "", ""},
		{"iam:GetAccountSummary", reads, "", "", ""},
		{"iam:GetAccountAuthorizationDetails", reads, `{"maxItems":100}`, "", ""},
		{"iam:GenerateCredentialReport", reads, "", "", ""},
		{"iam:GetCredentialReport", reads, "", "", "ReportInProgress"},
		{"iam:CreateAccessKey", writes, `{"userName":"$user"}`, "", ""},
		{"iam:AttachUserPolicy", writes, `{"userName":"$user","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`, "", ""},
		{"iam:AttachRolePolicy", writes, `{"roleName":"$role","policyArn":"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}`, "", ""},
		{"iam:CreateRole", writes, `{"roleName":"$stack-$number","description":"made by hand"}`, "", "EntityAlreadyExistsException"},
		{"secretsmanager:ListSecrets", reads, `{"maxResults":100}`, "", ""},
		{"secretsmanager:DescribeSecret", reads, `{"secretId":"$secret"}`, "", ""},
		{"secretsmanager:GetSecretValue", reads, `{"secretId":"$secret"}`, "", "ResourceNotFoundException"},
		{"organizations:DescribeOrganization", reads, "", "", ""},
		{"organizations:ListAccounts", reads, "", "", ""},
	}
}

func deliveryRows() []row {
	return []row{
		{"cloudformation:ListStacks", reads, "", "", ""},
		{"cloudformation:DescribeStacks", reads, `{"stackName":"$stack"}`, "", "ValidationError"},
		{"cloudformation:DescribeStackEvents", reads, `{"stackName":"$stack"}`, "", ""},
		{"cloudformation:CreateChangeSet", writes, `{"stackName":"$stack","changeSetName":"deploy-$number","capabilities":["CAPABILITY_NAMED_IAM"],"clientToken":"$uuid"}`, "", ""},
		{"cloudformation:ExecuteChangeSet", writes, `{"stackName":"$stack","changeSetName":"deploy-$number"}`, "", "ChangeSetNotFoundException"},
		{"codebuild:BatchGetBuilds", reads, `{"ids":["$stack:$uuid"]}`, "", ""},
		{"codebuild:StartBuild", writes, `{"projectName":"$stack"}`, "", ""},
		{"cloudfront:CreateInvalidation2020_05_31", writes, `{"distributionId":"E2QWRUHAPOMQZL","invalidationBatch":{"callerReference":"$number","paths":{"items":["/*"],"quantity":1}}}`, "", ""},
		{"states:ListStateMachines", reads, `{"maxResults":100}`, "", ""},
		{"states:StartExecution", writes, `{"stateMachineArn":"arn:aws:states:$region:$account:stateMachine:$stack","name":"$uuid"}`, "", ""},
		{"states:DescribeExecution", reads, `{"executionArn":"arn:aws:states:$region:$account:execution:$stack:$uuid"}`, "", ""},
		{"sqs:ListQueues", reads, `{"queueNamePrefix":"$team"}`, "", ""},
		{"sqs:GetQueueUrl", reads, `{"queueName":"$queue"}`, "", ""},
		{"sqs:GetQueueAttributes", reads, `{"queueUrl":"https://sqs.$region.amazonaws.com/$account/$queue","attributeNames":["ApproximateNumberOfMessages"]}`, "", ""},
		{"sqs:CreateQueue", writes, `{"queueName":"$queue-$number"}`, "", ""},
		{"sns:ListTopics", reads, "", "", ""},
		{"sns:GetTopicAttributes", reads, `{"topicArn":"arn:aws:sns:$region:$account:$queue"}`, "", ""},
		{"events:ListRules", reads, `{"limit":100}`, "", ""},
		{"events:PutRule", writes, `{"name":"$stack","scheduleExpression":"rate(5 minutes)","state":"ENABLED"}`, "", ""},
		{"route53:ListHostedZones", reads, "", "", ""},
		{"route53:ChangeResourceRecordSets", writes, `{"hostedZoneId":"Z2FDTNDATAQYW2","changeBatch":{"changes":[{"action":"UPSERT","resourceRecordSet":{"name":"$stack.example.com","type":"CNAME","tTL":300}}]}}`, "", ""},
	}
}

func watchRows() []row {
	return []row{
		{"ssm:UpdateInstanceInformation", writes, `{"instanceId":"$instance","agentVersion":"3.3.1611.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","agentName":"amazon-ssm-agent"}`, "", ""},
		{"ssm:ListInstanceAssociations", reads, `{"instanceId":"$instance","maxResults":20}`, "", ""},
		{"ssm:GetParameter", reads, `{"name":"/$env/$team/config","withDecryption":true}`, "", "ParameterNotFound"},
		{"ssm:GetParametersByPath", reads, `{"path":"/$env/$team","recursive":true,"withDecryption":true}`, "", ""},
		{"ssm:DescribeParameters", reads, `{"maxResults":50}`, "", "ThrottlingException"},
		{"ssm:SendCommand", writes, `{"documentName":"AWS-RunShellScript","instanceIds":["$instance"],"parameters":"HIDDEN_DUE_TO_SECURITY_REASONS"}`, "", "InvalidInstanceId"},
		{"logs:CreateLogGroup", writes, `{"logGroupName":"/aws/lambda/$function"}`, "", "ResourceAlreadyExistsException"},
		{"logs:CreateLogStream", writes, `{"logGroupName":"/aws/lambda/$function","logStreamName":"2026/11/[7]$hex"}`, "", ""},
		{"logs:DescribeLogGroups", reads, `{"logGroupNamePrefix":"/aws/lambda/$team"}`, "", ""},
		{"logs:PutRetentionPolicy", writes, `{"logGroupName":"/aws/lambda/$function","retentionInDays":30}`, "", ""},
		{"logs:StartQuery", reads, `{"logGroupName":"/aws/lambda/$function","queryString":"***","limit":1000}`, "", "LimitExceededException"},
		{"monitoring:DescribeAlarms", reads, `{"maxRecords":100}`, "", ""},
		{"monitoring:PutMetricAlarm", writes, `{"alarmName":"$stack errors","comparisonOperator":"GreaterThanThreshold","evaluationPeriods":5,"threshold":1}`, "", ""},
		{"cloudtrail:DescribeTrails", reads, `{"trailNameList":[],"includeShadowTrails":true}`, "", ""},
		{"cloudtrail:GetTrailStatus", reads, `{"name":"organization"}`, "", "TrailNotFoundException"},
		{"cloudtrail:LookupEvents", reads, `{"maxResults":50}`, "", "ThrottlingException"},
		{"cloudtrail:StopLogging", writes, `{"name":"arn:aws:cloudtrail:$region:$account:trail/organization"}`, "", ""},
		{"cloudtrail:DeleteTrail", writes, `{"name":"arn:aws:cloudtrail:$region:$account:trail/organization"}`, "", ""},
		{"config:DescribeConfigurationRecorders", reads, "", "", ""},
		{"guardduty:ListDetectors", reads, `{"maxResults":50}`, "", ""},
		{"guardduty:ListFindings", reads, `{"detectorId":"$hex"}`, "", ""},
		{"securityhub:GetFindings", reads, `{"MaxResults":100}`, "", "InvalidAccessException"},
		{"access-analyzer:ListAnalyzers", reads, "", "", ""},
		{"tagging:GetResources", reads, `{"resourcesPerPage":100}`, "", ""},
		{"ce:GetCostAndUsage", reads, `{"granularity":"DAILY","metrics":["UnblendedCost"]}`, "", ""},
		{"acm:ListCertificates", reads, `{"maxItems":100}`, "", ""},
	}
}
