package gcp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/collect/gcp"
)

// fast are limits that nothing waits for.
func fast() map[string]rate.Limit {
	limits := gcp.DefaultLimits()
	for service := range limits {
		limits[service] = rate.Inf
	}
	return limits
}

// The same estate through files and through the APIs gives the same inventories.
func TestLiveEqualsFiles(t *testing.T) {
	t.Parallel()
	want := read(t, "testdata/live")
	c := newCloud(t)
	got := c.collect(c.options())
	if len(got.Systems) != 2 || got.Stats.In != got.Stats.Taken {
		t.Fatalf("%d projects, %+v", len(got.Systems), got.Stats)
	}
	if diff := cmp.Diff(want.Systems, got.Systems); diff != "" {
		t.Errorf("(-files +live):\n%s", diff)
	}
}

// What is asked of many services and in many pages costs few requests of each.
func TestLiveCountsRequests(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	collector := c.collector(c.options())
	if _, err := collector.Collect(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := map[string]uint64{}
	for _, s := range collector.Stats() {
		sent[s.Service+" "+s.Method] = s.Requests
		if s.Throttled+s.Errors > 0 && s.Method != "groups.lookup" {
			t.Errorf("%+v", s)
		}
	}
	want := map[string]uint64{
		"cloudasset assets.list RESOURCE": 8, "cloudasset assets.list IAM_POLICY": 3, "cloudasset assets.list ORG_POLICY": 1,
		"iam roles.list": 2, "iam policies.listPolicies": 5, "iam policies.get": 2,
		"iam principalAccessBoundaryPolicies.list": 1, "iam principalAccessBoundaryPolicies.searchPolicyBindings": 1,
		"policyanalyzer activities.query serviceAccountLastAuthentication": 2, "policyanalyzer activities.query serviceAccountKeyLastAuthentication": 2,
		"cloudidentity groups.lookup": 5, "cloudidentity groups.get": 4, "cloudidentity groups.memberships.list": 4,
		"admin users.list": 2, "admin domains.list": 1,
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}
