package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	shared "github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/remediator/internal/config"
)

func TestDefaults(t *testing.T) {
	t.Parallel()
	got, err := config.Load("testdata/good.minimal.yml")
	if err != nil {
		t.Fatal(err)
	}
	want := &config.Config{
		State: config.State{Path: "remediator.db"}, Webhook: config.Webhook{MaxBodyBytes: 8 << 20},
		Playbooks: []config.Playbook{{
			Name: "inactive-user-read-only", Mode: "dry_run",
			Approval:    config.Approval{Required: 1, Expires: shared.Duration(24 * time.Hour)},
			MinCoverage: 1, Caps: config.Caps{MaxPerDay: 20, MaxPercent: 10}, Watch: config.Watch{OnDenied: config.Report},
			ReadOnlyPolicyARN: "arn:aws:iam::aws:policy/ReadOnlyAccess",
			RetryFor:          shared.Duration(24 * time.Hour),
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFull(t *testing.T) {
	t.Parallel()
	c, err := config.Load("testdata/good.full.yml")
	if err != nil {
		t.Fatal(err)
	}
	if c.Exporter.Password.Reveal() != "hunter2" || c.AWS.Accounts[1].Region != "us-gov-west-1" || c.AWS.Accounts[0].Region != "us-east-1" {
		t.Errorf("%+v", c)
	}
	p := c.Playbook("inactive-user-read-only")
	if p == nil || p.Watch.For.Std() != 14*24*time.Hour || p.Caps.MaxPercent != 2.5 || len(p.Approval.Approvers) != 3 {
		t.Errorf("playbook = %+v", p)
	}
	if c.Account("444455556666") == nil || c.Account("000000000000") != nil {
		t.Error("Account finds the wrong ones")
	}
	text, err := yaml.Marshal(c)
	if err != nil || strings.Contains(string(text), "hunter2") || strings.Contains(string(text), "7f3c") {
		t.Errorf("a secret shows, or %v:\n%s", err, text)
	}
}

// Exported files are beside the configuration file, unless they say where.
func TestExportedFile(t *testing.T) {
	t.Parallel()
	c, err := config.Load("testdata/good.exported.yml")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"testdata/aws/1/details.json", "/var/lib/aws/*.json", ""} {
		if got := c.AWS.Accounts[i].AuthorizationDetails; got != filepath.FromSlash(want) {
			t.Errorf("account %d: %q, want %q", i, got, want)
		}
	}
}

// The default watch needs the exporter, so that it is there only with one.
func TestWatchDefault(t *testing.T) {
	t.Parallel()
	c, err := config.Parse(strings.NewReader("exporter: {url: 'http://e:1'}\nplaybooks: [{name: inactive-user-read-only}]"), "")
	if err != nil || c.Playbooks[0].Watch.For.Std() != 7*24*time.Hour {
		t.Errorf("watch = %v, %v; want 7d", c, err)
	}
}

func TestBad(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"unknown-top":            `line 1: there is no field "playbook"; check its spelling and indentation`,
		"unknown-playbook-field": `line 3: there is no field "mdoe"; check its spelling and indentation`,
		"unknown-nested-field":   `line 3: there is no field "max_per_week"; check its spelling and indentation`,
		"playbook":               `playbooks[0].name: "access-key-rotate" is not a playbook that runs by itself; there is inactive-user-read-only`,
		"playbook-twice":         `playbooks[1].name: inactive-user-read-only stands twice`,
		"mode":                   `playbooks[0].mode: "excute" is not one of dry_run, execute`,
		"no-approval":            `playbooks[0].approval.required: 0 needs exporter.url: without evidence and without a person nothing would check a change`,
		"approvers":              `playbooks[0].approval.required: 2 people are required but approvers has only 1`,
		"expires":                `playbooks[0].approval.expires: must be more than 0s`,
		"duration":               `line 1: "a day" is not a duration; write it like 30s, 24h or 90d`,
		"coverage":               `playbooks[0].min_coverage: 90 is not between 0 and 1`,
		"percent":                `playbooks[0].caps.max_percent: 101 is not between 0 and 100`,
		"watch":                  `playbooks[0].watch.for: needs exporter.url: refused calls are read from it`,
		"on-denied":              `playbooks[0].watch.on_denied: "panic" is not one of report, rollback`,
		"read-only-policy":       `playbooks[0].read_only_policy_arn: "ReadOnlyAccess" is not the ARN of a managed policy`,
		"account":                `aws.accounts[0].id: "1234" is not an AWS account number (12 digits; quote it)`,
		"account-twice":          `aws.accounts[1].id: account 111122223333 stands twice`,
		"role":                   "aws.accounts[0].role_arn: \"leastward\" is not the ARN of a role",
		"external-id":            `aws.accounts[0].external_id: needs role_arn: it is sent when a role is assumed`,
		"endpoint":               `aws.accounts[0].endpoint: "127.0.0.1:5000" is not http://host:port or https://host:port`,
		"exporter-url":           `exporter.url: "exporter:9186" is not http://host:port or https://host:port`,
		"exporter-user":          `exporter.username: missing, although a password is given`,
		"password-twice":         `exporter.password_file: give either password or password_file`,
		"password-missing":       `exporter.password_file: open testdata/missing: no such file or directory`,
		"token-twice":            `exporter.token_file: give either token or token_file`,
		"token-url":              `exporter.url: missing, although a token is given`,
		"body":                   `webhook.max_body_bytes: 10 is not between 1024 and 1073741824`,
		"retry-for":              `playbooks[0].retry_for: must be more than 0s`,
		"exported-execute":       `aws.accounts[0].authorization_details: nothing can be changed in an exported file, but playbook inactive-user-read-only is in mode execute: use mode dry_run, or role_arn in place of the file`,
		"exported-role":          `aws.accounts[0].role_arn: AWS is not asked where authorization_details is given; give one of them`,
		"exported-write-role":    `aws.accounts[0].write_role_arn: AWS is not asked where authorization_details is given; give one of them`,
		"exported-external-id":   `aws.accounts[0].external_id: AWS is not asked where authorization_details is given; give one of them`,
		"exported-endpoint":      `aws.accounts[0].endpoint: AWS is not asked where authorization_details is given; give one of them`,
		"path":                   `state.path: must not be empty`,
	}
	files, err := filepath.Glob("testdata/bad.*.yml")
	if err != nil || len(files) != len(want) {
		t.Fatalf("%d bad files, %d expected messages, %v", len(files), len(want), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "bad."), ".yml")
		_, err := config.Load(file)
		if err == nil || err.Error() != file+": "+want[name] {
			t.Errorf("%s:\n%v\nwant\n%s", name, err, want[name])
		}
	}
	if _, err := config.Load("testdata/none.yml"); !os.IsNotExist(err) {
		t.Errorf("a missing file: %v", err)
	}
}

// The example in the documentation is a good file.
func TestDocumentedExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "remediation.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```yaml\n")
	example, _, ended := strings.Cut(rest, "```")
	if !found || !ended {
		t.Fatal("docs/remediation.md has no example")
	}
	c, err := config.Parse(strings.NewReader(example), "")
	if err != nil || len(c.Playbooks) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}
