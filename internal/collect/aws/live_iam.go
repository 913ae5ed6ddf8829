package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// authorizationDetails reads users, groups, roles and policies. The pages go to
// the reader of exported files one after the other, as a stream.
func (r *collection) authorizationDetails(ctx context.Context) error {
	in, out := io.Pipe()
	fetch, ctx := errgroup.WithContext(ctx)
	fetch.Go(func() error {
		err := r.writeDetails(ctx, out)
		_ = out.CloseWithError(err) // Always nil.
		return err
	})
	err := ReadAuthorizationDetails(in, "iam:GetAccountAuthorizationDetails of account "+string(r.account), r.inv)
	_ = in.CloseWithError(err) // Always nil; ends the writing if the reader gave up.
	if fetched := fetch.Wait(); fetched != nil {
		return fetched // The cause, where the reader saw the stream end.
	}
	return err
}

func (r *collection) writeDetails(ctx context.Context, out io.Writer) error {
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(r.clients.iam, &iam.GetAccountAuthorizationDetailsInput{
		MaxItems: awssdk.Int32(1000),
	})
	encoder := json.NewEncoder(out)
	for n := 1; pages.HasMorePages(); n++ {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return authorizationError(n, err)
		}
		if err := encoder.Encode(page); err != nil {
			return fmt.Errorf("read the authorization details, page %d: %w", n, err)
		}
	}
	return nil
}

func authorizationError(page int, err error) error {
	if isRefused(err) {
		return fmt.Errorf("get the authorization details, page %d: allow the collecting role %s (docs/permissions-aws.md): %w",
			page, missingPermission(err), err)
	}
	return fmt.Errorf("get the authorization details, page %d: %w", page, err)
}

// reader is one of the package's readers of exported files.
type reader func(data io.Reader, name string, into *entitlement.Inventory) error

// normalise gives an answer of the API to the reader of its exported form. The
// SDK's structs have the field names of the AWS CLI's output, so that files and
// live answers go through one normaliser.
func (r *collection) normalise(answer any, name string, read reader) error {
	data, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return read(bytes.NewReader(data), name, r.inv)
}

// accountAlias names the system.
func (r *collection) accountAlias(ctx context.Context) {
	out, err := r.clients.iam.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{})
	if err != nil {
		r.fail(ctx, CodeAccountAlias, "iam:ListAccountAliases", "the account has only its number for a name", err)
		return
	}
	if len(out.AccountAliases) > 0 { // There is at most one.
		r.update(func(inv *entitlement.Inventory) { inv.System.Name = out.AccountAliases[0] })
	}
}
