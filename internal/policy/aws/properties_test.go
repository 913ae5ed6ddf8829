package aws_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// drawSetup draws an identity with a few policies and, at times, guards.
func drawSetup(t *rapid.T) setup {
	s := setup{policies: drawPolicies(t, "policies", 4)}
	if rapid.Bool().Draw(t, "in a group") {
		s.groups = [][]string{drawPolicies(t, "group", 2)}
	}
	if rapid.Bool().Draw(t, "bounded") {
		s.boundary = strings.Join(drawStatements(t, "boundary", 1, 3), ",")
	}
	for range rapid.IntRange(0, 2).Draw(t, "levels") {
		s.controls = append(s.controls, drawPolicies(t, "controls", 2))
	}
	return s
}

func drawPolicies(t *rapid.T, label string, most int) []string {
	var out []string
	for range rapid.IntRange(1, most).Draw(t, label+" count") {
		out = append(out, strings.Join(drawStatements(t, label, 1, 3), ","))
	}
	return out
}

func evaluate(e *aws.Evaluator, s setup) *entitlement.Access {
	return e.Compile(s.inventory()).Access(alice)
}

// noWider fails if b grants anything that a does not, or further, or free of a
// condition that a has.
func noWider(t *rapid.T, a, b *entitlement.Access) {
	t.Helper()
	none(t, a, b, narrower(b, a))
	for _, sets := range [][2]entitlement.ActionSet{{a.All, b.All}, {a.Part, b.Part}, {a.Named, b.Named}} {
		none(t, a, b, sets[0].Intersect(sets[1]).Intersect(a.Conditional).Minus(b.Conditional))
	}
	for _, l := range b.Literal {
		n := slices.IndexFunc(a.Literal, func(k entitlement.LiteralGrant) bool { return k.Action == l.Action })
		if n < 0 || l.Reach > a.Literal[n].Reach {
			t.Fatalf("the literal grant %+v is new", l)
		}
	}
	if b.Super && !a.Super {
		t.Fatal("it became super")
	}
}

// narrower returns the actions that b grants less far than a.
func narrower(a, b *entitlement.Access) entitlement.ActionSet {
	return a.All.Minus(b.All).Union(a.Part.Minus(b.All.Union(b.Part))).Union(a.Named.Minus(b.Granted()))
}

// none fails if any action is in wrong.
func none(t *rapid.T, a, b *entitlement.Access, wrong entitlement.ActionSet) {
	t.Helper()
	for i := range wrong.Indices() {
		t.Fatalf("%s is %s, and then %s", catalog.AWS().Info(i).Action, grant(a, i), grant(b, i))
	}
}

func same(t *rapid.T, a, b *entitlement.Access) {
	t.Helper()
	for _, sets := range [][2]entitlement.ActionSet{{a.All, b.All}, {a.Part, b.Part}, {a.Named, b.Named}, {a.Conditional, b.Conditional}} {
		none(t, a, b, sets[0].Minus(sets[1]).Union(sets[1].Minus(sets[0])))
	}
	if diff := cmp.Diff(a.Literal, b.Literal); diff != "" || a.Super != b.Super {
		t.Fatalf("literal grants differ, or super (%t and %t): %s", a.Super, b.Super, diff)
	}
}

func TestAddingADenyNeverGrants(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSetup(t)
		before := evaluate(e, s)
		s.policies = append(slices.Clone(s.policies), drawWith(t, "Deny"))
		noWider(t, before, evaluate(e, s))
	})
}

func TestABoundaryOnlyShrinks(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSetup(t)
		s.boundary = ""
		before := evaluate(e, s)
		s.boundary = strings.Join(drawStatements(t, "boundary", 1, 4), ",")
		noWider(t, before, evaluate(e, s))
	})
}

func TestAddingALevelOfControlsNeverGrants(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSetup(t)
		before := evaluate(e, s)
		s.controls = append(slices.Clone(s.controls), drawPolicies(t, "more", 2))
		noWider(t, before, evaluate(e, s))
	})
}

func TestAddingAnAllowNeverTakesAway(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSetup(t)
		before := evaluate(e, s)
		s.policies = append(slices.Clone(s.policies), drawWith(t, "Allow"))
		after := evaluate(e, s)
		none(t, before, after, narrower(before, after))
	})
}

func TestOrderAndGroupingOfStatementsDoNotMatter(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		statements := drawStatements(t, "statements", 2, 6)
		boundary := strings.Join(drawStatements(t, "boundary", 1, 3), ",")
		shuffled := rapid.Permutation(statements).Draw(t, "shuffled")
		one := evaluate(e, setup{policies: []string{strings.Join(statements, ",")}, boundary: boundary})
		same(t, one, evaluate(e, setup{policies: shuffled, boundary: boundary}))
		same(t, one, evaluate(e, setup{groups: [][]string{shuffled}, boundary: boundary}))
	})
}

func TestDuplicatesChangeNothing(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSetup(t)
		before := evaluate(e, s)
		s.policies = append(slices.Clone(s.policies), rapid.SampledFrom(s.policies).Draw(t, "again"))
		for _, level := range s.controls {
			s.controls = append(slices.Clone(s.controls), level)
		}
		same(t, before, evaluate(e, s))
	})
}

func TestExpandingWildcardsAndMatchingAgree(t *testing.T) {
	t.Parallel()
	cat := catalog.AWS()
	e := aws.New(cat)
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SampledFrom([]string{"s3:Get*", "s3:*", "sqs:*", "iam:*User*", "ec2:*Volume", "*:List*"}).Draw(t, "pattern")
		resource := rapid.SampledFrom([]string{"*", "arn:aws:s3:::a/*", "arn:aws:sqs:*:*:*", "!arn:aws:s3:::a"}).Draw(t, "resource")
		effect := rapid.SampledFrom([]string{"Allow", "Deny"}).Draw(t, "effect")
		var names []string
		for i := range cat.Match(pattern).Indices() {
			names = append(names, string(cat.Info(i).Action))
		}
		eval := func(actions string) *entitlement.Access {
			return evaluate(e, setup{policies: []string{allow("s3:* sqs:*", "*"), statement(effect, actions, resource, "")}})
		}
		same(t, eval(pattern), eval(strings.Join(names, " ")))
	})
}
