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

func BenchmarkPermissionsClouds(b *testing.B) {
	for name, call := range map[string]catalog.Call{
		"azure":      {Name: "MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION"},
		"gcp":        {Source: "compute.googleapis.com", Name: "v1.compute.instances.insert"},
		"gcp_method": {Source: "secretmanager.googleapis.com", Name: "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion"},
	} {
		c := catalog.GCP()
		if name == "azure" {
			c = catalog.Azure()
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, mapping := c.Permissions(call); mapping != catalog.Mapped {
					b.Fatal(mapping)
				}
			}
		})
	}
}
