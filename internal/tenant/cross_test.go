package tenant_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/tenant"
)

// TestPeopleAreTheSameInEveryCloud finds each identity of the truth's list under
// its person's name in what was read.
func TestPeopleAreTheSameInEveryCloud(t *testing.T) {
	t.Parallel()
	o := sample(t)
	inventories := map[entitlement.Cloud][]*entitlement.Inventory{entitlement.AWS: o.inventories}
	for _, p := range sampled(t) {
		inventories[p.cloud] = p.systems
	}
	in := func(cloud entitlement.Cloud, id string) *entitlement.Identity {
		for _, inv := range inventories[cloud] {
			for i := range inv.Identities {
				if string(inv.Identities[i].ID) == id {
					return &inv.Identities[i]
				}
			}
		}
		return nil
	}
	three, pipelines := 0, 0
	for _, c := range o.truth.CrossCloud {
		ids := map[entitlement.Cloud]string{entitlement.AWS: c.AWS, entitlement.Azure: c.Azure, entitlement.GCP: c.GCP}
		for cloud, id := range ids {
			if id == "" {
				continue
			}
			x := in(cloud, id)
			if x == nil {
				t.Errorf("%s: no identity %s of %s", c.Name, id, cloud)
				continue
			}
			if names := strings.ToLower(x.Name + " " + x.Email + " " + string(x.ID)); !strings.Contains(strings.ReplaceAll(names, " ", "."), c.Name[:min(25, len(c.Name))]) {
				t.Errorf("%s: its identity in %s is called %q", c.Name, cloud, names)
			}
		}
		if c.AWS != "" && c.Azure != "" && c.GCP != "" {
			three++
		}
		if c.Kind == "pipeline" {
			pipelines++
		}
	}
	if three < 8 || pipelines != 1 {
		t.Errorf("%d people and pipelines are in three clouds, %d pipelines; want 8 and 1", three, pipelines)
	}
}

// The other clouds have something of each sort, so that whoever looks sees each.
func TestOtherCloudsHaveSomethingOfEachSort(t *testing.T) {
	t.Parallel()
	truth := sample(t).truth
	has := map[string]bool{}
	note := func(name string, list []string) { has[name] = has[name] || len(list) > 0 }
	for _, s := range truth.Azure[0].Subscriptions {
		note("eligible", s.Eligible)
		note("activated", s.Activated)
		note("super users", s.Super.Users)
		note("super groups", s.Super.Groups)
		note("super principals", s.Super.ServicePrincipals)
		note("super machines", append(s.Super.Machines, s.Super.Functions...))
		note("secrets", s.UnusedSecrets)
		note("without a second factor", s.WithoutMFA)
		note("public storage", s.Storage.Public)
		note("open groups", s.OpenSecurityGroups)
		note("excluded", s.ExcludedFromReports)
	}
	for _, p := range truth.GCP[0].Projects {
		note("super accounts", p.Super.ServiceAccounts)
		note("escalating users", p.Escalating.Users)
		note("escalating accounts", p.Escalating.ServiceAccounts)
		note("escalating functions", p.Escalating.Functions)
		note("keys", p.UnusedKeys)
		note("public buckets", p.Buckets.Public)
		note("buckets with access lists", p.Buckets.ObjectACLs)
		note("excluded", p.ExcludedFromReports)
	}
	note("guests of Azure", truth.Azure[0].Guests)
	note("guests of Google Cloud", truth.GCP[0].Guests)
	note("empty groups", truth.Azure[0].EmptyGroups)
	note("refused in Azure", truth.Azure[0].DeniedOnly)
	note("refused in Google Cloud", truth.GCP[0].DeniedOnly)
	for name, is := range has {
		if !is {
			t.Errorf("the sample has no %s", name)
		}
	}
}

// What one cloud is like does not hang on whether the others are there.
func TestCloudsAreIndependent(t *testing.T) {
	t.Parallel()
	all := generate(t, tenant.Options{Size: 120, Seed: 9})
	for prefix, o := range map[string]tenant.Options{
		"aws/": {Size: 120, Seed: 9, AzureShare: -1, GCPShare: -1}, "azure/": {Size: 120, Seed: 9, GCPShare: -1}, "gcp/": {Size: 120, Seed: 9, AzureShare: -1},
	} {
		some := generate(t, o)
		n := 0
		for name, text := range some.files {
			if strings.HasPrefix(name, prefix) {
				n++
				if !bytes.Equal(text, all.files[name]) {
					t.Errorf("%s differs without the others", name)
				}
			}
			for _, other := range []string{"azure/", "gcp/"} {
				if strings.HasPrefix(name, other) && (o.AzureShare < 0 && other == "azure/" || o.GCPShare < 0 && other == "gcp/") {
					t.Errorf("%s was written, though not asked for", name)
				}
			}
		}
		if n < 5 {
			t.Errorf("only %d files below %s", n, prefix)
		}
	}
}
