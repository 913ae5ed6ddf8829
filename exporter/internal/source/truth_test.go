package source_test

import (
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/tenant"
)

// What is reported of a generated organisation is what is true of it by
// construction: nothing more, nothing less.
func TestFindingsAreTheTruth(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := tenant.Generate(tenant.Options{Out: dir, Size: 600, Seed: 7}); err != nil {
		t.Fatal(err)
	}
	truth, _, err := tenant.ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range truth.Accounts {
		t.Run(account.Name, func(t *testing.T) {
			t.Parallel()
			got := assessed(t, dir, account.ID, truth.Until)
			compare(t, got, &account)
		})
	}
}

// tenantFiles is a source over one account of a generated organisation.
func tenantFiles(dir, account string) *source.Files {
	base := filepath.Join(dir, "aws", account)
	return &source.Files{
		Expect: entitlement.System{Cloud: entitlement.AWS, ID: entitlement.SystemID(account)},
		Paths: config.Files{
			AuthorizationDetails: filepath.Join(base, "authorization-details.json"),
			CredentialReport:     filepath.Join(base, "credential-report.csv"),
			Functions:            filepath.Join(base, "functions.json"),
			Instances:            filepath.Join(base, "instances.json"),
			Organization:         filepath.Join(base, "organization.json"),
			SecurityGroups:       filepath.Join(base, "security-groups.json"),
			ResourcePolicies:     []string{filepath.Join(base, "buckets.json")},
			CloudTrail:           []string{filepath.Join(dir, "aws", "cloudtrail", "AWSLogs", account)},
		},
		Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler),
	}
}

func assessed(t *testing.T, dir, account string, at time.Time) *assess.Assessment {
	t.Helper()
	reading, err := tenantFiles(dir, account).Read(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	if len(reading.Inventory.Problems) > 0 {
		t.Errorf("problems: %v", reading.Inventory.Problems)
	}
	return clouds.NewSet(assess.DefaultSettings()).Of(entitlement.AWS).Assess(reading.Inventory, reading.Usage, at, nil)
}

func compare(t *testing.T, got *assess.Assessment, truth *tenant.AccountTruth) {
	t.Helper()
	reported := map[entitlement.Category][]string{}
	for _, f := range got.Findings {
		subject := string(f.Identity)
		if f.Resource != "" {
			subject = f.Resource
		}
		reported[f.Category] = append(reported[f.Category], subject)
	}
	for category, want := range expected(got, truth) {
		list := reported[category]
		slices.Sort(list)
		slices.Sort(want)
		if diff := cmp.Diff(want, list, cmp.Comparer(func(a, b []string) bool { return slices.Equal(a, b) })); diff != "" {
			t.Errorf("%s (-true +reported):\n%s", category, diff)
		}
	}
	if covered := got.Covered(); covered < 1 {
		t.Errorf("the logs cover %g of the window, want all", covered)
	}
}

// expected is the truth without what is exempt from reports.
func expected(got *assess.Assessment, truth *tenant.AccountTruth) map[entitlement.Category][]string {
	exempt := map[string]bool{}
	for _, arn := range slices.Concat(truth.ExcludedFromReports, truth.ExemptResources) {
		exempt[arn] = true
	}
	without := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(arn string) bool { return exempt[arn] })
	}
	keys := func(which func(tenant.KeyTruth) bool) []string {
		var list []string
		for _, k := range truth.Keys {
			if which(k) && !exempt[k.User] {
				list = append(list, keyOf(got, k))
			}
		}
		return list
	}
	return map[entitlement.Category][]string{
		entitlement.InactiveUser: without(truth.Inactive.Users),
		entitlement.InactiveRole: without(truth.Inactive.Roles),
		// A group without members grants to nobody: that is inactive, too.
		entitlement.InactiveGroup:       without(slices.Concat(truth.Inactive.Groups, truth.EmptyGroups)),
		entitlement.InactiveFunction:    without(truth.Inactive.Functions),
		entitlement.InactiveInstance:    without(truth.Inactive.Instances),
		entitlement.SuperUser:           without(truth.Super.Users),
		entitlement.SuperRole:           without(truth.Super.Roles),
		entitlement.SuperGroup:          without(truth.Super.Groups),
		entitlement.SuperFunction:       without(truth.Super.Functions),
		entitlement.SuperInstance:       without(truth.Super.Instances),
		entitlement.UserWithoutMFA:      without(truth.WithoutMFA),
		entitlement.AccessKeyOld:        keys(func(k tenant.KeyTruth) bool { return k.Old }),
		entitlement.AccessKeyUnused:     keys(func(k tenant.KeyTruth) bool { return k.Unused }),
		entitlement.ExcludedFromReports: slices.Concat(truth.ExcludedFromReports, truth.ExemptResources),
		entitlement.EscalationUser:      without(truth.Escalating.Users),
		entitlement.EscalationRole:      without(truth.Escalating.Roles),
		entitlement.SecurityToolRole:    without(truth.SecurityToolAdmins.Roles),
		entitlement.SecretAccessUser:    without(truth.SecretReaders.Users),
		entitlement.ExternalAccount:     truth.ExternalAccounts,
		entitlement.RoleTrustsAccount:   without(truth.TrustsAccount),
		entitlement.BucketPublic:        without(truth.Buckets.Public),
		entitlement.BucketCrossAccount:  without(truth.Buckets.CrossAccount),
		entitlement.BucketUnencrypted:   without(truth.Buckets.Unencrypted),
		entitlement.OpenSecurityGroup:   without(truth.OpenSecurityGroups),
	}
}

// keyOf returns the name under which a key is reported: the credential report
// numbers keys and does not tell their ids.
func keyOf(got *assess.Assessment, k tenant.KeyTruth) string {
	for i := range got.Identities {
		one := &got.Identities[i]
		if string(one.ID) == k.User && len(one.Keys) >= k.Slot {
			return string(one.Keys[k.Slot-1].ID)
		}
	}
	return k.ID
}
