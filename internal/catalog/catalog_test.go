package catalog_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestAWS(t *testing.T) {
	t.Parallel()
	c := catalog.AWS()
	if got, want := c.Len(), 22091; got != want {
		t.Errorf("Len() = %d, want %d", got, want)
	}
	if got, want := c.Cloud(), entitlement.AWS; got != want {
		t.Errorf("Cloud() = %q, want %q", got, want)
	}
	if !strings.HasPrefix(c.Version(), "0.21.202609261-") {
		t.Errorf("Version() = %q, want the release of the data set", c.Version())
	}
	if got := c.All().Len(); got != c.Len() {
		t.Errorf("All() has %d actions, want %d", got, c.Len())
	}
}
