package app_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/testkit"
)

// A schedule of any kind of report delivers it, with its parts and filters.
func TestScheduledReportOfAnotherKind(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the scheduler looks for due reports every 15 s")
	}
	began, evening := time.Now(), time.Date(2026, 3, 4, 18, 29, 48, 0, time.UTC)
	r := startAt(t, oneAccount+`
reports:
  - {name: users, report: user-entitlements-and-usage, format: csv, parts: [detailed], filters: {type: [user]}, cadence: daily, at: "18:30", directory: reports}
`, func() time.Time { return evening.Add(time.Since(began)) })
	var files []string
	testkit.Eventually(t, 90*time.Second, "the report is there", func() bool {
		files, _ = filepath.Glob(filepath.Join(r.dir, "reports", "*.csv")) // Good pattern.
		return len(files) == 1
	})
	got, err := os.ReadFile(files[0])
	if err != nil || !bytes.Contains(got, []byte("user/idle,idle,user,")) || bytes.Contains(got, []byte(",Identities,")) {
		t.Errorf("%v: %s", err, got)
	}
}

// A schedule that asks for what there isn't shows when the configuration is
// read.
func TestScheduleOfNonsense(t *testing.T) {
	t.Parallel()
	r := start(t, oneAccount)
	for _, tc := range []struct{ fields, want string }{
		{"filters: {colour: [red]}", "reports: users: filters.colour: report user-entitlements-and-usage has no such filter"},
		{"filters: {type: [robot]}", `reports: users: filters.type: "robot" is none of`},
		{"parts: [everything]", `reports: users: filters.part: "everything" is none of`},
	} {
		r.write("exporter.yml", oneAccount+"\nreports: [{name: users, report: user-entitlements-and-usage, cadence: daily, directory: reports, "+tc.fields+"}]")
		if status, body := r.do(http.MethodPost, "/-/reload"); status != http.StatusBadRequest || !strings.Contains(body, tc.want) {
			t.Errorf("%s = %d %s, want %q", tc.fields, status, body, tc.want)
		}
	}
}

// Every report answers over HTTP, as tables and as files.
func TestReportsOverHTTP(t *testing.T) {
	t.Parallel()
	r := start(t, oneAccount)
	client, err := api.NewClient(api.ClientOptions{URL: r.url, Transport: &http.Transport{DisableKeepAlives: true}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.Reports(t.Context())
	if err != nil || len(list.Reports) != len(report.Kinds()) {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, one := range list.Reports {
		ask := &api.ReportQuestion{Systems: []entitlement.SystemID{"111111111111"}}
		if one.Kind == string(report.AllPermissionsOfOne) {
			ask.Filters = map[string][]string{"identity": {"arn:aws:iam::111111111111:user/idle"}}
		}
		got, err := client.Report(t.Context(), one.Kind, ask)
		if err != nil || len(got.Tables) == 0 {
			t.Errorf("%s: %+v, %v", one.Kind, got, err)
		}
		for _, format := range one.Formats {
			if one.Kind == string(report.IdentityPermissions) && format == "pdf" {
				continue // Many pages.
			}
			var file bytes.Buffer
			if _, err := client.ReportFile(t.Context(), &file, one.Kind, format, ask); err != nil || file.Len() == 0 {
				t.Errorf("%s.%s: %d bytes, %v", one.Kind, format, file.Len(), err)
			}
		}
	}
	left, err := filepath.Glob(filepath.Join(r.dir, "data", "scratch", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Every command of docs/reports.md works.
func TestDocumentedReportCommands(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not here", program)
		}
	}
	r := start(t, oneAccount+"\napi: {tokens: [{name: ada, role: viewer, token: \""+adminToken+"\"}]}")
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "reports.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) == 0 {
		t.Fatal("there are no commands")
	}
	for _, b := range blocks {
		cmd := exec.CommandContext(t.Context(), "bash", "-c", "set -euo pipefail\ncurl() { command curl --fail-with-body \"$@\"; }\n"+b[1])
		cmd.Dir = t.TempDir()
		cmd.Env = append(os.Environ(), "EXPORTER="+r.url, "TOKEN="+adminToken, "no_proxy=*")
		out, err := cmd.CombinedOutput()
		files, _ := filepath.Glob(filepath.Join(cmd.Dir, "user-entitlements-and-usage-*.xlsx")) // Good pattern.
		if err != nil || len(files) != 1 || !strings.Contains(string(out), `"s3:DeleteBucket"`) {
			t.Errorf("%s\nanswers %v and %v\n%s", b[1], files, err, out)
		}
	}
}
