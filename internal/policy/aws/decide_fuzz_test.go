package aws_test

import (
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// Whatever the documents and the request: no panic, and
//   - the same answer again, also into a Decision that was used before;
//   - adding a Deny of everything denies it explicitly;
//   - what Access grants in full without condition is allowed, and what it does
//     not grant is not, unless the resource's own policy grants it.
func FuzzDecide(f *testing.F) {
	f.Add(document(allow("s3:*", "*")), document(share("Allow", byAlice, "s3:*", "*")), []byte{}, "s3:GetObject", "arn:aws:s3:::a/b", "aws:sourceip", "10.0.0.1")
	f.Add(document(statement("Allow", "!iam:*", "!arn:aws:s3:::a", mfa)), []byte{}, document(allow("s3:Get*", "arn:aws:s3:::*/${aws:username}")), "s3:GetObject", "arn:aws:s3:::a/alice", "aws:MultiFactorAuthPresent", "true")
	f.Add([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{"ForAnyValue:StringLikeIfExists":{"aws:PrincipalTag/${*}":["a*","${aws:x, '*'}"]},"Null":{"a":true}}}}`),
		document(share("Deny", `!{"AWS":["*","`+root+`"],"Service":"x"}`, "kms:*", "")), []byte{}, "kms:Decrypt", key, "", "")
	e := evaluator()
	f.Fuzz(func(t *testing.T, identity, resource, boundary []byte, action, target, name, value string) {
		inv := fuzzInventory(identity, resource, boundary)
		a := e.Compile(inv)
		r := aws.Request{Principal: string(alice), Action: action, Resource: target}
		if name != "" {
			r.Context = aws.NewContext(map[string][]string{name: {value}})
		}
		d, again := &aws.Decision{}, &aws.Decision{}
		if err := aws.NewEstate(a).Decide(&r, d); err != nil {
			return
		}
		verdict := d.Verdict
		if err := aws.NewEstate(e.Compile(inv)).Decide(&r, again); err != nil || again.Verdict != verdict {
			t.Fatalf("first %s, then %s, %v", verdict, again.Verdict, err)
		}
		if name == "" && len(resource) == 0 {
			fuzzAgree(t, a, &r, verdict)
		}
		inv.Identities[0].Policies = append(inv.Identities[0].Policies, put(inv, "deny", deny("*", "*")))
		if err := aws.NewEstate(e.Compile(inv)).Decide(&r, d); err != nil || d.Verdict != aws.ExplicitlyDenied {
			t.Fatalf("with a Deny of everything: %s, %v", d.Verdict, err)
		}
	})
}

func fuzzInventory(identity, resource, boundary []byte) *entitlement.Inventory {
	inv := inventoryOf(account, nil)
	inv.Policies["p"] = entitlement.Policy{ID: "p", Document: identity}
	who := entitlement.Identity{ID: alice, Kind: entitlement.User, Policies: list("p")}
	if len(boundary) > 0 {
		inv.Policies["b"] = entitlement.Policy{ID: "b", Document: boundary}
		who.Boundary = "b"
	}
	if len(resource) > 0 {
		for _, id := range []entitlement.ResourceID{bucket, key} {
			inv.Resources = append(inv.Resources, entitlement.Resource{ID: id, Policy: resource})
		}
	}
	inv.Identities = []entitlement.Identity{who}
	return inv
}

func fuzzAgree(t *testing.T, a *aws.Account, r *aws.Request, verdict aws.Verdict) {
	t.Helper()
	i, ok := catalog.AWS().Index(entitlement.Action(r.Action))
	if !ok || r.Resource != object || r.Action != getObject {
		return
	}
	switch granted := grant(a.Access(alice), i); {
	case granted == "none" && verdict >= aws.Conditional, granted == "all" && verdict != aws.Allowed:
		t.Fatalf("%s, but granted %s", verdict, granted)
	}
}
