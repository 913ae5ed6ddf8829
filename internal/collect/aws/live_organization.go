package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/leastward/leastward/internal/entitlement"
)

// organization reads the service control policies of every level from the root
// to the account. It is all or nothing: with a part of them the evaluation
// would deny what is allowed, or the reverse.
func (r *collection) organization(ctx context.Context) {
	controls, policies, err := r.serviceControls(ctx)
	if err != nil {
		r.fail(ctx, CodeServiceControl, "the organisation of account "+string(r.account),
			"service control policies are left out, so access may be shown wider than it is", err)
		return
	}
	r.update(func(inv *entitlement.Inventory) {
		inv.Controls = controls
		maps.Copy(inv.Policies, policies)
	})
}

func (r *collection) serviceControls(ctx context.Context) ([][]entitlement.PolicyID, map[entitlement.PolicyID]entitlement.Policy, error) {
	exempt, err := r.exemptFromControls(ctx)
	if exempt || err != nil {
		return nil, nil, err
	}
	path, err := r.path(ctx)
	if err != nil {
		return nil, nil, err
	}
	policies := map[entitlement.PolicyID]entitlement.Policy{}
	var controls [][]entitlement.PolicyID
	for _, target := range path {
		level, err := r.controlsOf(ctx, target, policies)
		if err != nil {
			return nil, nil, err
		}
		controls = append(controls, level)
	}
	controls, err = checkLevels(controls, path)
	return controls, policies, err
}

// exemptFromControls reports whether no service control policy applies: the
// account is in no organisation, or is its management account.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (r *collection) exemptFromControls(ctx context.Context) (bool, error) {
	out, err := r.clients.organizations.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	if _, alone := errors.AsType[*types.AWSOrganizationsNotInUseException](err); alone {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("describe the organisation: %w", err)
	}
	if out.Organization == nil {
		return false, errors.New("describe the organisation: the answer is empty")
	}
	if out.Organization.FeatureSet == types.OrganizationFeatureSetConsolidatedBilling {
		return true, nil // Such an organisation has no policies.
	}
	return awssdk.ToString(out.Organization.MasterAccountId) == string(r.account), nil
}

// path returns the ids of the root, the organisational units and the account,
// outermost first.
func (r *collection) path(ctx context.Context) ([]string, error) {
	path := []string{string(r.account)}
	for child := path[0]; ; {
		out, err := r.clients.organizations.ListParents(ctx, &organizations.ListParentsInput{ChildId: &child})
		if err != nil {
			return nil, fmt.Errorf("list the parents of %s: %w", child, err)
		}
		if len(out.Parents) != 1 { // AWS allows exactly one.
			return nil, fmt.Errorf("list the parents of %s: %d parents, expected one", child, len(out.Parents))
		}
		child = awssdk.ToString(out.Parents[0].Id)
		if slices.Contains(path, child) {
			return nil, fmt.Errorf("list the parents of %s: it is its own ancestor", child)
		}
		path = append(path, child)
		if out.Parents[0].Type == types.ParentTypeRoot {
			slices.Reverse(path)
			return path, nil
		}
	}
}

// controlsOf lists the policies of one level and reads those that are not in
// policies yet.
func (r *collection) controlsOf(
	ctx context.Context, target string, policies map[entitlement.PolicyID]entitlement.Policy,
) ([]entitlement.PolicyID, error) {
	var level []entitlement.PolicyID
	pages := organizations.NewListPoliciesForTargetPaginator(r.clients.organizations, &organizations.ListPoliciesForTargetInput{
		TargetId: &target, Filter: types.PolicyTypeServiceControlPolicy,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the service control policies of %s: %w", target, err)
		}
		for _, s := range page.Policies {
			id := entitlement.PolicyID(awssdk.ToString(s.Arn))
			level = append(level, id)
			if _, known := policies[id]; known {
				continue
			}
			if policies[id], err = r.servicePolicy(ctx, s); err != nil {
				return nil, err
			}
		}
	}
	return level, nil
}

func (r *collection) servicePolicy(ctx context.Context, s types.PolicySummary) (entitlement.Policy, error) {
	out, err := r.clients.organizations.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: s.Id})
	if err != nil {
		return entitlement.Policy{}, fmt.Errorf("describe policy %s: %w", awssdk.ToString(s.Id), err)
	}
	if out.Policy == nil || out.Policy.Content == nil {
		return entitlement.Policy{}, fmt.Errorf("describe policy %s: the answer has no content", awssdk.ToString(s.Id))
	}
	return entitlement.Policy{
		ID:       entitlement.PolicyID(awssdk.ToString(s.Arn)),
		Name:     awssdk.ToString(s.Name),
		Managed:  s.AwsManaged,
		Document: []byte(*out.Policy.Content),
	}, nil
}

// checkLevels returns no controls where service control policies are switched
// off, which shows in no level having any. While they are on, every level has
// at least one:
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_attach.html
func checkLevels(controls [][]entitlement.PolicyID, path []string) ([][]entitlement.PolicyID, error) {
	empty := slices.IndexFunc(controls, func(l []entitlement.PolicyID) bool { return len(l) == 0 })
	some := slices.ContainsFunc(controls, func(l []entitlement.PolicyID) bool { return len(l) > 0 })
	switch {
	case !some:
		return nil, nil
	case empty >= 0:
		return nil, fmt.Errorf("list the service control policies of %s: none, though other levels have some; "+
			"a change may be under way", path[empty])
	}
	return controls, nil
}
