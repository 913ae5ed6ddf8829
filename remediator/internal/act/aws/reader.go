package aws

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
)

// reads is what a Reader has of IAM: each method is a reading call.
type reads struct{ c *iam.Client }

// Reader reads one account and plans changes in it. It cannot make any.
type Reader struct {
	account  Account
	api      reads
	caller   func(context.Context) (string, error)
	policies Policies
}

// NewReader returns a reader of the account. It does not connect.
func NewReader(ctx context.Context, a Account, p Policies) (*Reader, error) {
	cfg, err := a.config(ctx)
	if err != nil {
		return nil, err
	}
	identity := sts.NewFromConfig(cfg)
	caller := func(ctx context.Context) (string, error) {
		out, err := identity.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return "", fmt.Errorf("ask AWS who we are in account %s: %w", a.ID, err)
		}
		return *out.Arn, nil
	}
	return &Reader{account: a, api: reads{iam.NewFromConfig(cfg, onlyReads)}, caller: caller, policies: p}, nil
}

// Facts returns what holds of an identity now.
func (r *Reader) Facts(ctx context.Context, id entitlement.IdentityID) (change.Facts, error) {
	u, err := r.user(ctx, id)
	if err != nil {
		return nil, err
	}
	return u.facts(), nil
}

// Population returns how many users the account has.
func (r *Reader) Population(ctx context.Context) (int, error) {
	n, err := r.api.users(ctx)
	if err != nil {
		return 0, fmt.Errorf("count the users of account %s: %w", r.account.ID, fault(err))
	}
	return n, nil
}

// Version stands for everything that a plan for the identity is made from: the
// identity's own facts and the documents of the policies and groups that they
// name. It changes whenever any of them does.
func (r *Reader) Version(ctx context.Context, id entitlement.IdentityID) (string, error) {
	u, err := r.user(ctx, id)
	if err != nil {
		return "", err
	}
	return u.version(), nil
}
