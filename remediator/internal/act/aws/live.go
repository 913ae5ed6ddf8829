package aws

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// live is the source that asks AWS. Each of its methods is a reading call, or
// several.
type live struct {
	account Account
	c       *iam.Client
	sts     *sts.Client
}

func newLive(ctx context.Context, a Account) (*live, error) {
	cfg, err := a.config(ctx)
	if err != nil {
		return nil, err
	}
	return &live{account: a, c: iam.NewFromConfig(cfg, onlyReads), sts: sts.NewFromConfig(cfg)}, nil
}

func (r *live) caller(ctx context.Context) (string, error) {
	out, err := r.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", fmt.Errorf("ask AWS who we are in account %s: %w", r.account.ID, r.account.readFault(err))
	}
	return aws.ToString(out.Arn), nil
}

func (r *live) users(ctx context.Context) (int, error) {
	out, err := r.c.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
	if err != nil {
		return 0, r.account.readFault(err)
	}
	return int(out.SummaryMap[string(types.SummaryKeyTypeUsers)]), nil
}

func (r *live) user(ctx context.Context, name string) (*user, error) {
	u, err := r.readUser(ctx, name)
	if gone, ok := errors.AsType[*types.NoSuchEntityException](err); ok {
		return nil, &goneError{what: "was deleted meanwhile: " + gone.ErrorMessage()}
	} else if err != nil {
		return nil, r.account.readFault(err)
	}
	return u, nil
}

// readUser gathers a user from many calls.
func (r *live) readUser(ctx context.Context, name string) (*user, error) {
	raw, err := r.get(ctx, name)
	if err != nil {
		return nil, err
	}
	u := &user{ARN: aws.ToString(raw.Arn), Name: name, ID: aws.ToString(raw.UserId)}
	if raw.PermissionsBoundary != nil {
		u.Boundary = aws.ToString(raw.PermissionsBoundary.PermissionsBoundaryArn)
	}
	u.Tags = make(map[string]string, len(raw.Tags))
	for _, t := range raw.Tags {
		u.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	documents := map[string]string{} // By ARN: groups often share policies.
	attached, err := r.attachedToUser(ctx, name)
	if err != nil {
		return nil, err
	}
	if u.Attached, err = r.documents(ctx, attached, documents); err != nil {
		return nil, err
	}
	if u.Inline, err = r.inlineOfUser(ctx, name); err != nil {
		return nil, err
	}
	u.Groups, err = r.groups(ctx, name, documents)
	return u, err
}

func (r *live) groups(ctx context.Context, user string, documents map[string]string) ([]group, error) {
	names, err := r.groupsOfUser(ctx, user)
	if err != nil {
		return nil, err
	}
	groups := make([]group, len(names))
	for i, name := range names {
		g := group{Name: name}
		attached, err := r.attachedToGroup(ctx, name)
		if err != nil {
			return nil, err
		}
		if g.Attached, err = r.documents(ctx, attached, documents); err != nil {
			return nil, err
		}
		if g.Inline, err = r.inlineOfGroup(ctx, name); err != nil {
			return nil, err
		}
		groups[i] = g
	}
	return groups, nil
}

func (r *live) documents(ctx context.Context, attached []types.AttachedPolicy, known map[string]string) ([]managed, error) {
	list := make([]managed, len(attached))
	for i, p := range attached {
		arn := aws.ToString(p.PolicyArn)
		if _, ok := known[arn]; !ok {
			text, err := r.managed(ctx, arn)
			if err != nil {
				return nil, fmt.Errorf("managed policy %s: %w", arn, err)
			}
			known[arn] = text
		}
		list[i] = managed{ARN: arn, Document: known[arn]}
	}
	return list, nil
}
