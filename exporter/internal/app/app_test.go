package app_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/app"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/internal/metric"
	"github.com/leastward/leastward/internal/report/deliver/smtptest"
	"github.com/leastward/leastward/internal/testkit"
)

// The audit store's engine has workers for the whole process, begun by its
// packages and by its first use.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent(),
		goleak.IgnoreAnyFunction("github.com/VictoriaMetrics/metrics.summariesSwapCron"))
}

const details = `{"UserDetailList": [{"UserName": "idle", "UserId": "AIDAIDLE", "Arn": "arn:aws:iam::111111111111:user/idle",
  "Path": "/", "CreateDate": "2024-01-01T00:00:00Z", "UserPolicyList": [{"PolicyName": "all", "PolicyDocument":
  {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}]}],
 "GroupDetailList": [], "RoleDetailList": [], "Policies": []}`

// running is an exporter that runs until the test ends.
type running struct {
	t      *testing.T
	url    string
	dir    string
	client http.Client
}

func start(t *testing.T, text string) *running {
	t.Helper()
	return startAt(t, text, time.Now)
}

func startAt(t *testing.T, text string, now func() time.Time) *running {
	t.Helper()
	r := startWith(t, text, nil)
	t.Cleanup(r.run(now))
	return r
}

// startWith writes what an exporter reads. Run runs it.
func startWith(t *testing.T, text string, files map[string]string) *running {
	t.Helper()
	r := &running{t: t, dir: t.TempDir(), client: http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	r.write("details.json", details)
	r.write("exporter.yml", text)
	for name, content := range files {
		r.write(name, content)
	}
	return r
}

// run runs the exporter until the returned function is called.
func (r *running) run(now func() time.Time) (stop func()) {
	r.t.Helper()
	file := filepath.Join(r.dir, "exporter.yml")
	cfg, err := config.Load(file)
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, end := context.WithCancel(r.t.Context())
	address := make(chan net.Addr, 1)
	var group errgroup.Group
	group.Go(func() error {
		return app.Run(ctx, app.Options{
			ConfigFile: file, Config: cfg, Address: "127.0.0.1:0", Version: "v1", Logger: slog.New(slog.DiscardHandler),
			Ready: func(a net.Addr) { address <- a }, Now: now,
		})
	})
	r.url = "http://" + (<-address).String()
	testkit.AwaitHTTP(r.t, r.url+"/-/ready", 20*time.Second)
	return sync.OnceFunc(func() {
		end()
		if err := group.Wait(); err != nil {
			r.t.Errorf("Run ended with %v, want nil", err)
		}
	})
}

func (r *running) write(name, text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func (r *running) do(method, path string) (int, string) { return r.doAs("", method, path) }

func (r *running) doAs(token, method, path string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, http.NoBody)
	if err != nil {
		r.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

const oneAccount = `aws: {accounts: [{id: "111111111111", name: one, owner: payments, folders: [prod], files: {authorization_details: details.json}}]}`

func TestReload(t *testing.T) {
	t.Parallel()
	r := start(t, oneAccount)
	for _, step := range []struct {
		name, text   string
		status       int
		want, absent string
	}{
		{"the file as it is", oneAccount, 200, `ciem_system_info{cloud="aws",system="111111111111",name="one"`, "222222222222"},
		{"another name", strings.Replace(oneAccount, "name: one", "name: two", 1), 200, `name="two"`, `name="one"`},
		{"a bad file", "assess: {window: 1h}", 400, `ciem_exporter_config_last_reload_successful 0`, "no such text"},
		{"a report that cannot be written", oneAccount +
			"\nreports: [{name: par, report: permissions-analytics, cadence: daily, directory: details.json/reports}]", 400, `name="two"`, "no such text"},
		{"a moved data directory", oneAccount + "\ndata_dir: elsewhere", 400, `name="two"`, "no such text"},
		{"no account at all", "", 200, `ciem_exporter_config_last_reload_successful 1`, "111111111111"},
		{"a counter never goes", "", 200, `ciem_events_read_total{cloud="aws"}`, "111111111111"},
		{"the page is empty", "", 200, `ciem_exporter_page_series 0`, "111111111111"},
	} {
		r.write("exporter.yml", step.text)
		status, body := r.do(http.MethodPost, "/-/reload")
		if status != step.status {
			t.Errorf("%s: reload = %d %s, want %d", step.name, status, body, step.status)
		}
		var page string
		testkit.Eventually(t, 10*time.Second, step.name+" shows in the metrics", func() bool {
			_, page = r.do(http.MethodGet, "/metrics")
			return strings.Contains(page, step.want) && !strings.Contains(page, step.absent)
		})
	}
}

// Reloads that follow each other at once, with reports to schedule, end nothing.
func TestReloadOnTheHeelsOfAnother(t *testing.T) {
	t.Parallel()
	text := oneAccount + "\nreports: [{name: par, report: permissions-analytics, cadence: daily, directory: reports}]"
	r := start(t, text)
	for i := range 5 {
		r.write("exporter.yml", fmt.Sprintf("%s\ncollect: {interval: %dh}", text, i+1))
		if status, body := r.do(http.MethodPost, "/-/reload"); status != http.StatusOK {
			t.Fatalf("reload = %d %s", status, body)
		}
	}
}

// A reload of the same file does not begin collecting anew.
func TestReloadOfTheSame(t *testing.T) {
	t.Parallel()
	r := start(t, oneAccount)
	collected := func() string {
		_, page := r.do(http.MethodGet, "/metrics")
		_, rest, _ := strings.Cut(page, "\nciem_collect_last_success_timestamp_seconds{")
		line, _, _ := strings.Cut(rest, "\n")
		return line
	}
	before := collected()
	for range 3 {
		if status, body := r.do(http.MethodPost, "/-/reload"); status != http.StatusOK || collected() != before {
			t.Fatalf("reload = %d %s; collected %s, before %s", status, body, collected(), before)
		}
	}
	other := strings.Replace(oneAccount, "name: one", "name: two", 1)
	for _, text := range []string{other, oneAccount, other} { // There and back while the first takes over.
		r.write("exporter.yml", text)
		r.do(http.MethodPost, "/-/reload")
	}
	testkit.Eventually(t, 10*time.Second, "the last configuration is in force", func() bool {
		_, page := r.do(http.MethodGet, "/metrics")
		return strings.Contains(page, `name="two"`)
	})
}

// A program that is told to end before it began ends well.
func TestStopAtTheStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "exporter.yml")
	if err := os.WriteFile(file, []byte(oneAccount+"\nreports: [{name: par, report: permissions-analytics, cadence: daily, directory: reports}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := app.Run(ctx, app.Options{ConfigFile: file, Config: cfg, Address: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}

// A hangup reloads as a request does.
func TestReloadOnHangup(t *testing.T) {
	t.Parallel()
	r := start(t, oneAccount)
	r.write("exporter.yml", strings.Replace(oneAccount, "name: one", "name: three", 1))
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	testkit.Eventually(t, 10*time.Second, "the new name shows in the metrics", func() bool {
		_, page := r.do(http.MethodGet, "/metrics")
		return strings.Contains(page, `name="three"`)
	})
}

// The page is valid, and the families on it are those of the table.
func TestMetricsAreTheTable(t *testing.T) {
	t.Parallel()
	r := start(t, oneAccount)
	_, page := r.do(http.MethodGet, "/metrics")
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader([]byte(page)))
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]bool{}
	for _, f := range metric.Families() {
		table[f.Name] = f.Program == metric.Exporter
	}
	for name := range families {
		if strings.HasPrefix(name, "ciem_") && !table[name] {
			t.Errorf("%s is exposed and not in the table", name)
		}
		delete(table, name)
	}
	for name, ours := range table {
		if ours && !strings.Contains(page, "# TYPE "+name+" ") && !elsewhere(name) {
			t.Errorf("%s is in the table and not exposed", name)
		}
	}
}

// elsewhere reports whether a metric needs deliveries, calls to a cloud or the
// API, a backfill or rules that are switched on, which other tests have.
func elsewhere(name string) bool {
	for _, prefix := range []string{
		"ciem_report_deliveries_total", "ciem_collect_api_requests_total", "ciem_collect_throttled_total", "ciem_events_rejected_total",
		"ciem_exporter_api_requests_total", "ciem_audit_backfill_", "ciem_audit_rule_", "ciem_trigger_", "ciem_first_time_",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// A daily report reaches the mail server and the directory when its time
// comes, and once.
func TestScheduledReport(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the scheduler looks for due reports every 15 s")
	}
	server := &smtptest.Server{}
	server.Start(t, nil, false)
	began, evening := time.Now(), time.Date(2026, 3, 4, 18, 29, 48, 0, time.UTC)
	r := startAt(t, fmt.Sprintf(`%s
smtp: {address: %q, from: leastward@example.com, tls: none}
reports:
  - {name: daily-par, report: permissions-analytics, cadence: daily, at: "19:30", timezone: Europe/Berlin,
     email: [audit@example.com], directory: reports}
`, oneAccount, net.JoinHostPort(server.Host(), strconv.Itoa(server.Port()))), func() time.Time { return evening.Add(time.Since(began)) })
	testkit.Eventually(t, 90*time.Second, "both deliveries are counted", func() bool {
		_, page := r.do(http.MethodGet, "/metrics")
		return strings.Contains(page, `ciem_report_deliveries_total{outcome="delivered",transport="mailto"} 1`) &&
			strings.Contains(page, `ciem_report_deliveries_total{outcome="delivered",transport="dir"} 1`)
	})
	first := server.Mails()[0]
	mail := first.Parse(t)
	for name, data := range mail.Files {
		if !bytes.HasPrefix(data, []byte("%PDF-")) || !strings.HasSuffix(name, ".pdf") {
			t.Errorf("attachment %s begins with %q", name, data[:min(8, len(data))])
		}
		onDisk, err := os.ReadFile(filepath.Join(r.dir, "reports", name))
		if err != nil || !bytes.Equal(onDisk, data) {
			t.Errorf("the directory's %s is not the mail's: %v", name, err)
		}
	}
	if len(mail.Files) != 1 || len(server.Mails()) != 1 {
		t.Errorf("%d files in %d mails, want one in one", len(mail.Files), len(server.Mails()))
	}
}
