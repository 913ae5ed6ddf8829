package provisioning_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/metric"
	"github.com/leastward/leastward/internal/testkit"
)

const user = "arn:aws:iam::111122223333:user/Zoë \"quoted\\"

// A real Prometheus scrapes a real exposition, evaluates the shipped rules and
// fires alerts that the remediator would accept; when the finding is settled
// the alert ends.
func TestPrometheusFires(t *testing.T) {
	t.Parallel()
	exposition := metric.NewExposition(metric.ExpositionOptions{Self: buildInfo()})
	publish(t, exposition, true)
	server := httptest.NewServer(exposition)
	t.Cleanup(server.Close)
	url := startPrometheus(t, strings.TrimPrefix(server.URL, "http://"))

	var got map[string]map[string]string
	testkit.Eventually(t, 60*time.Second, "both alerts fire", func() bool {
		got = firing(t, url)
		return got["CiemInactiveUser"] != nil && got["CiemSystemPCIHigh"] != nil
	})
	want := map[string]map[string]string{
		"CiemInactiveUser": {
			"alertname": "CiemInactiveUser", "severity": "warning", "playbook": "inactive-user-read-only", "cloud": "aws", "system": "111122223333",
			"category": "inactive_user", "finding": "f1", "identity": user, "identity_type": "user", "owner": "payments",
		},
		"CiemSystemPCIHigh": {
			"alertname": "CiemSystemPCIHigh", "severity": "warning", "playbook": "system-pci-review", "cloud": "aws", "system": "111122223333",
			"owner": "platform",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, labels := range got {
		if _, err := alert.Parse(labels); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	publish(t, exposition, false)
	testkit.Eventually(t, 60*time.Second, "the settled finding's alert ends and the other goes on", func() bool {
		got = firing(t, url)
		return got["CiemInactiveUser"] == nil && got["CiemSystemPCIHigh"] != nil
	})
}

func buildInfo() *prometheus.Registry {
	r := prometheus.NewRegistry()
	info := metric.NewGaugeVec(metric.ExporterBuildInfo())
	r.MustRegister(info)
	info.WithLabelValues("0.1.0", "abc", "go1").Set(1)
	return r
}

func publish(t *testing.T, e *metric.Exposition, found bool) {
	t.Helper()
	w := metric.NewWriter()
	w.Family(metric.SystemInfo())
	w.Sample(1, "aws", "111122223333", "prod", "platform")
	w.Family(metric.PCI())
	w.Sample(71.5, "aws", "111122223333")
	w.Family(metric.Finding())
	w.With("aws", "111122223333", "inactive_user")
	if found {
		w.Sample(1.5, "f1", user, "user", "payments", "")
	}
	page, err := w.Page()
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Publish("111122223333", page); err != nil {
		t.Fatal(err)
	}
}

// startPrometheus runs Prometheus on the shipped rules, each with its "for"
// cut to a second, scraping target every second.
func startPrometheus(t *testing.T, target string) string {
	t.Helper()
	dir := t.TempDir()
	files, err := filepath.Glob("../alert-rules/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	hold := regexp.MustCompile(`(?m)^(\s+for:) .*$`)
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "rules", filepath.Base(path)), hold.ReplaceAll(text, []byte("$1 1s")))
	}
	write(t, filepath.Join(dir, "prometheus.yml"), fmt.Appendf(nil, `
global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: [rules/*.yml]
scrape_configs:
  - {job_name: ciem-exporter, static_configs: [{targets: [%q]}]}
`, target))
	address := testkit.FreeAddress(t)
	testkit.StartProcess(t, nil, testkit.Tool(t, "prometheus"), "--config.file", filepath.Join(dir, "prometheus.yml"),
		"--storage.tsdb.path", filepath.Join(dir, "data"), "--web.listen-address", address)
	testkit.AwaitHTTP(t, "http://"+address+"/-/ready", 30*time.Second)
	return "http://" + address
}

// firing returns the labels of the alerts that fire, by name.
func firing(t *testing.T, url string) map[string]map[string]string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/api/v1/alerts", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var body struct {
		Data struct {
			Alerts []struct {
				State  string
				Labels map[string]string
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	got := map[string]map[string]string{}
	for _, a := range body.Data.Alerts {
		if a.State == "firing" {
			if name := a.Labels["alertname"]; got[name] != nil {
				t.Errorf("%s fires twice", name)
			}
			got[a.Labels["alertname"]] = a.Labels
		}
	}
	return got
}
