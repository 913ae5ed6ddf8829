package provisioning_test

import (
	"strings"
	"testing"
)

func TestRoutes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		labels string
		want   string
	}{
		"inactive user of a team":       {"alertname=CiemInactiveUser severity=warning playbook=inactive-user-read-only owner=payments", "remediator,team-payments"},
		"inactive user, owner unknown":  {"alertname=CiemInactiveUser severity=warning playbook=inactive-user-read-only", "remediator,secops"},
		"inactive user of a new team":   {"alertname=CiemInactiveUser severity=warning playbook=inactive-user-read-only owner=newcomers", "remediator,secops"},
		"inactive role of a team":       {"alertname=CiemInactiveIdentity severity=warning playbook=inactive-identity-review owner=data", "team-data"},
		"super identity":                {"alertname=CiemSuperIdentity severity=warning playbook=super-identity-review owner=platform", "team-platform"},
		"over-provisioned":              {"alertname=CiemOverprovisionedActiveIdentity severity=warning playbook=overprovisioned-right-size owner=storefront", "team-storefront"},
		"access key":                    {"alertname=CiemAccessKeyTooOld severity=warning playbook=access-key-rotate owner=mobile", "team-mobile"},
		"index of a system":             {"alertname=CiemSystemPCIHigh severity=warning playbook=system-pci-review owner=security", "team-security"},
		"index of a system, no owner":   {"alertname=CiemSystemPCIHigh severity=warning playbook=system-pci-review", "secops"},
		"budget":                        {"alertname=CiemFindingsTruncated severity=info playbook=series-budget-review owner=data", "team-data"},
		"collection of an owned system": {"alertname=CiemCollectionFailing severity=critical playbook=collection-repair owner=payments", "on-call,team-payments"},
		"no exporter":                   {"alertname=CiemExporterAbsent severity=critical playbook=collection-repair", "on-call,secops"},
		"a playbook with a like name":   {"alertname=X severity=warning playbook=inactive-user-read-only-not", "secops"},
		"foreign alert":                 {"alertname=Watchdog severity=none", "secops"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"config", "routes", "test", "--config.file", alertmanagerConfig}, strings.Fields(tc.labels)...)
			if got := strings.TrimSpace(run(t, "amtool", args...)); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}
