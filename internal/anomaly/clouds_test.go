package anomaly_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Objects of Cloud Storage count as their bucket, and an id of Azure as one
// resource however it is written.
func TestResourcesOfOtherClouds(t *testing.T) {
	t.Parallel()
	b := newBench(t, rule(anomaly.Resource, 30))
	on := func(cloud entitlement.Cloud, ev auditlog.Event, more ...string) auditlog.Event {
		ev.ID, ev.Cloud = string(cloud)+ev.ID, cloud
		for _, id := range more {
			ev.Resources = append(ev.Resources, auditlog.Resource{ID: entitlement.ResourceID(id)})
		}
		return ev
	}
	b.add(t, on(entitlement.GCP, background(200)), on(entitlement.Azure, background(200)))
	b.evaluate(t)
	const upper, mixed = "/SUBSCRIPTIONS/S/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/VM", "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"
	b.add(t,
		on(entitlement.GCP, event("a", ago(2, 0), "ana", "//storage.googleapis.com/b/objects/x\"y,/z")),
		on(entitlement.GCP, event("b", ago(1, 0), "ana", "//storage.googleapis.com/b"), "//storage.googleapis.com/b/objects/1", `//storage.googleapis.com/c/objects/we"ird\key`),
		on(entitlement.Azure, event("c", ago(2, 0), "ana", upper)), on(entitlement.Azure, event("d", ago(1, 0), "ana", mixed)),
	)
	b.evaluate(t)
	want := []string{
		line(ago(2, 0), "1", "ana", strings.ToLower(mixed), time.Time{}) + " azurec",
		line(ago(2, 0), "1", "ana", "//storage.googleapis.com/b", time.Time{}) + " gcpa",
		line(ago(1, 0), "1", "ana", "//storage.googleapis.com/c", time.Time{}) + " gcpb",
	}
	got := b.reports(t, "resource")
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
