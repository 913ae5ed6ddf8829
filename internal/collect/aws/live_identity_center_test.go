package aws_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// answerCenter has the proxy answer for Identity Center, which the emulator
// has without accounts: permission set Viewer, assigned to group on-call with
// ada and bob, and to bob.
func (c *cloud) answerCenter() {
	for op, body := range map[string]string{
		"sso:ListInstances":                          `{"Instances":[{"InstanceArn":"arn:aws:sso:::instance/ssoins-1","IdentityStoreId":"d-1"}]}`,
		"sso:ListPermissionSetsProvisionedToAccount": `{"PermissionSets":["` + setARN + `2"]}`,
		"sso:DescribePermissionSet":                  `{"PermissionSet":{"Name":"Viewer","PermissionSetArn":"` + setARN + `2"}}`,
		"sso:ListAccountAssignments": fmt.Sprintf(`{"AccountAssignments":[
			{"AccountId":%[1]q,"PermissionSetArn":"%[2]s2","PrincipalType":"GROUP","PrincipalId":"g-1"},
			{"AccountId":%[1]q,"PermissionSetArn":"%[2]s2","PrincipalType":"USER","PrincipalId":"u-2"}]}`, c.account, setARN),
		"identitystore:DescribeGroup":        `{"GroupId":"g-1","DisplayName":"on-call","IdentityStoreId":"d-1"}`,
		"identitystore:ListGroupMemberships": `{"GroupMemberships":[{"GroupId":"g-1","MemberId":{"UserId":"u-1"}},{"GroupId":"g-1","MemberId":{"UserId":"u-2"}}]}`,
	} {
		c.on(op, always(&answer{status: http.StatusOK, body: body}))
	}
	c.on("identitystore:DescribeUser", func(_ int, body string) *answer {
		id, name := "u-1", "ada"
		if strings.Contains(body, `"u-2"`) {
			id, name = "u-2", "bob"
		}
		return &answer{status: http.StatusOK, body: fmt.Sprintf(`{"UserId":%q,"UserName":%q,"IdentityStoreId":"d-1"}`, id, name)}
	})
}

// seedViewer makes the role of permission set Viewer.
func (c *cloud) seedViewer(t *testing.T) entitlement.IdentityID {
	t.Helper()
	role := must(iam.NewFromConfig(c.config()).CreateRole(t.Context(), &iam.CreateRoleInput{
		Path: awssdk.String("/aws-reserved/sso.amazonaws.com/"), RoleName: awssdk.String("AWSReservedSSO_Viewer_0123456789abcdef"),
		AssumeRolePolicyDocument: awssdk.String(assumeDoc),
	}))(t).Role
	return entitlement.IdentityID(*role.Arn)
}

func (l live) identityCenter() {
	t, c := l.T, l.cloud
	role := c.seedViewer(t)
	c.answerCenter()
	o := c.options()
	o.IdentityCenter = aws.IdentityCenter{Region: region}
	inv, _ := c.collect(t, o)
	viewer := entitlement.Assignment{PermissionSet: "Viewer", Role: role}
	group, user := viewer, viewer
	group.Principal, group.PrincipalID, group.Group, group.Members = "on-call", "g-1", true, []string{"ada", "bob"}
	user.Principal, user.PrincipalID = "bob", "u-2"
	if diff := cmp.Diff([]entitlement.Assignment{group, user}, inv.Assignments); diff != "" || len(inv.Problems) > 0 {
		t.Errorf("problems %+v, assignments (-want +got):\n%s", inv.Problems, diff)
	}
	if got := identity(t, inv, role).PermissionSet; got != "Viewer" {
		t.Errorf("permission set of the role: %q", got)
	}
	l.namelessCenter(o, group, user)
	for op, want := range map[string][]entitlement.Assignment{
		"sso:ListInstances": nil, "sso:ListPermissionSetsProvisionedToAccount": nil, "sso:DescribePermissionSet": nil, "sso:ListAccountAssignments": nil,
	} {
		c.clear()
		c.answerCenter()
		c.on(op, always(refusal(op, "AccessDeniedException", "no")))
		inv, _ := c.collect(t, o)
		if len(inv.Problems) != 1 || inv.Problems[0].Code != aws.CodeIdentityCenter || inv.Problems[0].Permission != op {
			t.Errorf("%s refused: problems %+v", op, inv.Problems)
		}
		if diff := cmp.Diff(want, inv.Assignments); diff != "" {
			t.Errorf("%s refused: assignments (-want +got):\n%s", op, diff)
		}
	}
	c.on("sso:ListInstances", always(&answer{status: http.StatusOK, body: `{"Instances":[]}`}))
	if inv, _ := c.collect(t, o); len(inv.Problems) != 1 || !strings.Contains(inv.Problems[0].Message, "name the region that it was set up in") {
		t.Errorf("no instance: problems %+v", inv.Problems)
	}
}

// namelessCenter refuses what the directory tells, one operation after the
// other and all of them: ids stay, and each permission that is missing is one
// problem.
func (l live) namelessCenter(o aws.Options, group, user entitlement.Assignment) {
	t, c := l.T, l.cloud
	const users, groups, members = "identitystore:DescribeUser", "identitystore:DescribeGroup", "identitystore:ListGroupMemberships"
	for _, refused := range [][]string{{groups}, {users}, {members}, {groups, users, members}} {
		c.clear()
		c.answerCenter()
		group, user := group, user
		for _, op := range refused {
			c.on(op, always(refusal(op, "AccessDeniedException", "no")))
			switch op {
			case groups:
				group.Principal = "g-1"
			case users:
				user.Principal, group.Members = "u-2", []string{"u-1", "u-2"}
			case members:
				group.Members = nil
			}
		}
		inv, _ := c.collect(t, o)
		if diff := cmp.Diff([]entitlement.Assignment{group, user}, inv.Assignments); diff != "" {
			t.Errorf("%s refused: assignments (-want +got):\n%s", refused, diff)
		}
		var missing []string
		for _, p := range inv.Problems {
			missing = append(missing, p.Permission)
		}
		slices.Sort(missing)
		if want := slices.Sorted(slices.Values(refused)); !slices.Equal(missing, want) {
			t.Errorf("%s refused: problems for %s: %+v", want, missing, inv.Problems)
		}
	}
}
