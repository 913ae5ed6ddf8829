package aws

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func (r *live) get(ctx context.Context, name string) (*types.User, error) {
	out, err := r.c.GetUser(ctx, &iam.GetUserInput{UserName: &name})
	if err != nil {
		return nil, err
	}
	return out.User, nil
}

func (r *live) attachedToUser(ctx context.Context, user string) (all []types.AttachedPolicy, err error) {
	for p := iam.NewListAttachedUserPoliciesPaginator(r.c, &iam.ListAttachedUserPoliciesInput{UserName: &user}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, page.AttachedPolicies...)
	}
	return all, nil
}

func (r *live) inlineOfUser(ctx context.Context, user string) (all []inline, err error) {
	for p := iam.NewListUserPoliciesPaginator(r.c, &iam.ListUserPoliciesInput{UserName: &user}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, name := range page.PolicyNames {
			out, err := r.c.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: &user, PolicyName: &name})
			if err != nil {
				return nil, err
			}
			text, err := plain(out.PolicyDocument)
			if err != nil {
				return nil, fmt.Errorf("inline policy %s: %w", name, err)
			}
			all = append(all, inline{Name: name, Document: text})
		}
	}
	return all, nil
}

func (r *live) groupsOfUser(ctx context.Context, user string) (all []string, err error) {
	for p := iam.NewListGroupsForUserPaginator(r.c, &iam.ListGroupsForUserInput{UserName: &user}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range page.Groups {
			all = append(all, aws.ToString(g.GroupName))
		}
	}
	return all, nil
}

func (r *live) attachedToGroup(ctx context.Context, group string) (all []types.AttachedPolicy, err error) {
	for p := iam.NewListAttachedGroupPoliciesPaginator(r.c, &iam.ListAttachedGroupPoliciesInput{GroupName: &group}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, page.AttachedPolicies...)
	}
	return all, nil
}

func (r *live) inlineOfGroup(ctx context.Context, group string) (all []inline, err error) {
	for p := iam.NewListGroupPoliciesPaginator(r.c, &iam.ListGroupPoliciesInput{GroupName: &group}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, name := range page.PolicyNames {
			out, err := r.c.GetGroupPolicy(ctx, &iam.GetGroupPolicyInput{GroupName: &group, PolicyName: &name})
			if err != nil {
				return nil, err
			}
			text, err := plain(out.PolicyDocument)
			if err != nil {
				return nil, fmt.Errorf("inline policy %s of group %s: %w", name, group, err)
			}
			all = append(all, inline{Name: name, Document: text})
		}
	}
	return all, nil
}

// managed returns the document in force of a managed policy.
func (r *live) managed(ctx context.Context, arn string) (string, error) {
	policy, err := r.c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
	if err != nil {
		return "", err
	}
	out, err := r.c.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: policy.Policy.DefaultVersionId})
	if err != nil {
		return "", err
	}
	return plain(out.PolicyVersion.Document)
}

// plain undoes the URL encoding in which IAM returns documents: RFC 3986, see
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html.
func plain(document *string) (string, error) {
	text, err := url.PathUnescape(aws.ToString(document))
	if err != nil {
		return "", fmt.Errorf("decode the document: %w", err)
	}
	return text, nil
}
