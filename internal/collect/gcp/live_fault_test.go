package gcp_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/entitlement"
)

// all returns the problems of a collection, those of projects with their id.
func all(c *gcp.Collection) []string {
	var out []string
	note := func(of string, list []entitlement.Problem) {
		for _, p := range list {
			out = append(out, strings.TrimSpace(of+" "+p.Code+" "+p.Subject+" "+p.Permission))
		}
	}
	note("", c.Problems)
	for _, inv := range c.Systems {
		note(string(inv.System.ID), inv.Problems)
	}
	slices.Sort(out)
	return out
}

// usual are the problems of the estate: of a group of another organization.
func usual() []string {
	return []string{"GCP_GROUP_COLLECTION_ERROR partners@partner.test", "shop-prod unknown_group shop-prod"}
}

// What throttles, breaks off or is garbled for a while costs tries and changes
// nothing.
func TestLivePassingFailures(t *testing.T) {
	t.Parallel()
	want := read(t, "testdata/live")
	for name, give := range map[string]func(http.ResponseWriter){
		"throttled":     throttled,
		"of admin":      admin("rateLimitExceeded"),
		"unavailable":   answer(http.StatusServiceUnavailable, "UNAVAILABLE", "try again", nil),
		"internal":      answer(http.StatusInternalServerError, "INTERNAL", "oops", nil),
		"no JSON":       garbled("<html>busy</html>"),
		"cut":           garbled(`{"assets": [{"name": "//x`),
		"no object":     garbled(`[]`),
		"with a moment": func(w http.ResponseWriter) { w.Header().Set("Retry-After", "1"); throttled(w) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			for _, part := range []string{"IAM_POLICY", "pageToken=2", "denypolicies", "memberships", "users", "roles", "searchPolicyBindings", "activities"} {
				c.on(part, 2, give)
			}
			got := c.collect(c.options())
			if diff := cmp.Diff(want.Systems, got.Systems); diff != "" {
				t.Errorf("(-files +live):\n%s", diff)
			}
			if diff := cmp.Diff(usual(), all(got)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// admin is an error in the shape of older APIs.
func admin(reason string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(http.StatusForbidden)
		garbled(`{"error": {"code": 403, "message": "Quota exceeded", "errors": [{"domain": "usageLimits", "reason": "` + reason + `"}]}}`)(w)
	}
}

// Whatever is refused is a problem with the permission that is missing, and the
// rest is as it was.
func TestLiveRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		on   string
		give func(http.ResponseWriter)
		want []string // Besides the usual ones.
	}{
		{"ORG_POLICY", refuse(""), []string{"GCP_ORG_POLICY_COLLECTION_ERROR organizations/10 cloudasset.assets.listOrgPolicy"}},
		{"iam GET /v1/roles", answer(http.StatusBadRequest, "INVALID_ARGUMENT", "no", nil), []string{"GCP_ROLE_COLLECTION_ERROR roles"}},
		{"projects%2Fshop-test/denypolicies", refuse("iam.denypolicies.list"), []string{"shop-test GCP_DENY_POLICY_COLLECTION_ERROR projects/shop-test iam.denypolicies.list"}},
		{"folders%2F20/denypolicies/no-keys", refuse(""), []string{"GCP_DENY_POLICY_COLLECTION_ERROR folders/20 iam.denypolicies.get"}},
		{"folders%2F20/denypolicies/no-keys", notFound, nil}, // Deleted between the list and the question.
		{"principalAccessBoundaryPolicies?", disabled("iam.googleapis.com"), []string{"GCP_ACCESS_BOUNDARY_COLLECTION_ERROR organizations/10"}},
		{":searchPolicyBindings", refuse(""), []string{"GCP_ACCESS_BOUNDARY_COLLECTION_ERROR organizations/10 iam.principalaccessboundarypolicies.searchPolicyBindings"}},
		{"policyanalyzer", disabled("policyanalyzer.googleapis.com"), []string{
			"shop-prod GCP_SERVICE_ACCOUNT_ACTIVITY_COLLECTION_ERROR projects/shop-prod", "shop-test GCP_SERVICE_ACCOUNT_ACTIVITY_COLLECTION_ERROR projects/shop-test",
		}},
		{"admin GET", admin("forbidden"), []string{"GCP_DIRECTORY_COLLECTION_ERROR my_customer", "GCP_DIRECTORY_COLLECTION_ERROR my_customer"}},
		{"g2/memberships", refuse(""), []string{"GCP_GROUP_COLLECTION_ERROR staff@example.com"}},
	} {
		t.Run(test.on, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			c.on(test.on, -1, test.give)
			want := append(test.want, usual()...)
			if test.on == "g2/memberships" { // Of the same kind as the usual one: one problem for both.
				want = append(usual(), "shop-test unknown_group shop-test")
			}
			got := c.collect(c.options())
			slices.Sort(want)
			if diff := cmp.Diff(want, all(got)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if len(got.Systems) != 2 || len(got.Systems[0].Grants) != len(read(t, "testdata/live").Systems[0].Grants) {
				t.Errorf("%d projects", len(got.Systems))
			}
		})
	}
}

func TestLiveProblemsNameTheRemedy(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.on("policyanalyzer", -1, disabled("policyanalyzer.googleapis.com"))
	c.on("ORG_POLICY", -1, refuse(""))
	c.on("admin GET", -1, answer(http.StatusUnauthorized, "UNAUTHENTICATED", "token expired", nil))
	c.on("folders%2F21", -1, answer(http.StatusBadRequest, "INVALID_ARGUMENT", "no", nil))
	got := c.collect(c.options())
	var texts []string
	for _, inv := range append(got.Systems, &entitlement.Inventory{Problems: got.Problems}) {
		for _, p := range inv.Problems {
			texts = append(texts, p.Message)
		}
	}
	for _, want := range []string{
		"The API policyanalyzer.googleapis.com is not enabled: gcloud services enable policyanalyzer.googleapis.com",
		"Allow the collecting account cloudasset.assets.listOrgPolicy (docs/permissions-gcp.md)",
		"The credentials are refused, expired or revoked",
		"The next collection tries again; the failure: 400 INVALID_ARGUMENT: no",
		"give it the administrator's role Groups Reader",
	} {
		if !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("no problem says %q:\n%s", want, strings.Join(texts, "\n"))
		}
	}
}

// Without Cloud Asset Inventory, projects, their policies, accounts, keys and
// roles are read one by one: the same but for what only it has.
func TestLiveWithoutAssetInventory(t *testing.T) {
	t.Parallel()
	want := read(t, "testdata/live")
	c := newCloud(t)
	c.on("cloudasset", -1, disabled("cloudasset.googleapis.com"))
	got := c.collect(c.options())
	if len(got.Systems) != 2 {
		t.Fatalf("%d projects, %v", len(got.Systems), all(got))
	}
	for i, inv := range got.Systems {
		w := want.Systems[i]
		w.Grants = slices.DeleteFunc(w.Grants, func(g entitlement.RoleGrant) bool {
			return !strings.HasPrefix(string(g.Scope), "//cloudresourcemanager.googleapis.com/")
		})
		w.Resources, inv.Resources, w.SecurityGroups = nil, nil, nil
		delete(w.Roles, "roles/storage.objectViewer") // Granted on a bucket alone.
		w.Identities = slices.DeleteFunc(w.Identities, func(id entitlement.Identity) bool {
			return id.RunsAs != "" || strings.HasPrefix(string(id.ID), "102-compute")
		})
		if diff := cmp.Diff(w, inv); diff != "" {
			t.Errorf("(-files +live):\n%s", diff)
		}
	}
	wanted := append(usual(), "GCP_ASSET_INVENTORY_COLLECTION_ERROR organizations/10", "GCP_ASSET_INVENTORY_COLLECTION_ERROR organizations/10", "GCP_ORG_POLICY_COLLECTION_ERROR organizations/10")
	slices.Sort(wanted)
	if diff := cmp.Diff(wanted, all(got)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// A project whose policy is refused is not read at all: it would seem that
// nobody has access.
func TestLiveLeavesOutWhatIsRefused(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.on("IAM_POLICY", -1, refuse("cloudasset.assets.listIamPolicy"))
	c.on("projects/shop-test:getIamPolicy", -1, refuse("resourcemanager.projects.getIamPolicy"))
	got := c.collect(c.options())
	if len(got.Systems) != 1 || got.Systems[0].System.ID != "shop-prod" {
		t.Fatalf("%d projects", len(got.Systems))
	}
	if p := got.Unread["shop-test"]; p.Code != gcp.CodeMinPermission || p.Permission != "resourcemanager.projects.getIamPolicy" {
		t.Errorf("unread: %+v", got.Unread)
	}
}

// One project alone knows what is granted above it.
func TestLiveProject(t *testing.T) {
	t.Parallel()
	want := read(t, "testdata/live").Systems[1]
	c := newCloud(t)
	o := c.options()
	o.Scope = "projects/shop-test"
	got := c.collect(o)
	if len(got.Systems) != 1 {
		t.Fatalf("%d projects", len(got.Systems))
	}
	if diff := cmp.Diff(want.Grants, got.Systems[0].Grants); diff != "" {
		t.Errorf("grants (-files +live):\n%s", diff)
	}
	if diff := cmp.Diff(want.Denials, got.Systems[0].Denials); diff != "" {
		t.Errorf("denials (-files +live):\n%s", diff)
	}
	if diff := cmp.Diff(want.Ancestors, got.Systems[0].Ancestors); diff != "" {
		t.Errorf("ancestors (-files +live):\n%s", diff)
	}
	if diff := cmp.Diff(want.Domains, got.Systems[0].Domains); diff != "" {
		t.Errorf("domains (-files +live):\n%s", diff)
	}
}

func TestLiveProjectWithoutTheLeast(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.on("cloudasset", -1, refuse("cloudasset.assets.listResource"))
	c.on("cloudresourcemanager", -1, refuse("resourcemanager.projects.getIamPolicy"))
	o := c.options()
	o.Scope = "projects/shop-test"
	_, err := c.collector(o).Collect(t.Context())
	access, ok := errors.AsType[*gcp.AccessError](err)
	if !ok || access.Problem.Code != gcp.CodeMinPermission || access.Problem.Permission != "resourcemanager.projects.getIamPolicy" {
		t.Errorf("got %v", err)
	}
}

func TestLiveEnds(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c.on("memberships", -1, func(w http.ResponseWriter) { cancel(); throttled(w) })
	if _, err := c.collector(c.options()).Collect(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestLiveRunsOutOfTime(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.on("memberships", -1, throttled)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	got, err := c.collector(c.options()).Collect(ctx)
	if err != nil || len(got.Systems) != 2 || !slices.ContainsFunc(got.Problems, func(p entitlement.Problem) bool {
		return p.Code == gcp.CodeGroups && strings.Contains(p.Message, "ran out of time")
	}) {
		t.Errorf("%v, %+v", err, got)
	}
}

// A service that names the same page again is left, and no question is asked
// without end.
func TestLiveSamePageAgain(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.on("IAM_POLICY", -1, garbled(`{"nextPageToken": "2"}`))
	got := c.collect(c.options())
	if len(got.Systems) != 2 || !slices.Contains(all(got), "GCP_ASSET_INVENTORY_COLLECTION_ERROR organizations/10") {
		t.Errorf("%v", all(got))
	}
}

// A project that is about to be deleted is none any longer.
func TestLiveDeletedProject(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.on("contentType=RESOURCE", 1, garbled(`{"assets": [{"name": "//cloudresourcemanager.googleapis.com/projects/103",
 "assetType": "cloudresourcemanager.googleapis.com/Project", "ancestors": ["projects/103", "organizations/10"],
 "resource": {"data": {"projectId": "shop-gone", "projectNumber": "103", "lifecycleState": "DELETE_REQUESTED"}}}], "nextPageToken": "0"}`))
	got := c.collect(c.options())
	if len(got.Systems) != 2 || slices.Contains(got.Containers, "projects/shop-gone") || c.count("shop-gone") > 0 {
		t.Errorf("%d projects, %v, %d requests", len(got.Systems), got.Containers, c.count("shop-gone"))
	}
}

// One source that is throttled without end leaves time for the others.
func TestLiveThrottledSource(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	c := newCloud(t)
	c.on("admin GET", -1, throttled)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	got, err := c.collector(c.options()).Collect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := append(usual(), "GCP_DIRECTORY_COLLECTION_ERROR my_customer", "GCP_DIRECTORY_COLLECTION_ERROR my_customer")
	slices.Sort(want)
	if diff := cmp.Diff(want, all(got)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// Which Data Access logs are on adds up over all levels; nobody may be exempt.
func TestLiveRecorded(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	got := c.collect(c.options()).Recorded
	if diff := cmp.Diff(map[entitlement.SystemID][]string{"shop-prod": {"bigquery", "cloudsql", "storage"}, "shop-test": {"bigquery", "cloudsql"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLiveDiscover(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	got, err := c.collector(c.options()).Discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	folder := func(id, name string) entitlement.Scope {
		return entitlement.Scope{ID: entitlement.ResourceID("//cloudresourcemanager.googleapis.com/folders/" + id), Type: "folder", Name: name}
	}
	org := entitlement.Scope{ID: "//cloudresourcemanager.googleapis.com/organizations/10", Type: "organization", Name: "example.com"}
	want := []gcp.Discovered{
		{
			System:    entitlement.System{Cloud: entitlement.GCP, ID: "shop-prod", Name: "Shop", Number: "101", Folders: []string{"Shop"}},
			Ancestors: []entitlement.Scope{folder("20", "Shop"), org}, Labels: map[string]string{"team": "shop"},
		},
		{
			System:    entitlement.System{Cloud: entitlement.GCP, ID: "shop-test", Name: "Shop tests", Number: "102", Folders: []string{"Tests", "Shop"}},
			Ancestors: []entitlement.Scope{folder("21", "Tests"), folder("20", "Shop"), org},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c.on("folders?pageSize=300&parent=folders%2F", -1, refuse("resourcemanager.folders.list"))
	if _, err := c.collector(c.options()).Discover(t.Context()); err == nil {
		t.Error("some projects are missing, and nothing says so")
	}
}
