package helm_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	t.Parallel()
	for _, values := range cases() {
		t.Run(values, func(t *testing.T) {
			t.Parallel()
			if text, err := helm(t, "lint", "--strict", chart, "--values", filepath.Join("testdata", values+".yaml")); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}
}

// Values that the chart does not know, or that would open a hole, are refused
// with their place.
func TestValuesAreChecked(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ set, want string }{
		{"exporter.replicas=2", "at '/exporter': additional properties 'replicas' not allowed"},
		{"exporterr.enabled=true", "at '': additional properties 'exporterr' not allowed"},
		{"exporter.image.tag=latest", "at '/exporter/image/tag': 'not' failed"},
		{"exporter.image.digest=sha256:abc", "at '/exporter/image/digest': 'sha256:abc' does not match pattern"},
		{"exporter.existingSecret=", "at '/exporter/allowUnauthenticated': value must be true"},
		{"remediator.existingSecret=", "at '/remediator/allowUnauthenticated': value must be true"},
		{"exporter.config.data_dir=/elsewhere", "at '/exporter/config': 'not' failed"},
		{"remediator.config.state.path=x", "at '/remediator/config': 'not' failed"},
		{"exporter.env[0].name=AWS_SECRET_ACCESS_KEY", "at '/exporter/env/0/name': 'not' failed"},
		{"exporter.extraArgs[0]=--web.allow-unauthenticated", "at '/exporter/extraArgs/0'"},
		{"exporter.service.port=80", "at '/exporter/service/port': minimum: got 80, want 1,024"},
		{"exporter.persistence.accessModes[0]=ReadWriteMany", "at '/exporter/persistence/accessModes/0': value must be one of"},
		{"networkPolicy.prometheus[0].pods=x", "at '/networkPolicy/prometheus/0': additional properties 'pods' not allowed"},
		{"monitoring.serviceMonitor.interval=often", "at '/monitoring/serviceMonitor/interval': 'often' does not match pattern"},
		{"monitoring.grafana.datasources.prometheusURL=http://me:secret@prometheus", "does not match pattern"},
	} {
		t.Run(tc.set, func(t *testing.T) {
			t.Parallel()
			text, err := helm(t, "template", "ciem", chart, "--set", tc.set)
			if err == nil || !strings.Contains(text, tc.want) {
				t.Errorf("%v\n%s\nwant an error with %s", err, text, tc.want)
			}
		})
	}
}

// The notes name the secrets that the pods wait for, and warn.
func TestNotes(t *testing.T) {
	t.Parallel()
	chart := withNotes(t)
	for values, want := range map[string][]string{
		"defaults":     {"leastward-exporter\n", "leastward-remediator\n", "It reads nothing yet", "http://ciem-leastward-exporter.security.svc:9186"},
		"everything":   {"leastward-scrape\n", "http://ciem-remediator.security.svc:9187", "svc/ciem-exporter 8080"},
		"reading-only": {"WARNING: the exporter asks nobody who he is"},
	} {
		notes, err := helm(t, "template", "ciem", chart, "--namespace", namespace, "--show-only", "templates/notes.yaml",
			"--values", filepath.Join("testdata", values+".yaml"))
		if err != nil {
			t.Fatalf("%v\n%s", err, notes)
		}
		for _, w := range want {
			if !strings.Contains(notes, w) {
				t.Errorf("the notes with %s lack %q:\n%s", values, w, notes)
			}
		}
	}
}

// withNotes copies what the notes come from into a chart that renders them as an
// object: Helm shows notes only where there is a cluster.
func withNotes(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "templates"), os.DirFS(filepath.Join(chart, "templates"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Chart.yaml", "values.yaml", "values.schema.json", "templates/NOTES.txt"} {
		text, err := os.ReadFile(filepath.Join(chart, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	object := "notes: |\n{{ tpl (.Files.Get \"NOTES.txt\") . | indent 2 }}\n"
	if err := os.WriteFile(filepath.Join(dir, "templates", "notes.yaml"), []byte(object), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
