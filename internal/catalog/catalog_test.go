package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestAWS(t *testing.T) {
	t.Parallel()
	c := catalog.AWS()
	if got, want := c.Len(), 22091; got != want {
		t.Errorf("Len() = %d, want %d", got, want)
	}
	if got, want := c.Cloud(), entitlement.AWS; got != want {
		t.Errorf("Cloud() = %q, want %q", got, want)
	}
	if !strings.HasPrefix(c.Version(), "0.21.202609261-") {
		t.Errorf("Version() = %q, want the release of the data set", c.Version())
	}
	if got := c.All().Len(); got != c.Len() {
		t.Errorf("All() has %d actions, want %d", got, c.Len())
	}
}

func TestInfo(t *testing.T) {
	t.Parallel()
	const (
		cred, data = catalog.CredentialExposure, catalog.DataAccess
		priv, expo = catalog.PrivilegeEscalation, catalog.ResourceExposure
	)
	for _, want := range []catalog.Info{
		{Action: "s3:GetObject", Type: catalog.Read, Severity: catalog.High, Sensitivity: data, DataPlane: true},
		{Action: "s3:ListAllMyBuckets", Type: catalog.List},
		{Action: "s3:DeleteBucket", Type: catalog.Delete, Severity: catalog.High},
		{Action: "s3:PutBucketPolicy", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: expo},
		{Action: "s3:PutBucketTagging", Type: catalog.Tagging},
		{Action: "s3:BypassGovernanceRetention", Type: catalog.Permissions, Severity: catalog.High, Sensitivity: expo, Unrecorded: true},
		{Action: "s3:GetObjectVersion", Type: catalog.Read, Severity: catalog.High, Sensitivity: data, Unrecorded: true},
		{Action: "iam:PassRole", Type: catalog.Write, Severity: catalog.High, Sensitivity: priv | expo, Unrecorded: true},
		{Action: "iam:TagRole", Type: catalog.Tagging, Severity: catalog.High},
		{Action: "iam:CreateAccessKey", Type: catalog.Write, Severity: catalog.High, Sensitivity: cred | priv | expo},
		{Action: "kms:Decrypt", Type: catalog.Write, Severity: catalog.High, Sensitivity: data},
		{Action: "kms:ScheduleKeyDeletion", Type: catalog.Delete, Severity: catalog.High},
		{Action: "ec2:TerminateInstances", Type: catalog.Delete, Severity: catalog.High},
		{Action: "ec2:DescribeInstances", Type: catalog.List},
		{Action: "ec2:RunInstances", Type: catalog.Write, Severity: catalog.High},
		{Action: "lambda:InvokeFunction", Type: catalog.Write, Severity: catalog.High, DataPlane: true},
		{Action: "codecommit:GitPull", Type: catalog.Read, Severity: catalog.High, Sensitivity: data},
		{Action: "bedrock:InvokeModel", Type: catalog.Read},
		{Action: "sts:GetCallerIdentity", Type: catalog.Read, Unrecorded: true},
	} {
		i, ok := catalog.AWS().Index(want.Action)
		if !ok {
			t.Errorf("%s is not in the catalogue", want.Action)
			continue
		}
		got := *catalog.AWS().Info(i)
		want.Service, got.ResourceTypes, got.ResourceARNs = got.Service, nil, nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Action, diff)
		}
	}
}

func TestInfoResources(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		action      entitlement.Action
		service     string
		types, arns []string
	}{
		{action: "iam:PassRole", service: "iam", types: []string{"role"}, arns: []string{"arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"}},
		{action: "s3:DeleteBucket", service: "s3", types: []string{"bucket"}, arns: []string{"arn:${Partition}:s3:::${BucketName}"}},
		{action: "ec2:DescribeInstances", service: "ec2"},
		{action: "sts:GetCallerIdentity", service: "sts"},
	} {
		i, _ := catalog.AWS().Index(tt.action)
		info := catalog.AWS().Info(i)
		got := [][]string{{info.Service}, info.ResourceTypes, info.ResourceARNs}
		if diff := cmp.Diff([][]string{{tt.service}, tt.types, tt.arns}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.action, diff)
		}
	}
}

func TestInvariants(t *testing.T) {
	t.Parallel()
	c := catalog.AWS()
	for i := range c.Len() {
		info := c.Info(i)
		service, _, _ := strings.Cut(string(info.Action), ":")
		high := info.Type == catalog.Write || info.Type == catalog.Delete || info.Type == catalog.Permissions
		switch {
		case info.Service != service:
			t.Errorf("%s is of service %q", info.Action, info.Service)
		case len(info.ResourceTypes) != len(info.ResourceARNs):
			t.Errorf("%s has %d resource types and %d ARN formats", info.Action, len(info.ResourceTypes), len(info.ResourceARNs))
		case info.DataPlane && info.Unrecorded:
			t.Errorf("%s is recorded as a data event and never recorded", info.Action)
		case high && info.Severity != catalog.High:
			t.Errorf("%s (%s) is not of high severity", info.Action, info.Type)
		case !info.Type.Changes() && (info.Severity == catalog.High) != (info.Sensitivity != 0):
			t.Errorf("%s is a %s of %s severity with sensitivity %b", info.Action, info.Type, info.Severity, info.Sensitivity)
		}
	}
}

func TestIndexAnyCase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := catalog.AWS()
		want := rapid.IntRange(0, c.Len()-1).Draw(t, "index")
		name := mixCase(t, string(c.Info(want).Action))
		if got, ok := c.Index(entitlement.Action(name)); !ok || got != want {
			t.Fatalf("Index(%q) = %d, %t; want %d", name, got, ok, want)
		}
	})
}

func mixCase(t *rapid.T, s string) string {
	b := []byte(s)
	for i := range b {
		if rapid.Bool().Draw(t, "upper") {
			b[i] = strings.ToUpper(string(b[i]))[0]
		}
	}
	return string(b)
}

func TestIndexUnknown(t *testing.T) {
	t.Parallel()
	for _, a := range []entitlement.Action{"", "s3", "s3:", "s3:Nope", "s3:GetObject ", "*", "s3:Get*", entitlement.Action(strings.Repeat("x", 1000)), "ſ3:GetObject"} {
		if i, ok := catalog.AWS().Index(a); ok {
			t.Errorf("Index(%q) = %d, want none", a, i)
		}
	}
}
