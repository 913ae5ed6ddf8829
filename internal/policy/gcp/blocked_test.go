package gcp_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// What boundaries block, version by version, as Google lists it. See
// https://cloud.google.com/iam/docs/pab-blocked-permissions.
func TestBlockedPermissions(t *testing.T) {
	t.Parallel()
	for permission, denied := range map[string]string{ // By the versions 1 to 4, none and "latest", 5.
		"storage.objects.get":                               "ddd ddd",
		"storage.objects.create":                            "add ddd",
		"bigquery.tables.getData":                           "add ddd",
		"bigquery.reservations.list":                        "aaa ddd",
		"bigquery.dataPolicies.get":                         "add ddd",
		"pubsub.topics.publish":                             "ddd ddd",
		"pubsub.topics.setIamPolicy":                        "aad ddd",
		"resourcemanager.projects.setIamPolicy":             "add ddd",
		"resourcemanager.organizations.createPolicyBinding": "aaa aac",
		"iam.serviceAccounts.getAccessToken":                "aad ddd",
		"iam.serviceAccounts.listEffectiveTags":             "aaa aac",
		"secretmanager.versions.access":                     "aaa ddd",
		"cloudkms.cryptoKeyVersions.useToDecrypt":           "aad ddd",
		"compute.instances.setMetadata":                     "aaa aac",
		"compute.firewalls.create":                          "aad ddd",
		"monitoring.timeSeries.list":                        "aaa aac",
	} {
		for i, version := range []string{"1", "2", "3", "", "latest", "5"} {
			w := newWorld()
			w.gives("serviceAccount:s@p.iam.gserviceaccount.com", permission, project+"p")
			w.Boundaries = []entitlement.AccessBoundary{{ID: "pab", Target: project + "p", Resources: []entitlement.ResourceID{project + "q"}, Version: version}}
			verdict := map[byte]string{'a': "allowed", 'd': "explicitly_denied", 'c': "conditional"}[strings.ReplaceAll(denied, " ", "")[i]]
			w.want(t, "s@p.iam.gserviceaccount.com "+permission+" - "+verdict)
		}
	}
}

// Each pattern of the built-in list selects a permission of the catalogue, but
// for services that name their permissions otherwise in roles.
func TestBlockedListIsCurrent(t *testing.T) {
	t.Parallel()
	cat := catalog.GCP()
	if cat.Match("storage.objects.*").Empty() {
		t.Fatal("the catalogue knows no objects")
	}
	w := newWorld()
	w.Boundaries = []entitlement.AccessBoundary{{ID: "pab", Target: project + "p", Resources: []entitlement.ResourceID{project + "q"}}}
	w.grant("serviceAccount:s@p.iam.gserviceaccount.com", "roles/owner", project+"p")
	a := w.compile().Access("s@p.iam.gserviceaccount.com")
	left := 0
	for i := range a.All.Indices() {
		if strings.HasPrefix(string(cat.Info(i).Action), "resourcemanager.projects.") && !strings.HasSuffix(string(cat.Info(i).Action), "PolicyBinding") &&
			!strings.HasSuffix(string(cat.Info(i).Action), "PolicyBindings") {
			t.Errorf("%s is not blocked", cat.Info(i).Action)
		}
		left++
	}
	if left < 1000 || left > 9000 || !a.Conditional.Empty() || a.Super {
		t.Errorf("an owner who is bound to another project has %d permissions, %v of them conditional, super %v", left, a.Conditional, a.Super)
	}
}
