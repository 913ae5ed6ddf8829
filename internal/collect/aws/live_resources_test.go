package aws_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	endpoints "github.com/aws/smithy-go/endpoints"
	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// loopback is the endpoint of an emulator.
type loopback struct{ url string }

func (l loopback) ResolveEndpoint(context.Context, s3control.EndpointParameters) (endpoints.Endpoint, error) {
	u, err := url.Parse(l.url)
	if err != nil {
		return endpoints.Endpoint{}, err
	}
	return endpoints.Endpoint{URI: *u}, nil
}

func (l live) resources() {
	t, c := l.T, l.cloud
	c.seed(t)
	r := c.seedResources(t)
	inv, _ := c.collect(t, c.options())
	if len(inv.Problems) > 0 {
		t.Errorf("problems: %+v", inv.Problems)
	}
	const none, some = "-", "policy"
	want := map[string]string{
		r.key: some, r.bareKey: some, r.queue: some, r.bareQueue: none, r.topic: some, r.secret: some, r.bareSecret: none,
		"arn:aws:lambda:" + region + ":" + c.account + ":function:worker": some,
		"arn:aws:s3:::open-" + c.account:                                  some, "arn:aws:s3:::bare-" + c.account: none,
	}
	got := map[string]string{}
	for _, line := range short(inv) {
		f := strings.Fields(line)
		got[f[0]] = f[2]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	open := resource(t, inv, "arn:aws:s3:::open-"+c.account)
	b := open.Bucket
	if b.Encryption != entitlement.EncryptionKMS || b.BlockPublicACLs != entitlement.Yes || b.RestrictPublicBuckets != entitlement.Yes ||
		b.BlockPublicPolicy != entitlement.No || open.Tags["team"] != "web" || len(b.Grants) != 2 || b.Owner == "" {
		t.Errorf("the open bucket: tags %v, %+v", open.Tags, b)
	}
	if tags := resource(t, inv, r.secret).Tags; tags["team"] != "db" {
		t.Errorf("tags of the secret: %v", tags)
	}
	for _, g := range inv.SecurityGroups {
		if g.GroupID != r.group {
			continue
		}
		if diff := cmp.Diff([]entitlement.InboundRule{{Protocol: "tcp", From: 22, To: 22, Source: "0.0.0.0/0"}}, g.Inbound); diff != "" || len(g.Instances) != 1 || g.Network == "" {
			t.Errorf("group %+v (-want +got):\n%s", g, diff)
		}
		return
	}
	t.Errorf("no group %s in %+v", r.group, inv.SecurityGroups)
}

func resource(t *testing.T, inv *entitlement.Inventory, id string) *entitlement.Resource {
	t.Helper()
	for i := range inv.Resources {
		if inv.Resources[i].ID == entitlement.ResourceID(id) {
			return &inv.Resources[i]
		}
	}
	t.Fatalf("no resource %s", id)
	return nil
}

// skipsResources asks nothing of services that are left out.
func (l live) skipsResources() {
	t, c := l.T, l.cloud
	c.seed(t)
	o := c.options()
	o.SkipResources = aws.ResourceServices()
	inv, collector := c.collect(t, o)
	if len(inv.Resources)+len(inv.Problems) > 0 {
		t.Errorf("resources %+v, problems %+v", inv.Resources, inv.Problems)
	}
	for _, s := range collector.Stats() {
		switch s.Service {
		case "iam", "sts", "organizations", "lambda", "ec2":
		default:
			t.Errorf("%s was called", s)
		}
	}
}

// refusedResources refuses one operation after the other: what it gives is
// unknown, never none, and all else is there.
func (l live) refusedResources() {
	t, c := l.T, l.cloud
	c.seed(t)
	r := c.seedResources(t)
	calm, _ := c.collect(t, c.options())
	// The region of this bucket is told by GetBucketLocation alone.
	acl := map[string]string{"s3:GetBucketAcl": "arn:aws:s3:::open-" + c.account, "s3:GetBucketLocation": "arn:aws:s3:::open-" + c.account}
	for _, test := range []struct{ op, code, permission, unknown string }{
		{"s3:ListBuckets", aws.CodeBuckets, "s3:ListAllMyBuckets", ""},
		{"s3control:GetPublicAccessBlock", aws.CodeBuckets, "s3:GetAccountPublicAccessBlock", ""},
		{"s3:GetBucketLocation", aws.CodeBuckets, "s3:GetBucketLocation", "arn:aws:s3:::open-" + c.account},
		{"s3:GetBucketPolicy", aws.CodeBuckets, "s3:GetBucketPolicy", "arn:aws:s3:::open-" + c.account},
		{"s3:GetBucketEncryption", aws.CodeBuckets, "s3:GetEncryptionConfiguration", ""},
		{"s3:GetPublicAccessBlock", aws.CodeBuckets, "s3:GetBucketPublicAccessBlock", ""},
		{"s3:GetBucketOwnershipControls", aws.CodeBuckets, "s3:GetBucketOwnershipControls", ""},
		{"s3:GetBucketAcl", aws.CodeBuckets, "s3:GetBucketAcl", ""},
		{"s3:GetBucketTagging", aws.CodeBuckets, "s3:GetBucketTagging", ""},
		{"kms:ListKeys", aws.CodeKeys, "kms:ListKeys", ""},
		{"kms:GetKeyPolicy", aws.CodeKeys, "kms:GetKeyPolicy", r.key},
		{"sqs:ListQueues", aws.CodeQueues, "sqs:ListQueues", ""},
		{"sqs:GetQueueAttributes", aws.CodeQueues, "sqs:GetQueueAttributes", r.queue},
		{"sns:ListTopics", aws.CodeTopics, "sns:ListTopics", ""},
		{"sns:GetTopicAttributes", aws.CodeTopics, "sns:GetTopicAttributes", r.topic},
		{"secretsmanager:ListSecrets", aws.CodeSecrets, "secretsmanager:ListSecrets", ""},
		{"secretsmanager:GetResourcePolicy", aws.CodeSecrets, "secretsmanager:GetResourcePolicy", r.bareSecret},
		{"lambda:GetPolicy", aws.CodeFunctions, "lambda:GetPolicy", "arn:aws:lambda:" + region + ":" + c.account + ":function:worker"},
		{"ec2:DescribeSecurityGroups", aws.CodeInstances, "ec2:DescribeSecurityGroups", ""},
	} {
		c.clear()
		c.on(test.op, always(refusal(test.op, "AccessDenied", "Access Denied")))
		if strings.HasPrefix(test.op, "ec2:") {
			c.on(test.op, always(refusal(test.op, "UnauthorizedOperation", "You are not authorized to perform this operation.")))
		}
		inv, _ := c.collect(t, c.options())
		if len(inv.Problems) != 1 || inv.Problems[0].Code != test.code || inv.Problems[0].Permission != test.permission {
			t.Errorf("%s refused: %+v, want one problem of %s with %s", test.op, inv.Problems, test.code, test.permission)
		}
		if b := acl[test.op]; b != "" && !resource(t, inv, b).Bucket.ACLUnknown {
			t.Errorf("%s refused: the access control list of %s counts as known", test.op, b)
		}
		if test.unknown != "" && !resource(t, inv, test.unknown).PolicyUnknown {
			t.Errorf("%s refused: the policy of %s counts as known", test.op, test.unknown)
		}
		if strings.HasPrefix(test.op[strings.Index(test.op, ":"):], ":Get") && len(inv.Resources) != len(calm.Resources) {
			t.Errorf("%s refused: %d of %d resources are there", test.op, len(inv.Resources), len(calm.Resources))
		}
	}
}

// outlastsThrottledResources throttles the calls for single resources: nothing
// is missing afterwards.
func (l live) throttledResources() {
	t, c := l.T, l.cloud
	c.seed(t)
	c.seedResources(t)
	calm, _ := c.collect(t, c.options())
	c.clear()
	for _, op := range []string{"kms:GetKeyPolicy", "sqs:GetQueueAttributes", "secretsmanager:GetResourcePolicy", "lambda:GetPolicy", "ec2:DescribeSecurityGroups"} {
		c.on(op, times(6, throttled(op)))
	}
	for _, op := range []string{"s3:GetBucketPolicy", "s3:GetBucketAcl"} {
		c.on(op, times(6, refusal(op, "SlowDown", "Please reduce your request rate.")))
	}
	inv, _ := c.collect(t, c.options())
	if diff := cmp.Diff(calm, inv); diff != "" {
		t.Errorf("a throttled collection differs (-calm +throttled):\n%s", diff)
	}
}

// exportedResources is what a user of the AWS CLI would write down.
func (c *cloud) exportedResources(t *testing.T, into *entitlement.Inventory) {
	t.Helper()
	ctx := t.Context()
	var docs []any
	keys := kms.NewFromConfig(c.config())
	for _, k := range must(keys.ListKeys(ctx, &kms.ListKeysInput{}))(t).Keys {
		policy := must(keys.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: k.KeyId, PolicyName: awssdk.String("default")}))(t)
		docs = append(docs, map[string]any{"Arn": k.KeyArn, "Policy": policy.Policy})
	}
	queues := sqs.NewFromConfig(c.config())
	for _, url := range must(queues.ListQueues(ctx, &sqs.ListQueuesInput{}))(t).QueueUrls {
		docs = append(docs, must(queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{"QueueArn", "Policy"},
		}))(t))
	}
	topics := sns.NewFromConfig(c.config())
	for _, topic := range must(topics.ListTopics(ctx, &sns.ListTopicsInput{}))(t).Topics {
		docs = append(docs, must(topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: topic.TopicArn}))(t))
	}
	secrets := secretsmanager.NewFromConfig(c.config())
	for _, s := range must(secrets.ListSecrets(ctx, &secretsmanager.ListSecretsInput{}))(t).SecretList {
		policy := must(secrets.GetResourcePolicy(ctx, &secretsmanager.GetResourcePolicyInput{SecretId: s.ARN}))(t)
		docs = append(docs, map[string]any{"ARN": policy.ARN, "Name": policy.Name, "ResourcePolicy": policy.ResourcePolicy, "Tags": s.Tags})
	}
	docs = append(docs, must(lambda.NewFromConfig(c.config()).GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: awssdk.String("worker")}))(t))
	file := bytes.NewBuffer(must(json.Marshal(c.exportedBuckets(t)))(t)) // Null means something in it.
	for _, d := range docs {
		file.Write(cliJSON(t, d))
	}
	if err := aws.ReadResourcePolicies(file, "resources.json", into); err != nil {
		t.Fatal(err)
	}
}

func (c *cloud) exportedBuckets(t *testing.T) map[string]any {
	t.Helper()
	ctx, client := t.Context(), c.buckets()
	var list []any
	for _, b := range must(client.ListBuckets(ctx, &s3.ListBucketsInput{}))(t).Buckets {
		out := map[string]any{"Name": b.Name, "Policy": nil, "PublicAccessBlock": nil, "Ownership": nil, "Tags": nil, "Encryption": nil}
		if answer, err := client.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: b.Name}); err == nil {
			out["Encryption"] = answer
		}
		out["Grants"] = must(client.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: b.Name}))(t)
		if answer, err := client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: b.Name}); err == nil {
			out["Policy"] = answer.Policy
		}
		if answer, err := client.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: b.Name}); err == nil {
			out["PublicAccessBlock"] = answer
		}
		if answer, err := client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: b.Name}); err == nil {
			out["Tags"] = answer.TagSet
		}
		list = append(list, out)
	}
	block := must(c.control().GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: &c.account}))(t)
	return map[string]any{"Buckets": list, "AccountPublicAccessBlock": block}
}
