package aws

import (
	"context"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
)

// ReadOnlyPolicy is the name of the inline policy that holds what a user keeps.
const ReadOnlyPolicy = "leastward-read-only"

// The quotas of IAM that a plan must respect, beside those on the size of
// policies; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
const (
	maxTags       = 50
	usualAttached = 10 // Managed policies attached to a user, unless the account's quota was raised.
)

// PlanReadOnly plans the change of a user to read-only status, tagged so that
// it is no longer reported. The user ends with a subset of what it had, also
// if the change stops halfway. It returns a [change.Refusal] where that is
// impossible or where there is nothing that it should do.
func (r *Reader) PlanReadOnly(ctx context.Context, q change.ReadOnly) (*change.Plan, error) {
	u, err := r.user(ctx, q.Identity)
	if err != nil {
		return nil, err
	}
	if err := r.check(ctx, u, q); err != nil {
		return nil, err
	}
	p := &planner{user: u, request: q, policies: r.policies, plan: &change.Plan{
		Subject: change.Subject{Cloud: entitlement.AWS, System: r.account, Identity: q.Identity},
		Version: u.version(), Before: u.facts(),
	}}
	if err := p.run(); err != nil {
		return nil, err
	}
	return p.plan, nil
}

func (r *Reader) check(ctx context.Context, u *user, q change.ReadOnly) error {
	identity := entitlement.Identity{Tags: u.Tags}
	if identity.Exempt(entitlement.TagExcludeFromReports) {
		return change.Refuse("the user carries the tag %s = %q: its owner has exempted it",
			entitlement.TagExcludeFromReports, u.Tags[entitlement.TagExcludeFromReports])
	}
	if _, tagged := u.Tags[entitlement.TagExcludeFromReports]; !tagged && len(u.Tags) >= maxTags {
		return change.Refuse("the user has %d tags, as many as IAM allows: there is no room for %s", len(u.Tags), entitlement.TagExcludeFromReports)
	}
	caller, err := r.source.caller(ctx)
	if err != nil {
		return err
	}
	if caller == string(q.Identity) {
		return change.Refuse("the user is the one that the remediator itself runs as")
	}
	return nil
}

// planner makes one plan.
type planner struct {
	user     *user
	request  change.ReadOnly
	policies Policies
	plan     *change.Plan

	removed  []part // What goes.
	keptSize int    // Characters of the inline policies that stay.
	fullSize int    // Characters of all inline policies there are now.
}

// part is a policy, or a group with its policies, that the plan takes away.
type part struct {
	op      change.Operation
	verdict Judgement // Merged over the policies of a group.
}

func (p *planner) run() error {
	if err := p.sort(); err != nil {
		return err
	}
	kept, err := p.keep()
	if err != nil {
		return err
	}
	p.order(kept)
	return nil
}

// tag is the last operation: only a user that is done is exempted.
func (p *planner) tag() change.Operation {
	return change.Operation{
		Kind: change.Tag, Name: entitlement.TagExcludeFromReports, Set: true,
		Value: "leastward: read-only since " + p.request.Since.UTC().Format(time.DateOnly),
		Why:   "a read-only user is settled: it is no longer reported as inactive",
	}
}

func (p *planner) note(format string, args ...any) {
	p.plan.Notes = append(p.plan.Notes, fmt.Sprintf(format, args...))
}
