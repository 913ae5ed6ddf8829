package azure_test

import (
	"fmt"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// many is a subscription of n users in n/100 groups, with a grant to each group
// and to every tenth user.
func many(n int) *entitlement.Inventory {
	inv := &entitlement.Inventory{System: entitlement.System{ID: system, Cloud: entitlement.Azure}, CollectedAt: now(), FullHistoryFrom: now().Add(-90 * day)}
	roles := catalog.AzureRoles()
	role := func(i int) string { return string(roles[i%len(roles)].ID) }
	for i := range n / 100 {
		id := fmt.Sprintf("group-%d", i)
		inv.Identities = append(inv.Identities, identity(id, entitlement.Group))
		inv.Grants = append(inv.Grants, grant(role(i), id, scope))
	}
	for i := range n {
		id := fmt.Sprintf("user-%d", i)
		inv.Identities = append(inv.Identities, identity(id, entitlement.User, entitlement.IdentityID(fmt.Sprintf("group-%d", i/100))))
		if i%10 == 0 {
			inv.Grants = append(inv.Grants, grant(role(i/10), id, fmt.Sprintf("%s/resourceGroups/rg-%d", scope, i%50)))
		}
	}
	return inv
}

func BenchmarkAssess(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		inv := many(n)
		b.Run(fmt.Sprintf("identities=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				assessor().Assess(inv, usage.New(catalog.Azure()), now(), nil)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "identities/s")
		})
	}
}
