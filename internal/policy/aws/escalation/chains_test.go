package escalation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
)

// Chains go by the shortest way, through roles that bring nothing too, and end
// where somebody has everything.
func TestChains(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	alice := w.add("user/alice", allow("sts:AssumeRole", string(iamARN("role/a"))))
	id := alice.ID
	w.role("a", principal(id), allow("sts:AssumeRole", string(iamARN("role/b"))))
	w.role("b", principal(iamARN("role/a")), allow("sts:AssumeRole", string(iamARN("role/c"))+" "+string(iamARN("role/a"))))
	w.role("c", principal(iamARN("role/b")), allow("iam:PassRole lambda:CreateFunction lambda:InvokeFunction", "*"))
	w.role("d", service("lambda.amazonaws.com"), everything)
	w.get("role/a").Trust = trust(`{"AWS":["` + string(id) + `","` + string(iamARN("role/b")) + `"]}`) // A cycle.
	found := find(w)
	mustHave(t, id, found,
		"lambda-001 role/d admin <- user/alice sts-001, role/a sts-001, role/b sts-001, role/c lambda-001",
		"sts-001 role/c <- user/alice sts-001, role/a sts-001, role/b sts-001")
	mustHave(t, iamARN("role/c"), found, "lambda-001 role/d admin")
	mustHave(t, iamARN("role/d"), found)
}

// A chain of more than five moves is none.
func TestChainsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.add("user/alice", allow("sts:AssumeRole", "*"))
	before := iamARN("user/alice")
	for i := range 8 {
		name := fmt.Sprintf("r%d", i)
		if i < 7 {
			w.role(name, principal(before), allow("sts:AssumeRole", "*"))
		} else {
			w.role(name, principal(before), everything)
		}
		before = iamARN("role/" + name)
	}
	found := find(w)
	mustHave(t, iamARN("user/alice"), found)
	if got := found[iamARN("role/r2")]; len(got) != 1 || len(got[0].Steps) != escalation.MaxSteps {
		t.Errorf("from r2 there are five moves to r7, found %q", lines(got))
	}
}

// The conditions of every move of a chain are named, and a chain without is
// preferred.
func TestChainConditions(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.add("user/alice", allow("sts:AssumeRole", "*"))
	w.role("a", principal(iamARN("user/alice")), allow("sts:AssumeRole", "*"))
	boss := w.role("boss", principal(iamARN("role/a")), everything)
	boss.Trust = document(`{"Effect":"Allow","Principal":{"AWS":"` + string(iamARN("role/a")) + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}}`)
	mustHave(t, iamARN("user/alice"), find(w), "sts-001 role/boss admin if [sts:externalid] <- user/alice sts-001, role/a sts-001")
	w.role("b", principal(iamARN("role/a")), allow("sts:AssumeRole", "*"))
	w.get("role/boss").Trust = document(`{"Effect":"Allow","Principal":{"AWS":"` + string(iamARN("role/a")) + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}},` +
		`{"Effect":"Allow","Principal":` + principal(iamARN("role/b")) + `,"Action":"sts:AssumeRole"}`)
	got := lines(find(w)[iamARN("user/alice")])
	if len(got) == 0 || got[0] != "sts-001 role/boss admin <- user/alice sts-001, role/a sts-001, role/b sts-001" {
		t.Errorf("got %q, want the longer chain without condition first", got)
	}
}

// Roles of other accounts of the estate are reached where both sides agree,
// and their permissions are all new.
func TestAcrossAccounts(t *testing.T) {
	t.Parallel()
	here, there := newWorld(home), newWorld(other)
	here.add("user/alice", allow("sts:AssumeRole", "arn:aws:iam::"+other+":role/*"))
	here.add("user/bob", allow("s3:GetObject", "*"))
	there.role("door", principal(iamARN("root")), allow("s3:GetObject iam:AttachRolePolicy", "*"))
	there.role("closed", principal("arn:aws:iam::999999999999:root"), everything)
	found := find(here, there)
	door := "arn:aws:iam::" + other + ":role/door"
	mustHave(t, iamARN("user/alice"), found, "sts-001 "+door, "iam-009 "+door+" admin <- user/alice sts-001, "+door+" iam-009")
	mustHave(t, iamARN("user/bob"), found)
	mustHave(t, iamARN("user/alice"), find(here)) // The other account is not known.
}

// Nobody can change what IAM Identity Center or AWS itself made.
func TestReservedRoles(t *testing.T) {
	t.Parallel()
	const actions = "iam:PutRolePolicy iam:AttachRolePolicy iam:UpdateAssumeRolePolicy"
	w := newWorld(home)
	w.add("user/alice", allow(actions, "*"))
	w.role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_ops_1", service("nobody.amazonaws.com"), everything)
	w.role("sets", service("nobody.amazonaws.com"), allow(actions, "*")).PermissionSet = "sets"
	w.role("aws-service-role/x.amazonaws.com/AWSServiceRoleForX", service("x.amazonaws.com"), everything).ServiceManaged = true
	found := find(w)
	mustHave(t, iamARN("user/alice"), found)
	mustHave(t, iamARN("role/sets"), found)
	mustHave(t, iamARN("role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"), found)
}

// Functions and instances have what their roles have; root has everything.
func TestWhoIsReported(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.role("worker", service("lambda.amazonaws.com"), allow("iam:PutRolePolicy", string(iamARN("role/worker"))))
	f := w.workload(entitlement.Function, "f", "worker")
	w.add("root").Root = true
	w.Identities[len(w.Identities)-1].Kind = entitlement.User
	found := find(w)
	mustHave(t, f, found, "iam-005 role/worker admin")
	mustHave(t, iamARN("role/worker"), found, "iam-005 role/worker admin")
	if len(found) != 2 {
		t.Errorf("found %d identities, want the role and its function", len(found))
	}
}

// A group is reported for what it lets any member do by itself.
func TestGroups(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.add("group/self", allow("iam:PutGroupPolicy", string(iamARN("group/self"))), allow("iam:PutUserPolicy", "arn:aws:iam::"+home+":user/${aws:username}"))
	w.add("group/alien", allow("iam:PutGroupPolicy", string(iamARN("group/self"))), allow("iam:PutUserPolicy", string(iamARN("user/alice"))))
	alice := w.add("user/alice")
	alice.Groups = []entitlement.IdentityID{iamARN("group/alien")}
	found := find(w)
	mustHave(t, iamARN("group/self"), found, "iam-007 group/self admin", "iam-011 group/self admin")
	mustHave(t, iamARN("group/alien"), found)
	mustHave(t, iamARN("user/alice"), found, "iam-007 user/alice admin")
}

// What is kept of many is the gravest.
func TestCap(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.add("user/alice", allow("iam:CreateAccessKey iam:UpdateAssumeRolePolicy", "*"))
	for i := range 40 {
		w.add(fmt.Sprintf("user/u%02d", i), allow("s3:PutObject", "*"))
		w.role(fmt.Sprintf("r%02d", i), service("nobody.amazonaws.com"), allow("s3:DeleteObject", "*"))
	}
	w.role("boss", service("nobody.amazonaws.com"), everything)
	got := find(w)[iamARN("user/alice")]
	if len(got) != escalation.MaxPerIdentity || describe(&got[0]) != "iam-012 role/boss admin" {
		t.Errorf("found %d, first %q", len(got), lines(got)[:1])
	}
}

// Adding a Deny, a control policy or a boundary never adds a way to everything,
// and no way at all to those whom it does not touch. Who loses something may
// gain it elsewhere; who had everything may get it back.
func TestGuardsNeverAdd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		found := find(w)
		before := ends(found)
		action := rapid.SampledFrom(drawnActions()).Draw(t, "guarded")
		who := &w.Identities[rapid.IntRange(0, len(w.Identities)-1).Draw(t, "who")]
		guard := rapid.SampledFrom([]string{"deny", "control", "boundary"}).Draw(t, "guard")
		switch {
		case guard == "control":
			w.control(deny(action, "*"))
		case guard == "deny" || who.Kind == entitlement.Group:
			who.Policies = append(who.Policies, w.inline(who.ID, "deny", deny(action, "*")))
		default:
			who.Boundary = w.inline(who.ID, "boundary", `{"Effect":"Allow","NotAction":["`+action+`","s3:DeleteBucket"],"Resource":"*"}`)
		}
		for e := range ends(find(w)) {
			touched := guard == "control" || e.by == who.ID || who.Kind == entitlement.Group
			if len(found[e.by]) == escalation.MaxPerIdentity {
				continue // Others of its ways were not kept.
			}
			if before[e] || touched && !e.admin || e.by == who.ID && who.Kind == entitlement.Role {
				continue
			}
			t.Fatalf("the guard adds %+v", e)
		}
	})
}

// single is an escalation of one move.
type single struct {
	path, target string
	by           entitlement.IdentityID
	admin        bool
}

func ends(found map[entitlement.IdentityID][]entitlement.Escalation) map[single]bool {
	out := map[single]bool{}
	for id, list := range found {
		for i := range list {
			if e := &list[i]; len(e.Steps) == 1 {
				out[single{e.Path, e.Target, id, e.Admin}] = true
				out[single{e.Path, e.Target, id, false}] = true // What brings everything brings more.
			}
		}
	}
	return out
}

func drawnActions() []string {
	return []string{
		"iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction", "iam:PutRolePolicy", "iam:PutUserPolicy", "iam:AttachUserPolicy",
		"iam:UpdateAssumeRolePolicy", "sts:AssumeRole", "iam:CreateAccessKey", "iam:AddUserToGroup", "iam:PutGroupPolicy", "s3:PutObject",
	}
}

// drawWorld draws a small account.
func drawWorld(t *rapid.T) world {
	w := newWorld(home)
	policy := func() string {
		list := rapid.SliceOfNDistinct(rapid.SampledFrom(drawnActions()), 1, 4, rapid.ID).Draw(t, "actions")
		resource := rapid.SampledFrom([]string{"*", "*", string(iamARN("role/r0")), string(iamARN("user/*")), string(iamARN("group/g"))}).Draw(t, "resource")
		return allow(strings.Join(list, " "), resource)
	}
	w.add("group/g", policy())
	for i := range 3 {
		u := w.add(fmt.Sprintf("user/u%d", i), policy())
		if rapid.Bool().Draw(t, "member") {
			u.Groups = []entitlement.IdentityID{iamARN("group/g")}
		}
		who := rapid.SampledFrom([]string{service("lambda.amazonaws.com"), principal(iamARN("root")), principal(iamARN("user/u0"))}).Draw(t, "trusts")
		w.role(fmt.Sprintf("r%d", i), who, rapid.SampledFrom([]string{policy(), everything}).Draw(t, "role"))
	}
	return w
}

// The result is the same whatever the order of the identities.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := find(w)
		slices.Reverse(w.Identities)
		after := find(w)
		for _, id := range w.Identities {
			if a, b := lines(before[id.ID]), lines(after[id.ID]); !slices.Equal(a, b) {
				t.Fatalf("%s:\n%s\n%s", id.ID, strings.Join(a, "\n"), strings.Join(b, "\n"))
			}
		}
	})
}
