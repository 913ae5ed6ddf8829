package aws_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/testkit"
)

func TestIdentitiesWithTheSamePoliciesShareAccess(t *testing.T) {
	t.Parallel()
	inv := setup{policies: []string{allow("s3:*", "*"), allow("sqs:*", "*")}}.inventory()
	twin, other := inv.Identities[0], inv.Identities[0]
	twin.ID, twin.Policies = "twin", []entitlement.PolicyID{"p001", "p000", "p001"}
	other.ID, other.Policies = "other", twin.Policies[:1]
	inv.Identities = append(inv.Identities, twin, other)
	a := evaluator().Compile(inv)
	if a.Access(alice) != a.Access("twin") {
		t.Error("the same policies in another order have an access of their own")
	}
	if a.Access(alice) == a.Access("other") {
		t.Error("other policies share the access")
	}
	if a.Access("nobody") != nil {
		t.Error("someone unknown has an access")
	}
}

// Access is asked for from several goroutines, which share what they work with;
// the answers are those of an account that has the one identity alone.
func TestManyIdentitiesAgreeWithEachAlone(t *testing.T) {
	t.Parallel()
	inv := crowd(60)
	for i := range inv.Identities { // Some have denials of their own, most have not.
		if id := &inv.Identities[i]; i%7 == 0 {
			p := entitlement.PolicyID(id.ID + "/inline/deny")
			inv.Policies[p] = entitlement.Policy{ID: p, Document: document(deny("s3:*", fmt.Sprintf("arn:aws:s3:::app-%d/*", i)) + "," + deny("iam:*", "*"))}
			id.Policies = append(id.Policies, p)
		}
		inv.Identities[i].ServiceManaged = i%2 == 0
	}
	together := accessOfAll(t, evaluator().Compile(inv), inv)
	for i, id := range inv.Identities {
		one := *inv
		one.Identities = inv.Identities[i : i+1]
		one.Policies = map[entitlement.PolicyID]entitlement.Policy{}
		for _, p := range slices.Concat(id.Policies, []entitlement.PolicyID{"boundary", "full", "guard"}) {
			one.Policies[p] = inv.Policies[p]
		}
		if diff := cmp.Diff(evaluator().Compile(&one).Access(id.ID), together[i]); diff != "" {
			t.Errorf("%s (-alone +together)\n%s", id.ID, diff)
		}
	}
}

func TestFunctionsActAsTheirRole(t *testing.T) {
	t.Parallel()
	inv := setup{policies: []string{allow("s3:*", "*")}, role: true}.inventory()
	inv.Identities = append(inv.Identities,
		entitlement.Identity{ID: "f", Kind: entitlement.Function, RunsAs: alice},
		entitlement.Identity{ID: "lost", Kind: entitlement.Instance, RunsAs: "gone"},
		entitlement.Identity{ID: "bare", Kind: entitlement.Instance},
	)
	a := evaluator().Compile(inv)
	if a.Access("f") != a.Access(alice) || len(a.Via("f", index(t, "s3:GetObject"))) != 1 {
		t.Error("the function has not the access of its role")
	}
	for _, id := range []entitlement.IdentityID{"lost", "bare"} {
		if x := a.Access(id); x == nil || !x.Granted().Empty() {
			t.Errorf("%s has access %v", id, x)
		}
	}
	if d := messages(a); !slices.ContainsFunc(d, func(s string) bool { return strings.HasPrefix(s, "rejected lost runs as gone") }) {
		t.Errorf("the lost role is not reported: %v", d)
	}
}

func messages(a *aws.Account) []string {
	var out []string
	for _, d := range a.Diagnostics() {
		out = append(out, fmt.Sprintf("%s %s", d.Level, d))
	}
	return out
}

func TestVia(t *testing.T) {
	t.Parallel()
	inv := setup{
		policies: []string{allow("sqs:*", "*") + "," + allow("s3:Get*", "*"), deny("s3:*", "*")},
		groups:   [][]string{{strings.Replace(allow("s3:*", "arn:aws:s3:::a/*"), "{", `{"Sid":"Mine",`, 1)}},
	}.inventory()
	a := evaluator().Compile(inv)
	want := []aws.Via{
		{Policy: "p000", Statement: 1},
		{Policy: "p002", Group: "arn:aws:iam::111122223333:group/g0", Sid: "Mine"},
	}
	if diff := cmp.Diff(want, a.Via(alice, index(t, "s3:GetObject"))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	inv.Identities[1].Policies = append(inv.Identities[1].Policies, "lost")
	if v := evaluator().Compile(inv).Via(alice, index(t, "s3:GetObject")); len(v) != 2 {
		t.Errorf("a policy without a document confuses the list: %v", v)
	}
	if v := a.Via(alice, -1); v != nil {
		t.Errorf("no action is allowed by %v", v)
	}
}

func TestDiagnostics(t *testing.T) {
	t.Parallel()
	inv := setup{
		policies: []string{
			allow("s3:Nix* nowhere:Do", "*"),
			`{"Effect":"Deny","Action":"s3:*"}`,
			`{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}`,
		},
		boundary: allow("*", "*") + `,{"Effect":"Allow"}`,
		controls: [][]string{{}, {allow("*", "*")}},
	}.inventory()
	who := &inv.Identities[len(inv.Identities)-1]
	who.Policies = append(who.Policies, "lost")
	who.Groups = append(who.Groups, "nogroup")
	inv.Identities = append(inv.Identities, entitlement.Identity{ID: "bob", Boundary: "noboundary"})
	inv.Controls[1] = append(inv.Controls[1], "gone")
	a := evaluator().Compile(inv)
	want := []string{
		`rejected level 1 of the service control policies, counted from the root, holds none, though AWS asks for at least one: it does not limit here`,
		`rejected arn:aws:iam::111122223333:user/alice belongs to group nogroup, which the inventory does not hold: it grants nothing here`,
		`rejected gone: it is a service control policy, but the inventory does not hold its document: its level does not limit here`,
		`rejected lost: arn:aws:iam::111122223333:user/alice has this policy, but the inventory does not hold its document: it grants nothing here`,
		`rejected noboundary: it is the permissions boundary of bob, but the inventory does not hold its document: it does not limit here`,
		`notice p000: 1:38: the action "s3:nix*" matches nothing in the catalogue`,
		`notice p000: 1:38: the action "nowhere:do" is not in the catalogue; it is shown as granted but has no weight`,
		`rejected p001: 1:38: the statement has neither Resource nor NotResource: the Deny statement, which therefore denies nothing here, is left out`,
		`rejected p002: 1:38: the statement has a Principal, which only policies of resources have: the statement is left out`,
		`rejected p003: it is a permissions boundary, of arn:aws:iam::111122223333:user/alice for one, and has a part that cannot be understood: only its Deny statements limit here`,
		`rejected p003: 1:89: the statement has neither Action nor NotAction: the statement is left out`,
	}
	if diff := cmp.Diff(want, messages(a)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A guard that cannot be read must not hide what an identity may do; its Deny
// statements still count.
func TestDoubtfulGuardsDoNotLimit(t *testing.T) {
	t.Parallel()
	broken := deny("sqs:*", "*") + `,{"Effect":"Allow","Action":7}`
	for name, s := range map[string]setup{
		"boundary": {policies: []string{allow("*", "*")}, boundary: broken},
		"control":  {policies: []string{allow("*", "*")}, controls: [][]string{{broken}}},
	} {
		a := s.access()
		if g := grant(a, index(t, "s3:GetObject")); g != "all" {
			t.Errorf("%s: s3:GetObject is granted %s", name, g)
		}
		if g := grant(a, index(t, "sqs:SendMessage")); g != "none" {
			t.Errorf("%s: sqs:SendMessage is granted %s", name, g)
		}
	}
	s := setup{policies: []string{allow("*", "*")}, boundary: `{"Effect":"Deny","Action":7},` + allow("s3:*", "*")}
	if g := grant(s.access(), index(t, "sqs:SendMessage")); g != "none" {
		t.Errorf("a boundary with a malformed Deny limits no more: sqs:SendMessage is granted %s", g)
	}
}

// Policy variables are plain text in the old version of the language.
func TestVersions(t *testing.T) {
	t.Parallel()
	inv := setup{policies: []string{allow("iam:CreateUser", "arn:aws:iam::*:user/${aws:username}")}}.inventory()
	p := inv.Policies["p000"]
	p.Document = []byte(strings.Replace(string(p.Document), aws.Version2012, aws.Version2008, 1))
	inv.Policies["p000"] = p
	a := evaluator().Compile(inv)
	if g := grant(a.Access(alice), index(t, "iam:CreateUser")); g != "named" {
		t.Errorf("iam:CreateUser is granted %s", g)
	}
}

// The account of the public data, by hand: who is super, and what others hold.
func TestRealAccount(t *testing.T) {
	t.Parallel()
	inv := realAccount(t)
	a := evaluator().Compile(inv)
	arn := func(s string) entitlement.IdentityID {
		return entitlement.IdentityID("arn:aws:iam::012345678901:" + s)
	}
	for id, want := range map[entitlement.IdentityID]bool{
		arn("user/obama"): true, arn("user/userwithlotsofpermissions"): true, arn("user/biden"): false,
		arn("group/admin"): true, arn("group/biden"): false, arn("role/MyRole"): false,
	} {
		if got := a.Access(id); got == nil || got.Super != want {
			t.Errorf("%s: super is not %t", id, want)
		}
	}
	biden := a.Access(arn("user/biden"))
	for action, want := range map[string]string{
		"s3:PutObject": "all", "lambda:CreateFunction": "all", "rds:DeleteDBInstance": "all", // Lambda and RDS by managed policies.
		"iam:CreateUser": "none", "iam:PassRole": "all", "kms:ListAliases": "all", "sqs:SendMessage": "all", "sqs:DeleteQueue": "none",
	} {
		if got := grant(biden, index(t, action)); got != want {
			t.Errorf("biden's %s is granted %s, want %s", action, got, want)
		}
	}
	for _, d := range a.Diagnostics() {
		if d.Level == aws.Rejected {
			t.Errorf("something real is left out: %s", d)
		}
	}
}

// realAccount reads just enough of the authorization details for this test.
func realAccount(tb testing.TB) *entitlement.Inventory {
	tb.Helper()
	raw, err := os.ReadFile(testkit.SharedData(tb, "entitlements", "aws", "cloudsplaining", "example-authz-details.json"))
	if err != nil {
		tb.Fatal(err)
	}
	type inline struct {
		PolicyName     string
		PolicyDocument json.RawMessage
	}
	type identity struct {
		Arn, UserName, GroupName                        string
		GroupList                                       []string
		UserPolicyList, GroupPolicyList, RolePolicyList []inline
		AttachedManagedPolicies                         []struct{ PolicyArn entitlement.PolicyID }
	}
	var d struct {
		UserDetailList, GroupDetailList, RoleDetailList []identity
		Policies                                        []struct {
			Arn               entitlement.PolicyID
			PolicyVersionList []struct {
				IsDefaultVersion bool
				Document         json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		tb.Fatal(err)
	}
	inv := &entitlement.Inventory{System: entitlement.System{ID: "012345678901"}, Policies: map[entitlement.PolicyID]entitlement.Policy{}}
	for _, p := range d.Policies {
		for _, v := range p.PolicyVersionList {
			if v.IsDefaultVersion {
				inv.Policies[p.Arn] = entitlement.Policy{ID: p.Arn, Document: v.Document}
			}
		}
	}
	for _, x := range slices.Concat(d.UserDetailList, d.GroupDetailList, d.RoleDetailList) {
		id := entitlement.Identity{ID: entitlement.IdentityID(x.Arn)}
		for _, p := range slices.Concat(x.UserPolicyList, x.GroupPolicyList, x.RolePolicyList) {
			pid := entitlement.PolicyID(x.Arn + "/inline/" + p.PolicyName)
			inv.Policies[pid] = entitlement.Policy{ID: pid, Document: p.PolicyDocument}
			id.Policies = append(id.Policies, pid)
		}
		for _, p := range x.AttachedManagedPolicies {
			id.Policies = append(id.Policies, p.PolicyArn)
		}
		for _, g := range x.GroupList {
			id.Groups = append(id.Groups, entitlement.IdentityID("arn:aws:iam::012345678901:group/"+g))
		}
		inv.Identities = append(inv.Identities, id)
	}
	return inv
}
