package escalation_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
)

// crowd is an account of n roles with ten policies each, nearly all of them
// with a set of their own, one in ten with a boundary, under control policies
// of the usual kinds. Each role trusts a service, the account or another role.
func crowd(n int) world {
	r := rand.New(rand.NewPCG(1, 2))
	w := newWorld(home)
	managed := make([]entitlement.PolicyID, 1000)
	for i := range managed {
		managed[i] = w.managed(fmt.Sprintf("m%d", i), strings.Join(managedStatements(r), ","))
	}
	w.control(deny("organizations:LeaveOrganization cloudtrail:StopLogging", "*"))
	w.control(`{"Effect":"Deny","NotAction":["iam:*","sts:*","s3:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}}`)
	boundary := w.managed("boundary", allow("s3:* ec2:* lambda:* logs:* dynamodb:* iam:Get* iam:List*", "*"))
	for i := range n {
		id := entitlement.Identity{ID: iamARN(fmt.Sprintf("role/r%06d", i)), Kind: entitlement.Role, Name: fmt.Sprintf("r%06d", i)}
		for range 9 {
			id.Policies = append(id.Policies, managed[r.IntN(len(managed))])
		}
		id.Policies = append(id.Policies, w.inline(id.ID, "x", allow("s3:GetObject s3:PutObject", fmt.Sprintf("arn:aws:s3:::app-%d/*", i))))
		id.Trust = trust([]string{service("lambda.amazonaws.com"), service("ec2.amazonaws.com"), principal(iamARN("root")), principal(iamARN(fmt.Sprintf("role/r%06d", r.IntN(n))))}[r.IntN(4)])
		if i%10 == 0 {
			id.Boundary = boundary
		}
		w.Identities = append(w.Identities, id)
	}
	return w
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

// team is an account of n users in a hundred groups, whose policies they
// share, with a thousand roles that services may assume.
func team(n int) world {
	r := rand.New(rand.NewPCG(1, 2))
	w := newWorld(home)
	w.control(deny("organizations:LeaveOrganization", "*"))
	for i := range 100 {
		w.add(fmt.Sprintf("group/g%d", i), strings.Join(managedStatements(r), ","), allow("lambda:* iam:PassRole sts:AssumeRole", "*"))
	}
	for i := range 1000 {
		who := []string{service("lambda.amazonaws.com"), service("ec2.amazonaws.com"), principal(iamARN("root"))}
		w.role(fmt.Sprintf("r%d", i), who[i%3], strings.Join(managedStatements(r), ","))
	}
	for i := range n {
		name := fmt.Sprintf("u%06d", i)
		w.Identities = append(w.Identities, entitlement.Identity{
			ID: iamARN("user/" + name), Kind: entitlement.User, Name: name,
			Groups: []entitlement.IdentityID{iamARN(fmt.Sprintf("group/g%d", i%100))},
		})
	}
	return w
}

// guarded puts an account under a control policy that spares a role, so that
// every decision looks at who asks.
func guarded(w world) world {
	w.control(statement("Deny", "*", "*", `{"StringEquals":{"aws:RequestedRegion":"ap-east-1"},"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}}`))
	return w
}

func BenchmarkFind(b *testing.B) {
	for name, build := range map[string]func(int) world{
		"crowd": crowd, "team": team, "guarded": func(n int) world { return guarded(team(n)) },
	} {
		for _, n := range []int{10_000, 60_000} {
			b.Run(fmt.Sprintf("%s/identities=%d", name, n), func(b *testing.B) {
				if n > 10_000 && testing.Short() {
					b.Skip("takes a minute")
				}
				benchmarkFind(b, build(n))
			})
		}
	}
}

func benchmarkFind(b *testing.B, w world) {
	b.Helper()
	a := evaluator().Compile(w.Inventory)
	for i := range w.Identities {
		a.Access(w.Identities[i].ID)
	}
	e := aws.NewEstate(a)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n = len(escalation.Find(e, a))
	}
	b.ReportMetric(float64(n), "identities-found")
}
