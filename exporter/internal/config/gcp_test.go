package config_test

import (
	"path/filepath"
	"testing"

	"github.com/leastward/leastward/exporter/internal/config"
)

func TestLoadGCPLive(t *testing.T) {
	t.Parallel()
	c, err := config.Load(filepath.Join("testdata", "good.gcp-live.yml"))
	if err != nil {
		t.Fatal(err)
	}
	s := c.GCP.Section()
	if s.Live == nil || s.Automatic || s.Mode != config.OnboardSelected || len(s.Selected) != 1 || len(s.Systems) != 1 {
		t.Errorf("section = %+v", s)
	}
	if got, want := c.GCP.Live.CredentialsFile, filepath.Join("testdata", "federation.json"); got != want {
		t.Errorf("credentials_file is %q, want %q: relative to the file", got, want)
	}
	if l := c.GCP.Live; l.Directory.Subject != "admin@example.com" || l.Logs.Subscription == "" || l.Limits["iam"] != 20 || l.OwnerLabel != "team" {
		t.Errorf("live = %+v", l)
	}
}
