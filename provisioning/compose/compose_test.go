// Package compose_test holds the compose file against the schema, its
// references against what there is, and runs what the containers would run.
package compose_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"
)

// project is the compose file with every profile and .env.example.
func project(t *testing.T, profiles ...string) *types.Project {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	p, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: dir, ConfigFiles: []types.ConfigFile{{Filename: filepath.Join(dir, "compose.yml")}}, Environment: example(t),
	}, loader.WithProfiles(profiles))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// example reads .env.example.
func example(t *testing.T) types.Mapping {
	t.Helper()
	text, err := os.ReadFile(".env.example")
	if err != nil {
		t.Fatal(err)
	}
	env := types.Mapping{}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(name, "#") {
			env[name] = value
		}
	}
	return env
}

// Every setting of .env.example is one that the compose file reads, with the
// same default, and the other way around.
func TestSettingsAreInTheExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	want := types.Mapping{"COMPOSE_PROFILES": "victoriametrics"}
	for _, m := range regexp.MustCompile(`\$\{(\w+):-([^}]*)\}`).FindAllStringSubmatch(string(text), -1) {
		want[m[1]] = m[2]
	}
	if diff := cmp.Diff(want, example(t)); diff != "" {
		t.Errorf(".env.example (+) and the defaults in compose.yml (-) differ:\n%s", diff)
	}
}

func TestProfilesChooseTheStore(t *testing.T) {
	t.Parallel()
	always := []string{"alertmanager", "exporter", "grafana", "remediator"}
	for profile, with := range map[string][]string{
		"victoriametrics": {"victoriametrics", "vmalert"},
		"prometheus":      {"prometheus"},
	} {
		got, want := project(t, profile).ServiceNames(), slices.Concat(always, with)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("profile %s:\n%s", profile, diff)
		}
	}
}

// Images of others have an exact version or a digest; ours are built.
func TestImagesArePinned(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`:v?\d+\.\d+\.\d+$|@sha256:[0-9a-f]{64}$`)
	for name, s := range project(t, "*").Services {
		if !pinned.MatchString(s.Image) {
			t.Errorf("%s: image %s has no exact version", name, s.Image)
		}
		if ours := strings.HasPrefix(s.Image, "leastward/"); ours != (s.Build != nil) {
			t.Errorf("%s: is %s built here? %t", name, s.Image, s.Build != nil)
		}
	}
}

// Each container may do as little as it can.
func TestContainersAreHardened(t *testing.T) {
	t.Parallel()
	for name, s := range project(t, "*").Services {
		limits := s.Deploy.Resources.Limits
		for what, ok := range map[string]bool{
			"read_only":         s.ReadOnly,
			"cap_drop ALL":      slices.Equal(s.CapDrop, []string{"ALL"}),
			"cap_add":           len(s.CapAdd) == 0,
			"no-new-privileges": slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}),
			"privileged":        !s.Privileged,
			"restart":           s.Restart == types.RestartPolicyUnlessStopped,
			"healthcheck":       s.HealthCheck != nil && len(s.HealthCheck.Test) > 1 && !s.HealthCheck.Disable,
			"limits":            limits != nil && limits.MemoryBytes > 0 && limits.NanoCPUs > 0 && limits.Pids > 0,
			"host namespaces":   s.NetworkMode == "" && s.Pid == "" && s.Ipc == "" && s.UserNSMode == "",
			"devices":           len(s.Devices) == 0,
		} {
			if !ok {
				t.Errorf("%s: %s", name, what)
			}
		}
		checkMounts(t, name, &s)
	}
}

// checkMounts wants files of this machine read-only and there, and never the
// engine's socket.
func checkMounts(t *testing.T, name string, s *types.ServiceConfig) {
	t.Helper()
	for _, v := range s.Volumes {
		switch v.Type {
		case types.VolumeTypeBind:
			if info, err := os.Stat(v.Source); err != nil || !info.IsDir() || !v.ReadOnly {
				t.Errorf("%s: %s is not a folder that is mounted read-only: %v", name, v.Source, err)
			}
		case types.VolumeTypeVolume:
			if v.Source == "" {
				t.Errorf("%s: what is in %s has no name and is lost with the container", name, v.Target)
			}
		default:
			t.Errorf("%s: a mount of type %s", name, v.Type)
		}
	}
}

// What is published is published to this machine alone.
func TestPortsStayOnThisMachine(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for name, s := range project(t, "*").Services {
		for _, p := range s.Ports {
			if p.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes port %s at %q", name, p.Published, p.HostIP)
			}
			got[name] = p.Published
		}
	}
	want := map[string]string{"exporter": "9186", "remediator": "9187", "alertmanager": "9093", "grafana": "3000"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Containers meet only on networks without a way out, and few meet the
// remediator there.
func TestNetworksSeparate(t *testing.T) {
	t.Parallel()
	p := project(t, "*")
	for name, n := range p.Networks {
		if apart := n.DriverOpts["com.docker.network.bridge.enable_icc"] == "false"; !apart && !n.Internal {
			t.Errorf("network %s has a way out, and its containers meet", name)
		}
	}
	var got []string
	for name, s := range p.Services {
		for network := range s.Networks {
			if _, ok := p.Services["remediator"].Networks[network]; ok && p.Networks[network].Internal && name != "remediator" {
				got = append(got, name)
			}
		}
	}
	slices.Sort(got)
	want := []string{"alertmanager", "exporter", "prometheus", "victoriametrics"}
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("who reaches the remediator:\n%s", diff)
	}
}
