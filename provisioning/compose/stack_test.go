package compose_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/testkit"
)

// stack is what the containers run, on addresses of this machine.
type stack struct {
	*here
	at map[string]string // Addresses, by service.
}

// What the containers run finds and trusts each other with the secrets of the
// script: metrics are scraped, alerts reach the remediator, the exporter reads
// its runs, people and Grafana log in, and nobody gets in without a password.
func TestStack(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts five programs")
	}
	s := start(t)
	t.Run("health checks", s.checksHealth)
	t.Run("strangers", s.refusesStrangers)
	t.Run("people", s.knowsPeople)
	t.Run("scrapes", s.scrapes)
	t.Run("alerts", s.alerts)
}

func start(t *testing.T) *stack {
	t.Helper()
	s := &stack{at: map[string]string{}}
	var pairs []string
	for service, port := range map[string]string{"exporter": "9186", "remediator": "9187", "alertmanager": "9093", "metrics": "9090"} {
		s.at[service] = testkit.FreeAddress(t)
		pairs = append(pairs, "//"+service+":"+port, "//"+s.at[service], `"`+service+":"+port, `"`+s.at[service], "=0.0.0.0:"+port, "="+s.at[service])
	}
	pairs = append(pairs, "=:9090", "="+s.at["metrics"], "scrape_interval: 60s", "scrape_interval: 1s", "scrape_timeout: 30s", "scrape_timeout: 1s",
		"group_wait: 10s", "group_wait: 1s")
	s.here = prepare(t, pairs...)
	s.withoutAccounts(t)
	for _, one := range []struct{ service, program, at, ready string }{
		{"exporter", program(t, "exporter"), "exporter", ""},
		{"remediator", program(t, "remediator"), "remediator", ""},
		{"victoriametrics", testkit.Tool(t, "victoria-metrics"), "metrics", "/health"},
		{"alertmanager", testkit.Tool(t, "alertmanager"), "alertmanager", "/-/ready"},
	} {
		testkit.StartProcess(t, nil, one.program, s.command(one.service)...)
		if one.ready != "" {
			testkit.AwaitHTTP(t, "http://"+s.at[one.at]+one.ready, 60*time.Second)
		}
	}
	return s
}

// withoutAccounts takes the placeholders out, which nobody could read.
func (s *stack) withoutAccounts(t *testing.T) {
	t.Helper()
	for _, name := range []string{"exporter.yml", "remediator.yml"} {
		path := filepath.Join(s.dir, name)
		text, err := os.ReadFile(filepath.Clean(path))
		if err != nil {
			t.Fatal(err)
		}
		c := map[string]any{}
		if err := yaml.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
		delete(c, "aws")
		if text, err = yaml.Marshal(c); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// checksHealth runs the health checks of the containers that have no shell.
func (s *stack) checksHealth(t *testing.T) {
	for _, service := range []string{"exporter", "remediator"} {
		test := s.project.Services[service].HealthCheck.Test
		var args []string
		for _, arg := range test[2:] {
			args = append(args, s.replace.Replace(arg))
		}
		if test[0] != "CMD" || test[1] != "/"+service {
			t.Errorf("%s: %q", service, test)
		}
		testkit.Eventually(t, 60*time.Second, service+" is alive", func() bool {
			return try(t.Context(), program(t, service), args...) == nil
		})
	}
}

// ask sends a request as somebody with the password in a secret; "" is nobody.
func (s *stack) ask(t *testing.T, user, secret, service, path, body string) (int, string) {
	t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.at[service]+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if user != "" {
		req.SetBasicAuth(user, s.secret(t, secret))
	}
	if user == "grafana" {
		req.Header.Set("X-Leastward-Token", s.secret(t, "token_grafana"))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func (s *stack) secret(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.secrets, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(text))
}

func (s *stack) refusesStrangers(t *testing.T) {
	for service, paths := range map[string][]string{
		"exporter":   {"/", "/metrics", "/-/healthy", "/api/v1/systems"},
		"remediator": {"/", "/metrics", "/-/healthy", "/api/v1/runs"},
	} {
		for _, path := range paths {
			for _, user := range []string{"", "prometheus"} { // Whose password is that for the other one.
				other := map[string]string{"exporter": "remediator", "remediator": "exporter"}[service] + "_for_prometheus"
				if status, _ := s.ask(t, user, other, service, path, ""); status != http.StatusUnauthorized {
					t.Errorf("%s%s answers %d to %q", service, path, status, user)
				}
			}
		}
	}
}

func (s *stack) knowsPeople(t *testing.T) {
	for _, tc := range []struct {
		user, secret, service, path, body string
		want                              int
	}{
		{"admin", "exporter_for_admin", "exporter", "/api/v1/systems", "", 200},
		{"admin", "remediator_for_admin", "remediator", "/api/v1/runs", "", 200},
		{"grafana", "exporter_for_grafana", "exporter", "/api/v1/systems", "", 200},
		{"grafana", "exporter_for_grafana", "exporter", "/api/v1/tables/runs", "{}", 200},
		{"prometheus", "exporter_for_prometheus", "exporter", "/api/v1/systems", "", 401},
	} {
		status, text := s.ask(t, tc.user, tc.secret, tc.service, tc.path, tc.body)
		if status != tc.want {
			t.Errorf("%s%s answers %d to %s: %s", tc.service, tc.path, status, tc.user, text)
		}
		if strings.HasSuffix(tc.path, "/runs") && strings.Contains(text, "remediator does not") {
			t.Errorf("the exporter does not reach the remediator: %s", text)
		}
	}
}

// scrapes waits until the store has what both programs say of themselves.
func (s *stack) scrapes(t *testing.T) {
	testkit.Eventually(t, 60*time.Second, "both are scraped", func() bool {
		_, text := s.ask(t, "", "", "metrics", "/api/v1/query?query=up==1&nocache=1&latency_offset=1ms", "")
		return strings.Contains(text, `"ciem-exporter"`) && strings.Contains(text, `"ciem-remediator"`)
	})
}

// alerts sends Alertmanager an alert that a playbook answers.
func (s *stack) alerts(t *testing.T) {
	body, err := json.Marshal([]any{map[string]any{"startsAt": time.Now().Add(-time.Minute), "labels": map[string]string{
		"alertname": "CiemInactiveUser", "severity": "warning", "playbook": "inactive-user-read-only", "cloud": "aws", "system": "111122223333",
		"category": "inactive_user", "finding": "f1", "identity": "arn:aws:iam::111122223333:user/jo", "identity_type": "user", "owner": "platform",
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if status, text := s.ask(t, "", "", "alertmanager", "/api/v2/alerts", string(body)); status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	testkit.Eventually(t, 60*time.Second, "the remediator has a run for the alert", func() bool {
		_, text := s.ask(t, "admin", "remediator_for_admin", "remediator", "/api/v1/runs", "")
		return strings.Contains(text, "user/jo")
	})
	_, text := s.ask(t, "grafana", "exporter_for_grafana", "exporter", "/api/v1/tables/runs", "{}")
	if !slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return r == '"' }), "inactive-user-read-only") {
		t.Errorf("the exporter does not have the run: %s", text)
	}
}
