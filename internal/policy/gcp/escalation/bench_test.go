package escalation_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/gcp"
	"github.com/leastward/leastward/internal/policy/gcp/escalation"
)

// crowd is a project of n identities, every tenth a service account, each with
// ten predefined roles that are drawn.
func crowd(n int) world {
	r := rand.New(rand.NewPCG(1, 2))
	w := newWorld()
	roles := catalog.GCPRoles()
	for i := range n {
		id := fmt.Sprintf("u%d@example.com", i)
		kind := entitlement.User
		if i%10 == 0 {
			id, kind = fmt.Sprintf("s%d@p.iam.gserviceaccount.com", i), entitlement.ServiceAccount
		}
		w.add(id, kind)
		for range 10 {
			w.grant(id, roles[r.IntN(len(roles))].ID, manager+"projects/p")
		}
		if i%7 == 0 {
			w.grant(id, "roles/iam.serviceAccountUser", onAccount(fmt.Sprintf("s%d@p.iam.gserviceaccount.com", r.IntN(n)/10*10)))
		}
	}
	return w
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("identities=%d", n), func(b *testing.B) {
			if n > 10_000 && testing.Short() {
				b.Skip("takes a while")
			}
			w := crowd(n)
			p := gcp.New(catalog.GCP()).Compile(w.Inventory)
			for i := range w.Identities {
				p.Access(w.Identities[i].ID)
			}
			e := gcp.NewEstate(p)
			found := 0
			b.ReportAllocs()
			for b.Loop() {
				found = len(escalation.Find(e, p))
			}
			b.ReportMetric(float64(found), "identities-found")
		})
	}
}
