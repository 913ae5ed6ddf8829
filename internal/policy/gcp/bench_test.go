package gcp_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp"
)

// crowd is a project of n identities with ten bindings each, of predefined
// roles that are drawn, most on the project, some on buckets and some under a
// condition; with groups, deny policies and a boundary.
func crowd(n int) world {
	r := rand.New(rand.NewPCG(1, 2))
	w := newWorld()
	roles := catalog.GCPRoles()
	for g := range 100 {
		w.Identities = append(w.Identities, entitlement.Identity{ID: entitlement.IdentityID(fmt.Sprintf("g%d@example.com", g)), Kind: entitlement.Group})
		w.grant(fmt.Sprintf("group:g%d@example.com", g), roles[r.IntN(len(roles))].ID, folder+"222")
	}
	for i := range n {
		kind, member := entitlement.User, fmt.Sprintf("u%d@example.com", i)
		spelled := "user:" + member
		if i%3 == 0 {
			kind, member = entitlement.ServiceAccount, fmt.Sprintf("s%d@p.iam.gserviceaccount.com", i)
			spelled = "serviceAccount:" + member
		}
		w.Identities = append(w.Identities, entitlement.Identity{
			ID: entitlement.IdentityID(member), Kind: kind, System: "p",
			Groups: []entitlement.IdentityID{entitlement.IdentityID(fmt.Sprintf("g%d@example.com", i%100))},
		})
		for range 10 {
			w.drawGrant(r, spelled, roles[r.IntN(len(roles))].ID)
		}
	}
	for i := range 5 {
		w.deny(project+"p", "iam.googleapis.com/roles.*", fmt.Sprintf("principalSet://goog/public:all except principalSet://goog/group/g%d@example.com", i))
	}
	w.deny(org+"333", "storage.googleapis.com/*.delete", "principalSet://goog/group/g7@example.com", "resource.matchTag('333/env', 'prod')")
	w.Boundaries = []entitlement.AccessBoundary{{ID: "pab", Target: org + "333", Resources: []entitlement.ResourceID{org + "333"}}}
	return w
}

func (w world) drawGrant(r *rand.Rand, member string, role entitlement.RoleID) {
	switch r.IntN(10) {
	case 0:
		w.grant(member, role, entitlement.ResourceID(fmt.Sprintf("%sb%d", bucket, r.IntN(1000))))
	case 1:
		w.grant(member, role, project+"p", `resource.name.startsWith("projects/_/buckets/b1") && resource.type == "storage.googleapis.com/Object"`)
	default:
		w.grant(member, role, project+"p")
	}
}

func BenchmarkAccess100k(b *testing.B) {
	if testing.Short() {
		b.Skip("takes seconds")
	}
	w := crowd(100_000)
	e := evaluator()
	b.ReportAllocs()
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		p := e.Compile(w.Inventory)
		for i := range w.Identities {
			p.Access(w.Identities[i].ID)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(p)
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB-held")
}

func BenchmarkDecide(b *testing.B) {
	w := crowd(10_000)
	e := gcp.NewEstate(w.compile())
	requests := make([]decision.Request, 1000)
	r := rand.New(rand.NewPCG(3, 4))
	for i := range requests {
		requests[i] = decision.Request{
			Principal: w.Identities[100+r.IntN(1000)].ID, Action: catalog.GCP().Info(r.IntN(catalog.GCP().Len())).Action,
			Resource: entitlement.ResourceID(fmt.Sprintf("%sb%d/objects/o", bucket, r.IntN(1000))),
		}
	}
	var d decision.Decision
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := e.Decide(&requests[i%len(requests)], &d); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
