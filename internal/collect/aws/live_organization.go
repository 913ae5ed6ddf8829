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

// organization reads where the account stands in its organisation and the
// policies of every level from the root to it. Each type of policy is all or
// nothing: with a part of them the evaluation would deny what is allowed, or
// the reverse.
func (r *collection) organization(ctx context.Context) {
	subject := "the organisation of account " + string(r.account)
	tree, err := r.tree(ctx)
	if err != nil {
		r.fail(ctx, CodeServiceControl, subject, tree.lost(r.account), err)
	}
	if tree == nil {
		return
	}
	org := tree.describe()
	if org.Members, err = r.members(ctx); err != nil {
		r.fail(ctx, CodeServiceControl, "organizations:ListAccounts", "which accounts belong to the organisation is unknown", err)
	}
	r.update(func(inv *entitlement.Inventory) { inv.Organization = &org })
	if tree.bound {
		r.controls(ctx, subject, tree)
	}
}

// controls reads the control policies of both types. A permission that both
// lack is one problem.
func (r *collection) controls(ctx context.Context, subject string, t *tree) {
	services, policies, err := r.levels(ctx, t.path, types.PolicyTypeServiceControlPolicy)
	if err == nil {
		services, err = checkLevels(services, t.path)
	}
	if err == nil {
		r.update(func(inv *entitlement.Inventory) { inv.Controls = services; maps.Copy(inv.Policies, policies) })
	}
	resources, policies, failed := r.levels(ctx, t.path, types.PolicyTypeResourceControlPolicy)
	if resources = anyOf(resources); failed == nil && resources != nil {
		r.update(func(inv *entitlement.Inventory) { inv.ResourceControls = resources; maps.Copy(inv.Policies, policies) })
	}
	if isRefused(err) && isRefused(failed) && missingPermission(err) == missingPermission(failed) {
		r.fail(ctx, CodeServiceControl, subject, t.lost(r.account), err)
		return
	}
	if err != nil {
		r.fail(ctx, CodeServiceControl, subject, "service control policies are left out, so access may be shown wider than it is", err)
	}
	if failed != nil {
		r.fail(ctx, CodeResourceControl, subject, "resource control policies are left out, so access may be shown wider than it is", failed)
	}
}

// tree is where an account stands in its organisation.
type tree struct {
	id, management string
	path           []string // From the root to the account.
	bound          bool     // Control policies apply.
}

// lost says what is missing where the tree could not be read to its end.
func (t *tree) lost(account entitlement.SystemID) string {
	if t != nil && t.management == string(account) {
		return "where the account stands in the organisation is unknown"
	}
	return "service and resource control policies are left out, so access may be shown wider than it is"
}

func (t *tree) describe() entitlement.Organization {
	return entitlement.Organization{
		ID: t.id, Path: organizationPath(t.id, t.path), Management: entitlement.SystemID(t.management),
	}
}

// tree returns nil where the account is in no organisation. No control policies
// bind the management account, nor an organisation for billing alone.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (r *collection) tree(ctx context.Context) (*tree, error) {
	out, err := r.clients.organizations.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	if _, alone := errors.AsType[*types.AWSOrganizationsNotInUseException](err); alone {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("describe the organisation: %w", err)
	}
	if out.Organization == nil {
		return nil, errors.New("describe the organisation: the answer is empty")
	}
	t := &tree{id: awssdk.ToString(out.Organization.Id), management: awssdk.ToString(out.Organization.MasterAccountId)}
	t.bound = t.management != string(r.account) && out.Organization.FeatureSet != types.OrganizationFeatureSetConsolidatedBilling
	path, err := r.path(ctx)
	if err != nil {
		t.bound = false
		return t, err
	}
	t.path = path
	return t, nil
}

// members lists the accounts of the organisation.
func (r *collection) members(ctx context.Context) ([]entitlement.SystemID, error) {
	var members []entitlement.SystemID
	pages := organizations.NewListAccountsPaginator(r.clients.organizations, &organizations.ListAccountsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the accounts of the organisation: %w", err)
		}
		for i := range page.Accounts {
			members = append(members, entitlement.SystemID(awssdk.ToString(page.Accounts[i].Id)))
		}
	}
	slices.Sort(members)
	return members, nil
}

// levels reads the policies of one type of every level.
func (r *collection) levels(
	ctx context.Context, path []string, kind types.PolicyType,
) ([][]entitlement.PolicyID, map[entitlement.PolicyID]entitlement.Policy, error) {
	policies := map[entitlement.PolicyID]entitlement.Policy{}
	var levels [][]entitlement.PolicyID
	for _, target := range path {
		level, err := r.controlsOf(ctx, target, kind, policies)
		if err != nil {
			return nil, nil, err
		}
		levels = append(levels, level)
	}
	return levels, policies, nil
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
	ctx context.Context, target string, kind types.PolicyType, policies map[entitlement.PolicyID]entitlement.Policy,
) ([]entitlement.PolicyID, error) {
	var level []entitlement.PolicyID
	pages := organizations.NewListPoliciesForTargetPaginator(r.clients.organizations, &organizations.ListPoliciesForTargetInput{
		TargetId: &target, Filter: kind,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the policies of %s, type %s: %w", target, kind, err)
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
