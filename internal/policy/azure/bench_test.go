package azure_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure"
	"github.com/leastward/leastward/internal/policy/decision"
)

// crowd is a subscription of n users with ten role assignments each: six of
// their own and four by way of groups, on the subscription and above, on 200
// resource groups and on 2,000 resources; of 928 built-in roles and 200 custom
// ones; one in twenty under a condition, one in twenty eligible. Forty deny
// assignments lie on resource groups, half of them for everybody but a group.
func crowd(n int) *entitlement.Inventory {
	r := rand.New(rand.NewPCG(1, 2))
	e := newEstate()
	roles := crowdRoles(e, r)
	groups := make([]entitlement.IdentityID, 500)
	for i := range groups {
		groups[i] = entitlement.IdentityID(fmt.Sprintf("00000000-0000-4000-8000-0000000%05x", i))
		id := entitlement.Identity{ID: groups[i], Kind: entitlement.Group}
		if i > 0 && i%3 == 0 {
			id.Groups = []entitlement.IdentityID{groups[r.IntN(i)]}
		}
		e.Identities = append(e.Identities, id)
		crowdGrants(e, r, string(groups[i]), roles, 2)
	}
	for i := range n {
		id := entitlement.Identity{ID: entitlement.IdentityID(fmt.Sprintf("10000000-0000-4000-8000-0000%08x", i)), Kind: entitlement.User}
		id.Groups = []entitlement.IdentityID{groups[r.IntN(len(groups))], groups[r.IntN(len(groups))]}
		e.Identities = append(e.Identities, id)
		crowdGrants(e, r, string(id.ID), roles, 6)
	}
	for i := range 40 {
		members := []string{everybody}
		if i%2 == 0 {
			members = []string{string(groups[i])}
		}
		e.deny(fmt.Sprintf("%s/resourceGroups/rg-%d", sub, i), members, []string{string(groups[100+i])},
			entitlement.PermissionBlock{Actions: []string{"*/delete", "*/write"}, NotActions: []string{"Microsoft.Authorization/*"}})
	}
	return e.Inventory
}

func crowdRoles(e estate, r *rand.Rand) []entitlement.RoleID {
	var out []entitlement.RoleID
	for _, d := range catalog.AzureRoles() {
		out = append(out, d.ID)
	}
	for i := range 200 {
		id := fmt.Sprintf("20000000-0000-4000-8000-0000%08x", i)
		b := entitlement.PermissionBlock{NotActions: []string{"*/delete"}}
		for range 1 + r.IntN(6) {
			service := catalog.Azure().Info(r.IntN(catalog.Azure().Len())).Service
			b.Actions = append(b.Actions, service+[]string{"/*", "/*/read", "/*/write"}[r.IntN(3)])
		}
		out = append(out, e.role(id, b).Roles[entitlement.RoleID(id)].ID)
	}
	return out
}

func crowdGrants(e estate, r *rand.Rand, member string, roles []entitlement.RoleID, n int) {
	for range n {
		e.grant(member, string(roles[r.IntN(len(roles))]), crowdScope(r), func(g *entitlement.RoleGrant) {
			switch r.IntN(20) {
			case 0:
				g.Condition = crowdCondition()
			case 1:
				g.Eligible = true
			}
		})
		inv := e.Inventory
		inv.Grants[len(inv.Grants)-1].ID = "" // Long texts of no interest.
	}
}

func crowdScope(r *rand.Rand) string {
	rg := fmt.Sprintf("%s/resourceGroups/rg-%d", sub, r.IntN(200))
	switch r.IntN(4) {
	case 0:
		return []string{sub, sub, "/", "/providers/Microsoft.Management/managementGroups/Prod"}[r.IntN(4)]
	case 1:
		return fmt.Sprintf("%s/providers/%s/r-%d", rg, []string{"Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults", "Microsoft.Compute/virtualMachines", "Microsoft.Web/sites"}[r.IntN(4)], r.IntN(10))
	}
	return rg
}

func crowdCondition() *entitlement.Condition {
	return &entitlement.Condition{Version: "2.0", Expression: "((!(ActionMatches{'" + readBlob + "'})) OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'c1'))"}
}

// BenchmarkAccess100k compiles a subscription and asks for the access of each
// of its identities, on all processors. MiB-live is what the subscription and
// all accesses take when done, the inventory not counted.
func BenchmarkAccess100k(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("identities=%d", n), func(b *testing.B) {
			if n > 10_000 && testing.Short() {
				b.Skip("takes seconds and a gigabyte")
			}
			inv := crowd(n)
			e := azure.New(catalog.Azure())
			before := heap()
			b.ReportAllocs()
			for b.Loop() {
				s := e.Compile(inv)
				kept := accessOfAll(b, s, inv)
				b.StopTimer()
				b.ReportMetric(float64(heap()-before)/(1<<20), "MiB-live")
				runtime.KeepAlive(kept)
				runtime.KeepAlive(s)
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/identity")
		})
	}
}

// heap returns the bytes that are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func accessOfAll(tb testing.TB, s *azure.Subscription, inv *entitlement.Inventory) []*entitlement.Access {
	tb.Helper()
	out := make([]*entitlement.Access, len(inv.Identities))
	var g errgroup.Group
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		g.Go(func() error {
			for i := w; i < len(out); i += workers {
				out[i] = s.Access(inv.Identities[i].ID)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		tb.Fatal(err)
	}
	return out
}

// BenchmarkDecide asks for one decision after another in a subscription of
// 1,000 users.
func BenchmarkDecide(b *testing.B) {
	inv := crowd(1000)
	e := azure.NewEstate(azure.New(catalog.Azure()).Compile(inv))
	r := rand.New(rand.NewPCG(3, 4))
	requests := make([]decision.Request, 1000)
	for i := range requests {
		requests[i] = decision.Request{
			Principal: inv.Identities[r.IntN(len(inv.Identities))].ID,
			Action:    catalog.Azure().Info(r.IntN(catalog.Azure().Len())).Action,
			Resource:  entitlement.ResourceID(crowdScope(r)),
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
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
}
