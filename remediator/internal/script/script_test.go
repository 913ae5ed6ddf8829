package script_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/script"
)

func plan() *change.Plan {
	return &change.Plan{
		Subject: change.Subject{Cloud: "aws", System: "123456789012", Identity: "arn:aws:iam::123456789012:user/team/jo"},
		Version: "v1",
		Before:  change.Facts{"attached_policy/arn:aws:iam::aws:policy/PowerUserAccess": "", "group/ops": "", "inline_policy/x": `{"a":"${aws:username}"}`},
		Operations: []change.Operation{
			{Kind: change.InlinePolicy, Name: "leastward-read-only", Set: true, Value: `{"it's":"${aws:username}"}`, Why: "keeps\nreading"},
			{Kind: change.AttachedPolicy, Name: "arn:aws:iam::aws:policy/PowerUserAccess"},
			{Kind: change.Membership, Name: "ops"},
			{Kind: change.Tag, Name: "ck_exclude_from_reports", Set: true, Value: "leastward: x"},
		},
		Notes: []string{"a note"},
	}
}

func TestShell(t *testing.T) {
	t.Parallel()
	want := `#!/bin/sh
# Leastward: read-only status for arn:aws:iam::123456789012:user/team/jo, plan v1
# Note: a note
set -eu

if [ "$(aws sts get-caller-identity --query Account --output text)" != '123456789012' ]; then
  echo 'These credentials are not for account ''123456789012' >&2
  exit 1
fi

# keeps reading
aws iam put-user-policy '--user-name=jo' '--policy-name=leastward-read-only' '--policy-document={"it'\''s":"${aws:username}"}'

aws iam detach-user-policy '--user-name=jo' '--policy-arn=arn:aws:iam::aws:policy/PowerUserAccess'

aws iam remove-user-from-group '--user-name=jo' '--group-name=ops'

aws iam tag-user '--user-name=jo' '--tags=[{"Key":"ck_exclude_from_reports","Value":"leastward: x"}]'
`
	if got := script.Shell(plan()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRollBack(t *testing.T) {
	t.Parallel()
	got := script.RollBack(plan())
	order := []string{"untag-user", "add-user-to-group", "attach-user-policy", "delete-user-policy"}
	last := -1
	for _, verb := range order {
		at := strings.Index(got, verb)
		if at <= last {
			t.Fatalf("%s is not where it should be in\n%s", verb, got)
		}
		last = at
	}
}

// What a script prints when every command is replaced by one that prints its
// arguments is what the plan says: nothing is split, expanded or run.
func runWith(t *testing.T, text string) []string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh: ", err)
	}
	prelude := "aws() { if [ \"$1\" = sts ]; then echo 123456789012; else for a in \"$@\"; do printf '%s\\0' \"$a\"; done; fi; }\n"
	out, err := exec.CommandContext(t.Context(), sh, "-c", prelude+text).Output()
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func FuzzShell(f *testing.F) {
	for _, seed := range []string{"a", "'", "\\", "$(touch /tmp/x)", "`id`", "\n; exit 3\n", "-x", "\u2028", "é", "'\\''", "file:///etc/passwd", "\r"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		if strings.Contains(name+value, "\x00") {
			t.Skip("no argument can hold a NUL")
		}
		p := plan()
		p.Subject.Identity = "arn:aws:iam::123456789012:user/jo"
		p.Notes = []string{value}
		p.Version = name
		p.Operations = []change.Operation{
			{Kind: change.InlinePolicy, Name: name, Set: true, Value: value, Why: value},
			{Kind: change.Membership, Name: value, Why: name},
		}
		want := []string{
			"iam", "put-user-policy", "--user-name=jo", "--policy-name=" + name, "--policy-document=" + value,
			"iam", "remove-user-from-group", "--user-name=jo", "--group-name=" + value,
		}
		if got := runWith(t, script.Shell(p)); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestTerraform(t *testing.T) {
	t.Parallel()
	text, err := script.Terraform(plan())
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Comment  []string `json:"//"`
		Resource struct {
			Exclusive map[string]struct {
				ARNs []string `json:"policy_arns"`
			} `json:"aws_iam_user_policy_attachments_exclusive"`
			Policies map[string]map[string]string `json:"aws_iam_user_policy"`
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Resource.Exclusive["user"].ARNs) != 0 || len(got.Resource.Policies) != 2 {
		t.Errorf("%s", text)
	}
	if p := got.Resource.Policies["policy_1"]["policy"]; p != `{"it's":"$${aws:username}"}` {
		t.Errorf("the template is not escaped: %s", p)
	}
	if !slices.Contains(got.Comment, "not covered: remove from group ops") {
		t.Errorf("comment = %q", got.Comment)
	}
}
