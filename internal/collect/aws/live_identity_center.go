package aws

import (
	"context"
	"errors"
	"fmt"
	"sync"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	storetypes "github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"
)

// identityCenter reads who is assigned to the permission sets of the account,
// by name. Names that cannot be read leave ids behind, and a problem.
func (r *collection) identityCenter(ctx context.Context) {
	d := &centerReading{collection: r, document: map[string][]any{"AccountAssignments": {}}, seen: map[string]bool{}}
	if err := d.assignments(ctx); err != nil {
		r.fail(ctx, CodeIdentityCenter, "Identity Center of account "+string(r.account),
			"who is behind the sessions of permission sets is unknown", err)
		return
	}
	d.users.report(ctx, r, CodeIdentityCenter, "identitystore:DescribeUser", "names of users")
	d.groups.report(ctx, r, CodeIdentityCenter, "identitystore:DescribeGroup", "names of groups")
	d.members.report(ctx, r, CodeIdentityCenter, "identitystore:ListGroupMemberships", "members of groups")
	if err := r.normalise(d.document, "Identity Center", ReadIdentityCenter); err != nil {
		r.fail(ctx, CodeIdentityCenter, "Identity Center", "who is behind the sessions of permission sets is unknown", err)
	}
}

// centerReading collects the document that ReadIdentityCenter reads.
type centerReading struct {
	*collection
	instance, store        *string
	users, groups, members survey

	mu       sync.Mutex // Guards the fields below.
	document map[string][]any
	seen     map[string]bool // Users and groups that were asked for.
}

func (d *centerReading) add(list string, element any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.document[list] = append(d.document[list], element)
}

// first reports whether the user or group is new.
func (d *centerReading) first(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seen[id] {
		return false
	}
	d.seen[id] = true
	return true
}

// assignments reads every permission set that the account has a role of.
func (d *centerReading) assignments(ctx context.Context) error {
	out, err := d.clients.ssoadmin.ListInstances(ctx, &ssoadmin.ListInstancesInput{})
	if err != nil {
		return fmt.Errorf("list the instances of Identity Center: %w", err)
	}
	if len(out.Instances) == 0 {
		return errors.New("list the instances of Identity Center: there is none in region " + d.options.IdentityCenter.Region +
			"; name the region that it was set up in")
	}
	d.instance, d.store = out.Instances[0].InstanceArn, out.Instances[0].IdentityStoreId // An organisation has one.
	pages := ssoadmin.NewListPermissionSetsProvisionedToAccountPaginator(d.clients.ssoadmin, &ssoadmin.ListPermissionSetsProvisionedToAccountInput{
		AccountId: awssdk.String(string(d.account)), InstanceArn: d.instance,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the permission sets of account %s: %w", d.account, err)
		}
		for _, set := range page.PermissionSets {
			if err := d.permissionSet(ctx, set); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *centerReading) permissionSet(ctx context.Context, set string) error {
	out, err := d.clients.ssoadmin.DescribePermissionSet(ctx, &ssoadmin.DescribePermissionSetInput{InstanceArn: d.instance, PermissionSetArn: &set})
	if err != nil {
		return fmt.Errorf("describe permission set %s: %w", set, err)
	}
	d.add("PermissionSets", out.PermissionSet)
	pages := ssoadmin.NewListAccountAssignmentsPaginator(d.clients.ssoadmin, &ssoadmin.ListAccountAssignmentsInput{
		AccountId: awssdk.String(string(d.account)), InstanceArn: d.instance, PermissionSetArn: &set,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the assignments of permission set %s: %w", set, err)
		}
		for _, a := range page.AccountAssignments {
			d.add("AccountAssignments", a)
			d.principal(ctx, a)
		}
	}
	return nil
}

// principal asks for the name of a user, or the name and the members of a
// group.
func (d *centerReading) principal(ctx context.Context, a types.AccountAssignment) {
	id := awssdk.ToString(a.PrincipalId)
	switch {
	case a.PrincipalType == types.PrincipalTypeUser:
		d.user(ctx, id)
	case a.PrincipalType == types.PrincipalTypeGroup && d.first(id):
		d.group(ctx, id)
	}
}

func (d *centerReading) user(ctx context.Context, id string) {
	if !d.first(id) {
		return
	}
	out, known := ask(&d.users, func() (*identitystore.DescribeUserOutput, error) {
		return d.clients.identitystore.DescribeUser(ctx, &identitystore.DescribeUserInput{IdentityStoreId: d.store, UserId: &id})
	}, "ResourceNotFoundException")
	if known && out != nil {
		d.add("Users", map[string]any{"UserId": out.UserId, "UserName": out.UserName, "DisplayName": out.DisplayName})
	}
}

func (d *centerReading) group(ctx context.Context, id string) {
	out, known := ask(&d.groups, func() (*identitystore.DescribeGroupOutput, error) {
		return d.clients.identitystore.DescribeGroup(ctx, &identitystore.DescribeGroupInput{IdentityStoreId: d.store, GroupId: &id})
	}, "ResourceNotFoundException")
	if known && out != nil {
		d.add("Groups", map[string]any{"GroupId": out.GroupId, "DisplayName": out.DisplayName})
	}
	pages := identitystore.NewListGroupMembershipsPaginator(d.clients.identitystore, &identitystore.ListGroupMembershipsInput{
		IdentityStoreId: d.store, GroupId: &id,
	})
	for pages.HasMorePages() {
		page, known := ask(&d.members, func() (*identitystore.ListGroupMembershipsOutput, error) { return pages.NextPage(ctx) })
		if !known {
			return
		}
		for _, m := range page.GroupMemberships {
			if user, ok := m.MemberId.(*storetypes.MemberIdMemberUserId); ok {
				d.add("GroupMemberships", map[string]any{"GroupId": m.GroupId, "MemberId": map[string]string{"UserId": user.Value}})
				d.user(ctx, user.Value)
			}
		}
	}
}
