package aws

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
)

// Writer makes changes in one account, one at a time.
type Writer struct {
	account Account
	reader  *Reader
	c       *iam.Client
}

// NewWriter returns a writer for the account that r reads. The account's role
// is the one with writing permissions. It does not connect.
func NewWriter(ctx context.Context, a Account, r *Reader) (*Writer, error) {
	cfg, err := a.config(ctx)
	if err != nil {
		return nil, err
	}
	return &Writer{account: a, reader: r, c: iam.NewFromConfig(cfg, once)}, nil
}

// Write makes one change. The request is sent once: after an error look
// whether it took effect before trying again.
func (w *Writer) Write(ctx context.Context, id entitlement.IdentityID, o change.Operation) error {
	name, err := w.reader.userName(id)
	if err != nil {
		return err
	}
	if o.Set {
		err = w.set(ctx, name, o)
	} else {
		err = w.remove(ctx, name, o)
	}
	if _, gone := errors.AsType[*types.NoSuchEntityException](err); gone && !o.Set {
		// Perhaps it was removed already and the last look was stale, so that
		// the next look decides.
		return fmt.Errorf("%s of %s: %w", o, id, err)
	}
	if err != nil {
		return fmt.Errorf("%s of %s: %w", o, id, w.account.writeFault(err))
	}
	return nil
}

func (w *Writer) set(ctx context.Context, user string, o change.Operation) (err error) {
	switch o.Kind {
	case change.AttachedPolicy:
		_, err = w.c.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &user, PolicyArn: &o.Name})
	case change.InlinePolicy:
		_, err = w.c.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &user, PolicyName: &o.Name, PolicyDocument: &o.Value})
	case change.Membership:
		_, err = w.c.AddUserToGroup(ctx, &iam.AddUserToGroupInput{UserName: &user, GroupName: &o.Name})
	case change.Tag:
		_, err = w.c.TagUser(ctx, &iam.TagUserInput{UserName: &user, Tags: []types.Tag{{Key: &o.Name, Value: &o.Value}}})
	case change.Boundary:
		return change.Refuse("permissions boundaries are never changed")
	}
	return err
}

func (w *Writer) remove(ctx context.Context, user string, o change.Operation) (err error) {
	switch o.Kind {
	case change.AttachedPolicy:
		_, err = w.c.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: &user, PolicyArn: &o.Name})
	case change.InlinePolicy:
		_, err = w.c.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &user, PolicyName: &o.Name})
	case change.Membership:
		_, err = w.c.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{UserName: &user, GroupName: &o.Name})
	case change.Tag:
		_, err = w.c.UntagUser(ctx, &iam.UntagUserInput{UserName: &user, TagKeys: []string{o.Name}})
	case change.Boundary:
		return change.Refuse("permissions boundaries are never changed")
	}
	return err
}
