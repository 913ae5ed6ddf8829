package escalation_test

import (
	"fmt"
	"maps"
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
	limited := rapid.SliceOfNDistinct(rapid.SampledFrom(drawnActions()), 2, 8, rapid.ID).Draw(t, "limit")
	limit := w.inline("limit", "limit", allow(strings.Join(limited, " "), "*"))
	for i := range w.Identities {
		id := &w.Identities[i]
		if rapid.Bool().Draw(t, "alike") {
			id.Policies = nil
		}
		id.Policies = append(id.Policies, rapid.SliceOfNDistinct(rapid.SampledFrom(shared), 1, 2, rapid.ID).Draw(t, "policies")...)
		if id.Kind != entitlement.Group && rapid.IntRange(0, 4).Draw(t, "bounded") == 0 {
			id.Boundary = limit // Nobody may rewrite it.
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

// apart gives each user and role a permissions boundary of its own that limits
// it as before.
func apart(w world) world {
	inv := *w.Inventory
	inv.Identities, inv.Policies = slices.Clone(inv.Identities), maps.Clone(inv.Policies)
	for i := range inv.Identities {
		id := &inv.Identities[i]
		if id.Kind != entitlement.User && id.Kind != entitlement.Role {
			continue
		}
		own := entitlement.PolicyID(string(id.ID) + "/boundary")
		document := document(everything)
		if id.Boundary != "" {
			document = inv.Policies[id.Boundary].Document
		}
		inv.Policies[own] = entitlement.Policy{ID: own, Inline: true, Document: document}
		id.Boundary = own
	}
	return world{&inv}
}

// What is found once for all whose policies say the same is what is found for
// each alone.
func TestKinHaveTheSameWays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawKin(t)
		if rapid.Bool().Draw(t, "controlled") {
			w.control(statement("Deny", rapid.SampledFrom(drawnActions()).Draw(t, "control"), "*", `{"StringNotLike":{"aws:PrincipalArn":["*/u1","*/r?"]}}`))
		}
		together, alone := find(w), find(apart(w))
		for _, id := range w.Identities {
			if a, b := lines(together[id.ID]), lines(alone[id.ID]); !slices.Equal(a, b) {
				t.Fatalf("%s:\n together %s\n alone    %s", id.ID, strings.Join(a, "\n          "), strings.Join(b, "\n          "))
			}
		}
	})
}

// A variable in a grant stands for who asks.
func TestTargetsByVariable(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.add("user/alice", allow("iam:CreateAccessKey", "arn:aws:iam::*:user/*/${aws:username}-*"))
	w.add("user/bob", allow("iam:CreateAccessKey", string(iamARN("user/robots/${aws:PrincipalTag/robot}")))).Tags = map[string]string{"robot": "bob-ci"}
	w.add("user/robots/alice-ci", everything)
	w.add("user/robots/bob-ci", everything)
	found := find(w)
	mustHave(t, iamARN("user/alice"), found, "iam-002 user/robots/alice-ci admin")
	mustHave(t, iamARN("user/bob"), found, "iam-002 user/robots/bob-ci admin")
}
