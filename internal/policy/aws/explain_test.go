package aws_test

import (
	"slices"
	"testing"
)

// A conditional answer names the statements and keys that would decide, and
// none that another one makes moot.
func TestDecideNamesTheKeysThatDecide(t *testing.T) {
	t.Parallel()
	needsMFA := statement("Allow", "*", "*", mfa)
	oldTLS := statement("Allow", "*", "*", `{"NumericLessThan":{"s3:TlsVersion":"1.2"}}`)
	lets := func(who string) string { return shareIf("Allow", who, "s3:*", "arn:aws:s3:::a/*", mfa) }
	const factor = "aws:multifactorauthpresent"
	for _, c := range []struct {
		ask
		keys []string
	}{
		{ask{"the bucket leaves it to the account, and lets the user in on a condition", bucketSays(scene{}, share("Allow", byAccount, "s3:*", "*")+","+lets(byAlice)), string(alice), getObject, object, maybe}, []string{factor}},
		{ask{"the same of a role", bucketSays(scene{}, share("Allow", byAccount, "s3:*", "*")+","+lets(byApp)), session, getObject, object, maybe}, []string{factor}},
		{ask{"the account twice is moot", bucketSays(scene{bob: oldTLS}, share("Allow", byOther, "s3:*", "*")+","+lets(byBob)), bob, getObject, object, maybe}, []string{"s3:tlsversion"}},
		{ask{"a role that its boundary limits", bucketSays(scene{boundary: oldTLS}, share("Allow", byApp, "s3:*", "*")+","+lets(byApp)), session, getObject, object, maybe}, []string{"s3:tlsversion"}},
		{ask{"a level that another policy lets through", stacked(scene{alice: full}, oldTLS, needsMFA+","+full), string(alice), getObject, object, maybe}, []string{"s3:tlsversion"}},
		{ask{"a variable of NotResource that may have no value", scene{app: full + "," + deny("s3:*", "!arn:aws:s3:::b/${aws:PrincipalTag/team}"), trust: share("Allow", byAlice, "sts:*", "")}, session, getObject, object, maybe}, []string{"aws:principaltag/team"}},
		{ask{"the same in another order", stacked(scene{alice: full}, full+","+needsMFA, oldTLS), string(alice), getObject, object, maybe}, []string{"s3:tlsversion"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := c.check(t)
			if !slices.Equal(d.Keys, c.keys) {
				t.Errorf("keys %v, want %v", d.Keys, c.keys)
			}
			if len(d.Because) != len(c.keys) {
				t.Errorf("because %+v", d.Because)
			}
		})
	}
}
