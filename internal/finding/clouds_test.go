package finding_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

// wretched has everything wrong that an identity can have.
func wretched(k entitlement.Kind) finding.Subject {
	s := quiet()
	s.Identity.Kind, s.Identity.MFA, s.Super, s.Unused = k, entitlement.No, false, 5
	s.Identity.Keys = []entitlement.AccessKey{{ID: "k", Active: true, Created: now().Add(-500 * day), UseKnown: true}}
	s.Escalations = []entitlement.Escalation{{Path: "p", Name: "n"}}
	s.SecurityTools, s.Secrets = []string{"guardduty"}, []string{"secretsmanager"}
	return s
}

func in(cloud entitlement.Cloud) finding.Options {
	o := options()
	o.Cloud = cloud
	return o
}

// What is looked for differs by cloud and kind.
func TestFindingsOfThreeClouds(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		cloud entitlement.Cloud
		kind  entitlement.Kind
		want  []entitlement.Category
	}{
		{entitlement.Azure, entitlement.User, list(entitlement.OverprovisionedUser, entitlement.UserWithoutMFA, entitlement.AccessKeyOld, entitlement.AccessKeyUnused)},
		{entitlement.Azure, entitlement.ServicePrincipal, list(entitlement.OverprovisionedServicePrincipal, entitlement.AccessKeyOld, entitlement.AccessKeyUnused)},
		{entitlement.Azure, entitlement.ManagedIdentity, list(entitlement.OverprovisionedServicePrincipal, entitlement.AccessKeyOld, entitlement.AccessKeyUnused)},
		{entitlement.Azure, entitlement.Group, list(entitlement.OverprovisionedGroup)},
		{entitlement.GCP, entitlement.User, list(entitlement.OverprovisionedUser, entitlement.EscalationUser, entitlement.UserWithoutMFA, entitlement.AccessKeyOld, entitlement.AccessKeyUnused)},
		{entitlement.GCP, entitlement.ServiceAccount, list(entitlement.OverprovisionedServiceAccount, entitlement.EscalationServiceAccount, entitlement.AccessKeyOld, entitlement.AccessKeyUnused)},
		{entitlement.GCP, entitlement.Function, list(entitlement.OverprovisionedFunction, entitlement.EscalationFunction)},
	} {
		got := evaluate(in(tc.cloud), wretched(tc.kind))
		if diff := cmp.Diff(tc.want, categories(got)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tc.cloud, tc.kind, diff)
		}
		for c := range got.Totals {
			if strings.HasPrefix(string(c), "secret_access") || strings.HasPrefix(string(c), "security_tool") {
				t.Errorf("%s %s: %s counts as looked at", tc.cloud, tc.kind, c)
			}
		}
	}
}

// A directory's users and applications have to do with the systems in which
// they hold something, and with no others.
func TestOfNoConcernToTheSystem(t *testing.T) {
	t.Parallel()
	for _, k := range []entitlement.Kind{entitlement.User, entitlement.ServicePrincipal} {
		s := wretched(k)
		s.Granted, s.Used, s.Unused, s.Escalations = 0, 0, 0, nil
		s.Last = now().Add(-900 * day)
		s.Identity.Keys = nil
		if got := evaluate(in(entitlement.Azure), s); len(got.Findings) != 0 || got.Totals[entitlement.InactiveUser]+got.Totals[entitlement.UserWithoutMFA] != 0 {
			t.Errorf("%s: %v, of %v", k, categories(got), got.Totals)
		}
	}
}

// That logs show no use of a secret says nothing on Azure and Google Cloud.
func TestUnusedSecretNeedsTheCloudsWord(t *testing.T) {
	t.Parallel()
	for _, cloud := range entitlement.Clouds() {
		s := quiet()
		s.Identity.Keys = []entitlement.AccessKey{{ID: "k", Active: true, Created: now().Add(-50 * day)}}
		want := 0
		if cloud == entitlement.AWS {
			want = 1
		}
		if got := len(evaluate(in(cloud), s).Findings); got != want {
			t.Errorf("%s: %d findings, want %d", cloud, got, want)
		}
		s.Identity.Keys[0].UseKnown = true
		if got := len(evaluate(in(cloud), s).Findings); got != 1 {
			t.Errorf("%s, which says that it was never used: %d findings, want 1", cloud, got)
		}
	}
}

func TestSecondFactorOfADirectory(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*entitlement.Identity){
		"not known": func(id *entitlement.Identity) { id.MFA = entitlement.Unknown },
		"disabled":  func(id *entitlement.Identity) { id.Disabled = true },
		"has one":   func(id *entitlement.Identity) { id.MFA = entitlement.Yes },
	} {
		s := quiet()
		s.Identity.MFA, s.Identity.Console = entitlement.No, entitlement.Unknown
		if got := categories(evaluate(in(entitlement.Azure), s)); !cmp.Equal(got, list(entitlement.UserWithoutMFA)) {
			t.Errorf("without: %v", got)
		}
		change(s.Identity)
		if got := categories(evaluate(in(entitlement.Azure), s)); got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Storage of Azure and Google Cloud: who manages the keys, and what is open.
func TestStorageOfThreeClouds(t *testing.T) {
	t.Parallel()
	bucket := func(e entitlement.Encryption, access string) finding.Bucket {
		return finding.Bucket{
			Resource: &entitlement.Resource{ID: "b", Bucket: &entitlement.Bucket{Encryption: e}},
			Exposure: entitlement.BucketExposure{Access: access},
		}
	}
	for _, tc := range []struct {
		name  string
		cloud entitlement.Cloud
		b     finding.Bucket
		want  []entitlement.Category
		total int // Categories that looked at it.
	}{
		{"the vendor's keys", entitlement.Azure, bucket(entitlement.EncryptionProvider, entitlement.BucketIsPrivate), list(entitlement.StorageManagedKeys), 3},
		{"own keys, public", entitlement.Azure, bucket(entitlement.EncryptionCustomer, entitlement.BucketIsPublic), list(entitlement.BucketPublic), 3},
		{"not encrypted, not known", entitlement.Azure, bucket(entitlement.EncryptionNone, entitlement.BucketIsUnknown), list(entitlement.BucketUnencrypted), 2},
		{"lists of objects", entitlement.GCP, bucket(entitlement.EncryptionCustomer, entitlement.BucketSubjectToACLs), list(entitlement.BucketObjectACLs), 4},
		{"closed", entitlement.GCP, bucket(entitlement.EncryptionCustomer, entitlement.BucketIsPrivate), nil, 4},
		{"S3's keys", entitlement.AWS, bucket(entitlement.EncryptionS3, entitlement.BucketIsPrivate), list(entitlement.BucketManagedKeys), 4},
	} {
		got := finding.Evaluate(finding.Input{Buckets: []finding.Bucket{tc.b}}, in(tc.cloud))
		if diff := cmp.Diff(tc.want, categories(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
		if delete(got.Totals, entitlement.ExcludedFromReports); len(got.Totals) != tc.total {
			t.Errorf("%s: looked for %v", tc.name, got.Totals)
		}
	}
}

func TestTitlesOfSystemIdentities(t *testing.T) {
	t.Parallel()
	for c, want := range map[entitlement.Category]string{
		entitlement.SuperServicePrincipal:           "Super system identities",
		entitlement.OverprovisionedServicePrincipal: "Over-provisioned active system identities",
		entitlement.InactiveServiceAccount:          "Inactive service accounts",
		entitlement.EscalationServiceAccount:        "Service accounts with privilege escalation",
	} {
		if got, meaning := finding.Describe(c); got != want || meaning == "" {
			t.Errorf("%s: %q, %q", c, got, meaning)
		}
	}
}

// Each category is one of some cloud, and what is found is possible.
func TestEveryCategoryIsPossibleSomewhere(t *testing.T) {
	t.Parallel()
	count := map[entitlement.Cloud]int{}
	for _, c := range finding.Categories() {
		somewhere := false
		for _, cloud := range []entitlement.Cloud{entitlement.AWS, entitlement.Azure, entitlement.GCP} {
			if finding.Possible(c, cloud) {
				somewhere = true
				count[cloud]++
			}
		}
		if !somewhere {
			t.Errorf("%s is possible nowhere", c)
		}
		if finding.Possible(c, "") != finding.Possible(c, entitlement.AWS) {
			t.Errorf("%s: a cloud that is not known is not as AWS", c)
		}
	}
	if finding.Possible("bored_user", entitlement.AWS) {
		t.Error("an unknown category is possible")
	}
	if diff := cmp.Diff(map[entitlement.Cloud]int{entitlement.AWS: 41, entitlement.Azure: 23, entitlement.GCP: 29}, count); diff != "" {
		t.Errorf("categories by cloud (-want +got):\n%s", diff)
	}
}
