package reports_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/tables/registry"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// What reports say of a subscription of Azure and a project of Google Cloud.
func TestReportsOfThreeClouds(t *testing.T) {
	t.Parallel()
	b := over(tabletest.Clouds(), registry.Options{})
	for _, tc := range []struct {
		kind    report.Kind
		filters map[string][]string
		table   string
		columns string
		want    []string
	}{
		{report.UserEntitlements, map[string][]string{"type": {"service_account", "managed_identity", "service_principal"}}, "identities", "cloud name type subtype", []string{
			"azure app service_principal ed", "azure managed managed_identity local",
			"gcp backup@other.iam.gserviceaccount.com service_account cross_account", "gcp deploy@shop.iam.gserviceaccount.com service_account local",
		}},
		{report.UserEntitlements, map[string][]string{"part": {"permissions"}, "identity": {"ben"}}, "assignments", "name policy_name way through conditional", []string{
			"ben Machine starter group outer no",
		}},
		{report.GroupEntitlements, nil, "groups", "name members members_active", []string{"inner 1 1", "outer 1 1"}},
		{report.AccessKeyEntitlements, nil, "access_keys", "access_key age_bucket use", []string{"secret 181-365 unknown", "key 0-30 unknown"}},
		{report.IdentityPermissions, map[string][]string{"action": {"storage.objects.delete", "Microsoft.Compute/virtualMachines/start/action"}, "type": {"group", "service_account"}}, "holders", "action name state", []string{
			"Microsoft.Compute/virtualMachines/start/action inner used", "Microsoft.Compute/virtualMachines/start/action outer used",
			"storage.objects.delete deploy@shop.iam.gserviceaccount.com unobservable",
		}},
		{report.AllPermissionsOfOne, map[string][]string{"identity": {"deploy@shop.iam.gserviceaccount.com"}, "type": {"delete"}}, "permissions", "action reach via", []string{
			"storage.objects.delete all Cleaner on //cloudresourcemanager.googleapis.com/projects/shop",
		}},
		{report.RolePolicyDetails, map[string][]string{"kind": {"custom"}}, "policies", "name identities granted", []string{"Machine starter 1 31", "Cleaner 1 2"}},
	} {
		made, err := b.Build(t.Context(), &reports.Request{Kind: tc.kind, Ask: &api.ReportQuestion{Filters: tc.filters}, Caller: &access.Caller{}})
		if err != nil {
			t.Errorf("%s: %v", tc.kind, err)
			continue
		}
		found := false
		for _, tab := range made.Tables() {
			if tab.ID != tc.table {
				continue
			}
			found = true
			if diff := cmp.Diff(tc.want, cells(tab, tc.columns)); diff != "" {
				t.Errorf("%s %v (-want +got):\n%s", tc.kind, tc.filters, diff)
			}
		}
		if !found {
			t.Errorf("%s has no table %s", tc.kind, tc.table)
		}
	}
	made, err := b.Build(t.Context(), &reports.Request{Kind: report.PermissionsAnalytics, Ask: &api.ReportQuestion{Clouds: []entitlement.Cloud{entitlement.Azure}}, Caller: &access.Caller{}})
	if err != nil || len(made.Scope.Systems) != 1 {
		t.Errorf("the Permissions Analytics Report of Azure: %v", err)
	}
}
