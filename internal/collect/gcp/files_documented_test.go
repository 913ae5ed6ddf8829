package gcp_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
)

// standIn writes a program that answers by the beginning of its arguments.
func standIn(t *testing.T, path string, answers [][2]string) {
	t.Helper()
	cli := "#!/bin/sh\ncase \"$*\" in\n"
	for _, a := range answers {
		cli += "'" + a[0] + "'*) cat <<'END'\n" + a[1] + "\nEND\n;;\n"
	}
	cli += "*) echo \"refused: $*\" >&2; exit 1\nesac\n"
	if err := os.WriteFile(path, []byte(cli), 0o700); err != nil { //nolint:gosec // a script has to be executable
		t.Fatal(err)
	}
}

// runDocumented runs the script of docs/files-gcp.md with stand-ins for gcloud
// and curl.
func runDocumented(t *testing.T, gcloud, curl [][2]string) (dir, said string) {
	t.Helper()
	for _, tool := range []string{"sh", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the documented script needs %s", tool)
		}
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "files-gcp.md"))
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile("(?s)```sh\n(#!/bin/sh\n.*?)```").FindSubmatch(doc)
	dir = t.TempDir()
	standIn(t, filepath.Join(dir, "gcloud"), gcloud)
	standIn(t, filepath.Join(dir, "curl"), curl)
	cmd := exec.CommandContext(t.Context(), "sh", "-s", "10")
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(script[1])
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir, string(out)
}

func documentedAnswers(t *testing.T) [][2]string {
	t.Helper()
	file := func(name string) string {
		b, err := os.ReadFile(filepath.Join("testdata", "organization", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	var policies struct{ Assets json.RawMessage }
	if err := json.Unmarshal([]byte(file("assets-policy.json")), &policies); err != nil {
		t.Fatal(err)
	}
	resources := "[" + strings.ReplaceAll(strings.TrimSpace(file("assets-resource.ndjson")), "\n", ",") + "]"
	return [][2]string{
		{"asset list --organization=10 --content-type=resource --asset-types=cloudresourcemanager.googleapis.com/Organization,", resources},
		{"asset list --organization=10 --content-type=iam-policy", string(policies.Assets)},
		{"iam policies list --attachment-point=cloudresourcemanager.googleapis.com%2Ffolders%2F20 --kind=denypolicies", "no-keys"},
		{"iam policies list", ""},
		{"iam policies get no-keys --attachment-point=cloudresourcemanager.googleapis.com%2Ffolders%2F20 --kind=denypolicies", file("deny.json")},
		{"iam principal-access-boundary-policies list --organization=10 --location=global", file("boundaries.json")},
		{"iam policy-bindings list --organization=10 --location=global", "[]"},
		{"identity groups search --organization=10", file("groups.json")},
		{"identity groups memberships list --group-email=Audit@example.com --view=full", file("memberships.json")},
		{"auth application-default print-access-token", "token"},
		{"policy-intelligence query-activity --activity-type=serviceAccountKeyLastAuthentication --project=shop-prod", file("activity.json")},
		{"logging read logName:\"cloudaudit.googleapis.com\" --project=shop-prod --freshness=90d", "[" + audit(`"status":{}`) + "]"},
	}
}

// TestDocumentedScript holds that the documented script writes files that are
// read without a problem of their own, and goes on where something is refused.
func TestDocumentedScript(t *testing.T) {
	t.Parallel()
	const head = `-fsS -H Authorization: Bearer token https://admin.googleapis.com/admin/directory/v1/users?customer=my_customer&maxResults=500&pageToken=`
	dir, said := runDocumented(t, documentedAnswers(t), [][2]string{
		{head + "two", `{"users":[{"primaryEmail":"carol@example.com","isEnrolledIn2Sv":false}]}`},
		{head, `{"users":[{"primaryEmail":"alice@example.com","isEnrolledIn2Sv":true}],"nextPageToken":"two"}`},
	})
	for _, part := range []string{"constraints.json", "members-staff@example.com.json", "used-keys-shop-test.json", "../logs/shop-test.json"} {
		if !strings.Contains(said, "left out: "+part) {
			t.Errorf("the script does not say that %s was refused: %s", part, said)
		}
	}
	e := read(t, filepath.Join(dir, "gcp", "entitlements"))
	if len(e.Systems) != 2 || e.Stats.In != e.Stats.Taken || len(e.Stats.Refused) > 0 {
		t.Fatalf("%d projects, %+v, %q", len(e.Systems), e.Stats, problems(e.Problems))
	}
	inv := e.Systems[0]
	var got []string
	for _, s := range identities(inv) {
		for _, w := range []string{"user alice@example.com", "user carol@example.com", "group audit@example.com"} {
			if strings.HasPrefix(s, w) {
				got = append(got, s)
			}
		}
	}
	want := []string{
		"user alice@example.com, mfa",
		`group audit@example.com "Auditors", in [staff@example.com], #groups/g1`,
		"user carol@example.com, no-mfa, in [staff@example.com]",
	}
	if diff := cmp.Diff(want, got); diff != "" || len(inv.Grants) != 13 || len(inv.Denials) != 1 || len(inv.Boundaries) != 1 || len(inv.Problems) > 0 {
		t.Errorf("%d grants, %d denials, %d boundaries, %q (-want +got):\n%s", len(inv.Grants), len(inv.Denials), len(inv.Boundaries), problems(inv.Problems), diff)
	}
	stats, wrong, err := gcp.ReadEvents(t.Context(), filepath.Join(dir, "gcp", "logs"), records.Options{Now: now}, func(*auditlog.Event) error { return nil })
	if err != nil || stats.Parsed != 1 || stats.In != 1 || len(wrong) > 0 {
		t.Errorf("%v, %+v, %q", err, stats, problems(wrong))
	}
}
