package gcp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
)

const project = `{"projectId":"p","projectNumber":"1","lifecycleState":"ACTIVE"}`

// TestWhatIsWrong has one document each, beside a project that is whole; the
// messages are those of the files and of the project.
func TestWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, doc string
		rejected  int
		want      []string
	}{
		{"no object", `[1]`, 1, []string{"unsupported_shape | 00.json: record 1 at byte 1 | is not an object; give the JSON of gcloud or of the API as it is"}},
		{"something else", `{"apples":1,"pears":2}`, 1, []string{`unsupported_shape | 00.json: record 1 at byte 0 | is none of the records that are read (its members are ["apples" "pears"]); docs/files-gcp.md says which are`}},
		{"a policy without a name", `{"bindings":[{"role":"roles/owner","members":["user:a@example.com"]}],"etag":"x"}`, 1, []string{`missing_field | 00.json: record 1 at byte 0 | is an allow policy that does not say whose it is; write {"resource": "projects/my-project", "policy": …} around it`}},
		{"a log", `{"insertId":"1","logName":"projects/p/logs/x","timestamp":"2025-01-01T00:00:00Z"}`, 1, []string{"log_record | 00.json: record 1 at byte 0 | is a record of a log, not of an entitlement; give it under --gcp.logs"}},
		{"a binding without a role", `{"resource":"projects/p","policy":{"bindings":[{"members":["user:a@example.com"]},{"role":"roles/viewer","members":["user:a@example.com",7]}]}}`, 0, []string{
			"missing_field | 00.json: record 1 at byte 0, //cloudresourcemanager.googleapis.com/projects/p, bindings[0] | role is missing: the binding is left out; export the policy again",
			"unsupported_shape | 00.json: record 1 at byte 0, //cloudresourcemanager.googleapis.com/projects/p, bindings[1] | members is not a list of texts such as user:alice@example.com: the others are left out; export the policy again",
		}},
		{"an empty condition", `{"resource":"projects/p","policy":{"bindings":[{"role":"roles/owner","members":["user:a@example.com"],"condition":{"title":"x"}}]}}`, 0, []string{
			"unsupported_shape | 00.json: record 1 at byte 0, //cloudresourcemanager.googleapis.com/projects/p, bindings[0] | condition has no expression: the binding is left out, since it might grant nothing; export the policy again, with version 3",
		}},
		{"a resource of no service", `{"resource":"my-bucket","policy":{"bindings":[]}}`, 1, []string{`missing_field | 00.json: record 1 at byte 0 | resource: "my-bucket" does not tell the service; write a full resource name such as //storage.googleapis.com/my-bucket, or projects/my-project`}},
		{"an organization without projects", `{"resource":"organizations/7","policy":{"bindings":[{"role":"roles/owner","members":["user:a@example.com","user:b@example.com"]}]}}`, 1, []string{"no_project | 00.json: record 1 at byte 0 | no project below organizations/7 is known: 2 grants and 0 denials of it are left out; export the projects, too, with their ancestors"}},
		{"a role without permissions", `{"name":"projects/p/roles/r","title":"R","etag":"x"}`, 1, []string{"incomplete | 00.json: record 1 at byte 0 | includedPermissions of role projects/p/roles/r is missing: what it grants is unknown; describe it (gcloud iam roles describe) or list roles with the full view"}},
		{"two roles of one name", `[{"name":"projects/p/roles/r","title":"R","includedPermissions":["a.b.c"]},{"name":"projects/p/roles/r","title":"R","includedPermissions":["a.b.d"]}]`, 0, []string{"contradiction | 00.json: record 2 at byte 75 | role projects/p/roles/r stands at 00.json: record 1 at byte 1 with other permissions, which stay; give one export, not several of different times"}},
		{"a list of deny policies", `[{"kind":"DenyPolicy","name":"policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fp/denypolicies/d"}]`, 1, []string{"incomplete | 00.json: record 1 at byte 1 | deny policy policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fp/denypolicies/d has no rules, as in lists: get each (gcloud iam policies get ID --attachment-point=… --kind=denypolicies)"}},
		{"a binding of a boundary that is absent", `{"name":"organizations/1/locations/global/policyBindings/b","policy":"organizations/1/locations/global/principalAccessBoundaryPolicies/x","target":{"principalSet":"//cloudresourcemanager.googleapis.com/organizations/1"}}`, 1, []string{"unknown_policy | 00.json: record 1 at byte 0 | policy organizations/1/locations/global/principalAccessBoundaryPolicies/x of binding organizations/1/locations/global/policyBindings/b is not known: whom it keeps from what is unknown; export the principal access boundary policies, too"}},
		{"a key of an unknown account", `{"name":"projects/p/serviceAccounts/123/keys/k"}`, 1, []string{"incomplete | 00.json: record 1 at byte 0 | service account 123 of key k is not known; export the service accounts, too"}},
		{"a time", `{"name":"projects/p/serviceAccounts/a@p.iam.gserviceaccount.com/keys/k","validAfterTime":"yesterday"}`, 0, []string{`bad_time | 00.json: record 1 at byte 0, projects/p/serviceAccounts/a@p.iam.gserviceaccount.com/keys/k | validAfterTime: "yesterday" is not a time such as 2006-01-02T15:04:05Z: it is unknown`}},
		{"a member of an unknown group", `{"name":"groups/g/memberships/m","preferredMemberKey":{"id":"a@example.com"}}`, 1, []string{"incomplete | 00.json: record 1 at byte 0 | a@example.com is a member of groups/g, whose address is not known; export the groups, too (gcloud identity groups describe)"}},
		{"a member of no group", `[{"preferredMemberKey":{"id":"a@example.com"}}]`, 1, []string{`missing_field | 00.json: record 1 at byte 1 | does not say of which group; write {"group": "team@example.com", "members": […]} around the list`}},
		{"bindings that are no list", `{"resource":"projects/p","policy":{"bindings":{"role":"roles/viewer"}}}`, 0, []string{"unsupported_shape | 00.json: record 1 at byte 0, //cloudresourcemanager.googleapis.com/projects/p | bindings is not a list: what the policy grants is unknown; export it again"}},
		{"a group that nobody knows", `{"resource":"projects/p","policy":{"bindings":[{"role":"roles/viewer","members":["group:g@example.com"]}]}}`, 0, []string{"unknown_group | p | who is in 1 groups that hold grants is not known: g@example.com; add the answers of gcloud identity groups memberships list"}},
		{"more pages", `{"accounts":[],"nextPageToken":"abc"}`, 0, []string{`more_pages | 00.json: record 1 at byte 0 | nextPageToken: there are more accounts than these; give the files of all pages`}},
		{"all pages", `{"accounts":[],"nextPageToken":"abc"}{"accounts":[]}`, 0, nil},
		{"a damaged line", `{"a":` + "\n" + `{"name":"folders/1","displayName":"F"}`, 1, []string{"invalid_json | 00.json: record 1 at byte 0 | does not end before the next one; export it again"}},
		{"a cut file", `[` + project + `,{"projectId":"q"`, 1, []string{"truncated | 00.json: record 2 at byte 65 | the file ends within it; export it again. What stands before is kept"}},
		{"a list without its end", `[` + project, 1, []string{"truncated | 00.json: record 2 at byte 64 | the file ends before its list does; export it again. What stands before is kept"}},
		{"ports", `{"kind":"compute#firewall","name":"f","selfLink":"https://www.googleapis.com/compute/v1/projects/p/global/firewalls/f","allowed":[{"IPProtocol":"tcp","ports":["x"]}]}`, 0, []string{`unsupported_shape | 00.json: record 1 at byte 0, //compute.googleapis.com/projects/p/global/firewalls/f, allowed[0] | ports: "x" is no port or range of ports: it is left out`}},
		{"two places", `[{"name":"folders/1","displayName":"F","parent":"organizations/1"},{"name":"folders/1","displayName":"F","parent":"organizations/2"}]`, 0, []string{"contradiction | 00.json: record 2 at byte 67 | parent: folders/1 is said to be in organizations/2, and in organizations/1 elsewhere; export everything again"}},
	} {
		e := written(t, test.doc, project)
		got := problems(e.Problems)
		for _, inv := range e.Systems {
			got = append(got, problems(inv.Problems)...)
		}
		for i := range got {
			got[i] = replaceDirs(got[i])
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if n := e.Stats.In - e.Stats.Taken; n != test.rejected {
			t.Errorf("%s: %d rejected, want %d: %v", test.name, n, test.rejected, e.Stats.Rejected)
		}
	}
}

// replaceDirs leaves the directory out of a message that names two files.
func replaceDirs(s string) string {
	before, after, ok := strings.Cut(s, " stands at ")
	if !ok {
		return s
	}
	path, rest, _ := strings.Cut(after, ":")
	return before + " stands at " + filepath.Base(path) + ":" + rest
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, doc := range map[string]string{
		"a.yaml": "kind: x", "LICENSE": "Apache", "words.json": "words", "empty.json": "", "cut.json.gz": "\x1f\x8b\x08\x00",
		"ok.json": project, ".hidden": "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e := read(t, dir)
	want := map[records.Reason]int{records.NotJSON: 1, records.EmptyFile: 1, records.TruncatedGzip: 1}
	if diff := cmp.Diff(want, e.Stats.Refused); diff != "" || e.Stats.Ignored != 3 || len(e.Systems) != 1 || len(e.Problems) != 3 {
		t.Errorf("%+v, %d projects, %q (-want +got):\n%s", e.Stats, len(e.Systems), problems(e.Problems), diff)
	}
	_, err := gcp.ReadEntitlements(t.Context(), []string{filepath.Join(dir, "none")}, gcp.FileOptions{})
	if err == nil || !strings.Contains(err.Error(), "read exports of Google Cloud from") || !strings.Contains(err.Error(), "give a file, a directory or a glob") {
		t.Errorf("a path that isn't there: %v", err)
	}
	if e := read(t, t.TempDir()); e.Stats.Refused[records.EmptyDirectory] != 1 {
		t.Errorf("an empty directory: %+v", e.Stats)
	}
}
