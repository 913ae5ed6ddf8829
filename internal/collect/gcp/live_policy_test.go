package gcp_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

// needed says which permission each request needs, as the methods' references
// do; "" is none of IAM.
func needed() map[string]string {
	return map[string]string{
		`^cloudasset GET /v1/[^:]+/assets\?.*contentType=RESOURCE`:                                                     "cloudasset.assets.listResource",
		`^cloudasset GET /v1/[^:]+/assets\?.*contentType=IAM_POLICY`:                                                   "cloudasset.assets.listIamPolicy",
		`^cloudasset GET /v1/[^:]+/assets\?.*contentType=ORG_POLICY`:                                                   "cloudasset.assets.listOrgPolicy",
		`^cloudresourcemanager GET /v3/projects/[^/:?]+$`:                                                              "resourcemanager.projects.get",
		`^cloudresourcemanager GET /v3/folders/[^/:?]+$`:                                                               "resourcemanager.folders.get",
		`^cloudresourcemanager GET /v3/organizations/[^/:?]+$`:                                                         "resourcemanager.organizations.get",
		`^cloudresourcemanager GET /v3/projects\?`:                                                                     "resourcemanager.projects.list",
		`^cloudresourcemanager GET /v3/folders\?`:                                                                      "resourcemanager.folders.list",
		`^cloudresourcemanager POST /v3/projects/[^/]+:getIamPolicy`:                                                   "resourcemanager.projects.getIamPolicy",
		`^cloudresourcemanager POST /v3/folders/\d+:getIamPolicy`:                                                      "resourcemanager.folders.getIamPolicy",
		`^cloudresourcemanager POST /v3/organizations/\d+:getIamPolicy`:                                                "resourcemanager.organizations.getIamPolicy",
		`^iam GET /v1/roles\?`:                                                                                         "",
		`^iam GET /v1/(projects|organizations)/[^/]+/roles\?`:                                                          "iam.roles.list",
		`^iam GET /v1/projects/[^/]+/serviceAccounts\?`:                                                                "iam.serviceAccounts.list",
		`^iam GET /v1/projects/[^/]+/serviceAccounts/[^/]+/keys\?`:                                                     "iam.serviceAccountKeys.list",
		`^iam GET /v2/policies/[^/]+/denypolicies\?`:                                                                   "iam.denypolicies.list",
		`^iam GET /v2/policies/[^/]+/denypolicies/[^/?]+$`:                                                             "iam.denypolicies.get",
		`^iam GET /v3/organizations/\d+/locations/global/principalAccessBoundaryPolicies\?`:                            "iam.principalaccessboundarypolicies.list",
		`^iam GET /v3/organizations/\d+/locations/global/principalAccessBoundaryPolicies/[^/]+:searchPolicyBindings\?`: "iam.principalaccessboundarypolicies.searchPolicyBindings",
		`/activityTypes/serviceAccountLastAuthentication/activities:query\?`:                                           "policyanalyzer.serviceAccountLastAuthenticationActivities.query",
		`/activityTypes/serviceAccountKeyLastAuthentication/activities:query\?`:                                        "policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query",
		`^cloudidentity GET /v1/groups`:                                                                                "",
		`^admin GET /admin/directory/v1/(users\?|customer/my_customer/domains)`:                                        "",
		`^logging POST /v2/entries:list`:                                                                               "logging.logEntries.list logging.privateLogEntries.list",
		`^pubsub POST /v1/projects/[^/]+/subscriptions/[^/]+:(pull|acknowledge|modifyAckDeadline)`:                     "pubsub.subscriptions.consume",
		`^storage GET /storage/v1/b/logs/o\?`:                                                                          "storage.objects.list",
		`^storage GET /storage/v1/b/logs/o/[^/]+\?alt=media`:                                                           "storage.objects.get",
	}
}

// The roles of docs/policies allow what a collection with every source asks for,
// and nothing else.
func TestLivePermissions(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.logs.write(entryAt("e", "projects/shop-prod", ago(5)))
	c.logs.publish(encoded(entryAt("m", "projects/shop-prod", ago(5))), ago(5))
	c.logs.put(objectOf("activity", ago(5), "S0"), entryAt("o", "projects/shop-prod", ago(5)))
	stated := map[string]bool{}
	for _, o := range c.every() {
		for _, p := range c.everything(o) {
			stated[p] = true
		}
	}
	called := c.permissions(needed())
	if diff := cmp.Diff(slices.Sorted(maps.Keys(called)), slices.Sorted(maps.Keys(stated))); diff != "" {
		t.Errorf("permissions of requests and those that problems would name differ (-requests +problems):\n%s", diff)
	}
	if diff := cmp.Diff(allowed(t), slices.Sorted(maps.Keys(called))); diff != "" {
		t.Errorf("roles and requests differ (-roles +requests):\n%s", diff)
	}
	documentedPermissions(t, allowed(t))
	c.enabled()
}

// enabled holds that the documentation and Terraform enable each API that is
// asked.
func (c *cloud) enabled() {
	c.tb.Helper()
	for _, path := range []string{"docs/permissions-gcp.md", "provisioning/terraform/gcp/main.tf"} {
		data, err := os.ReadFile(filepath.Join(testkit.Root(), path))
		if err != nil {
			c.tb.Fatal(err)
		}
		for what := range c.calls {
			if service, _, _ := strings.Cut(what, " "); !strings.Contains(string(data), service+".googleapis.com") {
				c.tb.Errorf("%s doesn't enable %s", path, service)
			}
		}
	}
}

// The module is as Terraform formats it, and a project's role leaves out the same
// permissions there as in the documentation.
func TestTerraform(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testkit.Root(), "provisioning", "terraform", "gcp")
	data, err := os.ReadFile(filepath.Join(dir, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(`regexall\("([^"]+)", p\)`).FindStringSubmatch(string(data))
	if pattern == nil {
		t.Fatal("main.tf leaves out nothing of a project's role")
	}
	left := regexp.MustCompile(strings.ReplaceAll(pattern[1], `\\`, `\`))
	docs, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "permissions-gcp.md"))
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, m := range regexp.MustCompile(`-e ([a-z.]+)`).FindAllStringSubmatch(string(docs), -1) {
		parts = append(parts, m[1])
	}
	for _, p := range allowed(t) {
		if documented := slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(p, part) }); documented != left.MatchString(p) {
			t.Errorf("%s is left out of a project's role in one of main.tf and docs/permissions-gcp.md", p)
		}
	}
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	if out, err := exec.CommandContext(t.Context(), terraform, "fmt", "-check", "-diff", dir).CombinedOutput(); err != nil {
		t.Errorf("terraform fmt: %v\n%s", err, out)
	}
}

// every is a collection of each way to read.
func (c *cloud) every() []gcp.Options {
	whole, project, bucket := c.options(), c.options(), c.options()
	whole.Logs = gcp.Logs{Entries: true}
	project.Scope, project.Logs = "projects/shop-test", gcp.Logs{Subscription: "projects/shop-prod/subscriptions/audit", Wait: time.Minute}
	bucket.Logs = gcp.Logs{Bucket: "logs"}
	return []gcp.Options{whole, project, bucket}
}

// everything collects in every way, and returns the permissions that the
// collector thinks it needs.
func (c *cloud) everything(o gcp.Options) (permissions []string) {
	c.tb.Helper()
	collector := c.collector(o)
	found, err := collector.Collect(c.tb.Context())
	if err != nil {
		c.tb.Fatal(err)
	}
	if _, err := collector.Discover(c.tb.Context()); err != nil {
		c.tb.Fatal(err)
	}
	read, err := collector.Events(c.tb.Context(), gcp.Checkpoint{}, found.Containers, func(*auditlog.Event) error { return nil }, nil)
	if err != nil || len(read.Problems) > 0 || read.Stats.Parsed != 1 {
		c.tb.Errorf("%v, %+v, %+v", err, read.Problems, read.Stats)
	}
	if read.Confirm != nil {
		read.Confirm(c.tb.Context())
	}
	c.on("cloudasset", 3, disabled("cloudasset.googleapis.com"))
	if _, err := collector.Collect(c.tb.Context()); err != nil {
		c.tb.Fatal(err)
	}
	for _, s := range collector.Stats() {
		permissions = append(permissions, s.Permissions...)
	}
	return permissions
}

// permissions returns those that the requests needed, each of which must be
// known.
func (c *cloud) permissions(table map[string]string) map[string]bool {
	c.tb.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	all, used := map[string]bool{}, map[string]bool{}
	for what := range c.calls {
		what = strings.TrimSuffix(what, "?")
		known := false
		for pattern, permissions := range table {
			if regexp.MustCompile(pattern).MatchString(what) {
				known, used[pattern] = true, true
				for p := range strings.FieldsSeq(permissions) {
					all[p] = true
				}
			}
		}
		if !known {
			c.tb.Errorf("nobody knows what %q needs", what)
		}
	}
	for pattern := range table {
		if !used[pattern] {
			c.tb.Errorf("nothing asked for %s", pattern)
		}
	}
	return all
}

// allowed returns the permissions of the documented roles.
func allowed(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(testkit.Root(), "docs", "policies", "exporter-gcp-*.yaml"))
	if err != nil || len(paths) != 4 {
		t.Fatalf("%v, %v", paths, err)
	}
	var all []string
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var role struct {
			Title, Description, Stage string
			Permissions               []string `yaml:"includedPermissions"`
		}
		if err := yaml.Unmarshal(data, &role); err != nil || role.Title == "" || role.Stage != "GA" || !slices.IsSorted(role.Permissions) {
			t.Errorf("%s: %v, %+v", path, err, role)
		}
		all = append(all, role.Permissions...)
	}
	slices.Sort(all)
	return all
}

// documentedPermissions checks that docs/permissions-gcp.md explains each
// permission and each code, and that the predefined roles which it names allow
// all.
func documentedPermissions(t *testing.T, permissions []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "permissions-gcp.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	granted := map[string]bool{}
	for _, role := range catalog.GCPRoles() {
		if strings.Contains(text, "`"+string(role.ID)+"`") {
			for _, p := range role.Blocks[0].Actions {
				granted[p] = true
			}
		}
	}
	for _, p := range permissions {
		if !strings.Contains(text, "`"+p+"`") {
			t.Errorf("docs/permissions-gcp.md doesn't explain %s", p)
		}
		if _, known := catalog.GCP().Index(entitlement.Action(p)); !known {
			t.Errorf("%s is no permission", p)
		}
		if !granted[p] {
			t.Errorf("the predefined roles of docs/permissions-gcp.md don't allow %s", p)
		}
	}
	for _, code := range []string{
		gcp.CodeMinPermission, gcp.CodeAssets, gcp.CodeOrgPolicies, gcp.CodeHierarchy, gcp.CodePoliciesAbove, gcp.CodeDenyPolicies,
		gcp.CodeAccessBoundaries, gcp.CodeRoles, gcp.CodeServiceAccounts, gcp.CodeKeys, gcp.CodeActivity, gcp.CodeGroups, gcp.CodeDirectory,
		gcp.CodeLogging, gcp.CodeLogBucket, gcp.CodeLogSubscription,
	} {
		if !strings.Contains(text, "`"+code+"`") {
			t.Errorf("docs/permissions-gcp.md doesn't explain %s", code)
		}
	}
}
