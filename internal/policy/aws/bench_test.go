package aws_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// crowd is an account of n roles with ten policies each, nearly all of them
// with a set of their own: nine out of a thousand managed ones and an inline
// one that nobody else has. One in ten has a boundary, and two levels of
// service control policies with the usual kinds of Deny apply to all.
func crowd(n int) *entitlement.Inventory {
	r := rand.New(rand.NewPCG(1, 2))
	inv := &entitlement.Inventory{System: entitlement.System{ID: account}, Policies: map[entitlement.PolicyID]entitlement.Policy{}}
	put := func(id string, statements ...string) entitlement.PolicyID {
		inv.Policies[entitlement.PolicyID(id)] = entitlement.Policy{ID: entitlement.PolicyID(id), Document: document(strings.Join(statements, ","))}
		return entitlement.PolicyID(id)
	}
	managed := make([]entitlement.PolicyID, 1000)
	for i := range managed {
		managed[i] = put(fmt.Sprintf("arn:aws:iam::aws:policy/m%d", i), managedStatements(r)...)
	}
	full := put("full", allow("*", "*"))
	guard := put("guard",
		deny("organizations:LeaveOrganization cloudtrail:StopLogging", "*"),
		deny("s3:*", "arn:aws:s3:::audit-log arn:aws:s3:::audit-log/*"),
		statement("Deny", "!iam:* sts:* s3:*", "*", `{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}`))
	inv.Controls = [][]entitlement.PolicyID{{full}, {full, guard}}
	boundary := put("boundary", allow("s3:* ec2:* lambda:* logs:* dynamodb:* iam:Get* iam:List*", "*"))
	for i := range n {
		id := entitlement.Identity{ID: entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::%s:role/r%06d", account, i)), Kind: entitlement.Role}
		for range 9 {
			id.Policies = append(id.Policies, managed[r.IntN(len(managed))])
		}
		id.Policies = append(id.Policies, put(fmt.Sprintf("%s/inline/x", id.ID),
			allow("s3:GetObject s3:PutObject", fmt.Sprintf("arn:aws:s3:::app-%d/*", i)),
			allow("dynamodb:*Item dynamodb:Query", fmt.Sprintf("arn:aws:dynamodb:*:%s:table/app-%d", account, i))))
		if i%10 == 0 {
			id.Boundary = boundary
		}
		inv.Identities = append(inv.Identities, id)
	}
	return inv
}

// managedStatements draws the statements of a managed policy.
func managedStatements(r *rand.Rand) []string {
	cat := catalog.AWS()
	var out []string
	for range 1 + r.IntN(4) {
		service := cat.Info(r.IntN(cat.Len())).Service
		verbs := []string{"*", "Get* " + service + ":List* " + service + ":Describe*", "Create* " + service + ":Put*"}
		resource, condition := "*", ""
		switch r.IntN(5) {
		case 0:
			resource = fmt.Sprintf("arn:aws:%s:*:*:*/team-%d-*", service, r.IntN(50))
		case 1:
			condition = `{"StringEquals":{"aws:ResourceTag/team":"a"}}`
		}
		out = append(out, statement("Allow", service+":"+verbs[r.IntN(len(verbs))], resource, condition))
	}
	return out
}

// BenchmarkAccess compiles an account and asks for the access of each of its
// identities, on all processors. MiB-live is what the account and all accesses
// take when done, the documents not counted.
func BenchmarkAccess(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("identities=%d", n), func(b *testing.B) {
			if n > 10_000 && testing.Short() {
				b.Skip("takes seconds and a gigabyte")
			}
			inv := crowd(n)
			e := evaluator()
			before := heap()
			b.ReportAllocs()
			for b.Loop() {
				a := e.Compile(inv)
				kept := accessOfAll(b, a, inv)
				b.StopTimer()
				b.ReportMetric(float64(heap()-before)/(1<<20), "MiB-live")
				runtime.KeepAlive(kept)
				runtime.KeepAlive(a)
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

func accessOfAll(tb testing.TB, a *aws.Account, inv *entitlement.Inventory) []*entitlement.Access {
	tb.Helper()
	out := make([]*entitlement.Access, len(inv.Identities))
	var g errgroup.Group
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		g.Go(func() error {
			for i := w; i < len(out); i += workers {
				out[i] = a.Access(inv.Identities[i].ID)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		tb.Fatal(err)
	}
	return out
}

func BenchmarkParse(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	doc := document(strings.Join(managedStatements(r), ","))
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		aws.Parse(doc)
	}
}
