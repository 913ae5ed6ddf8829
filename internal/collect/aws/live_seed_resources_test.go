package aws_test

import (
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	controltypes "github.com/aws/aws-sdk-go-v2/service/s3control/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrettypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// resources are those of the seeded account that tests refer to, by ARN.
type resources struct{ key, bareKey, queue, bareQueue, topic, secret, bareSecret, group string }

func (c *cloud) buckets() *s3.Client {
	return s3.NewFromConfig(c.config(), func(o *s3.Options) { o.UsePathStyle = true })
}

// seedResources fills the account with one resource of each service that has a
// policy, one that has none where there is such, and an open security group.
func (c *cloud) seedResources(t *testing.T) resources {
	t.Helper()
	c.seedBuckets(t)
	r := c.seedKeys(t)
	c.seedMessages(t, &r)
	r.group = c.seedGroup(t)
	must(lambda.NewFromConfig(c.config()).AddPermission(t.Context(), &lambda.AddPermissionInput{
		FunctionName: awssdk.String("worker"), StatementId: awssdk.String("s"), Action: awssdk.String("lambda:InvokeFunction"), Principal: awssdk.String("s3.amazonaws.com"),
	}))(t)
	return r
}

func (c *cloud) seedBuckets(t *testing.T) {
	t.Helper()
	ctx, client, open, bare := t.Context(), c.buckets(), awssdk.String("open-"+c.account), awssdk.String("bare-"+c.account)
	for name, region := range map[*string]types.BucketLocationConstraint{open: types.BucketLocationConstraintEuWest1, bare: region} {
		must(client.CreateBucket(ctx, &s3.CreateBucketInput{
			Bucket: name, CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: region},
		}, func(o *s3.Options) { o.Region = string(region) }))(t)
	}
	must(client.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{
		Bucket: open, Policy: awssdk.String(strings.ReplaceAll(bucketDoc, ":::b", ":::"+*open)),
	}))(t)
	must(client.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: open, ACL: types.BucketCannedACLPublicRead}))(t)
	must(client.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{
		Bucket: open, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: awssdk.String("team"), Value: awssdk.String("web")}}},
	}))(t)
	must(client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket: open, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{BlockPublicAcls: awssdk.Bool(true)},
	}))(t)
	must(client.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
		Bucket: open, ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{Rules: []types.ServerSideEncryptionRule{{
			ApplyServerSideEncryptionByDefault: &types.ServerSideEncryptionByDefault{SSEAlgorithm: types.ServerSideEncryptionAwsKms, KMSMasterKeyID: awssdk.String("k")},
		}}},
	}))(t)
	must(c.control().PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{
		AccountId: &c.account, PublicAccessBlockConfiguration: &controltypes.PublicAccessBlockConfiguration{RestrictPublicBuckets: awssdk.Bool(true)},
	}))(t)
}

// control is a client of S3 Control that leaves the emulator's host alone.
func (c *cloud) control() *s3control.Client {
	cfg := c.config()
	return s3control.NewFromConfig(cfg, func(o *s3control.Options) { o.EndpointResolverV2 = loopback{c.url} })
}

func (c *cloud) seedKeys(t *testing.T) (r resources) {
	t.Helper()
	ctx, keys, secrets := t.Context(), kms.NewFromConfig(c.config()), secretsmanager.NewFromConfig(c.config())
	r.key = *must(keys.CreateKey(ctx, &kms.CreateKeyInput{Policy: awssdk.String(allowDoc)}))(t).KeyMetadata.Arn
	r.bareKey = *must(keys.CreateKey(ctx, &kms.CreateKeyInput{}))(t).KeyMetadata.Arn
	r.secret = *must(secrets.CreateSecret(ctx, &secretsmanager.CreateSecretInput{
		Name: awssdk.String("db"), SecretString: awssdk.String("x"), Tags: []secrettypes.Tag{{Key: awssdk.String("team"), Value: awssdk.String("db")}},
	}))(t).ARN
	r.bareSecret = *must(secrets.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: awssdk.String("bare"), SecretString: awssdk.String("x")}))(t).ARN
	must(secrets.PutResourcePolicy(ctx, &secretsmanager.PutResourcePolicyInput{SecretId: &r.secret, ResourcePolicy: awssdk.String(allowDoc)}))(t)
	return r
}

func (c *cloud) seedMessages(t *testing.T, r *resources) {
	t.Helper()
	ctx, queues, topics := t.Context(), sqs.NewFromConfig(c.config()), sns.NewFromConfig(c.config())
	must(queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: awssdk.String("bare")}))(t)
	must(queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: awssdk.String("orders"), Attributes: map[string]string{"Policy": allowDoc}}))(t)
	head := "arn:aws:sqs:" + region + ":" + c.account + ":"
	r.queue, r.bareQueue = head+"orders", head+"bare"
	r.topic = *must(topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: awssdk.String("news"), Attributes: map[string]string{"Policy": allowDoc}}))(t).TopicArn
}

// seedGroup opens SSH to the internet and attaches the group to the seeded
// instance.
func (c *cloud) seedGroup(t *testing.T) string {
	t.Helper()
	ctx, client := t.Context(), ec2.NewFromConfig(c.config())
	networks := must(client.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{}))(t)
	group := must(client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: awssdk.String("ssh"), Description: awssdk.String("d"), VpcId: networks.Vpcs[0].VpcId,
	}))(t).GroupId
	must(client.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: group, IpPermissions: []ec2types.IpPermission{{
		IpProtocol: awssdk.String("tcp"), FromPort: awssdk.Int32(22), ToPort: awssdk.Int32(22),
		IpRanges: []ec2types.IpRange{{CidrIp: awssdk.String("0.0.0.0/0")}, {CidrIp: awssdk.String("10.0.0.0/8")}},
	}}}))(t)
	instances := must(client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{}))(t)
	must(client.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{
		InstanceId: instances.Reservations[0].Instances[0].InstanceId, Groups: []string{*group},
	}))(t)
	return *group
}
