package app_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

// One exporter has systems of three clouds: each has its series, its rows and
// its catalogue, and folders hold those of any.
func TestThreeClouds(t *testing.T) {
	t.Parallel()
	estate := filepath.Join(testkit.Root(), "internal", "collect", "azure", "testdata", "estate")
	const assets = `{"name":"//cloudresourcemanager.googleapis.com/projects/shop-prod","assetType":"cloudresourcemanager.googleapis.com/Project","ancestors":["projects/123456789012","organizations/1"],` +
		`"resource":{"data":{"projectId":"shop-prod","projectNumber":"123456789012","name":"Shop"}},"iamPolicy":{"bindings":[{"role":"roles/owner","members":["user:ana@shop.example"]},` +
		`{"role":"roles/viewer","members":["serviceAccount:deploy@shop-prod.iam.gserviceaccount.com"]}]}}` + "\n"
	r := startWith(t, oneAccount+`
azure: {onboard: listed, files: {entitlements: [`+estate+`]}, subscriptions: [{id: 11111111-1111-1111-1111-111111111111, owner: shop, folders: [prod]}]}
gcp: {projects: [{id: shop-prod, owner: shop, folders: [prod], files: {entitlements: [assets.ndjson]}}]}
api: {tokens: [{name: prod, role: viewer, folders: [prod], token: "of-production-of-production-00000"}]}
`, map[string]string{"assets.ndjson": assets})
	t.Cleanup(r.run(time.Now))
	var page string
	testkit.Eventually(t, 20*time.Second, "the systems of three clouds", func() bool {
		_, page = r.do(http.MethodGet, "/metrics")
		return strings.Count(page, "\nciem_pci{") == 3
	})
	for _, want := range []string{
		`ciem_identities{cloud="azure",system="11111111-1111-1111-1111-111111111111",identity_type="managed_identity",state="inactive"} 2`,
		`ciem_identities{cloud="gcp",system="shop-prod",identity_type="service_account",state="inactive"} 1`,
		`ciem_catalog_info{cloud="azure"`, `ciem_catalog_info{cloud="gcp"`, `ciem_catalog_info{cloud="aws"`,
		`ciem_finding_subjects{cloud="azure",system="11111111-1111-1111-1111-111111111111",category="super_service_principal"}`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if strings.Contains(page, `cloud="azure",system="11111111-1111-1111-1111-111111111111",identity_type="role"`) {
		t.Error("a subscription has roles as identities")
	}
	var systems api.Systems
	if _, body := r.doAs("of-production-of-production-00000", http.MethodGet, api.SystemsPath); json.Unmarshal([]byte(body), &systems) != nil || len(systems.Systems) != 3 {
		t.Fatalf("systems of the folder: %s", body)
	}
	var clouds []entitlement.Cloud
	for _, s := range systems.Systems {
		clouds = append(clouds, s.Cloud)
		if systems.Catalogs[s.Cloud] == "" || s.State != "online" || s.PCI == nil {
			t.Errorf("system %+v, catalogues %v", s, systems.Catalogs)
		}
	}
	if slices.Sort(clouds); !slices.Equal(clouds, entitlement.Clouds()) {
		t.Errorf("systems of %v", clouds)
	}
}
