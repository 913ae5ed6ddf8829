package azure_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
)

// problemsOf returns all problems of a collection, as code and permission.
func problemsOf(live *azure.Live) (all []string) {
	list := slices.Clone(live.Problems)
	for _, inv := range live.Systems {
		list = append(list, inv.Problems...)
	}
	for _, p := range list {
		all = append(all, strings.TrimSpace(p.Code+" "+p.Permission))
	}
	return all
}

// Whatever is refused becomes one problem with the missing permission, and the
// rest goes on.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const root = "/providers/Microsoft.Management/managementGroups/" + tenant
	for name, c := range map[string]struct {
		path string
		want []string
	}{
		"role definitions":  {inProduction + authorization + "roleDefinitions", []string{"AZURE_ROLE_DEFINITION_COLLECTION_ERROR Microsoft.Authorization/roleDefinitions/read"}},
		"deny assignments":  {inProduction + authorization + "denyAssignments", []string{"AZURE_DENY_ASSIGNMENT_COLLECTION_ERROR Microsoft.Authorization/denyAssignments/read"}},
		"classic":           {inProduction + authorization + "classicAdministrators", []string{"AZURE_CLASSIC_ADMINISTRATOR_COLLECTION_ERROR Microsoft.Authorization/classicAdministrators/read"}},
		"eligible":          {inProduction + authorization + "roleEligibilityScheduleInstances", []string{"AZURE_PIM_COLLECTION_ERROR Microsoft.Authorization/roleEligibilityScheduleInstances/read"}},
		"resources":         {"/providers/Microsoft.ResourceGraph/resources", []string{"AZURE_RESOURCE_COLLECTION_ERROR */read"}},
		"containers":        {shop + "Microsoft.Storage/storageAccounts/data/blobServices/default/containers", []string{"AZURE_BLOB_CONTAINER_COLLECTION_ERROR Microsoft.Storage/storageAccounts/blobServices/containers/read"}},
		"users":             {"/v1.0/users", []string{"AZURE_SIGN_IN_ACTIVITY_COLLECTION_ERROR AuditLog.Read.All", "AZURE_USER_COLLECTION_ERROR User.Read.All"}},
		"sign-ins":          {"/v1.0/users?signInActivity", []string{"AZURE_SIGN_IN_ACTIVITY_COLLECTION_ERROR AuditLog.Read.All"}},
		"second factors":    {"/v1.0/reports/authenticationMethods/userRegistrationDetails", []string{"AZURE_MFA_COLLECTION_ERROR AuditLog.Read.All"}},
		"groups":            {"/v1.0/groups", []string{"AZURE_GROUP_COLLECTION_ERROR GroupMember.Read.All"}},
		"members":           {"/v1.0/groups/" + nested + "/members", []string{"AZURE_GROUP_COLLECTION_ERROR GroupMember.Read.All"}},
		"applications":      {"/v1.0/applications", []string{"AZURE_APPLICATION_COLLECTION_ERROR Application.Read.All"}},
		"uses":              {"/beta/reports/appCredentialSignInActivities", []string{"AZURE_SIGN_IN_ACTIVITY_COLLECTION_ERROR AuditLog.Read.All"}},
		"management groups": {root, []string{"AZURE_MANAGEMENT_GROUP_COLLECTION_ERROR Microsoft.Management/managementGroups/read"}},
		"operations":        {"/providers/Microsoft.Authorization/providerOperations", []string{"AZURE_OPERATION_COLLECTION_ERROR Microsoft.Authorization/providerOperations/read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lists, resources := tenantWorld()
			lists["/providers/Microsoft.Management/getEntities"] = entities()
			cloud := newCloud(t, lists, resources)
			cloud.fail(c.path, refusal())
			o := cloud.options()
			o.Operations = name == "operations"
			live, _ := cloud.collect(t, o)
			if len(live.Systems) != 2 || len(live.Failed) > 0 {
				t.Fatalf("%d systems, failed %v", len(live.Systems), live.Failed)
			}
			got := problemsOf(live)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			for _, p := range slices.Concat(live.Problems, live.Systems[0].Problems) {
				if !strings.Contains(p.Message, "docs/permissions-azure.md") || !strings.Contains(p.Message, "AuthorizationFailed") {
					t.Errorf("message %q", p.Message)
				}
			}
		})
	}
}

// entities are the tree as those see it who may not read its root.
func entities() []string {
	return []string{
		`{"id":"` + groupAbove + `","type":"Microsoft.Management/managementGroups","name":"corp","properties":{"displayName":"Corp","parent":{"id":"/providers/Microsoft.Management/managementGroups/` + tenant + `"},"parentNameChain":["` + tenant + `"]}}`,
		`{"id":"` + inProduction + `","type":"/subscriptions","name":"` + production + `","properties":{"displayName":"Production","parent":{"id":"` + groupAbove + `"},"parentNameChain":["` + tenant + `","corp"]}}`,
		`{"id":"/subscriptions/` + sandbox + `","type":"/subscriptions","name":"` + sandbox + `","properties":{"displayName":"Sandbox","parent":{"id":"/providers/Microsoft.Management/managementGroups/` + tenant + `"},"parentNameChain":["` + tenant + `"]}}`,
	}
}

// What is refused leaves the rest as it is: users come without sign-ins, the
// tree from the entities, containers are unknown and not private.
func TestWhatStandsInForTheRefused(t *testing.T) {
	t.Parallel()
	lists, resources := tenantWorld()
	lists["/providers/Microsoft.Management/getEntities"] = entities()
	whole, _ := newCloud(t, lists, resources).collectAll(t)
	c := newCloud(t, lists, resources)
	for _, path := range []string{
		"/v1.0/users?signInActivity", "/providers/Microsoft.Management/managementGroups/" + tenant,
		shop + "Microsoft.Storage/storageAccounts/data/blobServices/default/containers",
	} {
		c.fail(path, refusal())
	}
	part, _ := c.collectAll(t)
	inv := part.Systems[0]
	for i, want := range whole.Systems[0].Ancestors {
		if i >= len(inv.Ancestors) || inv.Ancestors[i].ID != want.ID {
			t.Errorf("ancestors %+v, want %+v", inv.Ancestors, whole.Systems[0].Ancestors)
		}
	}
	if id := identity(t, inv, anna); id.Email != "anna@example.com" || !id.LastUsed.IsZero() || id.MFA != entitlement.Yes {
		t.Errorf("%+v", id)
	}
	i := slices.IndexFunc(inv.Resources, func(r entitlement.Resource) bool { return r.Bucket != nil })
	if b := inv.Resources[i].Bucket; !b.ContainersUnknown || len(b.PublicContainers) > 0 || b.PublicAllowed != entitlement.Yes {
		t.Errorf("%+v", b)
	}
}

func (c *cloud) collectAll(t *testing.T) (*azure.Live, *azure.Collector) {
	t.Helper()
	return c.collect(t, c.options())
}

// A subscription whose role assignments can't be read fails alone, and so does
// one that is not there.
func TestSubscriptionsThatFail(t *testing.T) {
	t.Parallel()
	lists, resources := tenantWorld()
	c := newCloud(t, lists, resources)
	c.fail(inProduction+authorization+"roleAssignments", refusal())
	o := c.options()
	const disabled = "33333333-3333-3333-3333-333333333333"
	o.Subscriptions = []entitlement.SystemID{production, sandbox, disabled}
	live, _ := c.collect(t, o)
	if len(live.Systems) != 1 || live.Systems[0].System.ID != sandbox || len(live.Failed) != 2 {
		t.Fatalf("%d systems, failed %v", len(live.Systems), live.Failed)
	}
	if err := live.Failed[disabled]; err == nil || !strings.Contains(err.Error(), "docs/permissions-azure.md") {
		t.Errorf("error %v", err)
	}
	c.fail("/subscriptions", refusal())
	collector, err := azure.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := collector.Collect(t.Context()); err == nil || !strings.Contains(err.Error(), "subscriptions") {
		t.Errorf("error %v", err)
	}
}

// Throttled requests are repeated as late as the service asks for, passing
// failures some times, and all are counted.
func TestThrottlingAndPassingFailures(t *testing.T) {
	t.Parallel()
	lists, resources := tenantWorld()
	c := newCloud(t, lists, resources)
	path := inProduction + authorization + "roleAssignments"
	throttled := fault{status: 429, code: "TooManyRequests", header: map[string]string{"retry-after-ms": "1"}}
	c.fail(path, throttled, throttled, throttled, throttled, throttled, fault{status: 500, code: "InternalServerError"}, fault{status: 502, body: "<html>"})
	c.fail("/v1.0/users", fault{status: 503, code: "serviceNotAvailable", header: map[string]string{"Retry-After": "1"}})
	c.fail("/v1.0/applications", fault{status: 500, code: "InternalServerError", forever: true})
	c.fail("/providers/Microsoft.ResourceGraph/resources", fault{status: 429, code: "RateLimiting", header: map[string]string{"x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": "00:00:01"}})
	start := time.Now()
	live, collector := c.collectAll(t)
	if waited := time.Since(start); waited < time.Second {
		t.Errorf("waited %s, though the service asked for a second", waited)
	}
	if got := problemsOf(live); !slices.Equal(got, []string{azure.CodeApplications}) || len(live.Failed) > 0 {
		t.Errorf("problems %v, failed %v", got, live.Failed)
	}
	for _, s := range collector.Stats() {
		switch s.String() {
		case "Microsoft.Authorization/roleAssignments":
			if s.Throttled != 5 || s.Errors != 2 || s.Requests != 10 {
				t.Errorf("%+v", s)
			}
		case "Microsoft.Graph/applications":
			if s.Errors != 3 || s.Requests != 3 {
				t.Errorf("%+v", s)
			}
		}
	}
}

// An answer that is none ends its list, which is a problem; the token goes to no
// other host.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault fault
		want  string
	}{
		"no JSON":         {fault{status: 200, body: "<html>", forever: true}, "not JSON"},
		"cut off":         {fault{status: 200, body: `{"value":[{"id":`, forever: true}, "not JSON"},
		"elsewhere":       {fault{status: 200, body: `{"value":[],"@odata.nextLink":"https://evil.example/v1.0/groups"}`, forever: true}, "evil.example"},
		"a circle":        {fault{status: 200, body: `{"value":[],"@odata.nextLink":""}`}, ""},
		"not signed in":   {fault{status: 401, code: "InvalidAuthenticationToken", forever: true}, "expired or revoked"},
		"without a code":  {fault{status: 418, body: "I'm a teapot", forever: true}, "418"},
		"gone in between": {fault{status: 404, code: "Request_ResourceNotFound", forever: true}, "Request_ResourceNotFound"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lists, resources := tenantWorld()
			cloud := newCloud(t, lists, resources)
			cloud.fail("/v1.0/groups", c.fault)
			live, _ := cloud.collectAll(t)
			switch {
			case c.want == "" && len(live.Problems) > 0:
				t.Errorf("problems %v", live.Problems)
			case c.want != "" && (len(live.Problems) != 1 || !strings.Contains(live.Problems[0].Message, c.want) || live.Problems[0].Permission != ""):
				t.Errorf("problems %+v", live.Problems)
			}
		})
	}
}

// A tenant without a licence has no schedules, one without storage no blobs, and
// classic administrators are no more: no problems.
func TestWhatThereIsNot(t *testing.T) {
	t.Parallel()
	lists, resources := tenantWorld()
	c := newCloud(t, lists, resources)
	c.fail(inProduction+authorization+"roleEligibilityScheduleInstances", fault{status: 400, code: "AadPremiumLicenseRequired", forever: true})
	c.fail(inProduction+authorization+"roleAssignmentScheduleInstances", fault{status: 400, code: "AadPremiumLicenseRequired", forever: true})
	c.fail(inProduction+authorization+"classicAdministrators", fault{status: 404, code: "NotFound", forever: true})
	c.fail(shop+"Microsoft.Storage/storageAccounts/data/blobServices/default/containers", fault{status: 409, code: "FeatureNotSupportedForAccount", forever: true})
	c.fail("/v1.0/groups/"+nested+"/members", fault{status: 404, code: "Request_ResourceNotFound", forever: true})
	c.fail("/beta/reports/servicePrincipalSignInActivities", fault{status: 404, code: "UnknownError", forever: true})
	live, _ := c.collectAll(t)
	if got := problemsOf(live); len(got) > 0 {
		t.Errorf("problems %v: %+v", got, live.Problems)
	}
	o := c.options()
	o.Skip = azure.Parts()
	live, collector := c.collect(t, o)
	if len(live.Systems) != 2 || len(live.Systems[0].Resources) > 0 {
		t.Errorf("%+v", live.Systems)
	}
	for _, s := range collector.Stats() {
		if slices.Contains([]string{"Microsoft.ResourceGraph", "Microsoft.Storage"}, s.Service) || strings.Contains(s.Name, "Schedule") {
			t.Errorf("%s was asked for, though it is skipped", s)
		}
	}
}

// The deadline ends a collection with what was read; a cancellation with an
// error.
func TestEndsOfACollection(t *testing.T) {
	t.Parallel()
	lists, resources := tenantWorld()
	c := newCloud(t, lists, resources)
	c.fail("/v1.0/users", fault{status: 429, code: "TooManyRequests", header: map[string]string{"Retry-After": "3600"}, forever: true})
	collector, err := azure.New(c.options())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	live, err := collector.Collect(ctx)
	if err != nil || len(live.Systems) != 2 || len(live.Problems) == 0 {
		t.Fatalf("%+v, %v", live, err)
	}
	for _, p := range live.Problems { // The others of Microsoft Graph wait, too.
		if !strings.Contains(p.Message, "ran out of time") {
			t.Errorf("%+v", p)
		}
	}
	stopped, stop := context.WithCancelCause(t.Context())
	stop(errStop)
	if _, err := collector.Collect(stopped); !errors.Is(err, errStop) {
		t.Errorf("error %v", err)
	}
}

// The discovery knows what is above a subscription, and the part of the tree
// that is asked for.
func TestDiscover(t *testing.T) {
	t.Parallel()
	lists, resources := tenantWorld()
	lists[groupAbove] = []string{`{"id":"` + groupAbove + `","type":"Microsoft.Management/managementGroups","name":"corp","properties":{"displayName":"Corp","details":{"parent":{"id":"/providers/Microsoft.Management/managementGroups/` + tenant + `","name":"` + tenant + `","displayName":"Tenant Root Group"}},"children":[{"id":"` + inProduction + `","type":"/subscriptions","name":"` + production + `","displayName":"Production"}]}}`}
	lists["/subscriptions"][0] = strings.Replace(lists["/subscriptions"][0], `"state"`, `"tags":{"owner":"team-shop"},"state"`, 1)
	c := newCloud(t, lists, resources)
	discover := func(group string) ([]azure.Subscription, error) {
		o := c.options()
		o.ManagementGroup = group
		collector, err := azure.New(o)
		if err != nil {
			t.Fatal(err)
		}
		return collector.Discover(t.Context())
	}
	all, err := discover("")
	if err != nil || len(all) != 2 || all[0].ID != production || all[0].Name != "Production" || all[0].Tags["owner"] != "team-shop" {
		t.Fatalf("%+v, %v", all, err)
	}
	if got := all[0].Ancestors; len(got) != 2 || got[0].Name != "Corp" || got[1].Name != "Tenant Root Group" {
		t.Errorf("%+v", got)
	}
	if below, err := discover("corp"); err != nil || len(below) != 1 || below[0].ID != production {
		t.Errorf("%+v, %v", below, err)
	}
	if _, err := discover("nowhere"); err == nil || !strings.Contains(err.Error(), "az account management-group list") {
		t.Errorf("error %v", err)
	}
	c.fail(groupAbove, fault{status: 500, code: "x", forever: true})
	if _, err := discover("corp"); err == nil {
		t.Error("no error though the tree can't be read")
	}
}

// Operations that the catalogue lacks are told.
func TestUnknownOperations(t *testing.T) {
	t.Parallel()
	lists, resources := tenantWorld()
	c := newCloud(t, lists, resources)
	o := c.options()
	o.Operations = true
	live, _ := c.collect(t, o)
	if len(live.Problems) != 1 || live.Problems[0].Code != "AZURE_OPERATIONS_UNKNOWN" || !strings.Contains(live.Problems[0].Message, "neverSeen/action") {
		t.Errorf("%+v", live.Problems)
	}
}
