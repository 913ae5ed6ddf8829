package exposure_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

// chamber draws an account whose roles share policies, of which some look at
// who asks; apart, each role has a permissions boundary of its own that does not
// limit it.
func chamber(t *rapid.T) func(apart bool) *aws.Estate {
	resource := rapid.SampledFrom([]string{"*", roleARN(home, "r*"), roleARN(home, "r1") + " " + roleARN(home, "r2"), "arn:aws:iam::*:role/?3"})
	condition := rapid.SampledFrom([]string{
		"", "", "", `{"StringLike":{"aws:PrincipalArn":"*/r1"}}`, `{"StringEquals":{"aws:PrincipalTag/team":"a"}}`, `{"StringEquals":{"sts:ExternalId":"x"}}`,
	})
	statements := make([]string, 3)
	for i := range statements {
		effect := rapid.SampledFrom([]string{"Allow", "Allow", "Allow", "Deny"}).Draw(t, "effect")
		statements[i] = statement(effect, "", "sts:AssumeRole", resource.Draw(t, "resource"), condition.Draw(t, "condition"))
	}
	type role struct {
		trust    string
		policies []int
	}
	roles := make([]role, 7)
	for i := range roles {
		whom := rapid.SampledFrom([]string{home, home, home, third, roleARN(home, "r1")}).Draw(t, "trusts")
		roles[i].trust = trusts(whom, condition.Draw(t, "trust condition"))
		if rapid.IntRange(0, 5).Draw(t, "refuses") == 0 {
			roles[i].trust += "," + statement("Deny", `{"AWS":"`+roleARN(home, "r2")+`"}`, "sts:AssumeRole", "", "")
		}
		roles[i].policies = rapid.SliceOfNDistinct(rapid.IntRange(0, 2), 0, 2, rapid.ID).Draw(t, "policies")
	}
	spared := rapid.SampledFrom([]string{"", "", "", "*/r1", "*"}).Draw(t, "spared")
	return func(apart bool) *aws.Estate {
		a := newAccount(home)
		for i, s := range statements {
			a.policy(fmt.Sprintf("p%d", i), s)
		}
		for i, r := range roles {
			id := a.role(fmt.Sprintf("r%d", i), r.trust)
			for _, p := range r.policies {
				id.Policies = append(id.Policies, a.policy(fmt.Sprintf("p%d", p), statements[p]))
			}
			if apart {
				id.Boundary = a.policy(fmt.Sprintf("boundary%d", i), allow("*", "*"))
			}
		}
		a.role("door", trusts(third, ""), allow("sts:AssumeRole", roleARN(home, "r5")))
		if spared != "" {
			a.inv.Controls = [][]entitlement.PolicyID{{a.policy("scp", allow("*", "*"), statement("Deny", "", "*", "*", `{"StringNotLike":{"aws:PrincipalArn":"`+spared+`"}}`))}}
		}
		return estate(a)
	}
}

// What is found once for all roles whose policies say the same is what is found
// for each alone.
func TestKinEnterTheSameRoles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		build := chamber(t)
		found := func(apart bool) map[string]bool {
			e := build(apart)
			out := map[string]bool{}
			for _, x := range exposure.External(e, e.Account(home)) {
				out[fmt.Sprint(x.From, x.Role, x.Method, len(x.Via), x.Conditional)] = true
			}
			return out
		}
		if diff := cmp.Diff(found(true), found(false)); diff != "" {
			t.Fatalf("(-alone +together):\n%s", diff)
		}
	})
}
