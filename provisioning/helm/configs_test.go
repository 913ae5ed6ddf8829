package helm_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/leastward/leastward/internal/testkit"
)

// The programs accept what the pods would give them, where each file that the
// configuration names is a key of the pod's secret.
func TestConfigurationsAreValid(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", bin+string(filepath.Separator), "./exporter", "./remediator")
	cmd.Dir = testkit.Root()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, values := range cases() {
		t.Run(values, func(t *testing.T) {
			t.Parallel()
			for name, set := range render(t, values).sets {
				dir := t.TempDir()
				program := set.Spec.Template.Spec.Containers[0].Name
				config := filepath.Join(dir, program+".yml")
				text := render(t, values).configs[name].Data[program+".yml"]
				if err := os.WriteFile(config, []byte(strings.ReplaceAll(text, "/etc/leastward/secrets/", fill(t, dir))), 0o600); err != nil {
					t.Fatal(err)
				}
				check := exec.CommandContext(t.Context(), filepath.Join(bin, program), "--config.check", "--config.file", config)
				if out, err := check.CombinedOutput(); err != nil {
					t.Errorf("%s: %v\n%s\n%s", name, err, out, text)
				}
			}
		})
	}
}

// fill makes the keys of the secrets that README.md names, and returns their
// folder.
func fill(t *testing.T, dir string) string {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join(chart, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"web.yml", "token_grafana", "token_remediator", "remediator_for_exporter", "exporter_for_remediator", "smtp_password"} {
		if !strings.Contains(string(readme), "`"+key+"`") {
			t.Errorf("README.md does not say that the secret has the key %s", key)
		}
		if err := os.WriteFile(filepath.Join(dir, key), []byte(strings.Repeat(key, 5)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir + "/"
}

// The chart's addresses are those of its services, and what it is told goes
// before.
func TestAddresses(t *testing.T) {
	t.Parallel()
	type addresses struct {
		Remediation, Exporter struct {
			URL       string `json:"url"`
			PublicURL string `json:"public_url"`
		}
	}
	for values, want := range map[string][2]string{
		"defaults":   {"http://ciem-leastward-remediator.security.svc:9187", "http://ciem-leastward-exporter.security.svc:9186"},
		"everything": {"http://ciem-remediator.security.svc:9187", "http://ciem-exporter.security.svc:8080"},
	} {
		o := render(t, values)
		for name, c := range o.configs {
			var got addresses
			for key, text := range c.Data {
				if key != "exporter.yml" && key != "remediator.yml" {
					continue
				}
				if err := yaml.Unmarshal([]byte(text), &got); err != nil {
					t.Fatal(err)
				}
				if i := strings.Index("exporter.yml remediator.yml", key) / 13; []string{got.Remediation.URL, got.Exporter.URL}[i] != want[i] {
					t.Errorf("%s %s: %+v", values, name, got)
				}
			}
		}
	}
}

// The rules and dashboards in the chart are those of the repository.
func TestRulesAndDashboardsAreWhole(t *testing.T) {
	t.Parallel()
	o := render(t, "everything")
	for glob, in := range map[string]func(name string) string{
		"alert-rules/*.yml": func(name string) string { return o.configs["ciem-rules"].Data[name] },
		"dashboards/json/*.json": func(name string) string {
			return o.configs["ciem-dashboard-"+strings.TrimPrefix(strings.TrimSuffix(name, ".json"), "leastward-")].Data[name]
		},
	} {
		paths, err := filepath.Glob(filepath.Join(testkit.Root(), glob))
		if err != nil || len(paths) < 5 {
			t.Fatal(paths, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := in(filepath.Base(path)); strings.TrimSpace(got) != strings.TrimSpace(string(text)) {
				t.Errorf("%s is not in the chart as it is", path)
			}
		}
	}
	checkRules(t, o)
}

// checkRules compares the groups of the operator's objects with the files.
func checkRules(t *testing.T, o *objects) {
	t.Helper()
	for name, text := range o.configs["ciem-rules"].Data {
		var want prometheusRule
		if err := yaml.Unmarshal([]byte(text), &want.Spec); err != nil {
			t.Fatal(err)
		}
		rule := o.rules["ciem-"+strings.TrimSuffix(name, ".yml")]
		if rule == nil {
			t.Errorf("there is no PrometheusRule of %s", name)
			continue
		}
		if diff := cmp.Diff(want.Spec, rule.Spec); diff != "" || len(rule.Spec.Groups) == 0 {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	for name, c := range o.configs {
		for key, text := range c.Data {
			if strings.HasSuffix(key, ".json") && !json.Valid([]byte(text)) {
				t.Errorf("%s %s is no JSON", name, key)
			}
			if len(text) > 1<<20 {
				t.Errorf("%s %s has %d bytes; a config map takes 1 MiB", name, key, len(text))
			}
		}
	}
}
