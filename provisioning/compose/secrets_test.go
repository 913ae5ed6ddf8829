package compose_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Secrets and configurations are files; each is used, and each that a container
// names is one that it gets.
func TestSecretsAreFilesThatAreUsed(t *testing.T) {
	t.Parallel()
	p := project(t, "*")
	used := map[string]bool{}
	for name, s := range p.Services {
		given := map[string]bool{}
		for _, secret := range s.Secrets {
			given[secret.Source], used["secret "+secret.Source] = true, true
		}
		for _, config := range s.Configs {
			used["config "+config.Source] = true
			checkNamed(t, name, p.Configs[config.Source].File, given)
		}
		words := slices.Concat([]string(s.Command), []string(s.HealthCheck.Test))
		for _, value := range s.Environment {
			words = append(words, *value)
		}
		checkSecrets(t, name, strings.Join(words, "\n"), given)
	}
	for name, s := range p.Secrets {
		if s.File == "" || s.Environment != "" || !used["secret "+name] {
			t.Errorf("secret %s is no file, or nobody gets it", name)
		}
	}
	for name, c := range p.Configs {
		if c.File == "" || c.Content != "" || !used["config "+name] {
			t.Errorf("config %s is no file, or nobody gets it", name)
		}
	}
}

func checkNamed(t *testing.T, service, file string, given map[string]bool) {
	t.Helper()
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		t.Fatal(err)
	}
	checkSecrets(t, service, string(text), given)
}

// checkSecrets wants every path below /run/secrets to be a secret of the
// service.
func checkSecrets(t *testing.T, service, text string, given map[string]bool) {
	t.Helper()
	for _, m := range regexp.MustCompile(`/run/secrets/([\w.-]+)`).FindAllStringSubmatch(text, -1) {
		if !given[m[1]] {
			t.Errorf("%s reads /run/secrets/%s and does not get it", service, m[1])
		}
	}
}

// What holds a secret names a file everywhere.
func TestNoSecretStandsInAFile(t *testing.T) {
	t.Parallel()
	secret := regexp.MustCompile(`(?i)^\s*[-\w]*(password|token|secret|credentials|key)\s*:\s*(\S.*)$`)
	names := regexp.MustCompile(`^(\$__file\{/run/secrets/\w+\}|\{file: secrets/[\w.]+\}|/run/secrets/\w+)$`)
	var files []string
	for _, glob := range []string{"*.yml", "config/*.yml", "grafana/*.yml"} {
		found, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 7 {
		t.Fatalf("only %q found", files)
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if m := secret.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil && !names.MatchString(m[2]) {
				t.Errorf("%s: %s", file, strings.TrimSpace(line))
			}
		}
	}
}

// The script makes every secret that the compose file names, and changes none
// when it runs again.
func TestSecretsScript(t *testing.T) {
	t.Parallel()
	dir := secrets(t)
	var want []string
	for _, s := range project(t, "*").Secrets {
		want = append(want, filepath.Base(s.File))
	}
	// Those of the people.
	want = append(want, "exporter_for_admin", "remediator_for_admin")
	before := contents(t, dir)
	slices.Sort(want)
	var got []string
	for name := range before {
		got = append(got, name)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	makeSecrets(t, dir)
	if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
		t.Errorf("the second run changes:\n%s", diff)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("others may enter the folder: %v %v", info.Mode(), err)
	}
	seen := map[string]string{}
	for name, text := range before {
		if strings.Contains(name, "_for_") && len(text) < 65 || seen[text] != "" && !strings.HasPrefix(name, "aws_") {
			t.Errorf("%s is short, or the same as %s", name, seen[text])
		}
		seen[text] = name
	}
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(text)
	}
	return out
}
