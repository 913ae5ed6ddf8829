package source_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Functions and instances are exported for each region; all files of a folder
// or a glob are read. One that is missing is a problem and stops nothing.
func TestFilesOfAllRegions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"details.json":           `{"UserDetailList": [{"UserName": "ana", "UserId": "AIDAANA", "Arn": "arn:aws:iam::111111111111:user/ana", "Path": "/", "CreateDate": "2024-01-01T00:00:00Z"}], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}`,
		"functions-eu.json":      `{"Functions": [{"FunctionName": "eu", "FunctionArn": "arn:aws:lambda:eu-west-1:111111111111:function:eu", "Role": "arn:aws:iam::111111111111:role/r"}]}`,
		"functions-us.json":      `{"Functions": [{"FunctionName": "us", "FunctionArn": "arn:aws:lambda:us-east-1:111111111111:function:us", "Role": "arn:aws:iam::111111111111:role/r"}]}`,
		"instances/eu-west.json": `{"Reservations": [{"OwnerId": "111111111111", "Instances": [{"InstanceId": "i-1", "Placement": {"AvailabilityZone": "eu-west-1a"}, "State": {"Name": "running"}}]}]}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := source.Files{
		Paths: config.Files{
			AuthorizationDetails: filepath.Join(dir, "details.json"), Functions: filepath.Join(dir, "functions-*.json"),
			Instances: filepath.Join(dir, "instances"), Organization: filepath.Join(dir, "nothing.json"),
		},
		Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler),
	}
	reading, err := files.Read(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i := range reading.Inventory.Identities {
		names = append(names, string(reading.Inventory.Identities[i].Kind)+" "+reading.Inventory.Identities[i].Name)
	}
	got, problems := strings.Join(names, ", "), reading.Inventory.Problems
	if !strings.Contains(got, "function eu") || !strings.Contains(got, "function us") || !strings.Contains(got, "instance") {
		t.Errorf("identities: %s; problems: %+v", got, problems)
	}
	missing := 0
	for _, p := range problems {
		if p.Code == "file" {
			missing++
		}
	}
	if missing != 1 {
		t.Errorf("%d files are called missing, want the organization alone: %+v", missing, problems)
	}
}

// A misspelt API family would leave the real one at its default.
func TestUnknownRateLimit(t *testing.T) {
	t.Parallel()
	_, err := source.New(source.Options{Accounts: []*config.Account{{
		ID: "111111111111", Live: &config.Live{Limits: map[string]float64{"iamm": 1}},
	}}})
	if err == nil || !strings.HasPrefix(err.Error(), "[0].live.rate_limits.iamm: is no API family; known are cloudtrail, ") {
		t.Errorf("error = %v", err)
	}
}

// Files are read anew each time; the audit store has their events once, and a
// store that fails changes nothing but a problem.
func TestFilesIntoTheStore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &cloud{account: "111111111111"}
	all := records(0, 30, time.Now().Add(-time.Hour), time.Minute)
	for name, text := range map[string]string{
		"details.json": `{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [{"Path": "/", "RoleName": "r", "RoleId": "AROA", "Arn": "arn:aws:iam::111111111111:role/r", "CreateDate": "2024-01-01T00:00:00Z"}], "Policies": []}`,
		"a.json.gz":    c.file(t, home, all[:20]), "b.json.gz": c.file(t, home, all[10:]),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	audit := newAuditStore()
	files := source.Files{
		Paths:   config.Files{AuthorizationDetails: filepath.Join(dir, "details.json"), CloudTrail: []string{filepath.Join(dir, "*.gz")}},
		Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler), Audit: source.Audit{Store: audit, Patience: time.Millisecond},
	}
	for range 2 {
		reading, err := files.Read(t.Context(), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		noProblems(t, reading)
		same(t, "files", c.truth(all...), reading.Usage)
		wantStored(t, "files", audit, all...)
	}
	audit.fail(auditlog.ErrUnavailable)
	reading, err := files.Read(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "store away", c.truth(all...), reading.Usage)
	if p := reading.Inventory.Problems; len(p) != 1 || p[0].Code != "audit_store" {
		t.Errorf("problems %+v", p)
	}
}

// The files are of the account that the configuration says.
func TestFilesOfAnotherAccount(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "details.json")
	for text, want := range map[string]string{
		`{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}`: "has no user, group, role or policy",
		`{"UserDetailList": [{"UserName": "ana", "UserId": "AIDAANA", "Arn": "arn:aws:iam::111111111111:user/ana", "Path": "/", "CreateDate": "2024-01-01T00:00:00Z"}], ` +
			`"GroupDetailList": [], "RoleDetailList": [], "Policies": []}`: "is of account 111111111111, not of 222222222222",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		files := source.Files{
			Expect: entitlement.System{ID: "222222222222"}, Paths: config.Files{AuthorizationDetails: path}, Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler),
		}
		if _, err := files.Read(t.Context(), time.Now()); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
