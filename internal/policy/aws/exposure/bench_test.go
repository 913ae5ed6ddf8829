package exposure_test

import (
	"fmt"
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

// crowd is an estate of two accounts: one of n roles, a tenth of which a role
// of the other account may enter and a hundredth of which an account that is
// not known; one in ten has a permission to assume roles.
func crowd(n int) *aws.Estate {
	a, b := newAccount(home), newAccount(other)
	full := a.policy("full", allow("s3:* ec2:* sts:AssumeRole", "*"))
	some := a.policy("some", allow("s3:GetObject logs:*", "*"))
	for i := range n {
		trust := statement("Allow", `{"Service":"lambda.amazonaws.com"}`, "sts:AssumeRole", "", "")
		switch {
		case i%100 == 1:
			trust = trusts("arn:aws:iam::"+third+":root", `{"StringEquals":{"sts:ExternalId":"x"}}`)
		case i%10 == 2:
			trust = trusts(roleARN(other, "deploy"), "")
		case i%10 == 3:
			trust = trusts("arn:aws:iam::"+home+":root", "")
		}
		r := a.role(fmt.Sprintf("r%06d", i), trust)
		if r.Policies = []entitlement.PolicyID{some}; i%10 == 1 {
			r.Policies = []entitlement.PolicyID{full}
		}
	}
	b.role("deploy", "", allow("sts:AssumeRole", "arn:aws:iam::*:role/*"))
	for i := range 20 {
		a.bucket(fmt.Sprintf("b%d", i), string(document(denying(everybody, "s3:*", `{"Bool":{"aws:SecureTransport":"false"}}`))))
	}
	return estate(a, b)
}

func BenchmarkExternal(b *testing.B) {
	e := crowd(10_000)
	b.ReportAllocs()
	for b.Loop() {
		b.ReportMetric(float64(len(exposure.External(e, e.Account(home)))), "entries")
	}
}

func BenchmarkReaches(b *testing.B) {
	e := crowd(10_000)
	b.ReportAllocs()
	for b.Loop() {
		b.ReportMetric(float64(len(exposure.Reaches(e, e.Account(home)))), "identities")
	}
}

func BenchmarkBuckets(b *testing.B) {
	e := crowd(10_000)
	a := e.Account(home)
	b.ReportAllocs()
	for b.Loop() {
		s := exposure.New(e)
		for i := range a.Inventory().Identities {
			s.Buckets(a, a.Inventory().Identities[i].ID)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(a.Inventory().Identities)), "ns/identity")
}

func BenchmarkBucket(b *testing.B) {
	e := crowd(1)
	a := e.Account(home)
	r := &a.Inventory().Resources[0]
	b.ReportAllocs()
	for b.Loop() {
		exposure.Bucket(e, a, r)
	}
}
