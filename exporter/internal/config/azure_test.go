package config_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/config"
)

func TestAzureLive(t *testing.T) {
	t.Parallel()
	c, err := config.Load(filepath.Join("testdata", "good.live.yml"))
	if err != nil {
		t.Fatal(err)
	}
	want := &config.AzureLive{
		TenantID: "99999999-aaaa-0000-0000-000000000001", Cloud: "government", ManagementGroup: "corp",
		ClientID: "99999999-aaaa-0000-0000-000000000002", ClientSecretFile: filepath.Join("testdata", "azure.secret"), Skip: []string{"mfa"}, Operations: true, OwnerTag: "owner",
		Logs: config.AzureLogs{
			Storage:   &config.AzureStorage{Account: "leastwardlogs", Containers: []string{"insights-activity-logs", "insights-logs-storageread"}},
			Directory: true,
		},
		Limits: map[string]float64{"graph": 5},
	}
	if diff := cmp.Diff(want, c.Azure.Live); diff != "" {
		t.Error(diff)
	}
	s := c.Azure.Section()
	if s.Automatic || !s.Given() || s.Mode != config.OnboardSelected || s.Live != c.Azure.Live {
		t.Errorf("%+v", s)
	}
	if diff := cmp.Diff([]string{"11111111-aaaa-0000-0000-000000000001"}, s.Selected); diff != "" {
		t.Error(diff)
	}
	if gcp := c.GCP.Section(); gcp.Given() {
		t.Errorf("%+v", gcp)
	}
}

// An event hub has a consumer group unless one is named.
func TestAzureEventHub(t *testing.T) {
	t.Parallel()
	c, err := config.Load(filepath.Join("testdata", "good.azure-hub.yml"))
	if err != nil {
		t.Fatal(err)
	}
	want := &config.AzureEventHub{Namespace: "leastward", Hub: "logs", ConsumerGroup: "$Default"}
	if diff := cmp.Diff(want, c.Azure.Live.Logs.EventHub); diff != "" {
		t.Error(diff)
	}
}
