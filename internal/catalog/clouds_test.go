package catalog_test

import (
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for cloud, want := range map[entitlement.Cloud]*catalog.Catalog{
		entitlement.AWS: catalog.AWS(), entitlement.Azure: catalog.Azure(), entitlement.GCP: catalog.GCP(), entitlement.Platform: nil, "": nil,
	} {
		if got := catalog.Of(cloud); got != want {
			t.Errorf("Of(%q) = %p, want %p", cloud, got, want)
		}
	}
	for _, c := range []*catalog.Catalog{catalog.Azure(), catalog.GCP()} {
		if catalog.Of(c.Cloud()) != c || c.Version() == "" || c.All().Len() != c.Len() {
			t.Errorf("the catalogue of %q (version %q) has %d actions, %d of them in All", c.Cloud(), c.Version(), c.Len(), c.All().Len())
		}
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	got := []int{catalog.Azure().Len(), catalog.Azure().Data().Len(), catalog.GCP().Len(), len(catalog.AzureRoles()), len(catalog.GCPRoles())}
	t.Log(got)
}
