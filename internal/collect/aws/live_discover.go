package aws

import (
	"context"
	"errors"
	"fmt"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// Member is an account of an organisation.
type Member struct {
	ID   entitlement.SystemID
	Name string
	// Tags are nil unless they were asked for.
	Tags map[string]string
	// Ancestors are the organisational units above it and the root, the nearest
	// first. Their ids are those of AWS, such as ou-ab12-34cd56ef.
	Ancestors []entitlement.Scope
}

// Discover returns the active accounts of the organisation, with their tags where
// these are asked for, one request each. It is answered with the role to read the
// organisation. Suspended accounts and those that are being closed are left out:
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
func (c *Collector) Discover(ctx context.Context, tags bool) ([]Member, error) {
	list, err := c.activeAccounts(ctx)
	if err != nil {
		return nil, err
	}
	m := &units{client: c.clients.organizations, above: map[string][]entitlement.Scope{}, of: map[entitlement.SystemID]string{}}
	if err := m.walk(ctx); err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Ancestors, err = m.ancestors(ctx, list[i].ID); err != nil {
			return nil, err
		}
	}
	if tags {
		err = c.tags(ctx, list)
	}
	return list, err
}

func (c *Collector) activeAccounts(ctx context.Context) ([]Member, error) {
	var list []Member
	pages := organizations.NewListAccountsPaginator(c.clients.organizations, &organizations.ListAccountsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the accounts of the organisation: %w", err)
		}
		for i := range page.Accounts {
			if a := &page.Accounts[i]; a.State == types.AccountStateActive {
				list = append(list, Member{ID: entitlement.SystemID(awssdk.ToString(a.Id)), Name: awssdk.ToString(a.Name)})
			}
		}
	}
	return list, nil
}

// tags reads those of each account.
func (c *Collector) tags(ctx context.Context, list []Member) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.options.Parallel)
	for i := range list {
		group.Go(func() error { return c.tagsOf(ctx, &list[i]) })
	}
	return group.Wait()
}

func (c *Collector) tagsOf(ctx context.Context, m *Member) error {
	m.Tags = map[string]string{}
	pages := organizations.NewListTagsForResourcePaginator(c.clients.organizations, &organizations.ListTagsForResourceInput{ResourceId: awssdk.String(string(m.ID))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the tags of account %s: %w", m.ID, err)
		}
		for _, t := range page.Tags {
			m.Tags[awssdk.ToString(t.Key)] = awssdk.ToString(t.Value)
		}
	}
	return nil
}

// units are the root and the organisational units of an organisation.
type units struct {
	client *organizations.Client
	above  map[string][]entitlement.Scope  // Of each, itself first.
	of     map[entitlement.SystemID]string // Where an account is.
}

// walk reads the tree, a few requests for each unit and not for each account.
func (u *units) walk(ctx context.Context) error {
	pages := organizations.NewListRootsPaginator(u.client, &organizations.ListRootsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the roots of the organisation: %w", err)
		}
		for _, r := range page.Roots {
			root := entitlement.Scope{ID: entitlement.ResourceID(awssdk.ToString(r.Id)), Type: "root", Name: awssdk.ToString(r.Name)}
			if err := u.below(ctx, root, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// below reads what is directly in a unit, then the units in it.
func (u *units) below(ctx context.Context, one entitlement.Scope, above []entitlement.Scope) error {
	id := string(one.ID)
	if _, twice := u.above[id]; twice {
		return nil // It was moved while the tree was read.
	}
	path := append([]entitlement.Scope{one}, above...)
	u.above[id] = path
	if err := u.accounts(ctx, id); err != nil {
		return err
	}
	pages := organizations.NewListOrganizationalUnitsForParentPaginator(u.client, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the organisational units in %s: %w", id, err)
		}
		for _, o := range page.OrganizationalUnits {
			unit := entitlement.Scope{ID: entitlement.ResourceID(awssdk.ToString(o.Id)), Type: "organizational_unit", Name: awssdk.ToString(o.Name)}
			if err := u.below(ctx, unit, path); err != nil {
				return err
			}
		}
	}
	return nil
}

func (u *units) accounts(ctx context.Context, unit string) error {
	pages := organizations.NewListAccountsForParentPaginator(u.client, &organizations.ListAccountsForParentInput{ParentId: &unit})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the accounts in %s: %w", unit, err)
		}
		for i := range page.Accounts {
			u.of[entitlement.SystemID(awssdk.ToString(page.Accounts[i].Id))] = unit
		}
	}
	return nil
}

// ancestors of an account. One that was moved while the tree was read is asked
// for by itself.
func (u *units) ancestors(ctx context.Context, id entitlement.SystemID) ([]entitlement.Scope, error) {
	unit, known := u.of[id]
	if !known {
		out, err := u.client.ListParents(ctx, &organizations.ListParentsInput{ChildId: awssdk.String(string(id))})
		if err != nil {
			return nil, fmt.Errorf("list the parents of %s: %w", id, err)
		}
		if len(out.Parents) == 1 {
			unit = awssdk.ToString(out.Parents[0].Id)
		}
	}
	path, known := u.above[unit]
	if !known {
		return nil, fmt.Errorf("list the parents of %s: the organisation is being changed; the next discovery tries again", id)
	}
	return path, nil
}

// RoleRefused reports whether a failure is that the account's role, or another,
// may not be assumed: it isn't there, or its trust policy or the caller's own
// policy lacks it, which AWS doesn't tell apart.
func RoleRefused(err error) bool {
	if !isRefused(err) {
		return false
	}
	for op, ok := errors.AsType[*smithy.OperationError](err); ok; op, ok = errors.AsType[*smithy.OperationError](op.Err) {
		if op.Service() == "STS" && op.Operation() == "AssumeRole" {
			return true
		}
	}
	return false
}
