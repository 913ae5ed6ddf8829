package aws_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// What is missing may deny as well as allow, so that nothing is allowed for
// certain over it.
func TestDecideWhatIsMissingMayDeny(t *testing.T) {
	t.Parallel()
	full := allow("*", "*")
	everybody := scene{alice: full, bob: full, policies: map[string]string{bucket: share("Allow", `"*"`, "*", "*")}}
	remove := func(s scene, change func(*entitlement.Inventory)) scene {
		s.change = change
		return s
	}
	for _, c := range []ask{
		{"the policy of the resource", scene{alice: full, unreadable: bucket}, string(alice), getObject, object, maybe},
		{"which binds the root user", scene{unreadable: bucket}, root, getObject, object, maybe},
		{"save where it keeps the policy", scene{unreadable: bucket}, root, "s3:PutBucketPolicy", bucket, allowed},
		{"a policy of the user", remove(everybody, func(inv *entitlement.Inventory) { inv.Identities[0].Policies = list("gone", "alice") }), string(alice), getObject, object, maybe},
		{"a group of the user", remove(everybody, func(inv *entitlement.Inventory) { inv.Identities[0].Groups = []entitlement.IdentityID{"gone"} }), string(alice), getObject, object, maybe},
		{"the boundary, though it does not hold the user", remove(everybody, func(inv *entitlement.Inventory) { inv.Identities[0].Boundary = "gone" }), string(alice), getObject, object, maybe},
		{"a service control policy beside one that allows", remove(everybody, func(inv *entitlement.Inventory) { inv.Controls = [][]entitlement.PolicyID{{"full", "gone"}} }), string(alice), getObject, object, maybe},
		{"a resource control policy", remove(everybody, func(inv *entitlement.Inventory) { inv.ResourceControls = [][]entitlement.PolicyID{{"gone"}} }), string(alice), getObject, object, maybe},
		{"of the resource's account", remove(everybody, func(inv *entitlement.Inventory) { inv.ResourceControls = [][]entitlement.PolicyID{{"gone"}} }), bob, getObject, object, maybe},
		{"not of the caller's", remove(scene{alice: full, foreign: map[string]string{farKey: share("Allow", `"*"`, "*", "*")}}, func(inv *entitlement.Inventory) { inv.ResourceControls = [][]entitlement.PolicyID{{"gone"}} }), string(alice), decrypt, farKey, allowed},
		{"the controls of the root user's account", everybody, "arn:aws:iam::777788889999:root", getObject, object, maybe},
		{"the policies of a user that its own account lets in", scene{bare: "777788889999", bareOwns: map[string]string{
			"arn:aws:sqs:eu-west-1:777788889999:q": share("Allow", `{"AWS":"arn:aws:iam::777788889999:user/eve"}`, "sqs:*", "*"),
		}}, "arn:aws:iam::777788889999:user/eve", "sqs:SendMessage", "arn:aws:sqs:eu-west-1:777788889999:q", maybe},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if d := c.check(t); d.Verdict == aws.Conditional && len(d.Because) == 0 {
				t.Error("nothing says why")
			}
		})
	}
}
