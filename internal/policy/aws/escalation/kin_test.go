package escalation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
)

// drawKin draws an account in which several have the same policies, some of
// which look at who asks.
func drawKin(t *rapid.T) world {
	w := drawWorld(t)
	var shared []entitlement.PolicyID
	for i := range 4 {
		actions := append(drawnActions(), "lambda:UpdateFunctionCode", "iam:CreatePolicyVersion", "*")
		list := rapid.SliceOfNDistinct(rapid.SampledFrom(actions), 1, 5, rapid.ID).Draw(t, "shared actions")
		resource := rapid.SampledFrom([]string{
			"*", string(iamARN("role/r*")), string(iamARN("user/u1")), "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:*/?1",
		}).Draw(t, "shared resource")
		condition := rapid.SampledFrom([]string{
			"", "", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/u1"}}`, `{"StringLike":{"aws:PrincipalArn":"*/r1"}}`,
			`{"StringNotEquals":{"aws:username":"u2"}}`, `{"StringEquals":{"aws:PrincipalTag/team":"a"}}`, `{"Null":{"aws:TokenIssueTime":"true"}}`,
		}).Draw(t, "shared condition")
		effect := rapid.SampledFrom([]string{"Allow", "Allow", "Deny"}).Draw(t, "shared effect")
		shared = append(shared, w.managed(fmt.Sprintf("p%d", i), statement(effect, strings.Join(list, " "), resource, condition)))
	}
	for i := range w.Identities {
		id := &w.Identities[i]
		if rapid.Bool().Draw(t, "alike") {
			id.Policies = nil
		}
		id.Policies = append(id.Policies, rapid.SliceOfNDistinct(rapid.SampledFrom(shared), 1, 2, rapid.ID).Draw(t, "policies")...)
		if id.Kind != entitlement.Group && rapid.IntRange(0, 4).Draw(t, "bounded") == 0 {
			id.Boundary = rapid.SampledFrom(shared).Draw(t, "boundary")
		}
		if rapid.Bool().Draw(t, "tagged") {
			id.Tags = map[string]string{"team": "a"}
		}
		if id.Kind == entitlement.Role && rapid.Bool().Draw(t, "trusts alike") {
			id.Trust = trust(principal(iamARN("root")))
		}
	}
	w.workload(entitlement.Function, "f", "r0")
	w.workload(entitlement.Function, "g", "r1")
	return w
}

// What is found once for all whose policies say the same is what is found for
// each: a control policy that could look at everybody makes them be looked at
// one by one, though it decides as one that looks at nobody.
func TestKinHaveTheSameWays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawKin(t)
		under := func(extra string) map[entitlement.IdentityID][]entitlement.Escalation {
			inv := *w.Inventory
			world := world{&inv}
			world.control(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnEquals":{"aws:PrincipalArn":"` + string(iamARN("user/nobody")) + `"}` + extra + `}}`)
			return find(world)
		}
		together, alone := under(""), under(`,"ArnLike":{"aws:PrincipalArn":"*"}`)
		for _, id := range w.Identities {
			if a, b := lines(together[id.ID]), lines(alone[id.ID]); !slices.Equal(a, b) {
				t.Fatalf("%s:\n together %s\n alone    %s", id.ID, strings.Join(a, "\n          "), strings.Join(b, "\n          "))
			}
		}
	})
}
