package catalog_test

import (
	"testing"

	"github.com/leastward/leastward/internal/catalog"
)

func BenchmarkMatch(b *testing.B) {
	c := catalog.AWS()
	for _, pattern := range []string{"*", "s3:Get*", "*:List*"} {
		b.Run(pattern, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = c.Match(pattern)
			}
		})
	}
}

func BenchmarkIndex(b *testing.B) {
	c := catalog.AWS()
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := c.Index("ec2:DescribeTransitGatewayRouteTableAnnouncements"); !ok {
			b.Fatal("not found")
		}
	}
}

func BenchmarkPermissions(b *testing.B) {
	c := catalog.AWS()
	call := catalog.Call{Source: "lambda.amazonaws.com", Name: "CreateFunction20150331", EventType: "AwsApiCall", PassesRole: true}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = c.Permissions(call)
	}
}
