package gcp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
)

const binding = `{"bindings":[{"role":"roles/viewer","members":["user:a@example.com"]}]}`

// TestPlaces has what stands in one project in the forms that tell what is above
// it: each time the same ancestors, and the same grants by them.
func TestPlaces(t *testing.T) {
	t.Parallel()
	org := `{"resource":"organizations/3","policy":` + binding + `}`
	for _, test := range []struct{ name, doc string }{
		{"assets", `{"name":"//cloudresourcemanager.googleapis.com/projects/1","assetType":"cloudresourcemanager.googleapis.com/Project","resource":{"data":{"projectId":"p","projectNumber":"1"}},"ancestors":["projects/1","folders/2","organizations/3"]}` + org},
		{"changes of assets", `{"window":{"startTime":"2025-01-01T00:00:00Z"},"asset":{"name":"//cloudresourcemanager.googleapis.com/projects/1","assetType":"cloudresourcemanager.googleapis.com/Project","resource":{"data":{"projectId":"p","projectNumber":"1"}},"ancestors":["projects/1","folders/2","organizations/3"]}}{"asset":{"name":"//cloudresourcemanager.googleapis.com/projects/9","assetType":"cloudresourcemanager.googleapis.com/Project"},"deleted":true}` + org},
		{"assets of older exports", `{"name":"//cloudresourcemanager.googleapis.com/projects/1","asset_type":"cloudresourcemanager.googleapis.com/Project","resource":{"data":{"projectId":"p","projectNumber":"1"}},"ancestry_path":"organization/3/folder/2/project/1"}` + org},
		{"an asset in the project", `{"projectId":"p","projectNumber":"1","state":"ACTIVE","parent":"folders/2"}{"name":"//pubsub.googleapis.com/projects/p/topics/t","assetType":"pubsub.googleapis.com/Topic","ancestors":["projects/1","folders/2","organizations/3"]}` + org},
		{"results of a search", `{"results":[{"resource":"//cloudresourcemanager.googleapis.com/projects/p","assetType":"cloudresourcemanager.googleapis.com/Project","project":"projects/1","folders":["folders/2"],"organization":"organizations/3","policy":{"bindings":[]}}]}` + org},
		{"version 1", `{"projects":[{"projectId":"p","projectNumber":"1","lifecycleState":"ACTIVE","name":"P","parent":{"type":"folder","id":"2"}}]}[{"name":"folders/2","parent":"organizations/3","displayName":"F"}]` + org},
		{"version 3", `[{"name":"projects/1","projectId":"p","state":"ACTIVE","parent":"folders/2"}][{"name":"folders/2","parent":"organizations/3"}]` + org},
		{"ancestors with policies", `[{"projectId":"p","projectNumber":1,"state":"ACTIVE","parent":"folders/2"}][{"id":"p","type":"project","policy":{"etag":"x"}},{"id":"2","type":"folder","policy":{"etag":"x"}},{"id":"3","type":"organization","policy":` + binding + `}]`},
		{"ancestors alone", `{"projectId":"p","projectNumber":"1","lifecycleState":"ACTIVE","parent":{"type":"folder","id":"2"}}[{"id":"p","type":"project"},{"id":"2","type":"folder"},{"id":"3","type":"organization"}]` + org},
	} {
		e := written(t, test.doc)
		if len(e.Systems) != 1 || len(e.Problems)+len(e.Systems[0].Problems) > 0 || e.Stats.In != e.Stats.Taken {
			t.Errorf("%s: %d projects, %+v, %q, %q", test.name, len(e.Systems), e.Stats, problems(e.Problems), problems(e.Systems[0].Problems))
			continue
		}
		inv := e.Systems[0]
		var above []string
		for _, s := range inv.Ancestors {
			above = append(above, s.Type+" "+lastOf(string(s.ID)))
		}
		want := []string{"p 1", "folder 2", "organization 3", "roles/viewer user:a@example.com cloudresourcemanager.googleapis.com/organizations/3", "user a@example.com"}
		got := slices.Concat([]string{string(inv.System.ID) + " " + inv.System.Number}, above, grants(inv), identities(inv))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func lastOf(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

func TestNothingAbove(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`{"projectId":"p","projectNumber":"1","state":"ACTIVE"}`, // The API says that it has no parent.
		`[{"id":"p","type":"project","policy":{"etag":"x"}}]`,
		`{"name":"//pubsub.googleapis.com/projects/p/topics/t","assetType":"pubsub.googleapis.com/Topic","ancestors":["projects/p"]}`,
	} {
		if inv := written(t, doc).Systems[0]; len(inv.Problems) > 0 || len(inv.Ancestors) > 0 {
			t.Errorf("%s: %q, %v", doc, problems(inv.Problems), inv.Ancestors)
		}
	}
	inv := written(t, `{"resource":"projects/7","policy":`+binding+`}`).Systems[0]
	if got := problems(inv.Problems); len(got) != 2 || !strings.Contains(got[0], "the project's id is not known") || !strings.Contains(got[1], "what is above the project is not known") {
		t.Errorf("a project known by its number alone: %q", got)
	}
}

// TestPoliciesOfOneResource has two policies of one project.
func TestPoliciesOfOneResource(t *testing.T) {
	t.Parallel()
	policy := func(role, updated string) string {
		return `{"name":"//cloudresourcemanager.googleapis.com/projects/1","assetType":"cloudresourcemanager.googleapis.com/Project","updateTime":"` + updated +
			`","iamPolicy":{"bindings":[{"role":"roles/` + role + `","members":["user:a@example.com"]}]},"ancestors":["projects/1"]}` + project
	}
	at := func(role string) string {
		return "roles/" + role + " user:a@example.com cloudresourcemanager.googleapis.com/projects/p"
	}
	for _, test := range []struct {
		name        string
		docs        []string
		want        []string
		contradicts bool
	}{
		{"the same", []string{policy("viewer", ""), policy("viewer", "2025-01-01T00:00:00Z")}, []string{at("viewer")}, false},
		{"a later one", []string{policy("viewer", "2025-01-01T00:00:00Z"), policy("owner", "2025-01-02T00:00:00Z")}, []string{at("owner")}, true},
		{"an earlier one", []string{policy("viewer", "2025-01-02T00:00:00Z"), policy("owner", "2025-01-01T00:00:00Z")}, []string{at("viewer")}, true},
		{"of times that are not known", []string{policy("viewer", ""), policy("owner", "")}, []string{at("viewer"), at("owner")}, true},
		{"by id and by number", []string{policy("viewer", ""), `{"resource":"projects/p","policy":` + binding + `}`}, []string{at("viewer")}, false},
	} {
		e := written(t, test.docs...)
		if diff := cmp.Diff(test.want, grants(e.Systems[0])); diff != "" || (len(e.Problems) > 0) != test.contradicts {
			t.Errorf("%s: %q (-want +got):\n%s", test.name, problems(e.Problems), diff)
		}
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	var members []string
	want := map[string]string{
		"a@p.iam.gserviceaccount.com":                               "",
		"service-1@p.iam.gserviceaccount.com":                       "", // A name that anybody may choose.
		"a@p.example.com.iam.gserviceaccount.com":                   "",
		"1-compute@developer.gserviceaccount.com":                   "default",
		"1-abc@developer.gserviceaccount.com":                       "",
		"p@appspot.gserviceaccount.com":                             "default",
		"1@cloudservices.gserviceaccount.com":                       "managed",
		"1@cloudbuild.gserviceaccount.com":                          "managed",
		"service-1@gcp-sa-logging.iam.gserviceaccount.com":          "managed",
		"p1-x@gcp-sa-cloud-sql.iam.gserviceaccount.com":             "managed",
		"service-1@compute-system.iam.gserviceaccount.com":          "managed",
		"service-org-1@security-center-api.iam.gserviceaccount.com": "managed",
		"bq-1@bigquery-encryption.iam.gserviceaccount.com":          "managed",
		"service-1@gs-project-accounts.iam.gserviceaccount.com":     "managed",
	}
	for email := range want {
		members = append(members, `"serviceAccount:`+email+`"`)
	}
	inv := written(t, `{"resource":"projects/p","policy":{"bindings":[{"role":"roles/viewer","members":[`+strings.Join(members, ",")+`]}]}}`).Systems[0]
	got := map[string]string{}
	for _, id := range inv.Identities {
		got[string(id.ID)] = map[bool]string{true: "default"}[id.Default] + map[bool]string{true: "managed"}[id.ServiceManaged]
		if id.Kind != entitlement.ServiceAccount {
			t.Errorf("%s: kind %s", id.ID, id.Kind)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]entitlement.Bucket{
		`{"kind":"storage#bucket","name":"b","iamConfiguration":{"publicAccessPrevention":"enforced","uniformBucketLevelAccess":{"enabled":true}}}`: {
			Encryption: entitlement.EncryptionProvider, PublicAllowed: entitlement.No, ObjectACLs: entitlement.No,
		},
		`{"storage_url":"gs://b/","name":"b","default_kms_key":"k","uniform_bucket_level_access":false,"public_access_prevention":"inherited","acl":[{"entity":"allUsers","role":"READER"},{"entity":"project-owners-1","role":"OWNER"},{"entity":"allAuthenticatedUsers","role":"WRITER"}]}`: {
			Encryption: entitlement.EncryptionCustomer, KeyID: "k", PublicAllowed: entitlement.Yes, ObjectACLs: entitlement.Yes,
			Grants: []entitlement.BucketGrant{{Grantee: "AllUsers", Permission: "READ"}, {Grantee: "project-owners-1", Permission: "FULL_CONTROL"}, {Grantee: "AuthenticatedUsers", Permission: "WRITE"}},
		},
		`{"kind":"storage#bucket","name":"b","iamConfiguration":{"bucketPolicyOnly":{"enabled":false}}}`: {
			Encryption: entitlement.EncryptionProvider, ObjectACLs: entitlement.Yes, ACLUnknown: true,
		},
	} {
		e := written(t, doc, project) // The only project has it.
		if r := e.Systems[0].Resources; len(r) != 1 || r[0].ID != "//storage.googleapis.com/b" || !r[0].PolicyUnknown {
			t.Errorf("%s: %+v, %q", doc, r, problems(e.Problems))
		} else if diff := cmp.Diff(want, *r[0].Bucket); diff != "" {
			t.Errorf("%s (-want +got):\n%s", doc, diff)
		}
	}
	e := written(t, `{"kind":"storage#bucket","name":"b","projectNumber":"1"}`, `{"resource":"gs://b","policy":`+binding+`}`, project, `{"projectId":"q","projectNumber":"2","state":"ACTIVE"}`)
	if got := grants(e.Systems[0]); len(e.Problems) > 0 || fmt.Sprint(got) != "[roles/viewer user:a@example.com storage.googleapis.com/b]" {
		t.Errorf("a bucket of a project of two: %q, %q", got, problems(e.Problems))
	}
}

func TestFirewalls(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]string{
		`"direction":"INGRESS","sourceRanges":["::/0"],"allowed":[{"IPProtocol":"17","ports":["53"]}]`: "[{udp 53 53 ::/0}]",
		`"allowed":[{"IPProtocol":"all"}]`:                                                 "[{all 0 65535 0.0.0.0/0}]",
		`"direction":"EGRESS","allowed":[{"IPProtocol":"tcp"}]`:                            "[]",
		`"disabled":true,"allowed":[{"IPProtocol":"tcp"}]`:                                 "[]",
		`"sourceRanges":["10.0.0.0/8"],"allowed":[{"IPProtocol":"tcp"}]`:                   "[]",
		`"sourceTags":["x"],"allowed":[{"IPProtocol":"tcp"}]`:                              "[]",
		`"sourceTags":["x"],"sourceRanges":["0.0.0.0/0"],"allowed":[{"IPProtocol":"tcp"}]`: "[{tcp 0 65535 0.0.0.0/0}]",
		`"denied":[{"IPProtocol":"tcp"}]`:                                                  "[]",
	} {
		inv := written(t, `{"kind":"compute#firewall","name":"f","selfLink":"https://www.googleapis.com/compute/v1/projects/p/global/firewalls/f",`+members+`}`).Systems[0]
		if got := fmt.Sprint(inv.SecurityGroups[0].Inbound); got != want {
			t.Errorf("%s: got %s, want %s", members, got, want)
		}
	}
}
