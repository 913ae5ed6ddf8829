package demo

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// grafanaToken is the token of Grafana in the demo's exporter.yml.
const grafanaToken = "grafana-0123456789abcdef" //nolint:gosec // Of a demo on loopback.

// GrafanaImage is what runs where there is Docker and no grafana.
const GrafanaImage = "grafana/grafana:12.3.0"

// Grafana is a way to start Grafana on this machine.
type Grafana struct {
	program string // grafana, or docker.
	home    string // Of grafana: where its conf/defaults.ini is.
}

// FindGrafana returns how Grafana can be started: the grafana on the path with
// its home from GF_PATHS_HOME or where packages and archives have it, or
// Docker. It returns nil where there is neither.
func FindGrafana(ctx context.Context) *Grafana {
	if program, err := exec.LookPath("grafana"); err == nil {
		if home := homeOf(program); home != "" {
			return &Grafana{program: program, home: home}
		}
	}
	docker, err := exec.LookPath("docker")
	if err != nil || exec.CommandContext(ctx, docker, "info").Run() != nil { // There is a client, but no engine.
		return nil
	}
	return &Grafana{program: docker}
}

// homeOf returns the home of a grafana program, "" where there is none.
func homeOf(program string) string {
	if resolved, err := filepath.EvalSymlinks(program); err == nil {
		program = resolved
	}
	candidates := []string{os.Getenv("GF_PATHS_HOME"), filepath.Dir(filepath.Dir(program)), "/usr/share/grafana"}
	i := slices.IndexFunc(candidates, func(home string) bool {
		_, err := os.Stat(filepath.Join(home, "conf", "defaults.ini"))
		return home != "" && err == nil
	})
	if i < 0 {
		return ""
	}
	return candidates[i]
}

// grafana starts Grafana with the plugin, the data sources and the dashboards.
// Grafana's own alert rules are left out: vmalert and Alertmanager do that job
// here, and both would say everything twice.
func (s *suite) grafana(ctx context.Context) error {
	for from, to := range map[string]string{
		s.Plugin:                                 s.path("grafana", "plugins", "leastward-ciem-datasource"),
		filepath.Join(s.Provisioning, "grafana"): s.path("grafana", "provisioning"),
		filepath.Join(s.Dashboards, "json"):      s.path("grafana", "dashboards"),
	} {
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			return fmt.Errorf("copy %s: %w", from, err)
		}
	}
	if err := os.MkdirAll(s.path("grafana", "data"), 0o777); err != nil { //nolint:gosec // The container has another user.
		return err
	}
	path, args, env := s.Grafana.command(s)
	return s.runWith(ctx, env, "grafana", "http://"+s.at.Grafana+"/api/health", path, args...)
}

// command returns what to run, with its environment.
func (g *Grafana) command(s *suite) (path string, args, env []string) {
	settings := s.grafanaSettings()
	if g.home != "" {
		settings = append(settings,
			"GF_PATHS_DATA="+s.path("grafana", "data"), "GF_PATHS_LOGS="+s.path("grafana", "data", "log"),
			"GF_PATHS_PLUGINS="+s.path("grafana", "plugins"), "GF_PATHS_PROVISIONING="+s.path("grafana", "provisioning"),
			"LEASTWARD_DASHBOARDS="+s.path("grafana", "dashboards"))
		return g.program, []string{"server", "--homepath", g.home}, settings
	}
	args = []string{
		"run", "--rm", "--network", "host", "--name", "leastward-demo-grafana",
		"-v", s.path("grafana", "plugins") + ":/var/lib/grafana/plugins:ro",
		"-v", s.path("grafana", "provisioning") + ":/etc/grafana/provisioning:ro",
		"-v", s.path("grafana", "dashboards") + ":/var/lib/leastward/dashboards:ro",
	}
	for _, one := range append(settings, "LEASTWARD_DASHBOARDS=/var/lib/leastward/dashboards") {
		args = append(args, "-e", one)
	}
	return g.program, append(args, GrafanaImage), nil
}

// grafanaSettings returns Grafana's configuration, and what the provisioned
// files take from the environment. Whoever reaches the loopback address may
// edit: it is a demo.
func (s *suite) grafanaSettings() []string {
	host, port, _ := net.SplitHostPort(s.at.Grafana) // It comes from a listener.
	return []string{
		"GF_SERVER_HTTP_ADDR=" + host, "GF_SERVER_HTTP_PORT=" + port,
		"GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=leastward-ciem-datasource", "GF_PLUGINS_PREINSTALL_DISABLED=true",
		"GF_AUTH_ANONYMOUS_ENABLED=true", "GF_AUTH_ANONYMOUS_ORG_ROLE=Editor", "GF_SECURITY_DISABLE_GRAVATAR=true",
		"GF_ANALYTICS_REPORTING_ENABLED=false", "GF_ANALYTICS_CHECK_FOR_UPDATES=false", "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false",
		"GF_NEWS_NEWS_FEED_ENABLED=false",
		"LEASTWARD_URL=http://" + s.at.Exporter, "LEASTWARD_TOKEN=" + grafanaToken,
		"PROMETHEUS_URL=http://" + s.at.Metrics, "ALERTMANAGER_URL=http://" + s.at.Alertmanager,
	}
}
