// Package provisioning_test holds the shipped configurations against the
// programs that read them, and runs those programs with them.
package provisioning_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/testkit"
)

const alertmanagerConfig = "alertmanager/alertmanager.yml"

func run(t *testing.T, tool string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), testkit.Tool(t, tool), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", tool, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestConfigurationsAreValid(t *testing.T) {
	t.Parallel()
	t.Run("alertmanager", func(t *testing.T) {
		t.Parallel()
		run(t, "amtool", "check-config", alertmanagerConfig)
	})
	t.Run("prometheus", func(t *testing.T) {
		t.Parallel()
		if out := run(t, "promtool", "check", "config", "prometheus/prometheus.yml"); !strings.Contains(out, "7 rule files found") {
			t.Errorf("the rules were not all found:\n%s", out)
		}
	})
	t.Run("victoriametrics", func(t *testing.T) {
		t.Parallel()
		run(t, "victoria-metrics", "-promscrape.config", "victoriametrics/scrape.yml", "-dryRun", "-storageDataPath", t.TempDir())
	})
}

// Both stores scrape the same jobs.
func TestScrapedTargetsAgree(t *testing.T) {
	t.Parallel()
	type config struct {
		ScrapeConfigs []struct {
			Job     string `yaml:"job_name"`
			Targets []struct{ Targets []string }
		} `yaml:"scrape_configs"`
	}
	var jobs []string
	for _, path := range []string{"prometheus/prometheus.yml", "victoriametrics/scrape.yml"} {
		var c config
		load(t, path, &c)
		list := ""
		for _, s := range c.ScrapeConfigs {
			list += s.Job + " "
		}
		jobs = append(jobs, list)
	}
	if want := "ciem-exporter ciem-remediator "; jobs[0] != want || jobs[1] != want {
		t.Errorf("got %q", jobs)
	}
}

// The remediator gets the alerts of the playbooks that it runs and no others.
func TestRemediatorRouteNamesItsPlaybooks(t *testing.T) {
	t.Parallel()
	var automated []string
	for _, p := range alert.Playbooks() {
		if p.Automated() {
			automated = append(automated, string(p))
		}
	}
	text, err := os.ReadFile(alertmanagerConfig)
	if err != nil {
		t.Fatal(err)
	}
	if want := `matchers: ['playbook=~"` + strings.Join(automated, "|") + `"']`; !strings.Contains(string(text), want) {
		t.Errorf("%s does not have %s", alertmanagerConfig, want)
	}
}

// Nothing in the example would send mail to, or log in at, a real address.
func TestAlertmanagerAddressesArePlaceholders(t *testing.T) {
	t.Parallel()
	c := map[string]any{}
	load(t, alertmanagerConfig, &c)
	walk(c, func(key string, value any) {
		s, _ := value.(string)
		switch {
		case key == "to" || key == "smtp_from" || key == "smtp_auth_username":
			if !strings.HasSuffix(s, "@example.com") {
				t.Errorf("%s: %s", key, s)
			}
		case key == "url" && !strings.HasPrefix(s, "http://127.0.0.1:"):
			t.Errorf("%s: %s", key, s)
		case strings.HasSuffix(key, "password") || key == "credentials":
			t.Errorf("%s stands in the file itself", key)
		}
	})
}

func load(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// walk calls visit for every field at any depth.
func walk(node any, visit func(key string, value any)) {
	switch n := node.(type) {
	case map[string]any:
		for k, v := range n {
			visit(k, v)
			walk(v, visit)
		}
	case []any:
		for _, v := range n {
			walk(v, visit)
		}
	}
}
