package entitle_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/tables/entitle"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
)

const (
	machine = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"
	files   = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/files"
	here    = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590"
	deploy  = "deploy@shop.iam.gserviceaccount.com"
	backup  = "backup@other.iam.gserviceaccount.com"
	worker  = "//cloudfunctions.googleapis.com/projects/shop/locations/eu/functions/work"
)

// ask asks about the subscription and the project, sorted by the first columns.
func ask(t *testing.T, table string, columns string, filters map[string][]string) [][]string {
	t.Helper()
	a := &tabletest.Asker{Definitions: entitle.Definitions(), Snapshot: tabletest.Clouds()}
	q := api.TableQuestion{Columns: strings.Fields(columns), Filters: filters}
	for _, c := range q.Columns {
		q.Sort = append(q.Sort, api.TableOrder{By: c})
	}
	return tabletest.Rows(a.Must(t, table, q))
}

func TestTablesOfThreeClouds(t *testing.T) {
	t.Parallel()
	only := func(pairs ...string) map[string][]string {
		filters := map[string][]string{}
		for i := 0; i < len(pairs); i += 2 {
			filters[pairs[i]] = append(filters[pairs[i]], pairs[i+1])
		}
		return filters
	}
	for _, tc := range []struct {
		table, columns string
		filters        map[string][]string
		want           [][]string
	}{
		{"identities", "identity type subtype in_pci super policies groups", nil, [][]string{
			{worker, "function", "service", "no", "no", "1", "0"},
			{"ana@shop.example", "user", "ed", "yes", "yes", "1", "0"},
			{"app", "service_principal", "ed", "yes", "no", "1", "0"},
			{backup, "service_account", "cross_account", "yes", "no", "1", "0"},
			{"ben", "user", "ed", "yes", "no", "0", "2"},
			{deploy, "service_account", "local", "yes", "no", "1", "0"},
			{"eve@else.example", "user", "guest", "yes", "no", "1", "0"},
			{"inner", "group", "ed", "no", "no", "0", "1"},
			{"managed", "managed_identity", "local", "yes", "no", "1", "0"},
			{"outer", "group", "ed", "no", "no", "1", "0"},
			{"owner", "user", "ed", "yes", "no", "1", "0"}, // A deny assignment takes something away.
			{"visitor", "user", "guest", "yes", "no", "1", "0"},
			{"work", "function", "service", "no", "no", "1", "0"},
		}},
		{"groups", "identity members members_active policies resources_used", nil, [][]string{
			{"inner", "1", "1", "0", "1"}, {"outer", "1", "1", "1", "1"},
		}},
		{"group_members", "group identity type direct", nil, [][]string{
			{"inner", "ben", "user", "yes"}, {"outer", "ben", "user", "no"}, {"outer", "inner", "group", "yes"},
		}},
		{"functions", "identity role role_shared_by", nil, [][]string{{worker, deploy, "1"}, {"work", "managed", "1"}}},
		{"access_keys", "access_key identity type age_bucket use", nil, [][]string{
			{"key", deploy, "service_account", "0-30", "unknown"}, {"secret", "app", "service_principal", "181-365", "unknown"},
		}},
		{"policies", "policy name kind identities attached", nil, [][]string{
			{"2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "Storage Blob Data Reader", "managed", "1", "1"},
			{"8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", "managed", "1", "1"},
			{"acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", "managed", "1", "2"},
			{"b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor", "managed", "1", "1"},
			{"projects/shop/roles/cleaner", "Cleaner", "custom", "1", "1"},
			{"roles/owner", "Owner", "managed", "1", "1"},
			{"roles/storage.objectViewer", "Storage Object Viewer", "managed", "4", "2"},
			{"roles/viewer", "Viewer", "managed", "1", "1"},
			{"starter", "Machine starter", "custom", "1", "1"},
		}},
		{"assignments", "identity policy_name kind way through scope conditional", only("identity", "ben", "identity", "visitor", "identity", "stranger", "identity", "allUsers", "identity", worker), [][]string{
			{worker, "Cleaner", "custom", "direct", deploy, "//cloudresourcemanager.googleapis.com/projects/shop", "no"},
			{worker, "Storage Object Viewer", "managed", "group", "allUsers", "//storage.googleapis.com/shop-files", "no"},
			{"allUsers", "Storage Object Viewer", "managed", "direct", "", "//storage.googleapis.com/shop-files", "no"},
			{"ben", "Machine starter", "custom", "group", "outer", here + "/resourceGroups/rg", "no"},
			{"stranger", "Reader", "managed", "direct", "", here, "no"},
			{"visitor", "Contributor", "managed", "direct", "", here, "eligible"},
		}},
		{"assignments", "identity policy policy_name way scope", only("way", "control"), [][]string{{"", "denial", "No keys", "control", files}}},
		{"permissions", "identity action service reach state via", only("identity", "ben", "service", "Microsoft.Compute", "state", "used"), [][]string{
			{"ben", "Microsoft.Compute/virtualMachines/start/action", "Microsoft.Compute", "part", "used", "Machine starter on " + here + "/resourceGroups/rg, by group outer"},
		}},
		{"permissions", "identity action service reach via", only("identity", worker, "severity", "delete"), [][]string{
			{worker, "storage.objects.delete", "storage", "all", "Cleaner on //cloudresourcemanager.googleapis.com/projects/shop"},
		}},
		{"actions", "action service identities_used resources", only("used", "yes"), [][]string{
			{"Microsoft.Compute/virtualMachines/start/action", "Microsoft.Compute", "1", "1"}, {"storage.buckets.create", "storage", "1", "1"},
		}},
		{"resources", "resource name resource_type service owner identities_accessed", nil, [][]string{
			{"//storage.googleapis.com/shop-files", "shop-files", "storage.googleapis.com/Bucket", "storage", "", "1"},
			{machine, "vm", "Microsoft.Compute/virtualMachines", "Microsoft.Compute", "", "1"},
			{here + "/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/open", "open", "Microsoft.Network/networkSecurityGroups", "Microsoft.Network", "", "0"},
			{files, "files", "Microsoft.Storage/storageAccounts", "Microsoft.Storage", "data", "0"},
		}},
		{"resources", "resource identities_with_access", only("resource", "//storage.googleapis.com/shop-files"), [][]string{{"//storage.googleapis.com/shop-files", "2"}}},
		{"resources", "resource identities_with_access", only("resource", files), [][]string{{files, "3"}}},
	} {
		if diff := cmp.Diff(tc.want, ask(t, tc.table, tc.columns, tc.filters)); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", tc.table, tc.filters, diff)
		}
	}
}

// Where a table has nothing to say of a cloud, it says so.
func TestNoticesOfOtherClouds(t *testing.T) {
	t.Parallel()
	a := &tabletest.Asker{Definitions: entitle.Definitions(), Snapshot: tabletest.Clouds()}
	for table, want := range map[string]string{
		"external_access": "1 of Azure and 1 of Google Cloud", "assumable_roles": "not assumed", "escalations": "1 systems of Azure",
	} {
		if got := a.Must(t, table, api.TableQuestion{}).Notices; len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: notices %q, want one with %q", table, got, want)
		}
	}
}
