package compose_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/testkit"
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "compose")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	programs = sync.OnceValues(func() (string, error) { return dir, build(dir) })
	m.Run()
}

// programs returns the folder of the built programs.
var programs func() (string, error)

func build(dir string) error {
	cmd := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "./exporter", "./remediator") //nolint:noctx // It is shared by tests.
	cmd.Dir = testkit.Root()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

func program(t *testing.T, name string) string {
	t.Helper()
	dir, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

// secrets returns a folder with what secrets.sh makes.
func secrets(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "secrets")
	makeSecrets(t, dir)
	return dir
}

func makeSecrets(t *testing.T, dir string) {
	t.Helper()
	testkit.Tool(t, "openssl")
	run(t, []string{"SECRETS_DIR=" + dir, "EXPORTER=" + program(t, "exporter")}, "./secrets.sh")
}

func run(t *testing.T, env []string, path string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append(cmd.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", path, strings.Join(args, " "), err, out)
	}
}

// here is where the files of a container are on this machine.
type here struct {
	dir, secrets string
	project      *types.Project
	replace      *strings.Replacer // In configurations and on command lines.
}

func prepare(t *testing.T, more ...string) *here {
	t.Helper()
	h := &here{dir: t.TempDir(), secrets: secrets(t), project: project(t, "*")}
	rules := filepath.Join(testkit.Root(), "alert-rules")
	h.replace = strings.NewReplacer(append([]string{
		"/run/secrets/exporter_web", filepath.Join(h.secrets, "exporter_web.yml"),
		"/run/secrets/remediator_web", filepath.Join(h.secrets, "remediator_web.yml"),
		"/run/secrets", h.secrets,
		"/etc/leastward/rules", rules, "/etc/leastward", h.dir,
		"/var/lib/leastward", filepath.Join(h.dir, "state"), "=/storage", "=" + filepath.Join(h.dir, "storage"),
		"=/alertmanager", "=" + filepath.Join(h.dir, "silences"),
	}, more...)...)
	for _, s := range h.project.Services {
		for _, c := range s.Configs {
			h.write(t, filepath.Base(c.Target), h.project.Configs[c.Source].File)
		}
	}
	if err := os.MkdirAll(filepath.Join(h.dir, "state"), 0o750); err != nil {
		t.Fatal(err)
	}
	return h
}

// write copies a configuration with the paths of this machine.
func (h *here) write(t *testing.T, name, from string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Clean(from))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(h.dir, name), []byte(h.replace.Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
}

// try runs a program and says how it ends.
func try(ctx context.Context, path string, args ...string) error {
	return exec.CommandContext(ctx, path, args...).Run()
}

// command is what a container runs, as it runs here.
func (h *here) command(service string) []string {
	var args []string
	for _, arg := range h.project.Services[service].Command {
		args = append(args, h.replace.Replace(arg))
	}
	return args
}

// Each program accepts the configuration that its container gets, with the
// secrets that the script makes.
func TestConfigurationsAreValid(t *testing.T) {
	t.Parallel()
	h := prepare(t)
	at := func(name string) string { return filepath.Join(h.dir, name) }
	for _, tc := range []struct {
		name, program string
		args          []string
	}{
		{"exporter", program(t, "exporter"), append(h.command("exporter"), "--config.check")},
		{"remediator", program(t, "remediator"), append(h.command("remediator"), "--config.check")},
		{"alertmanager", "amtool", []string{"check-config", at("alertmanager.yml")}},
		{"prometheus", "promtool", []string{"check", "config", at("prometheus.yml")}},
		{"victoriametrics", "victoria-metrics", append(h.command("victoriametrics"), "-dryRun")},
		{"vmalert", "vmalert", append(h.command("vmalert"), "-dryRun")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			path := tc.program
			if !filepath.IsAbs(path) {
				path = testkit.Tool(t, path)
			}
			run(t, nil, path, tc.args...)
		})
	}
}

// The containers' Alertmanager has the routes of the one beside it.
func TestAlertmanagerIsTheOther(t *testing.T) {
	t.Parallel()
	read := func(path string, replace ...string) any {
		text, err := os.ReadFile(filepath.Clean(path))
		if err != nil {
			t.Fatal(err)
		}
		var out any
		if err := yaml.Unmarshal([]byte(strings.NewReplacer(replace...).Replace(string(text))), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := read("../alertmanager/alertmanager.yml", "http://127.0.0.1:9187/webhook", "http://remediator:9187/webhook",
		"secrets/remediator.password", "/run/secrets/remediator_for_alertmanager", "secrets/smtp.password", "/run/secrets/smtp_password")
	if diff := cmp.Diff(want, read("config/alertmanager.yml")); diff != "" {
		t.Errorf("provisioning/alertmanager (-) and that of the containers (+) differ:\n%s", diff)
	}
}
