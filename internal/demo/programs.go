package demo

import (
	"context"
	"fmt"
	"path/filepath"
)

// run starts a program and waits until it is ready.
func (s *suite) run(ctx context.Context, name, readyURL, path string, args ...string) error {
	return s.runWith(ctx, nil, name, readyURL, path, args...)
}

// runWith is run with more environment.
func (s *suite) runWith(ctx context.Context, env []string, name, readyURL, path string, args ...string) error {
	p, err := start(ctx, env, name, s.path("logs", name+".log"), path, args...)
	if err != nil {
		return err
	}
	s.processes = append(s.processes, p)
	return p.ready(ctx, readyURL)
}

func (s *suite) exporter(ctx context.Context) error {
	return s.run(ctx, "exporter", "http://"+s.at.Exporter+"/-/ready", filepath.Join(s.Bin, "exporter"),
		"--config.file", s.path("exporter.yml"), "--web.listen-address", s.at.Exporter)
}

func (s *suite) victoriaMetrics(ctx context.Context) error {
	return s.run(ctx, "victoria-metrics", "http://"+s.at.Metrics+"/health", filepath.Join(s.Tools, "victoria-metrics"),
		"-httpListenAddr", s.at.Metrics, "-storageDataPath", s.path("victoria-metrics"),
		"-promscrape.config", s.path("scrape.yml"), "-retentionPeriod", "1y",
		"-search.latencyOffset", "1s") // By default it shows nothing of the last 30 s.
}

func (s *suite) alertmanager(ctx context.Context) error {
	return s.run(ctx, "alertmanager", "http://"+s.at.Alertmanager+"/-/ready", filepath.Join(s.Tools, "alertmanager"),
		"--config.file", s.path("alertmanager.yml"), "--storage.path", s.path("alertmanager"),
		"--web.listen-address", s.at.Alertmanager, "--cluster.listen-address", "")
}

func (s *suite) remediator(ctx context.Context) error {
	return s.run(ctx, "remediator", "http://"+s.at.Remediator+"/-/ready", filepath.Join(s.Bin, "remediator"),
		"--config.file", s.path("remediator.yml"), "--web.listen-address", s.at.Remediator)
}

func (s *suite) vmalert(ctx context.Context) error {
	return s.run(ctx, "vmalert", "http://"+s.at.Rules+"/health", filepath.Join(s.Tools, "vmalert"),
		"-rule", s.path("rules", "*.yml"), "-datasource.url", "http://"+s.at.Metrics,
		"-remoteWrite.url", "http://"+s.at.Metrics, "-remoteRead.url", "http://"+s.at.Metrics,
		"-notifier.url", "http://"+s.at.Alertmanager, "-httpListenAddr", s.at.Rules,
		"-evaluationInterval", "5s", "-rule.evalDelay", "1s") // By default it evaluates what was 30 s ago.
}

// tell prints where to look.
func (s *suite) tell() {
	s.printf(`
The suite runs. Look at:

  http://%s/         what the exporter read of three clouds: two AWS accounts, three Azure subscriptions and three
                            Google Cloud projects, their Permission Creep Index, findings
  http://%s/audit    every event of 90 days: search them, for instance for outcome:denied since 30d; the events of what
                            the remediator did are there, too: cloud:platform
  http://%s/metrics  the same as metrics
  http://%s/vmui     query them: ciem_pci, ciem_findings, topk(10, ciem_identity_pci)
  http://%s/         the alerts, grouped by the team that owns the identity; they begin within a minute,
                            for the demo shortens the waits of alert-rules/ to ten seconds
  http://%s/         what the remediator would do about inactive users: nothing is changed in dry run

Ask at the command line:

  %s query --url http://%s --since 90d 'outcome:denied | count by identity, action'
%s
Files and logs are in %s. Stop everything with Ctrl-C.
`, s.at.Exporter, s.at.Exporter, s.at.Exporter, s.at.Metrics, s.at.Alertmanager, s.at.Remediator,
		filepath.Join(s.Bin, "exporter"), s.at.Exporter, s.tellGrafana(), s.Dir)
}

// tellGrafana says where Grafana is, or why it isn't.
func (s *suite) tellGrafana() string {
	if s.Grafana == nil {
		return `
Grafana was not started: there is neither a program grafana on the path nor a Docker engine. docs/grafana.md says how to add the
data source and the dashboards to yours.
`
	}
	return fmt.Sprintf(`
And everything in Grafana, where you need no login:

  http://%s/d/leastward-overview   from a red number to the identity, its evidence and the playbook's approval page
`, s.at.Grafana)
}
