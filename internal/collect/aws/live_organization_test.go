package aws_test

import (
	"slices"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

const ownOnlyDoc = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}}]}`

const denyDoc = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}`

// member makes c the management account of an organisation and returns an
// account of it, within one organisational unit that denies EC2.
func (c *cloud) member(t *testing.T) (member *cloud, denied entitlement.PolicyID) {
	t.Helper()
	ctx, client := t.Context(), organizations.NewFromConfig(c.config())
	must(client.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll}))(t)
	root := must(client.ListRoots(ctx, &organizations.ListRootsInput{}))(t).Roots[0].Id
	must(client.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: root, PolicyType: types.PolicyTypeServiceControlPolicy}))(t)
	unit := must(client.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: root, Name: awssdk.String("prod")}))(t).OrganizationalUnit.Id
	account := must(client.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: awssdk.String("m"), Email: awssdk.String("m@example.com")}))(t).CreateAccountStatus.AccountId
	must(client.MoveAccount(ctx, &organizations.MoveAccountInput{AccountId: account, SourceParentId: root, DestinationParentId: unit}))(t)
	policy := must(client.CreatePolicy(ctx, &organizations.CreatePolicyInput{
		Name: awssdk.String("no-ec2"), Description: awssdk.String("d"), Content: awssdk.String(denyDoc), Type: types.PolicyTypeServiceControlPolicy,
	}))(t).Policy.PolicySummary
	must(client.AttachPolicy(ctx, &organizations.AttachPolicyInput{PolicyId: policy.Id, TargetId: unit}))(t)
	must(client.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: root, PolicyType: types.PolicyTypeResourceControlPolicy}))(t)
	bound := must(client.CreatePolicy(ctx, &organizations.CreatePolicyInput{
		Name: awssdk.String("own-only"), Description: awssdk.String("d"), Content: awssdk.String(ownOnlyDoc), Type: types.PolicyTypeResourceControlPolicy,
	}))(t).Policy.PolicySummary
	must(client.AttachPolicy(ctx, &organizations.AttachPolicyInput{PolicyId: bound.Id, TargetId: unit}))(t)
	return newCloud(t, c.emuURL, *account), entitlement.PolicyID(*policy.Arn)
}

func (c *cloud) organizationRole() aws.Role {
	return aws.Role{ARN: "arn:aws:iam::" + c.account + ":role/organisation-reader"}
}

// fullAccess finds FullAWSAccess, whose ARN the emulator makes up.
func fullAccess(inv *entitlement.Inventory) entitlement.PolicyID {
	for id, p := range inv.Policies {
		if p.Name == "FullAWSAccess" {
			return id
		}
	}
	return ""
}

func (l live) serviceControls() {
	t, c := l.T, l.cloud
	member, denied := c.member(t)
	o := member.options()
	o.OrganizationRole = c.organizationRole()
	inv, _ := member.collect(t, o)
	if len(inv.Problems) > 0 {
		t.Errorf("problems: %+v", inv.Problems)
	}
	full := fullAccess(inv)
	want := [][]entitlement.PolicyID{{full}, {full, denied}, {full}}
	if diff := cmp.Diff(want, inv.Controls); diff != "" {
		t.Errorf("controls from root to account (-want +got):\n%s", diff)
	}
	if p := inv.Policies[denied]; !sameJSON(t, string(p.Document), denyDoc) || p.Name != "no-ec2" || p.Managed {
		t.Errorf("the denying policy: %+v", p)
	}
	if p := inv.Policies[full]; !p.Managed || len(p.Document) == 0 {
		t.Errorf("FullAWSAccess: %+v", p)
	}
	l.resourceControls(inv)
	management, _ := c.collect(t, c.options())
	if management.Controls != nil || len(management.Problems) > 0 {
		t.Errorf("the management account has controls %v, problems %+v", management.Controls, management.Problems)
	}
}

// resourceControls wants the resource control policy of the unit, and what the
// account is in its organisation.
func (l live) resourceControls(inv *entitlement.Inventory) {
	l.Helper()
	names := make([][]string, 0, 3)
	for _, level := range inv.ResourceControls {
		var of []string
		for _, id := range level {
			of = append(of, inv.Policies[id].Name)
		}
		names = append(names, of)
	}
	if len(names) != 3 || !slices.Contains(names[1], "own-only") || slices.Contains(names[0], "own-only") || slices.Contains(names[2], "own-only") {
		l.Errorf("resource control policies from root to account: %v", names)
	}
	o := inv.Organization
	if o == nil {
		l.Fatal("no organisation")
	}
	path := strings.Split(o.Path, "/")
	if o.Management != entitlement.SystemID(l.account) || len(path) != 4 || path[0] != o.ID || !strings.HasPrefix(path[1], "r-") || !strings.HasPrefix(path[2], "ou-") {
		l.Errorf("organisation %+v", o)
	}
	if !slices.Contains(o.Members, inv.System.ID) || !slices.Contains(o.Members, o.Management) {
		l.Errorf("members %v", o.Members)
	}
}

// halfControls breaks each call of the organisation: no control policies at
// all are published, never a part.
func (l live) halfControls() {
	t, c := l.T, l.cloud
	member, _ := c.member(t)
	o := member.options()
	o.OrganizationRole = c.organizationRole()
	for _, op := range []string{"organizations:DescribeOrganization", "organizations:ListParents", "organizations:ListPoliciesForTarget", "organizations:DescribePolicy"} {
		member.clear()
		member.on(op, func(n int, _ string) *answer {
			if n == 1 && op != "organizations:DescribeOrganization" {
				return nil
			}
			return refusal(op, "AccessDeniedException", "You don't have permissions to access this resource.")
		})
		inv, _ := member.collect(t, o)
		if inv.Controls != nil || inv.ResourceControls != nil || len(inv.Problems) != 1 {
			t.Errorf("%s refused: controls %v, %v, problems %+v", op, inv.Controls, inv.ResourceControls, inv.Problems)
		}
		for _, p := range inv.Problems {
			if p.Code != aws.CodeServiceControl && p.Code != aws.CodeResourceControl || p.Permission != op {
				t.Errorf("%s refused: problem %+v", op, p)
			}
		}
	}
	member.clear()
	const policies = "organizations:ListPoliciesForTarget"
	member.on(policies, func(_ int, body string) *answer {
		if strings.Contains(body, "SERVICE_CONTROL_POLICY") {
			return refusal(policies, "AccessDeniedException", "no")
		}
		return nil
	})
	if inv, _ := member.collect(t, o); inv.Controls != nil || len(inv.ResourceControls) != 3 || len(inv.Problems) != 1 {
		t.Errorf("one type refused: controls %v, %v, problems %+v", inv.Controls, inv.ResourceControls, inv.Problems)
	}
	member.clear()
	const accounts = "organizations:ListAccounts"
	member.on(accounts, always(refusal(accounts, "AccessDeniedException", "no")))
	if inv, _ := member.collect(t, o); len(inv.Controls) != 3 || len(inv.ResourceControls) != 3 || len(inv.Problems) != 1 || inv.Problems[0].Permission != accounts {
		t.Errorf("%s refused: controls %v, %v, problems %+v", accounts, inv.Controls, inv.ResourceControls, inv.Problems)
	}
	member.clear()
	member.on("organizations:ListPoliciesForTarget", always(&answer{status: 200, body: `{"Policies":[]}`}))
	if inv, _ := member.collect(t, o); inv.Controls != nil || len(inv.Problems) > 0 {
		t.Errorf("control policies switched off: controls %v, problems %+v; an empty level would deny everything", inv.Controls, inv.Problems)
	}
	member.on("organizations:ListPoliciesForTarget", times(1, &answer{status: 200, body: `{"Policies":[]}`}))
	member.mu.Lock()
	member.calls["organizations:ListPoliciesForTarget"] = 0
	member.mu.Unlock()
	if inv, _ := member.collect(t, o); inv.Controls != nil || len(inv.Problems) != 1 {
		t.Errorf("one empty level: controls %v, problems %+v", inv.Controls, inv.Problems)
	}
}
