package ask_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

const (
	shopAzure = "/subscriptions/11111111-aaaa-0000-0000-000000000001"
	lab       = "/subscriptions/11111111-aaaa-0000-0000-000000000002"
	web       = shopAzure + "/resourceGroups/web"
	readBlob  = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
	pictures  = "//storage.googleapis.com/shop-pictures"
	uploader  = "uploader@shop-prod.iam.gserviceaccount.com"
)

// inventoriesOf reads the systems of three clouds, as of March 2026.
func inventoriesOf(tb testing.TB) []*entitlement.Inventory {
	tb.Helper()
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	dir := filepath.Join(testkit.Root(), "exporter", "internal", "command", "testdata")
	accounts, err := aws.ReadAccounts([]string{filepath.Join(dir, "can", "details.json")}, aws.Files{}, at)
	if err != nil {
		tb.Fatal(err)
	}
	subscriptions, err := azure.ReadEntitlements(tb.Context(), []string{filepath.Join(dir, "clouds", "azure.json")}, azure.FileOptions{Now: at})
	if err != nil {
		tb.Fatal(err)
	}
	projects, err := gcp.ReadEntitlements(tb.Context(), []string{filepath.Join(dir, "clouds", "gcp.json")}, gcp.FileOptions{Now: at})
	if err != nil {
		tb.Fatal(err)
	}
	return append(append(accounts, subscriptions.Systems...), projects.Systems...)
}

// clouds answers over three clouds.
func clouds(tb testing.TB) *ask.Asker {
	tb.Helper()
	compiler := ask.NewCompiler()
	var systems []*ask.Compiled
	for _, inv := range inventoriesOf(tb) {
		systems = append(systems, compiler.Compile(inv))
	}
	return ask.New(systems...)
}

func line(identity, action, resource string) string {
	return fmt.Sprintf(`{"identity": %q, "action": %q, "resource": %q}`, identity, action, resource)
}

// Identities may have any of their names, resources short ones, actions any case.
func TestNamesOfThreeClouds(t *testing.T) {
	t.Parallel()
	a := clouds(t)
	const allowed, conditional, nothing = "allowed", "conditional", "implicitly_denied"
	for _, test := range []struct{ identity, action, resource, want string }{
		{"carla", "s3:ListAllMyBuckets", "*", allowed},

		{"a0000000-0000-0000-0000-000000000001", "Microsoft.Compute/virtualMachines/write", shopAzure, allowed},
		{"A0000000-0000-0000-0000-000000000001", "microsoft.compute/VIRTUALMACHINES/write", strings.ToUpper(shopAzure), allowed},
		{"ANA@shop.example", "Microsoft.Compute/virtualMachines/write", "shop", allowed},
		{"ana acker", "Microsoft.Compute/virtualMachines/write", "11111111-aaaa-0000-0000-000000000001", allowed},
		{"dan@shop.example", "Microsoft.Compute/virtualMachines/write", web, allowed}, // By a group in a group.
		{"dan@shop.example", "Microsoft.Compute/virtualMachines/write", lab, nothing},
		{"developers", "Microsoft.Compute/virtualMachines/write", web, allowed},
		{"c0000000-0000-0000-0000-000000000002", "Microsoft.Compute/virtualMachines/write", web, allowed}, // In developers.
		{"partners", "Microsoft.Compute/virtualMachines/write", web, nothing},
		{"ana@shop.example", "Microsoft.Management/managementGroups/read", "/providers/Microsoft.Management/managementGroups/retail", allowed},
		{"deployer", "Microsoft.Management/managementGroups/read", "/providers/Microsoft.Management/managementGroups/retail", nothing},
		{"e0000000-0000-0000-0000-000000000001", "Microsoft.Authorization/roleAssignments/write", shopAzure, allowed},
		{"deployer", "Microsoft.Authorization/roleAssignments/write", shopAzure, allowed},
		{"cleo@shop.example", "Microsoft.Authorization/roleAssignments/write", shopAzure, conditional}, // Eligible.
		{"ana@shop.example", "Microsoft.Authorization/roleAssignments/write", shopAzure, nothing},      // NotActions.
		{"ana@shop.example", readBlob, shopAzure, nothing},                                             // A data action.
		{"ana@shop.example", "Microsoft.Compute/virtualMachines/delete", shopAzure + "/resourceGroups/vault", "explicitly_denied"},
		{"deployer", "Microsoft.Compute/virtualMachines/delete", shopAzure + "/resourceGroups/vault", allowed},
		{"ben@shop.example", readBlob, web + "/providers/Microsoft.Storage/storageAccounts/pictures", conditional},
		{"resize", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write", web, allowed},

		{"ana@shop.example", "compute.instances.get", "*", allowed}, // By a group, on a folder.
		{"group:developers@shop.example", "compute.instances.get", "folders/20", allowed},
		{"Developers", "compute.instances.get", "*", allowed},
		{"user:Ana@shop.example", "compute.instances.get", "projects/shop-prod", allowed},
		{"ana@shop.example", "compute.instances.get", "shop-prod", allowed},
		{"ana@shop.example", "compute.instances.get", "101", allowed},
		{"ana@shop.example", "compute.instances.delete", "shop", nothing},
		{"1001", "storage.objects.delete", pictures, allowed}, // A unique id.
		{"serviceAccount:" + uploader, "storage.objects.delete", pictures, allowed},
		{uploader, "iam.serviceAccountKeys.create", "", "explicitly_denied"},
		{"root@shop.example", "iam.googleapis.com/serviceAccountKeys.create", "", allowed},
		{"allUsers", "storage.objects.get", pictures, allowed},
		{"*", "storage.objects.get", pictures, allowed},
		{"stranger@elsewhere.example", "storage.objects.get", pictures, allowed},
		{"stranger@elsewhere.example", "storage.objects.delete", pictures, nothing},
		{"ben@shop.example", "storage.objects.get", "projects/shop-prod", allowed}, // In March.
		{"stranger@elsewhere.example", "storage.objects.get", "gs://shop-pictures/cat.png", allowed},
		{"stranger@elsewhere.example", "storage.objects.get", "projects/_/buckets/shop-pictures", allowed},
		{"stranger@elsewhere.example", "iam.serviceAccounts.actAs", uploader, nothing},
	} {
		if got := one(t, a, line(test.identity, test.action, test.resource)); got.Decision != test.want {
			t.Errorf("%s %s on %s: %+v, want %s", test.identity, test.action, test.resource, got, test.want)
		}
	}
}

// The context decides about conditions; its time about what ends.
func TestContextOfRoles(t *testing.T) {
	t.Parallel()
	a := clouds(t)
	const container = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name]"
	blob := fmt.Sprintf(`"identity": "ben@shop.example", "action": %q, "resource": "%s/providers/Microsoft.Storage/storageAccounts/pictures"`, readBlob, web)
	object := `"identity": "ben@shop.example", "action": "storage.objects.get"`
	for _, test := range []struct {
		rest, context, want string
		keys                []string
	}{
		{blob, `{}`, "conditional", []string{container}},
		{blob, `{"` + container + `": "public"}`, "allowed", []string{}},
		{blob, `{"` + container + `": "private"}`, "implicitly_denied", []string{}},
		{blob, `{"` + container + `": null}`, "implicitly_denied", []string{}},
		{object, `{}`, "allowed", []string{}},
		{object, `{"request.time": "2026-06-30T23:59:59Z"}`, "allowed", []string{}},
		{object, `{"request.time": "2026-07-01T00:00:00Z"}`, "implicitly_denied", []string{}},
	} {
		got := one(t, a, "{"+test.rest+`, "context": `+test.context+"}")
		if got.Decision != test.want || !cmp.Equal(got.Keys, test.keys) {
			t.Errorf("%s with %s: %+v, want %s and the keys %v", test.rest, test.context, got, test.want, test.keys)
		}
	}
}

// An answer has the members of every answer, with the grant that decides.
func TestStatementsOfRoles(t *testing.T) {
	t.Parallel()
	a := clouds(t)
	for _, test := range []struct{ line, want string }{
		{
			line("dan@shop.example", "Microsoft.Compute/virtualMachines/write", web),
			`{"decision":"allowed","because":["The role Contributor that the group developers (c0000000-0000-0000-0000-000000000001) has on the management group retail allows it."],"keys":[],` +
				`"statements":[{"kind":"role_assignment","policy":"/providers/Microsoft.Management/managementGroups/retail/providers/Microsoft.Authorization/roleAssignments/10000000-0000-0000-0000-000000000001","index":0,` +
				`"role":"b24988ac-6180-42a0-ab88-20f7382dd24c","role_name":"Contributor","scope":"/providers/Microsoft.Management/managementGroups/retail","effect":"Allow","group":"c0000000-0000-0000-0000-000000000001"}]}`,
		},
		{
			line("cleo@shop.example", "Microsoft.Authorization/locks/delete", web),
			`{"decision":"conditional","because":["The role Owner, for which it is eligible on the subscription shop (11111111-aaaa-0000-0000-000000000001), may allow it: it has to be activated first."],"keys":[],` +
				`"statements":[{"kind":"eligible_assignment","policy":"/subscriptions/11111111-aaaa-0000-0000-000000000001/providers/Microsoft.Authorization/roleEligibilityScheduleInstances/i1","index":0,` +
				`"role":"8e3af657-a8ff-443c-a75c-2fe8c4bcb635","role_name":"Owner","scope":"/subscriptions/11111111-aaaa-0000-0000-000000000001","effect":"Allow","conditional":true}]}`,
		},
		{
			line("ben@shop.example", "Microsoft.Nothing/atAll/read", shopAzure),
			`{"decision":"implicitly_denied","because":["No role of ben@shop.example (a0000000-0000-0000-0000-000000000002) allows Microsoft.Nothing/atAll/read on the subscription shop (11111111-aaaa-0000-0000-000000000001)."],"keys":[],` +
				`"statements":[],"notes":["Microsoft.Nothing/atAll/read is not an action that the catalogue knows; check its spelling."]}`,
		},
		{
			line(uploader, "iam.serviceAccountKeys.create", ""),
			`{"decision":"explicitly_denied","because":["Rule 1 of the deny policy policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fshop-prod/denypolicies/no-keys (\"No keys\") on the project shop (shop-prod) denies it."],"keys":[],` +
				`"statements":[{"kind":"deny_policy","policy":"policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fshop-prod/denypolicies/no-keys","index":0,"scope":"//cloudresourcemanager.googleapis.com/projects/shop-prod","effect":"Deny"}]}`,
		},
	} {
		var out bytes.Buffer
		if _, err := a.Batch(t.Context(), strings.NewReader(test.line), &out); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, strings.TrimSpace(out.String())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.line, diff)
		}
	}
}

// Nobody has to be in the documents to be asked about by an object id: they may
// do nothing.
func TestAnUnknownObjectIsDenied(t *testing.T) {
	t.Parallel()
	got := one(t, clouds(t), line("ffffffff-0000-0000-0000-000000000001", "Microsoft.Compute/virtualMachines/write", shopAzure))
	if got.Decision != "implicitly_denied" || got.Error != "" {
		t.Errorf("got %+v", got)
	}
}

// What is wrong with a line stands in its place, with the field and the remedy.
func TestBadLinesOfRoles(t *testing.T) {
	t.Parallel()
	a := clouds(t)
	for _, test := range []struct{ line, want string }{
		{line("nobody", "Microsoft.Compute/virtualMachines/write", shopAzure), `line 1: field identity: the documents give no role to anybody called "nobody", directly or through a group; give an object id, a user principal name, an application id, or a display name that one identity has`},
		{line("Dan Deep", "Microsoft.Compute/virtualMachines/write", shopAzure), `line 1: field identity: "Dan Deep" is the name of 2 identities: a0000000-0000-0000-0000-000000000004, a0000000-0000-0000-0000-000000000005; give the id of one`},
		{line("ana@shop.example", "Microsoft.Compute/virtualMachines/write", "*"), `line 1: field resource: is not said, and there are 2 subscriptions: ` + shopAzure + `, ` + lab + `; give one of these, or something in one`},
		{line("ana@shop.example", "Microsoft.Compute/virtualMachines/write", "elsewhere"), `line 1: field resource: "elsewhere" is no resource; give an ARM id`},
		{line("ana@shop.example", "Microsoft.Compute/virtualMachines/write", "/subscriptions/33333333-aaaa-0000-0000-000000000003"), `line 1: field resource: it is in subscription 33333333-aaaa-0000-0000-000000000003, of which there are no documents`},
		{line("ana@shop.example", "Microsoft.Compute/*", shopAzure), `line 1: field action: "Microsoft.Compute/*" is not one action`},
		{line("nobody", "storage.objects.get", "*"), `line 1: field identity: nobody in the documents is called "nobody"; give an e-mail address`},
		{line("ana@shop.example", "storage.objects.*", "*"), `line 1: field action: "storage.objects.*" is no permission`},
		{line("ana@shop.example", "storage.objects.get", "bucket"), `line 1: field resource: "bucket" is no resource; give a full resource name`},
		{line("ana@shop.example", "storage.objects.get", "//"), `line 1: field resource: "//" is no resource; give a full resource name`},
		{line("ana@shop.example", "storage.objects.get", "gs://"), `line 1: field resource: "gs://" is no resource; give a full resource name`},
		{line("ana@shop.example", "Nothing", "*"), `line 1: field action: "Nothing" is no action; AWS's are spelt as s3:GetObject, Azure's as`},
		{`{"identity": "ana@shop.example", "action": "storage.objects.get", "context": {"request.time": "soon"}}`, `line 1: field context.request.time: `},
		{`{"identity": "ana@shop.example", "action": "storage.objects.get", "session_policies": [{"Version": "2012-10-17", "Statement": []}]}`, `line 1: field session_policies: is for AWS; Google Cloud has no session policies`},
	} {
		if got := one(t, a, test.line); !strings.HasPrefix(got.Error, test.want) || got.Decision != "" {
			t.Errorf("%s\n got: %+v\nwant: %s…", test.line, got, test.want)
		}
	}
	got := one(t, asker(t), line("ana@shop.example", "Microsoft.Compute/virtualMachines/write", "*"))
	if want := "line 1: field action: Microsoft.Compute/virtualMachines/write is an action of Azure, and no subscription is among what was read"; got.Error != want {
		t.Errorf("without subscriptions: %+v, want %s", got, want)
	}
}

// Everybody is listed once, groups by their members, and groups of which nobody
// knows who is in them by themselves.
func TestWhoOfRoles(t *testing.T) {
	t.Parallel()
	a := clouds(t)
	for _, test := range []struct {
		action, resource   string
		identities, others []string
	}{
		{
			"Microsoft.Storage/storageAccounts/read", web,
			[]string{"allowed service_principal deployer", "allowed user ana@shop.example", "allowed user dan@shop.example", "allowed user dan.deep@shop.example", "conditional user cleo@shop.example"},
			[]string{"allowed group partners"},
		},
		{
			"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write", web,
			[]string{"allowed function resize", "allowed managed_identity runner"},
			nil,
		},
		{"Microsoft.Storage/storageAccounts/read", lab, []string{"allowed user ben@shop.example"}, nil},
		{
			"compute.instances.get", "shop-prod",
			[]string{"allowed user ana@shop.example", "allowed user root@shop.example"},
			[]string{"allowed group partners@other.example"},
		},
		{
			"storage.objects.delete", pictures,
			[]string{"allowed service_account Uploader"},
			nil, // The basic roles have no objects.
		},
		{
			"storage.objects.get", pictures,
			[]string{"allowed service_account Uploader", "allowed user ana@shop.example", "allowed user ben@shop.example", "allowed user root@shop.example"},
			[]string{"allowed anybody allUsers"},
		},
	} {
		found, err := a.Who(t.Context(), ask.Question{Action: test.action, Resource: test.resource})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.identities, listed(found.Identities)) + cmp.Diff(test.others, listed(found.Others)); diff != "" {
			t.Errorf("%s on %s (-want +got):\n%s", test.action, test.resource, diff)
		}
		var decoded struct {
			Identities []struct{ Identity, Decision string }
		}
		text, err := json.Marshal(found)
		if err != nil || json.Unmarshal(text, &decoded) != nil || len(decoded.Identities) != len(found.Identities) {
			t.Errorf("%s: %v, %s", test.action, err, text)
		}
	}
	for _, test := range []struct{ action, resource, want string }{
		{"", "", "field action: is missing"},
		{"Microsoft.Storage/*", lab, "field action: "},
		{"Microsoft.Storage/storageAccounts/read", "*", "field resource: is not said"},
		{"storage.objects", "*", "field action: "},
		{"Nothing", "*", "field action: "},
	} {
		if _, err := a.Who(t.Context(), ask.Question{Action: test.action, Resource: test.resource}); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s on %s: %v, want %s", test.action, test.resource, err, test.want)
		}
	}
	all, err := a.Who(t.Context(), ask.Question{Action: "Microsoft.Storage/storageAccounts/read", Resource: lab, Denied: true})
	if err != nil {
		t.Fatal(err)
	}
	if c := all.Counts; len(all.Identities) != c.Allowed+c.Conditional+c.Denied || c.Denied == 0 {
		t.Errorf("%d identities with those denied, counts %+v", len(all.Identities), c)
	}
}

func listed(list []*ask.Holder) []string {
	var all []string
	for _, h := range list {
		name := h.Name
		if name == "" {
			name = h.Identity
		}
		all = append(all, h.Verdict.String()+" "+h.Kind+" "+name)
	}
	return all
}

// Keys are the same in any case, but those of tags that say that theirs counts.
// An action may have a colon behind its provider.
func TestKeysAndActionsOfAzure(t *testing.T) {
	t.Parallel()
	a := clouds(t)
	const tag = `"@Request[Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags:`
	question := `{"identity": "ana@shop.example", "action": "` + readBlob + `", "resource": "` + shopAzure + `", "context": {`
	for context, want := range map[string]string{
		tag + `Project<$key_case_sensitive$>]": "a", ` + tag + `project<$key_case_sensitive$>]": "b"`: "",
		tag + `Project<$key_case_sensitive$>]": "a", ` + tag + `Project<$KEY_case_sensitive$>]": "b"`: "stands twice",
		`"@Request[n]": 1, "request[N]": 2`:                        "stands twice",
		`"subOperation": "Blob.List", "@Request[suboperation]": 2`: "stands twice",
		`"Request.Time": "yesterday"`:                              "request.time",
		`"DATA": "maybe"`:                                          "data is",
	} {
		if got := one(t, a, question+context+"}}"); want == "" != (got.Error == "") || !strings.Contains(got.Error, want) {
			t.Errorf("%s: %+v, want %q", context, got, want)
		}
	}
	const detect = "Microsoft.CognitiveServices/accounts/MultiModalIntelligence/faces:detect/action"
	if got := one(t, a, line("ana@shop.example", detect, shopAzure)); got.Decision != "implicitly_denied" {
		t.Errorf("%+v", got)
	}
}
