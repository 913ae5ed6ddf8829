package gcp_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
)

// TestForms has one kind of record each, in a form that the organization of the
// other tests lacks; what is wanted are the identities of the first project.
func TestForms(t *testing.T) {
	t.Parallel()
	asset := func(kind, name, data string) string {
		return `{"name":"` + name + `","assetType":"` + kind + `","resource":{"data":` + data + `},"ancestors":["projects/1"]}`
	}
	const run = "//run.googleapis.com/projects/p/locations/eu/"
	for _, test := range []struct {
		name, doc string
		want      []string
	}{
		{
			"the project of Compute Engine", `{"kind":"compute#project","name":"p","defaultServiceAccount":"1-compute@developer.gserviceaccount.com"}`,
			[]string{"service_account 1-compute@developer.gserviceaccount.com, default"},
		},
		{
			"a function of the first generation without an account", `{"name":"projects/p/locations/eu/functions/f","status":"ACTIVE","serviceAccountEmail":""}` + project,
			[]string{`function //cloudfunctions.googleapis.com/projects/p/locations/eu/functions/f "f", as p@appspot.gserviceaccount.com`, "service_account p@appspot.gserviceaccount.com, default"},
		},
		{
			"a function of a domain's project", `{"name":"projects/example.com:p/locations/eu/functions/f","status":"ACTIVE"}`,
			[]string{`function //cloudfunctions.googleapis.com/projects/example.com:p/locations/eu/functions/f "f", as p.example.com@appspot.gserviceaccount.com`, "service_account p.example.com@appspot.gserviceaccount.com, default"},
		},
		{
			"a service as an asset", asset("run.googleapis.com/Service", run+"services/s", `{"metadata":{"name":"s","namespace":"1"},"spec":{"template":{"spec":{"serviceAccountName":"a@p.iam.gserviceaccount.com"}}}}`) + project,
			[]string{`function ` + run + `services/s "s", as a@p.iam.gserviceaccount.com`, "service_account a@p.iam.gserviceaccount.com"},
		},
		{
			"a job of either version", asset("run.googleapis.com/Job", run+"jobs/j", `{"template":{"template":{"serviceAccount":"a@p.iam.gserviceaccount.com"}}}`) + project +
				`{"apiVersion":"run.googleapis.com/v1","kind":"Job","metadata":{"name":"k","namespace":"1","labels":{"cloud.googleapis.com/location":"eu"}},"spec":{"template":{"spec":{"template":{"spec":{"serviceAccountName":"a@p.iam.gserviceaccount.com"}}}}}}`,
			[]string{`function ` + run + `jobs/j "j", as a@p.iam.gserviceaccount.com`, `function ` + run + `jobs/k "k", as a@p.iam.gserviceaccount.com`, "service_account a@p.iam.gserviceaccount.com"},
		},
		{
			"groups and domains of the directory", `{"resource":"projects/p","policy":{"bindings":[{"role":"roles/viewer","members":["group:g@example.com","user:x@example.org","user:y@elsewhere.test"]}]}}` +
				`{"domains":[{"kind":"admin#directory#domain","domainName":"Example.com","isPrimary":true,"domainAliases":[{"domainAliasName":"example.org"}]}]}` +
				`{"groups":[{"kind":"admin#directory#group","id":"1","email":"G@example.com","name":"The group"}]}{"group":"g@example.com","members":[{"kind":"admin#directory#member","email":"A@example.com","type":"USER"}]}`,
			[]string{`user a@example.com, in [g@example.com]`, `group g@example.com "The group"`, "user x@example.org", "user y@elsewhere.test, guest"},
		},
		{
			"a group with its members", `{"resource":"projects/p","policy":{"bindings":[{"role":"roles/viewer","members":["group:g@example.com"]}]}}{"groupKey":{"id":"g@example.com"},"memberships":[{"preferredMemberKey":{"id":"h@example.com"},"type":"GROUP"}]}{"groupKey":{"id":"h@example.com"},"members":[]}`,
			[]string{"group g@example.com", "group h@example.com, in [g@example.com]"},
		},
		{
			"a service account of gcloud", `[{"email":"A@p.iam.gserviceaccount.com","projectId":"p","uniqueId":"9","disabled":true,"displayName":"A"}]`,
			[]string{`service_account a@p.iam.gserviceaccount.com "A", disabled, #9`},
		},
	} {
		e := written(t, test.doc)
		if len(e.Systems) == 0 || e.Stats.In != e.Stats.Taken {
			t.Errorf("%s: %d projects, %+v, %q", test.name, len(e.Systems), e.Stats, problems(e.Problems))
			continue
		}
		if diff := cmp.Diff(test.want, identities(e.Systems[0])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestDenialsOfAncestors(t *testing.T) {
	t.Parallel()
	e := written(t, `[{"id":"p","type":"project","policy":{"etag":"x"}},
	 {"id":"2","type":"folder","policy":{"name":"policies/cloudresourcemanager.googleapis.com%2Ffolders%2F2/denypolicies/d","rules":[
	  {"denyRule":{"deniedPrincipals":["principalSet://goog/public:all"],"deniedPermissions":["iam.googleapis.com/roles.delete"],"exceptionPermissions":["iam.googleapis.com/roles.get"]}},
	  {"denyRule":{"deniedPermissions":["iam.googleapis.com/roles.delete"]}},{"denyRule":{"deniedPrincipals":["principalSet://goog/public:all"]}}]}},
	 {"id":"2","type":"folder","policy":{"etag":"x"}}]`)
	inv := e.Systems[0]
	want := []entitlement.Denial{{
		ID: "policies/cloudresourcemanager.googleapis.com%2Ffolders%2F2/denypolicies/d", Name: "d", Scope: "//cloudresourcemanager.googleapis.com/folders/2",
		Rules: []entitlement.DenialRule{{
			Members: []string{"principalSet://goog/public:all"},
			Blocks:  []entitlement.PermissionBlock{{Actions: []string{"iam.googleapis.com/roles.delete"}, NotActions: []string{"iam.googleapis.com/roles.get"}}},
		}},
	}}
	if diff := cmp.Diff(want, inv.Denials); diff != "" || len(inv.Ancestors) != 1 || len(inv.Problems) > 0 {
		t.Errorf("%v, %q (-want +got):\n%s", inv.Ancestors, problems(inv.Problems), diff)
	}
	if got := problems(e.Problems); len(got) != 2 || !strings.Contains(got[0], "rules[1] | denyRule.deniedPrincipals is missing") || !strings.Contains(got[1], "rules[2] | denyRule.deniedPermissions is missing") {
		t.Errorf("problems: %q", got)
	}
}

// TestPublicAccessPrevention has it enforced above, or not, in either form.
func TestPublicAccessPrevention(t *testing.T) {
	t.Parallel()
	policy := func(container, enforce string) string {
		return `{"name":"//orgpolicy.googleapis.com/` + container + `/policies/storage.publicAccessPrevention","assetType":"orgpolicy.googleapis.com/Policy","resource":{"data":{"spec":{"rules":[{"enforce":` + enforce + `}]}}},"ancestors":["` + container + `"]}`
	}
	bucket := `{"kind":"storage#bucket","name":"b","projectNumber":"1","iamConfiguration":{"publicAccessPrevention":"inherited"}}` +
		`{"projectId":"p","projectNumber":"1","state":"ACTIVE","parent":"folders/2"}{"name":"folders/2","parent":"organizations/3"}`
	for doc, want := range map[string]entitlement.Tristate{
		"":                                 entitlement.Yes,
		policy("organizations/3", "true"):  entitlement.No,
		policy("projects/1", `"TRUE"`):     entitlement.No,
		policy("organizations/3", "false"): entitlement.Yes,
		policy("organizations/3", "true") + policy("projects/1", "false"): entitlement.Yes,
	} {
		inv := written(t, bucket, doc+"{}").Systems[0]
		i := slices.IndexFunc(inv.Resources, func(r entitlement.Resource) bool { return r.Bucket != nil })
		if got := inv.Resources[i].Bucket.PublicAllowed; got != want {
			t.Errorf("%s: got %d, want %d", doc, got, want)
		}
	}
}

func TestFirewallsOfInstances(t *testing.T) {
	t.Parallel()
	const link = "https://www.googleapis.com/compute/v1/projects/p/"
	machine := func(name, more string) string {
		return `{"kind":"compute#instance","name":"` + name + `","selfLink":"` + link + `zones/z/instances/` + name + `","networkInterfaces":[{"network":"` + link + `global/networks/n"}]` + more + `}`
	}
	rule := func(name, network, more string) string {
		return `{"kind":"compute#firewall","name":"` + name + `","selfLink":"` + link + `global/firewalls/` + name + `","network":"` + link + `global/networks/` + network + `"` + more + `}`
	}
	inv := written(t, machine("a", `,"tags":{"items":["web"]}`), machine("b", `,"serviceAccounts":[{"email":"B@p.iam.gserviceaccount.com"}]`),
		rule("all", "n", ""), rule("other", "m", ""), rule("tag", "n", `,"targetTags":["web"]`), rule("account", "n", `,"targetServiceAccounts":["b@p.iam.gserviceaccount.com"]`)).Systems[0]
	got := map[string]string{}
	for _, g := range inv.SecurityGroups {
		for _, id := range g.Instances {
			got[g.Name] += lastOf(string(id))
		}
	}
	if diff := cmp.Diff(map[string]string{"all": "ab", "tag": "a", "account": "b"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
