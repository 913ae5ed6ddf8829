package exposure_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

func drawnTrust(t *rapid.T, effect string) string {
	principal := rapid.SampledFrom([]string{
		`{"AWS":"` + other + `"}`, `{"AWS":"` + userARN(other, "a") + `"}`, `{"AWS":"*"}`, `{"AWS":"` + roleARN(home, "in") + `"}`,
		`{"AWS":["` + third + `","` + home + `"]}`, `{"Federated":"accounts.google.com"}`, `!{"AWS":"` + userARN(other, "a") + `"}`,
	}).Draw(t, "principal")
	if effect == "Allow" && strings.HasPrefix(principal, "!") {
		principal = `{"AWS":"*"}`
	}
	actions := rapid.SampledFrom([]string{"sts:AssumeRole", "sts:*", "sts:AssumeRoleWithWebIdentity"}).Draw(t, "actions")
	condition := rapid.SampledFrom([]string{
		"", "", `{"StringEquals":{"sts:ExternalId":"x"}}`, `{"StringEquals":{"aws:PrincipalAccount":"` + other + `"}}`,
		`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::` + other + `:user/*"}}`, `{"StringEquals":{"accounts.google.com:aud":"c"}}`,
		`{"StringNotEquals":{"aws:PrincipalOrgID":"o-a"}}`,
	}).Draw(t, "condition")
	return statement(effect, principal, actions, "", condition)
}

// drawnEstate is two known accounts; the trust of role "in" is given.
func drawnEstate(t *rapid.T) func(trust ...string) *aws.Estate {
	deep := drawnTrust(t, "Allow")
	own := rapid.SampledFrom([]string{allow("sts:AssumeRole", "*"), allow("s3:*", "*")}).Draw(t, "own")
	return func(trust ...string) *aws.Estate {
		a, b := newAccount(home), newAccount(other)
		a.role("in", strings.Join(trust, ","), own)
		a.role("deep", deep, own)
		b.user("a", own)
		b.user("b", allow("sts:*", "*"))
		b.role("hop", trusts(third, ""), own)
		return estate(a, b)
	}
}

// ways are who gets where: each identity, and each origin as a whole, by role.
func ways(e *aws.Estate) map[string]bool {
	out := map[string]bool{}
	for _, x := range exposure.External(e, e.Account(home)) {
		at := x.From + " " + string(x.Role)
		out[at] = true
		for _, id := range x.Identities {
			out[at+" "+string(id)] = true
		}
	}
	return out
}

func TestDenyNeverLetsIn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		make, trust := drawnEstate(t), []string{drawnTrust(t, "Allow"), drawnTrust(t, rapid.SampledFrom([]string{"Allow", "Deny"}).Draw(t, "effect"))}
		deny := drawnTrust(t, "Deny")
		before := ways(make(trust...))
		for way := range ways(make(append(trust, deny)...)) {
			account, _, _ := strings.Cut(way, " ")
			if !before[way] && !before[strings.Join(strings.Fields(way)[:2], " ")] && !before["* "+strings.Fields(way)[1]] {
				t.Fatalf("%s (of %s) came by %s; before: %v", way, account, deny, before)
			}
		}
	})
}

// TestEntriesAgreeWithDecide holds every identity of a known account that an
// entry names against Decide, and the reverse.
func TestEntriesAgreeWithDecide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := drawnEstate(t)(drawnTrust(t, "Allow"), drawnTrust(t, rapid.SampledFrom([]string{"Allow", "Deny"}).Draw(t, "effect")))
		entries := exposure.External(e, e.Account(home))
		for _, who := range e.Account(other).Inventory().Identities {
			for _, role := range e.Account(home).Inventory().Identities {
				var d aws.Decision
				if err := e.Decide(&aws.Request{Principal: string(who.ID), Action: "sts:AssumeRole", Resource: string(role.ID)}, &d); err != nil {
					t.Fatal(err)
				}
				sure, maybe := false, false
				for _, x := range entries {
					if x.Method == entitlement.AccessDirect && x.Role == role.ID && slices.Contains(x.Identities, who.ID) {
						sure, maybe = sure || !x.Conditional, true
					}
				}
				can := d.Verdict == aws.Allowed || d.Verdict == aws.Conditional
				if can != maybe || d.Verdict == aws.Allowed && !sure {
					t.Fatalf("%s on %s is %s, but %v", who.ID, role.ID, d.Verdict, lines(entries))
				}
			}
		}
	})
}

// TestReachesAndExternalAgree: whom one side lists as let in, the other lists
// as getting out.
func TestReachesAndExternalAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := drawnEstate(t)(drawnTrust(t, "Allow"), drawnTrust(t, "Deny"))
		reaches := exposure.Reaches(e, e.Account(other))
		entered := map[entitlement.IdentityID]bool{}
		for _, x := range exposure.External(e, e.Account(home)) {
			if x.Method == entitlement.AccessDirect && x.From == other {
				for _, id := range x.Identities {
					entered[id] = true
				}
			}
		}
		for _, who := range e.Account(other).Inventory().Identities {
			if out := slices.Contains(reaches[who.ID], home); out != entered[who.ID] {
				t.Fatalf("%s reaches: %v, enters: %v", who.ID, out, entered[who.ID])
			}
		}
	})
}
