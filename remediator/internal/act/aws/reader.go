package aws

import (
	"context"
	"fmt"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
)

// source is where a Reader looks users up: AWS itself, or exported files.
type source interface {
	// user returns the user of a name with all that decides what it may do,
	// in any order, or a [goneError].
	user(ctx context.Context, name string) (*user, error)
	// users returns how many users the account has.
	users(context.Context) (int, error)
	// caller says as whom the source reads: an ARN where AWS knows us.
	caller(context.Context) (string, error)
}

// goneError tells that a user, or something that it names, is not there.
type goneError struct{ what string }

func (g *goneError) Error() string { return g.what }

// Reader reads one account and plans changes in it. It cannot make any.
type Reader struct {
	account  entitlement.SystemID
	source   source
	policies Policies
}

// NewReader returns a reader of the account. It does not connect.
func NewReader(ctx context.Context, a Account, p Policies) (*Reader, error) {
	s, err := newLive(ctx, a)
	if err != nil {
		return nil, err
	}
	return &Reader{account: a.ID, source: s, policies: p}, nil
}

// NewFileReader returns a reader of an account that was exported with
// `aws iam get-account-authorization-details`: a file, a directory or a glob.
// It reads when it is first asked, and anew whenever a file has changed.
func NewFileReader(id entitlement.SystemID, path string, p Policies) *Reader {
	return &Reader{account: id, source: newExported(id, path), policies: p}
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
	n, err := r.source.users(ctx)
	if err != nil {
		return 0, fmt.Errorf("count the users of account %s: %w", r.account, err)
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
