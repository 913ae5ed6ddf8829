package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/leastward/leastward/internal/report/deliver/smtptest"
	"github.com/leastward/leastward/internal/testkit"
)

// suite is everything that runs, from the account to the remediator.
type suite struct {
	t    *testing.T
	dir  string
	mail *smtptest.Server

	exporter, metrics, rules, alerts, remediator site

	remediation, collection *testkit.Process
	queries                 int // Made to the metrics.
}

// startSuite starts all programs over an account. The remediator reaches the
// account at cloudURL, the exporter at the account's own.
func startSuite(t *testing.T, a *account, cloudURL string) *suite {
	t.Helper()
	at := func() site { return site{t: t, url: "http://" + testkit.FreeAddress(t)} }
	s := &suite{t: t, dir: t.TempDir(), exporter: at(), metrics: at(), rules: at(), alerts: at(), remediator: at()}
	s.remediator.user, s.remediator.password = "ann", "approve"
	s.configureRemediator(cloudURL)
	s.startExporter(a)
	s.startRemediator()
	s.startAlertmanager()
	s.startMetrics()
	s.awaitStored("the exporter is scraped", `__name__="ciem_finding",category="inactive_user"`, true)
	s.awaitStored("the remediator is scraped", `__name__="ciem_remediator_build_info"`, true)
	s.startRules()
	return s
}

func (s *suite) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

func (s *suite) start(at site, ready string, env []string, path string, args ...string) *testkit.Process {
	s.t.Helper()
	p := testkit.StartProcess(s.t, env, path, args...)
	at.awaitReady(p, ready)
	return p
}

// address is where the program of a site listens.
func (s site) address() string { return s.url[len("http://"):] }

// startExporter runs the exporter with the numbers that it ships with; it
// collects often.
func (s *suite) startExporter(a *account) {
	s.t.Helper()
	write(s.t, s.path("exporter.yml"), fmt.Sprintf(`data_dir: data
collect: {interval: 2s}
aws:
  accounts:
    - id: %q
      name: production
      owner: platform
      live:
        endpoint: %s
        regions: [%s]
        cloudtrail_s3: {bucket: %s}
        rate_limits: {iam: 1000, cloudtrail: 1000, lambda: 1000, ec2: 1000, sts: 1000}
audit:
  store: {min_free: 1MiB}
  triggers:
    interval: 1s
    own: [{name: bucket-lists, title: Buckets are listed, enabled: true, where: "event:ListBuckets", severity: warning, backfill: true}]
api:
  anonymous: true
  tokens:
    - {name: remediator, role: controller, token: remediator-0123456789abcdef}
    - {name: elsewhere, role: viewer, systems: [platform], token: elsewhere-0123456789abcdef}
remediation: {url: %q, username: prometheus, password: scrape, public_url: "https://remediation.example.com/base/"}
`, accountID, a.url, region, trailBucket, s.remediator.url))
	s.startExporterAgain()
}

func (s *suite) startExporterAgain() {
	s.t.Helper()
	s.collection = s.start(s.exporter, "/-/ready", credentialsEnv(), program(s.t, "exporter"),
		"--config.file", s.path("exporter.yml"), "--web.listen-address", s.exporter.address())
}

// The passwords are those whose bcrypt hashes stand below.
const webConfig = `basic_auth_users:
  alertmanager: $2a$04$m7zFEGYF4jNEsIXCoe5BiOYxuS1hbI82DadFsxo51qNS67Ss7cN0O # sesame
  prometheus: $2a$04$JQNjxPALSBAPiLYVLQuIBOcS.lNI.ZQ6igQspBpbxwPW1z/jzD7Uu # scrape
  ann: $2a$04$E8CIEmLcbLkztBQI8qhyGOq2dJteD5Vx9beSTDdotsQBjKfg71.Na # approve
`

func (s *suite) configureRemediator(cloudURL string) {
	s.t.Helper()
	write(s.t, s.path("web.yml"), webConfig)
	write(s.t, s.path("remediator.yml"), fmt.Sprintf(`state: {path: %s}
exporter: {url: %s, token: remediator-0123456789abcdef}
aws: {accounts: [{id: %q, endpoint: %s}]}
playbooks:
  - name: inactive-user-read-only
    mode: execute
    approval: {required: 1, approvers: [ann]}
    caps: {max_percent: 100}
`, s.path("remediator.db"), s.exporter.url, accountID, cloudURL))
}

func (s *suite) startRemediator() {
	s.t.Helper()
	s.remediation = s.start(s.remediator, "/-/ready", credentialsEnv(), program(s.t, "remediator"),
		"--config.file", s.path("remediator.yml"), "--web.config.file", s.path("web.yml"), "--web.listen-address", s.remediator.address())
}

// startAlertmanager runs the shipped configuration. It waits a second where
// that waits seconds or minutes, repeats every few seconds, so that the
// remediator gets everything many times, and sends the remediator what is
// resolved too, so that this is seen to do nothing.
func (s *suite) startAlertmanager() {
	s.t.Helper()
	server, _ := smtptest.Certificates(s.t)
	s.mail = &smtptest.Server{Password: "letters"}
	s.mail.Start(s.t, server, false)
	write(s.t, s.path("ca.pem"), certificate(server))
	write(s.t, s.path("secrets", "smtp.password"), "letters")
	write(s.t, s.path("secrets", "remediator.password"), "sesame\n")
	write(s.t, s.path("alertmanager.yml"), shipped(s.t, "provisioning/alertmanager/alertmanager.yml",
		"smtp.example.com:587", fmt.Sprintf("%s:%d", s.mail.Host(), s.mail.Port()),
		"http://127.0.0.1:9187", s.remediator.url, "secrets/smtp.password", s.path("secrets", "smtp.password"),
		"smtp_auth_username:", "smtp_tls_config: {ca_file: "+s.path("ca.pem")+"}\n  smtp_auth_username:",
		"group_wait: 30s", "group_wait: 1s", "group_wait: 10s", "group_wait: 1s",
		"group_interval: 5m", "group_interval: 1s", "repeat_interval: 4h", "repeat_interval: 3s",
		"send_resolved: false", "send_resolved: true"))
	s.start(s.alerts, "/-/ready", nil, testkit.Tool(s.t, "alertmanager"),
		"--config.file", s.path("alertmanager.yml"), "--storage.path", s.path("alertmanager"),
		"--web.listen-address", s.alerts.address(), "--cluster.listen-address", "")
}

// startMetrics runs VictoriaMetrics with the shipped scrape configuration,
// every second, and shows what it scraped at once.
func (s *suite) startMetrics() {
	s.t.Helper()
	write(s.t, s.path("scrape.password"), "scrape")
	write(s.t, s.path("scrape.yml"), shipped(s.t, "provisioning/victoriametrics/scrape.yml",
		"scrape_interval: 60s", "scrape_interval: 1s", "scrape_timeout: 30s", "scrape_timeout: 1s",
		"127.0.0.1:9186", s.exporter.address(), "127.0.0.1:9187", s.remediator.address(),
		"job_name: ciem-remediator", "job_name: ciem-remediator\n    basic_auth: {username: prometheus, password_file: "+s.path("scrape.password")+"}"))
	s.start(s.metrics, "/health", nil, testkit.Tool(s.t, "victoria-metrics"),
		"-httpListenAddr", s.metrics.address(), "-storageDataPath", s.path("victoria-metrics"),
		"-promscrape.config", s.path("scrape.yml"), "-retentionPeriod", "1y", "-search.latencyOffset", "0s")
}

// startRules runs vmalert with the shipped rules. They wait one second instead
// of a quarter of an hour or more, which no test can; how long they wait is
// tested beside them, in alert-rules.
func (s *suite) startRules() {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(testkit.Root(), "alert-rules", "*.yml"))
	if err != nil || len(files) == 0 {
		s.t.Fatalf("found %d files of alert rules: %v", len(files), err)
	}
	wait := regexp.MustCompile(`(?m)^(\s+for:) .*$`)
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			s.t.Fatal(err)
		}
		write(s.t, s.path("rules", filepath.Base(path)), wait.ReplaceAllString(string(text), "$1 1s"))
	}
	s.start(s.rules, "/health", nil, testkit.Tool(s.t, "vmalert"),
		"-rule", s.path("rules", "*.yml"), "-datasource.url", s.metrics.url, "-remoteWrite.url", s.metrics.url, "-remoteRead.url", s.metrics.url,
		"-notifier.url", s.alerts.url, "-httpListenAddr", s.rules.address(),
		"-evaluationInterval", "1s", "-rule.evalDelay", "0s", "-remoteWrite.flushInterval", "500ms")
}
