package azure_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

// needs are the permissions that requests need, by their paths: an action, a
// data action, a permission of Microsoft Graph, or "" for none: Resource Graph
// wants the right to read the types that it is asked about.
// https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
// https://learn.microsoft.com/graph/permissions-reference
func needs() map[string]string {
	return map[string]string{
		`^/subscriptions$`: "Microsoft.Resources/subscriptions/read",
		`^/providers/Microsoft\.Management/managementGroups/[^/]+$`:   "Microsoft.Management/managementGroups/read",
		`^/providers/Microsoft\.Management/getEntities$`:              "",
		`/Microsoft\.Authorization/roleAssignments$`:                  "Microsoft.Authorization/roleAssignments/read",
		`/Microsoft\.Authorization/roleDefinitions$`:                  "Microsoft.Authorization/roleDefinitions/read",
		`/Microsoft\.Authorization/denyAssignments$`:                  "Microsoft.Authorization/denyAssignments/read",
		`/Microsoft\.Authorization/classicAdministrators$`:            "Microsoft.Authorization/classicAdministrators/read",
		`/Microsoft\.Authorization/roleEligibilityScheduleInstances$`: "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
		`/Microsoft\.Authorization/roleAssignmentScheduleInstances$`:  "Microsoft.Authorization/roleAssignmentScheduleInstances/read",
		`^/providers/Microsoft\.Authorization/providerOperations$`:    "Microsoft.Authorization/providerOperations/read",
		`^/providers/Microsoft\.ResourceGraph/resources$`:             "",
		`/blobServices/default/containers$`:                           "Microsoft.Storage/storageAccounts/blobServices/containers/read",
		`/Microsoft\.Insights/eventtypes/management/values$`:          "Microsoft.Insights/eventtypes/values/Read",
		`^/logs/`:        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
		`^/v1\.0/users$`: "User.Read.All",
		`^/v1\.0/groups(/[^/]+/members(/microsoft\.graph\.servicePrincipal)?)?$`:          "GroupMember.Read.All",
		`^/v1\.0/(servicePrincipals|applications)$`:                                       "Application.Read.All",
		`^/v1\.0/reports/authenticationMethods/userRegistrationDetails$`:                  "AuditLog.Read.All",
		`^/beta/reports/(servicePrincipalSignInActivities|appCredentialSignInActivities)`: "AuditLog.Read.All",
		`^/(v1\.0|beta)/auditLogs/(directoryAudits|signIns)$`:                             "AuditLog.Read.All",
	}
}

// The documented roles and permissions allow every request that a collection
// with every source makes, and nothing else; so does Terraform.
func TestPoliciesAreWhatIsCalled(t *testing.T) {
	t.Parallel()
	called := everything(t)
	read, logs := role(t, "exporter-azure-read.json"), role(t, "exporter-azure-logs.json")
	var graph []string
	if err := json.Unmarshal([]byte(text(t, "docs/policies/exporter-azure-graph.json")), &graph); err != nil {
		t.Fatal(err)
	}
	allowed := slices.Sorted(slices.Values(slices.Concat(read.Actions, logs.DataActions, graph)))
	if diff := cmp.Diff(allowed, called); diff != "" {
		t.Errorf("what is allowed and what is called differ (-allowed +called):\n%s", diff)
	}
	if len(read.DataActions)+len(logs.Actions) > 0 {
		t.Error("a role with data actions can't be assigned on a management group")
	}
	cat, page := catalog.Azure(), text(t, "docs/permissions-azure.md")
	for _, a := range slices.Concat(read.Actions, logs.DataActions) {
		i, ok := cat.Index(entitlement.Action(a))
		if !ok || cat.Info(i).Data != slices.Contains(logs.DataActions, a) {
			t.Errorf("%s is no operation of Azure, or one of the other plane", a)
		}
	}
	for _, a := range allowed {
		if !strings.Contains(page, "`"+a+"`") {
			t.Errorf("docs/permissions-azure.md doesn't explain %s", a)
		}
	}
	terraform(t, read, logs, graph)
}

// What a refused event hub asks for is what the built-in role has, which the
// documentation and Terraform name.
func TestEventHubRoleIsWhatIsCalled(t *testing.T) {
	t.Parallel()
	now := exported()
	h := newFakeHub("0")
	h.refused = &azcore.ResponseError{StatusCode: 403}
	out := newLogReader().read(t, t, hubOptions(h, &now), production, -1)
	if len(out.Problems) != 1 {
		t.Fatal(out.Problems)
	}
	p, cat := out.Problems[0], catalog.Azure()
	const name = "Azure Event Hubs Data Receiver"
	i, ok := cat.Index(entitlement.Action(p.Permission))
	if !ok || !cat.Info(i).Data {
		t.Errorf("%q is no data action of Azure", p.Permission)
	}
	roles := catalog.AzureRoles()
	k := slices.IndexFunc(roles, func(r entitlement.RoleDefinition) bool { return r.Name == name })
	if k < 0 || !slices.ContainsFunc(roles[k].Blocks, func(b entitlement.PermissionBlock) bool {
		return slices.ContainsFunc(b.DataActions, func(a string) bool { return cat.Match(a).Has(i) })
	}) {
		t.Errorf("%s doesn't give %s", name, p.Permission)
	}
	for _, file := range []string{"docs/permissions-azure.md", "provisioning/terraform/azure/hub.tf"} {
		if !strings.Contains(text(t, file), name) {
			t.Errorf("%s doesn't name %s", file, name)
		}
	}
	if page := text(t, "docs/permissions-azure.md"); !strings.Contains(page, "`"+p.Permission+"`") || !strings.Contains(page, p.Code) || !strings.Contains(p.Message, name) {
		t.Errorf("docs/permissions-azure.md doesn't explain %s", p.Permission)
	}
}

// everything returns what a collection with all sources needs.
func everything(t *testing.T) []string {
	t.Helper()
	lists, resources := tenantWorld()
	lists["/v1.0/auditLogs/directoryAudits"], lists["/beta/auditLogs/signIns"] = nil, nil
	c := newCloud(t, lists, resources)
	now := exported()
	c.log.add(blobName("insights-activity-logs", activityStream, now), event("a", now))
	root := "/providers/Microsoft.Management/managementGroups/" + tenant
	c.fail(root, refusal()) // Where it is refused, too.
	o := c.options()
	o.Operations = true
	c.collect(t, o)
	c.fail(root)
	_, collector := c.collect(t, o)
	if _, err := collector.Discover(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.Logs.Storage.Account = "logs"
	newLogReader().read(t, t, o, production, -1)
	o.Logs = azure.LogOptions{ActivityLog: true, Directory: true, Window: time.Hour}
	newLogReader().read(t, t, o, production, -1)
	newLogReader().read(t, t, o, "", -1)
	return needed(t, c)
}

func needed(t *testing.T, c *cloud) []string {
	t.Helper()
	all := map[string]bool{}
	for path := range c.paths() {
		found := false
		for pattern, permission := range needs() {
			if regexp.MustCompile(pattern).MatchString(path) {
				all[permission], found = true, true
			}
		}
		if !found {
			t.Errorf("nobody says what %s needs", path)
		}
	}
	delete(all, "")
	cat := catalog.Azure()
	for typ := range c.types {
		i, ok := cat.Index(entitlement.Action(typ + "/read"))
		if !ok {
			t.Errorf("%s can't be read", typ)
			continue
		}
		all[string(cat.Info(i).Action)] = true
	}
	return slices.Sorted(maps.Keys(all))
}

type roleFile struct {
	Actions, NotActions, DataActions, NotDataActions, AssignableScopes []string
}

func role(t *testing.T, name string) roleFile {
	t.Helper()
	var r roleFile
	if err := json.Unmarshal([]byte(text(t, "docs/policies/"+name)), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testkit.Root(), filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// terraform compares the lists of the module.
func terraform(t *testing.T, read, logs roleFile, graph []string) {
	t.Helper()
	list := func(file, name string) []string {
		m := regexp.MustCompile(`(?s)\b` + name + `\s*=\s*\[(.*?)\]`).FindStringSubmatch(text(t, "provisioning/terraform/azure/"+file))
		if m == nil {
			t.Fatalf("%s has no %s", file, name)
		}
		var all []string
		for _, q := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(m[1], -1) {
			all = append(all, q[1])
		}
		return all
	}
	if diff := cmp.Diff(read.Actions, list("main.tf", "actions")); diff != "" {
		t.Errorf("main.tf differs:\n%s", diff)
	}
	if diff := cmp.Diff(logs.DataActions, list("logs.tf", "data_actions")); diff != "" {
		t.Errorf("logs.tf differs:\n%s", diff)
	}
	permissions := regexp.MustCompile(`(?s)variable "graph_permissions".*?default\s*=\s*\[(.*?)\]`).FindStringSubmatch(text(t, "provisioning/terraform/azure/variables.tf"))
	if permissions == nil {
		t.Fatal("variables.tf has no graph_permissions")
	}
	for _, p := range graph {
		if !strings.Contains(permissions[1], `"`+p+`"`) || strings.Count(permissions[1], `"`) != 2*len(graph) {
			t.Errorf("graph_permissions are %s, want %v", permissions[1], graph)
		}
	}
}
