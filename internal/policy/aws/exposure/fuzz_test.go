package exposure_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

// FuzzDocument uses any text as the policy of a bucket, the trust of a role and
// the policy of a user: nothing panics, and the class is one of those there are.
func FuzzDocument(f *testing.F) {
	f.Add(document(to(everybody, "s3:GetObject", `{"IpAddress":{"aws:SourceIp":"::/0"}}`), denying(`!{"AWS":"1"}`, "!s3:*", "")))
	f.Add(document(trusts("*", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::4*:role/${aws:username}"}}`), web("accounts.google.com", "")))
	f.Add(document(allow("sts:*", "arn:aws:iam::*:*${a}* arn:aws:iam::2?:role/"), allow("s3:*", "arn:aws:s3:::*/${aws:PrincipalTag/x}")))
	f.Fuzz(func(t *testing.T, doc []byte) {
		a, b := newAccount(home), newAccount(other)
		a.role("r", "").Trust = doc
		u := b.user("u")
		u.Policies = []entitlement.PolicyID{"p"}
		b.inv.Policies["p"] = entitlement.Policy{ID: "p", Document: doc}
		r := a.bucket("b", string(doc))
		e := estate(a, b)
		switch x := exposure.Bucket(e, e.Account(home), r); x.Access {
		case entitlement.BucketIsPublic, entitlement.BucketIsRestricted, entitlement.BucketIsCrossAccount, entitlement.BucketIsPrivate, entitlement.BucketIsUnknown:
		default:
			t.Fatalf("class %q", x.Access)
		}
		exposure.External(e, e.Account(home))
		exposure.Reaches(e, e.Account(other))
		exposure.Buckets(e, e.Account(home), u.ID)
	})
}
