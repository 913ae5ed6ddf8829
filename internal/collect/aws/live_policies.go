package aws

import (
	"context"
	"fmt"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrettypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// pager is a paginator of the SDK, without its options.
type pager[T any] struct {
	more func() bool
	next func(context.Context) ([]T, error)
}

// list reads all pages; what was read before an error is kept.
func list[T any](ctx context.Context, r *collection, code, operation, region string, p pager[T]) []T {
	var all []T
	for p.more() {
		page, err := p.next(ctx)
		if err != nil {
			subject := operation + " in " + region
			r.fail(ctx, code, subject, "resources of this region are missing", fmt.Errorf("%s: %w", subject, err))
			break
		}
		all = append(all, page...)
	}
	return all
}

// policies asks for what there is to know of each resource and enters it.
func policies[T any](ctx context.Context, r *collection, code, name string, items []T, read func(context.Context, T) found) {
	if len(items) == 0 {
		return
	}
	r.enter(ctx, code, name, map[string]any{"ResourcePolicies": each(ctx, r, items, read)})
}

// keys reads the KMS keys of one region with their key policies.
func (r *collection) keys(ctx context.Context, region string, client *kms.Client) {
	pages := kms.NewListKeysPaginator(client, &kms.ListKeysInput{Limit: awssdk.Int32(1000)})
	items := list(ctx, r, CodeKeys, "kms:ListKeys", region, pager[kmstypes.KeyListEntry]{
		pages.HasMorePages, func(ctx context.Context) ([]kmstypes.KeyListEntry, error) {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			return page.Keys, nil
		},
	})
	var s survey
	policies(ctx, r, CodeKeys, "kms:ListKeys in "+region, items, func(ctx context.Context, k kmstypes.KeyListEntry) found {
		out := found{"Arn": k.KeyArn}
		answer, known := ask(&s, func() (*kms.GetKeyPolicyOutput, error) {
			return client.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: k.KeyId, PolicyName: awssdk.String("default")})
		})
		if known {
			out["Policy"] = answer.Policy
		}
		return out
	})
	s.report(ctx, r, CodeKeys, "kms:GetKeyPolicy in "+region, "policies of keys")
}

// secrets reads the secrets of one region with their policies, never their
// values.
func (r *collection) secrets(ctx context.Context, region string, client *secretsmanager.Client) {
	pages := secretsmanager.NewListSecretsPaginator(client, &secretsmanager.ListSecretsInput{MaxResults: awssdk.Int32(100)})
	items := list(ctx, r, CodeSecrets, "secretsmanager:ListSecrets", region, pager[secrettypes.SecretListEntry]{
		pages.HasMorePages, func(ctx context.Context) ([]secrettypes.SecretListEntry, error) {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			return page.SecretList, nil
		},
	})
	var s survey
	policies(ctx, r, CodeSecrets, "secretsmanager:ListSecrets in "+region, items, func(ctx context.Context, e secrettypes.SecretListEntry) found {
		out := found{"Arn": e.ARN, "Name": e.Name, "Tags": e.Tags}
		answer, known := ask(&s, func() (*secretsmanager.GetResourcePolicyOutput, error) {
			return client.GetResourcePolicy(ctx, &secretsmanager.GetResourcePolicyInput{SecretId: e.ARN})
		})
		if known {
			out["Policy"] = answer.ResourcePolicy
		}
		return out
	})
	s.report(ctx, r, CodeSecrets, "secretsmanager:GetResourcePolicy in "+region, "policies of secrets")
}

// topics reads the SNS topics of one region with their policies.
func (r *collection) topics(ctx context.Context, region string, client *sns.Client) {
	pages := sns.NewListTopicsPaginator(client, &sns.ListTopicsInput{})
	items := list(ctx, r, CodeTopics, "sns:ListTopics", region, pager[snstypes.Topic]{
		pages.HasMorePages, func(ctx context.Context) ([]snstypes.Topic, error) {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			return page.Topics, nil
		},
	})
	var s survey
	policies(ctx, r, CodeTopics, "sns:ListTopics in "+region, items, func(ctx context.Context, t snstypes.Topic) found {
		out := found{"Arn": t.TopicArn}
		answer, known := ask(&s, func() (*sns.GetTopicAttributesOutput, error) {
			return client.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: t.TopicArn})
		})
		if known {
			out["Policy"] = answer.Attributes["Policy"]
		}
		return out
	})
	s.report(ctx, r, CodeTopics, "sns:GetTopicAttributes in "+region, "policies of topics")
}

// queueARN makes the ARN of a queue from the last part of its URL, its name.
func queueARN(region, account, url string) string {
	return "arn:" + partition(region) + ":sqs:" + region + ":" + account + ":" + nameOf(url)
}

// queues reads the SQS queues of one region with their policies.
func (r *collection) queues(ctx context.Context, region string, client *sqs.Client) {
	pages := sqs.NewListQueuesPaginator(client, &sqs.ListQueuesInput{MaxResults: awssdk.Int32(1000)})
	items := list(ctx, r, CodeQueues, "sqs:ListQueues", region, pager[string]{
		pages.HasMorePages, func(ctx context.Context) ([]string, error) {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			return page.QueueUrls, nil
		},
	})
	var s survey
	policies(ctx, r, CodeQueues, "sqs:ListQueues in "+region, items, func(ctx context.Context, url string) found {
		out := found{"Arn": queueARN(region, string(r.account), url)}
		answer, known := ask(&s, func() (*sqs.GetQueueAttributesOutput, error) {
			return client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{
				sqstypes.QueueAttributeNameQueueArn, sqstypes.QueueAttributeNamePolicy,
			}})
		})
		if known {
			out["Arn"], out["Policy"] = answer.Attributes["QueueArn"], answer.Attributes["Policy"]
		}
		return out
	})
	s.report(ctx, r, CodeQueues, "sqs:GetQueueAttributes in "+region, "policies of queues")
}

// securityGroups reads the security groups of one region.
func (r *collection) securityGroups(ctx context.Context, region string, client *ec2.Client) {
	name := "ec2:DescribeSecurityGroups in " + region
	pages := ec2.NewDescribeSecurityGroupsPaginator(client, &ec2.DescribeSecurityGroupsInput{MaxResults: awssdk.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err == nil {
			err = r.normalise(page, name, securityGroupsOf(region))
		}
		if err != nil {
			r.fail(ctx, CodeInstances, name, "security groups of this region are missing", fmt.Errorf("describe security groups in %s: %w", region, err))
			return
		}
	}
}

// functionPolicies reads the policies of the functions of one region.
func (r *collection) functionPolicies(ctx context.Context, region string, client *lambda.Client, arns []string) {
	var s survey
	policies(ctx, r, CodeFunctions, "lambda:ListFunctions in "+region, arns, func(ctx context.Context, arn string) found {
		out := found{"Arn": arn}
		answer, known := ask(&s, func() (*lambda.GetPolicyOutput, error) {
			return client.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: &arn})
		}, "ResourceNotFoundException")
		if known {
			out["Policy"] = nil
		}
		if answer != nil {
			out["Policy"] = answer.Policy
		}
		return out
	})
	s.report(ctx, r, CodeFunctions, "lambda:GetPolicy in "+region, "policies of functions")
}
