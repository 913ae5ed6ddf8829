package aws

import (
	"context"
	"fmt"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/leastward/leastward/internal/entitlement"
)

// accessAdvisor asks for each user and role when it last used any service, up
// to 400 days back, and moves LastUsed there if that is later:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
func (r *collection) accessAdvisor(ctx context.Context) {
	identities := r.pick(func(i *entitlement.Identity) bool {
		return (i.Kind == entitlement.User || i.Kind == entitlement.Role) && !isRoot(i)
	})
	effect := "last use is partly known from the event logs alone"
	r.eachIdentity(ctx, identities, CodeAccessAdvisor, effect, func(ctx context.Context, i entitlement.Identity) error {
		used, err := r.lastAccessed(ctx, i.ID)
		if err == nil {
			r.change(i.ID, func(i *entitlement.Identity) { i.LastUsed = later(i.LastUsed, used) })
		}
		return err
	})
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// lastAccessed runs one job and returns the latest use of any service.
func (r *collection) lastAccessed(ctx context.Context, id entitlement.IdentityID) (time.Time, error) {
	job, err := r.clients.iam.GenerateServiceLastAccessedDetails(ctx, &iam.GenerateServiceLastAccessedDetailsInput{
		Arn: awssdk.String(string(id)),
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("generate the last accesses of %s: %w", id, err)
	}
	var latest time.Time
	in := &iam.GetServiceLastAccessedDetailsInput{JobId: job.JobId}
	err = r.poll(ctx, func() (bool, error) {
		out, err := r.clients.iam.GetServiceLastAccessedDetails(ctx, in)
		if err != nil {
			return false, fmt.Errorf("get the last accesses of %s: %w", id, err)
		}
		if out.JobStatus == types.JobStatusTypeFailed {
			return false, jobError(id, out.Error)
		}
		for _, s := range out.ServicesLastAccessed {
			latest = later(latest, awssdk.ToTime(s.LastAuthenticated).UTC())
		}
		in.Marker = out.Marker
		return out.JobStatus == types.JobStatusTypeCompleted && !out.IsTruncated, nil
	})
	return latest, err
}

func jobError(id entitlement.IdentityID, details *types.ErrorDetails) error {
	if details == nil {
		details = &types.ErrorDetails{}
	}
	return fmt.Errorf("get the last accesses of %s: the job ended with %s: %s",
		id, awssdk.ToString(details.Code), awssdk.ToString(details.Message))
}
