package demo

import (
	"context"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"text/template"
)

//go:embed files/*.yml
var files embed.FS

// configure writes the configurations of all programs, and the alert rules
// with short waits, for a newcomer does not want to look at an empty page.
func (s *suite) configure(ctx context.Context) error {
	for _, a := range []struct {
		to   *string
		port int
	}{
		{&s.at.Exporter, 9186},
		{&s.at.Metrics, 8428},
		{&s.at.Alertmanager, 9093},
		{&s.at.Remediator, 9187},
		{&s.at.Rules, 8880},
		{&s.at.Grafana, 3000},
	} {
		var err error
		if *a.to, err = address(ctx, a.port); err != nil {
			return err
		}
	}
	accounts, err := filepath.Glob(s.path("tenant", "aws", "[0-9]*"))
	if err != nil || len(accounts) == 0 {
		return fmt.Errorf("find the accounts of the sample tenant: %d found, %w", len(accounts), err)
	}
	for i := range accounts {
		accounts[i] = filepath.Base(accounts[i])
	}
	templates, err := template.ParseFS(files, "files/*.yml")
	if err != nil {
		return err
	}
	for _, t := range templates.Templates() {
		if err := s.fill(t, accounts); err != nil {
			return err
		}
	}
	return s.shortenRules()
}

func (s *suite) fill(t *template.Template, accounts []string) error {
	f, err := os.Create(s.path(t.Name()))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // Execute tells of failed writes.
	return t.Execute(f, map[string]any{"At": s.at, "Dir": s.Dir, "Accounts": accounts})
}

// shortenRules copies the alert rules with waits of ten seconds.
func (s *suite) shortenRules() error {
	paths, err := filepath.Glob(filepath.Join(s.Rules, "*.yml"))
	if err != nil || len(paths) == 0 {
		return fmt.Errorf("find alert rules in %s: %d found, %w", s.Rules, len(paths), err)
	}
	if err := os.MkdirAll(s.path("rules"), 0o755); err != nil {
		return err
	}
	wait := regexp.MustCompile(`(?m)^(\s+for: )\S+$`)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text = wait.ReplaceAll(text, []byte("${1}10s"))
		if err := os.WriteFile(s.path("rules", filepath.Base(path)), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
