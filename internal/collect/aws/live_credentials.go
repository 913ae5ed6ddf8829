package aws

import (
	"bytes"
	"context"
	"fmt"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/leastward/leastward/internal/entitlement"
)

// credentials reads passwords, access keys and second factors of the users.
// The credential report knows all of them, up to four hours old and the keys
// without their ids; the calls for each user then bring keys and second factors
// up to date.
func (r *collection) credentials(ctx context.Context) {
	reported := true
	if err := r.credentialReport(ctx); err != nil {
		reported = false
		r.fail(ctx, CodeCredentialReport, "iam:GetCredentialReport", "passwords and their last use are unknown", err)
	}
	r.accessKeys(ctx, reported)
	r.mfaDevices(ctx)
}

func (r *collection) credentialReport(ctx context.Context) error {
	if err := r.generateReport(ctx); err != nil {
		return err
	}
	out, err := r.clients.iam.GetCredentialReport(ctx, &iam.GetCredentialReportInput{})
	if err != nil {
		return fmt.Errorf("get the credential report: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return ReadCredentialReport(bytes.NewReader(out.Content), "credential report of account "+string(r.account), r.inv)
}

// generateReport asks for a report until it is ready. IAM makes a new one at
// most every four hours:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
func (r *collection) generateReport(ctx context.Context) error {
	return r.poll(ctx, func() (bool, error) {
		out, err := r.clients.iam.GenerateCredentialReport(ctx, &iam.GenerateCredentialReportInput{})
		if err != nil {
			return false, fmt.Errorf("generate the credential report: %w", err)
		}
		return out.State == types.ReportStateTypeComplete, nil
	})
}

// poll asks until it is done or ctx ends.
func (r *collection) poll(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(r.options.PollInterval)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// accessKeys replaces the keys of the report, which have no ids, by those of
// each user. A user without a key in the report is asked only if the report
// is older than the user.
func (r *collection) accessKeys(ctx context.Context, reported bool) {
	users := r.pick(func(i *entitlement.Identity) bool {
		return i.Kind == entitlement.User && !isRoot(i) && (!reported || len(i.Keys) > 0 || i.Console == entitlement.Unknown)
	})
	effect := "the ids and last uses of access keys are partly unknown"
	r.eachIdentity(ctx, users, CodeAccessKeys, effect, func(ctx context.Context, user entitlement.Identity) error {
		keys, err := r.keysOf(ctx, user.Name)
		if err == nil {
			r.change(user.ID, func(i *entitlement.Identity) { i.Keys = keys })
		}
		return err
	})
}

func (r *collection) keysOf(ctx context.Context, user string) ([]entitlement.AccessKey, error) {
	var keys []entitlement.AccessKey
	pages := iam.NewListAccessKeysPaginator(r.clients.iam, &iam.ListAccessKeysInput{UserName: &user})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the access keys of %s: %w", user, err)
		}
		for _, k := range page.AccessKeyMetadata {
			key, err := r.lastUse(ctx, k)
			if err != nil {
				return nil, err
			}
			keys = append(keys, key)
		}
	}
	return keys, nil
}

func (r *collection) lastUse(ctx context.Context, k types.AccessKeyMetadata) (entitlement.AccessKey, error) {
	key := entitlement.AccessKey{
		ID:      entitlement.AccessKeyID(awssdk.ToString(k.AccessKeyId)),
		Created: awssdk.ToTime(k.CreateDate).UTC(),
		Active:  k.Status == types.StatusTypeActive,
	}
	out, err := r.clients.iam.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: k.AccessKeyId})
	if err != nil {
		return key, fmt.Errorf("get the last use of access key %s: %w", key.ID, err)
	}
	key.UseKnown = true
	if out.AccessKeyLastUsed != nil && out.AccessKeyLastUsed.LastUsedDate != nil {
		key.LastUsed = out.AccessKeyLastUsed.LastUsedDate.UTC()
	}
	return key, nil
}

// mfaDevices marks the users that have a second factor. All virtual devices
// come in one list; whoever has none of those is asked for security keys and
// hardware tokens.
func (r *collection) mfaDevices(ctx context.Context) {
	virtual, err := r.virtualDevices(ctx)
	if err != nil {
		r.fail(ctx, CodeMFADevices, "iam:ListVirtualMFADevices", "virtual devices are looked up user by user", err)
	}
	for id := range virtual {
		r.change(id, func(i *entitlement.Identity) { i.MFA = entitlement.Yes })
	}
	users := r.pick(func(i *entitlement.Identity) bool {
		return i.Kind == entitlement.User && !isRoot(i) && !virtual[i.ID]
	})
	effect := "second factors are partly unknown or as old as the credential report"
	r.eachIdentity(ctx, users, CodeMFADevices, effect, func(ctx context.Context, user entitlement.Identity) error {
		out, err := r.clients.iam.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: &user.Name})
		if err != nil {
			return fmt.Errorf("list the MFA devices of %s: %w", user.Name, err)
		}
		r.change(user.ID, func(i *entitlement.Identity) { i.MFA = yes(len(out.MFADevices) > 0) })
		return nil
	})
}

func (r *collection) virtualDevices(ctx context.Context) (map[entitlement.IdentityID]bool, error) {
	owners := map[entitlement.IdentityID]bool{}
	pages := iam.NewListVirtualMFADevicesPaginator(r.clients.iam, &iam.ListVirtualMFADevicesInput{
		AssignmentStatus: types.AssignmentStatusTypeAssigned,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return owners, fmt.Errorf("list virtual MFA devices: %w", err)
		}
		for _, d := range page.VirtualMFADevices {
			if d.User != nil {
				owners[entitlement.IdentityID(awssdk.ToString(d.User.Arn))] = true
			}
		}
	}
	return owners, nil
}
