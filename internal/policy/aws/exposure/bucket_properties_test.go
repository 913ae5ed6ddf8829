package exposure_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
)

// rank orders the classes by how many they let in.
func rank(class string) int {
	kind, _, _ := strings.Cut(class, " ")
	return map[string]int{
		entitlement.BucketIsPrivate: 0, entitlement.BucketIsCrossAccount: 1, entitlement.BucketIsRestricted: 2, entitlement.BucketIsPublic: 3,
	}[kind]
}

func drawnStatement(t *rapid.T, effect string) string {
	principal := rapid.SampledFrom([]string{
		`"*"`, `{"AWS":"*"}`, `{"AWS":"444455556666"}`, `{"AWS":"arn:aws:iam::777788889999:role/x"}`, `{"AWS":"111122223333"}`,
		`{"Service":"logging.s3.amazonaws.com"}`, `!{"AWS":"444455556666"}`, `!{"AWS":["arn:aws:iam::777788889999:role/x"]}`, `{"CanonicalUser":"abc"}`,
	}).Draw(t, "principal")
	actions := rapid.SampledFrom([]string{"s3:*", "s3:GetObject", "s3:Get*", "s3:PutObject s3:ListBucket", "!s3:GetObject", "*"}).Draw(t, "actions")
	resources := rapid.SampledFrom([]string{
		"*", "arn:aws:s3:::b arn:aws:s3:::b/*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::b/tax/*", "!arn:aws:s3:::b/tax/*", "arn:aws:s3:::c/*",
	}).Draw(t, "resources")
	condition := rapid.SampledFrom([]string{
		"", "", `{"StringEquals":{"aws:PrincipalOrgID":"o-a"}}`, `{"StringNotEquals":{"aws:PrincipalOrgID":"o-a"}}`,
		`{"StringNotEquals":{"aws:PrincipalAccount":"444455556666"}}`, `{"StringEquals":{"aws:PrincipalAccount":["444455556666","111122223333"]}}`,
		`{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`, `{"Bool":{"aws:SecureTransport":"false"}}`, `{"StringNotLike":{"aws:SourceVpce":"*"}}`,
		`{"StringNotEquals":{"aws:SourceVpce":"vpce-1"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}`,
	}).Draw(t, "condition")
	return statement(effect, principal, actions, resources, condition)
}

func drawnPolicy(t *rapid.T) []string {
	var out []string
	for range rapid.IntRange(1, 4).Draw(t, "statements") {
		out = append(out, drawnStatement(t, rapid.SampledFrom([]string{"Allow", "Allow", "Deny"}).Draw(t, "effect")))
	}
	return out
}

func drawnSettings(t *rapid.T) func(*account, *entitlement.Resource) {
	grants := rapid.SliceOfN(rapid.SampledFrom([]entitlement.BucketGrant{
		{Grantee: entitlement.AllUsers, Permission: "READ"},
		{Grantee: entitlement.AuthenticatedUsers, Permission: "WRITE"},
		{Grantee: "beef", Permission: "READ_ACP"},
		{Grantee: "LogDelivery", Permission: "WRITE"},
	}), 0, 2).Draw(t, "grants")
	ignore, restrict := rapid.Uint8Range(0, 2).Draw(t, "ignore"), rapid.Uint8Range(0, 2).Draw(t, "restrict")
	return func(_ *account, r *entitlement.Resource) {
		r.Bucket.Grants = append(r.Bucket.Grants, grants...)
		r.Bucket.IgnorePublicACLs, r.Bucket.RestrictPublicBuckets = entitlement.Tristate(ignore), entitlement.Tristate(restrict)
	}
}

func TestDenyNeverOpensABucket(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy, settings := drawnPolicy(t), drawnSettings(t)
		before := class(string(document(policy...)), settings)
		deny := drawnStatement(t, "Deny")
		after := class(string(document(append(policy, deny)...)), settings)
		if rank(after) > rank(before) {
			t.Fatalf("%s became %s by %s", before, after, deny)
		}
	})
}

func TestBlockPublicAccessNeverOpensABucket(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy, settings := string(document(drawnPolicy(t)...)), drawnSettings(t)
		part := rapid.IntRange(0, 3).Draw(t, "part")
		before := class(policy, settings)
		after := class(policy, func(a *account, r *entitlement.Resource) {
			settings(a, r)
			b := r.Bucket
			*[]*entitlement.Tristate{&b.BlockPublicACLs, &b.BlockPublicPolicy, &b.IgnorePublicACLs, &b.RestrictPublicBuckets}[part] = entitlement.Yes
		})
		if rank(after) > rank(before) {
			t.Fatalf("%s became %s by part %d of Block Public Access", before, after, part)
		}
	})
}

func TestBucketOrderOfStatementsIsIrrelevant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy, settings := drawnPolicy(t), drawnSettings(t)
		before := class(string(document(policy...)), settings)
		after := class(string(document(rapid.Permutation(policy).Draw(t, "order")...)), settings)
		if before != after {
			t.Fatalf("%s became %s by order", before, after)
		}
	})
}

func TestAllowNeverClosesABucket(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		policy, settings := drawnPolicy(t), drawnSettings(t)
		before := class(string(document(policy...)), settings)
		allow := drawnStatement(t, "Allow")
		after := class(string(document(append(policy, allow)...)), settings)
		if rank(after) < rank(before) {
			t.Fatalf("%s became %s by %s", before, after, allow)
		}
	})
}
