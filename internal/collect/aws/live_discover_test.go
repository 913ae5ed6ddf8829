package aws_test

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

// discover finds the active accounts with what they are in and their tags.
func (l live) discover() {
	t, c := l.T, l.cloud
	member, _ := c.member(t)
	ctx, client := t.Context(), organizations.NewFromConfig(c.config())
	must(client.TagResource(ctx, &organizations.TagResourceInput{
		ResourceId: &member.account, Tags: []types.Tag{{Key: awssdk.String("owner"), Value: awssdk.String("team-m")}},
	}))(t)
	gone := must(client.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: awssdk.String("gone"), Email: awssdk.String("g@example.com")}))(t)
	must(client.CloseAccount(ctx, &organizations.CloseAccountInput{AccountId: gone.CreateAccountStatus.AccountId}))(t)
	got := l.discovered(true)
	if len(got) != 2 {
		t.Fatalf("%+v, want the management account and the one that is active", got)
	}
	m := got[slices.IndexFunc(got, func(m aws.Member) bool { return string(m.ID) == member.account })]
	if m.Name != "m" || m.Tags["owner"] != "team-m" || len(m.Ancestors) != 2 || m.Ancestors[0].Name != "prod" || m.Ancestors[0].Type != "organizational_unit" || m.Ancestors[1].Type != "root" {
		t.Errorf("%+v", m)
	}
	plain := l.discovered(false)
	if plain[0].Tags != nil {
		t.Error("tags are read that were not asked for")
	}
	// One that moves during the discovery is asked for by itself.
	c.on("organizations:ListAccountsForParent", always(&answer{status: 200, body: `{"Accounts":[]}`}))
	if diff := gocmp.Diff(plain, l.discovered(false)); diff != "" {
		t.Errorf("in the tree and by itself (-tree +itself):\n%s", diff)
	}
}

func (l live) discovered(tags bool) []aws.Member {
	l.Helper()
	list, err := l.collector(l.T, l.options()).Discover(l.Context(), tags)
	if err != nil {
		l.Fatal(err)
	}
	slices.SortFunc(list, func(a, b aws.Member) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// halfDiscovery breaks each call: a part of the accounts is never taken for all.
func (l live) halfDiscovery() {
	t, c := l.T, l.cloud
	c.member(t)
	for _, op := range []string{"ListAccounts", "ListRoots", "ListOrganizationalUnitsForParent", "ListAccountsForParent", "ListTagsForResource"} {
		c.clear()
		c.on("organizations:"+op, always(refusal("organizations:"+op, "AccessDeniedException", "no")))
		list, err := c.collector(t, c.options()).Discover(t.Context(), true)
		if err == nil || !strings.Contains(err.Error(), "AccessDenied") || aws.RoleRefused(err) {
			t.Errorf("%s refused: %d accounts, error %v", op, len(list), err)
		}
	}
}

// roleRefused tells a role that can't be assumed from all else that is refused.
func (l live) roleRefused() {
	t, c := l.T, l.cloud
	const refused = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>`
	o := c.options()
	o.Role = c.organizationRole()
	c.on("sts:AssumeRole", always(&answer{status: 403, body: refused}))
	if _, err := aws.New(t.Context(), o); !aws.RoleRefused(err) {
		t.Errorf("refused: %v", err)
	}
	c.on("sts:AssumeRole", always(&answer{status: 400, body: `<ErrorResponse><Error><Code>MalformedPolicyDocument</Code></Error></ErrorResponse>`}))
	if _, err := aws.New(t.Context(), o); err == nil || aws.RoleRefused(err) {
		t.Errorf("another error: %v", err)
	}
	if aws.RoleRefused(nil) {
		t.Error("no error is a refusal")
	}
}

// own holds that the account's role assumes no role that is the process's own to
// assume.
func (l live) ownCredentials() {
	t, c := l.T, l.cloud
	member, _ := c.member(t)
	o := c.options()
	o.Role = aws.Role{ARN: "arn:aws:iam::" + member.account + ":role/LeastwardRead"}
	o.OrganizationRole = aws.Role{Own: true}
	o.Account = entitlement.SystemID(member.account)
	inv, _ := c.collect(t, o)
	if inv.System.ID != o.Account || inv.Organization == nil || len(inv.Controls) != 3 || c.calls["sts:AssumeRole"] == 0 {
		t.Errorf("account %s, organisation %+v, controls %v, problems %+v", inv.System.ID, inv.Organization, inv.Controls, inv.Problems)
	}
}

// Terraform grants the statements of the policy, each to one of the roles, but for
// those of a queue and of roles that members don't assume.
func TestTerraform(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(testkit.Root(), "provisioning", "terraform", "aws", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	var granted []string
	for _, list := range regexp.MustCompile(`(?m)^  (?:organization|account|trail) += .*\[(".*")\]$`).FindAllStringSubmatch(string(data), -1) {
		for sid := range strings.SplitSeq(list[1], ", ") {
			granted = append(granted, strings.Trim(sid, `"`))
		}
	}
	granted = append(granted, "OtherRoles", "TrailQueue")
	slices.Sort(granted)
	policy, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "policies", "exporter-aws-read.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile(`"Sid": "(\w+)"`).FindAllStringSubmatch(string(policy), -1) {
		all = append(all, m[1])
	}
	slices.Sort(all)
	if diff := gocmp.Diff(all, granted); diff != "" {
		t.Errorf("statements (-policy +terraform):\n%s", diff)
	}
}
