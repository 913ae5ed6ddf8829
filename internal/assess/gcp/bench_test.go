package gcp_test

import (
	"fmt"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// many is a project of n identities, users in n/100 groups and service accounts
// by turns, with a role for each group and each tenth service account.
func many(n int) *entitlement.Inventory {
	inv := &entitlement.Inventory{
		System: entitlement.System{ID: system, Cloud: entitlement.GCP, Number: "123456789012"}, CollectedAt: now(), FullHistoryFrom: now().Add(-90 * day),
	}
	roles := catalog.GCPRoles()
	role := func(i int) entitlement.RoleID { return roles[i%len(roles)].ID }
	for i := range n / 100 {
		id := fmt.Sprintf("group-%d@shop.example", i)
		inv.Identities = append(inv.Identities, identity(id, entitlement.Group))
		inv.Grants = append(inv.Grants, grant(role(i), "group:"+id, scope))
	}
	for i := range n {
		if i%2 == 0 {
			group := entitlement.IdentityID(fmt.Sprintf("group-%d@shop.example", i/100))
			inv.Identities = append(inv.Identities, identity(fmt.Sprintf("user-%d@shop.example", i), entitlement.User, group))
			continue
		}
		id := fmt.Sprintf("account-%d@shop.iam.gserviceaccount.com", i)
		inv.Identities = append(inv.Identities, identity(id, entitlement.ServiceAccount))
		if i%10 == 1 {
			inv.Grants = append(inv.Grants, grant(role(i/10), "serviceAccount:"+id, scope))
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
				assessor().Assess(inv, usage.New(catalog.GCP()), now(), nil)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "identities/s")
		})
	}
}
