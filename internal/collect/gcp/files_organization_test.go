package gcp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
)

// TestOrganization reads an organization with two projects, exported by several
// commands in several shapes.
func TestOrganization(t *testing.T) {
	t.Parallel()
	e := read(t, "testdata/organization")
	if e.Stats.In != 45 || e.Stats.Taken != 45 || e.Stats.Files != 13 {
		t.Errorf("got %+v, want 45 records of 13 files, all taken", e.Stats)
	}
	want := []string{"no_project | assets-policy.json: record 1 at byte 0, assets[5] | //cloudbilling.googleapis.com/billingAccounts/B belongs to " +
		"organizations/10 and to no project: its 1 bindings are in no inventory"}
	if diff := cmp.Diff(want, problems(e.Problems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if len(e.Systems) != 2 {
		t.Fatalf("got %d projects, want 2", len(e.Systems))
	}
	for i, check := range []func(*testing.T, *entitlement.Inventory){checkProd, checkTest} {
		inv := e.Systems[i]
		if len(inv.Problems) > 0 || !inv.CollectedAt.Equal(now()) || inv.Domains["example.com"] != "C0abc" {
			t.Errorf("%s: %v, collected %v, domains %v", inv.System.ID, inv.Problems, inv.CollectedAt, inv.Domains)
		}
		check(t, inv)
	}
}

func checkProd(t *testing.T, inv *entitlement.Inventory) {
	t.Helper()
	for _, c := range []struct {
		what      string
		want, got any
	}{
		{"system", entitlement.System{ID: "shop-prod", Cloud: entitlement.GCP, Name: "Shop", Number: "101"}, inv.System},
		{"ancestors", []entitlement.Scope{
			{ID: "//cloudresourcemanager.googleapis.com/folders/20", Type: "folder", Name: "Shop"},
			{ID: "//cloudresourcemanager.googleapis.com/organizations/10", Type: "organization", Name: "example.com"},
		}, inv.Ancestors},
		{"grants", []string{
			"roles/owner user:alice@example.com cloudresourcemanager.googleapis.com/projects/shop-prod",
			"roles/owner user:bob@partner.test cloudresourcemanager.googleapis.com/projects/shop-prod",
			"roles/owner deleted:user:gone@example.com?uid=1 cloudresourcemanager.googleapis.com/projects/shop-prod",
			"projects/shop-prod/roles/deployer serviceAccount:deploy@shop-prod.iam.gserviceaccount.com cloudresourcemanager.googleapis.com/projects/shop-prod",
			"projects/shop-prod/roles/deployer serviceAccount:build@shop-tools.iam.gserviceaccount.com cloudresourcemanager.googleapis.com/projects/shop-prod",
			"projects/shop-prod/roles/deployer serviceAccount:service-101@compute-system.iam.gserviceaccount.com cloudresourcemanager.googleapis.com/projects/shop-prod",
			"roles/viewer principal://iam.googleapis.com/projects/101/locations/global/workloadIdentityPools/gh/subject/repo:x cloudresourcemanager.googleapis.com/projects/shop-prod",
			"roles/viewer principalSet://iam.googleapis.com/locations/global/workforcePools/w/group/g cloudresourcemanager.googleapis.com/projects/shop-prod",
			"roles/viewer projectOwner:shop-prod cloudresourcemanager.googleapis.com/projects/shop-prod",
			"roles/iam.serviceAccountTokenCreator user:alice@example.com iam.googleapis.com/projects/shop-prod/serviceAccounts/deploy@shop-prod.iam.gserviceaccount.com",
			"roles/storage.objectViewer allUsers storage.googleapis.com/shop-prod-data",
			"roles/resourcemanager.organizationAdmin user:Root@example.com cloudresourcemanager.googleapis.com/organizations/10",
			"organizations/10/roles/auditor group:audit@example.com cloudresourcemanager.googleapis.com/organizations/10",
		}, grants(inv)},
		{"a grant whole", entitlement.RoleGrant{
			ID: "//cloudresourcemanager.googleapis.com/projects/shop-prod#0", Role: "roles/owner", Member: "user:bob@partner.test",
			Scope: "//cloudresourcemanager.googleapis.com/projects/shop-prod", Condition: &entitlement.Condition{
				Title: "week", Description: "one week", Expression: `request.time < timestamp("2025-01-08T00:00:00Z")`,
			},
		}, inv.Grants[1]},
		{"identities", []string{
			`function //cloudfunctions.googleapis.com/projects/shop-prod/locations/europe-west1/functions/hook "hook", as shop-prod@appspot.gserviceaccount.com`,
			`function //cloudfunctions.googleapis.com/projects/shop-prod/locations/europe-west1/functions/resize "resize", as 101-compute@developer.gserviceaccount.com`,
			`instance //compute.googleapis.com/projects/shop-prod/zones/europe-west1-b/instances/web-1 "web-1", as deploy@shop-prod.iam.gserviceaccount.com`,
			`function //run.googleapis.com/projects/shop-prod/locations/europe-west1/services/api "api", as deploy@shop-prod.iam.gserviceaccount.com`,
			`service_account 101-compute@developer.gserviceaccount.com, default, disabled, #7002`,
			`user alice@example.com "Alice Archer", mfa, #1`,
			`group audit@example.com "Auditors", in [staff@example.com], #groups/g1`,
			`user bob@partner.test, guest`,
			`service_account build@shop-tools.iam.gserviceaccount.com`,
			`user carol@example.com "Carol Carter", disabled, no-mfa, in [staff@example.com], #2`,
			`service_account deploy@shop-prod.iam.gserviceaccount.com "Deployments", in [audit@example.com], 2 keys, #7001`,
			`service_account principal://iam.googleapis.com/projects/101/locations/global/workloadIdentityPools/gh/subject/repo:x "repo:x"`,
			`user root@example.com`,
			`service_account service-101@compute-system.iam.gserviceaccount.com, managed`,
			`service_account shop-prod@appspot.gserviceaccount.com, default`,
			`group staff@example.com "Staff", in [audit@example.com], #groups/g2`,
		}, identities(inv)},
		{"roles", map[entitlement.RoleID]entitlement.RoleDefinition{
			"organizations/10/roles/auditor": {
				ID: "organizations/10/roles/auditor", Name: "Auditor", Stage: "GA",
				Blocks: []entitlement.PermissionBlock{{Actions: []string{"storage.buckets.list", "logging.logEntries.list"}}},
			},
			"projects/shop-prod/roles/deployer": {
				ID: "projects/shop-prod/roles/deployer", Name: "Deployer", Stage: "GA",
				Blocks: []entitlement.PermissionBlock{{Actions: []string{"run.services.update", "iam.serviceAccounts.actAs"}}},
			},
			"projects/shop-prod/roles/old": {ID: "projects/shop-prod/roles/old", Name: "Old", Deleted: true, Blocks: []entitlement.PermissionBlock{{}}},
		}, inv.Roles},
		{"denials", []entitlement.Denial{{
			ID:   "policies/cloudresourcemanager.googleapis.com%2Ffolders%2F20/denypolicies/no-keys",
			Name: "No keys", Description: "keys are made by security", Scope: "//cloudresourcemanager.googleapis.com/folders/20",
			Rules: []entitlement.DenialRule{{
				Blocks:  []entitlement.PermissionBlock{{Actions: []string{"iam.googleapis.com/serviceAccountKeys.create"}}},
				Members: []string{"principalSet://goog/public:all"}, ExceptMembers: []string{"principalSet://goog/group/audit@example.com"},
				Condition: &entitlement.Condition{Expression: "!resource.matchTag('10/env','test')"},
			}},
		}}, inv.Denials},
		{"boundaries", []entitlement.AccessBoundary{{
			ID: "organizations/10/locations/global/principalAccessBoundaryPolicies/inside", Name: "Inside", Version: "2",
			Binding: "organizations/10/locations/global/policyBindings/all", Target: "//cloudresourcemanager.googleapis.com/projects/shop-prod",
			Resources: []entitlement.ResourceID{"//cloudresourcemanager.googleapis.com/organizations/10"},
			Condition: &entitlement.Condition{Expression: "principal.type == 'iam.googleapis.com/ServiceAccount'"},
		}}, inv.Boundaries},
		{"firewalls", []entitlement.SecurityGroup{{
			ID: "//compute.googleapis.com/projects/shop-prod/global/firewalls/web", GroupID: "902", Name: "web",
			Network: "//compute.googleapis.com/projects/shop-prod/global/networks/default",
			Inbound: []entitlement.InboundRule{
				{Protocol: "tcp", From: 80, To: 80, Source: "0.0.0.0/0"}, {Protocol: "tcp", From: 8000, To: 8080, Source: "0.0.0.0/0"},
			},
			Instances: []entitlement.IdentityID{"//compute.googleapis.com/projects/shop-prod/zones/europe-west1-b/instances/web-1"},
		}}, inv.SecurityGroups},
		{"the bucket", entitlement.Resource{
			ID: "//storage.googleapis.com/shop-prod-data", Type: "storage.googleapis.com/Bucket", Name: "shop-prod-data",
			Tags: map[string]string{"class": "secret"}, Bucket: &entitlement.Bucket{
				Encryption: entitlement.EncryptionCustomer, KeyID: "projects/shop-prod/locations/eu/keyRings/r/cryptoKeys/k",
				PublicAllowed: entitlement.No, ObjectACLs: entitlement.No, // The organization prevents public access.
			},
		}, inv.Resources[len(inv.Resources)-1]},
		{"number of resources", 6, len(inv.Resources)},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
	checkDeploy(t, inv)
}

// checkDeploy looks at the keys of a service account: what Google holds is none,
// and what stands in two exports is one.
func checkDeploy(t *testing.T, inv *entitlement.Inventory) {
	t.Helper()
	used := time.Date(2024, 12, 24, 8, 0, 0, 0, time.UTC)
	want := entitlement.Identity{
		ID: "deploy@shop-prod.iam.gserviceaccount.com", UniqueID: "7001", AppID: "7001", System: "shop-prod", Kind: entitlement.ServiceAccount,
		Name: "Deployments", Email: "deploy@shop-prod.iam.gserviceaccount.com", Groups: []entitlement.IdentityID{"audit@example.com"},
		LastUsed: used, Keys: []entitlement.AccessKey{
			{ID: "k1", Created: time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC), Active: true, LastUsed: used, UseKnown: true},
			{ID: "k2", Created: time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)},
		},
	}
	for i := range inv.Identities {
		if strings.HasPrefix(string(inv.Identities[i].ID), "deploy@") {
			if diff := cmp.Diff(want, inv.Identities[i]); diff != "" {
				t.Errorf("deploy (-want +got):\n%s", diff)
			}
		}
	}
}

func checkTest(t *testing.T, inv *entitlement.Inventory) {
	t.Helper()
	if diff := cmp.Diff([]string{
		"roles/editor domain:example.com cloudresourcemanager.googleapis.com/folders/21",
		"roles/resourcemanager.organizationAdmin user:Root@example.com cloudresourcemanager.googleapis.com/organizations/10",
		"organizations/10/roles/auditor group:audit@example.com cloudresourcemanager.googleapis.com/organizations/10",
	}, grants(inv)); diff != "" {
		t.Errorf("grants (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		`instance //compute.googleapis.com/projects/shop-test/zones/europe-west1-b/instances/batch "batch"`,
		`function //run.googleapis.com/projects/shop-test/locations/europe-west1/services/api "api", as 102-compute@developer.gserviceaccount.com`,
		`service_account 102-compute@developer.gserviceaccount.com, default`,
		`user alice@example.com "Alice Archer", mfa, #1`,
		`group audit@example.com "Auditors", in [staff@example.com], #groups/g1`,
		`user carol@example.com "Carol Carter", disabled, no-mfa, in [staff@example.com], #2`,
		`service_account deploy@shop-prod.iam.gserviceaccount.com "Deployments", in [audit@example.com], #7001`,
		`user root@example.com`,
		`group staff@example.com "Staff", in [audit@example.com], #groups/g2`,
	}, identities(inv)); diff != "" {
		t.Errorf("identities (-want +got):\n%s", diff)
	}
	if len(inv.Denials) != 1 || len(inv.Boundaries) != 1 || len(inv.Ancestors) != 3 {
		t.Errorf("%d denials, %d boundaries, %d ancestors; want 1, 1, 3", len(inv.Denials), len(inv.Boundaries), len(inv.Ancestors))
	}
}
