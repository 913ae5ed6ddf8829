package aws_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// Decide gives the oracle's answer to each request, and Access says of an
// action what Decide says of its resources.
func TestDecideAgreesWithTheOracleAndWithAccess(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSetup(t)
		a := e.Compile(s.inventory())
		estate, d := aws.NewEstate(a), &aws.Decision{}
		for action, resources := range requests() {
			i, _ := catalog.AWS().Index(entitlement.Action(action))
			granted := grant(a.Access(alice), i)
			for _, resource := range resources {
				r := aws.Request{Principal: string(alice), Action: action, Resource: resource}
				if err := estate.Decide(&r, d); err != nil {
					t.Fatal(err)
				}
				agree(t, s, &r, d, granted)
			}
		}
	})
}

func agree(t *rapid.T, s setup, r *aws.Request, d *aws.Decision, granted string) {
	t.Helper()
	can, must := s.oracle(r.Action, r.Resource, true), s.oracle(r.Action, r.Resource, false)
	if possible, certain := d.Verdict >= aws.Conditional, d.Verdict == aws.Allowed; possible != can || certain != must {
		t.Fatalf("%s on %s: %s; the oracle says possible %t, certain %t; because %+v; %+v", r.Action, r.Resource, d.Verdict, can, must, d.Because, s)
	}
	if granted == "none" && can || strings.HasPrefix(granted, "all") && !can || granted == "all" && !must {
		t.Fatalf("%s on %s: %s, but granted %s; %+v", r.Action, r.Resource, d.Verdict, granted, s)
	}
	if d.Verdict == aws.Conditional && len(d.Keys) == 0 {
		t.Fatalf("%s on %s is conditional, but no key would decide: %+v", r.Action, r.Resource, d.Because)
	}
}

// However an explicit Deny is added, it never grants; nor do controls or a
// boundary.
func TestDecideLimitsOnlyLimit(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSetup(t)
		more := s
		switch rapid.SampledFrom([]string{"deny", "control", "boundary"}).Draw(t, "what") {
		case "deny":
			more.policies = append(append([]string(nil), s.policies...), drawPlain(t, "Deny"))
		case "control":
			more.controls = append(append([][]string(nil), s.controls...), []string{drawPlain(t, "Allow"), drawPlain(t, "Deny")})
		case "boundary":
			if s.boundary != "" {
				return
			}
			more.boundary = drawPlain(t, "Allow")
		}
		before, after := aws.NewEstate(e.Compile(s.inventory())), aws.NewEstate(e.Compile(more.inventory()))
		was, is := &aws.Decision{}, &aws.Decision{}
		for action, resources := range requests() {
			for _, resource := range resources {
				r := aws.Request{Principal: string(alice), Action: action, Resource: resource}
				if err := before.Decide(&r, was); err != nil {
					t.Fatal(err)
				}
				if err := after.Decide(&r, is); err != nil {
					t.Fatal(err)
				}
				if is.Verdict >= aws.Conditional && is.Verdict > was.Verdict {
					t.Fatalf("%s on %s: from %s to %s; from %+v to %+v", action, resource, was.Verdict, is.Verdict, s, more)
				}
			}
		}
	})
}

// The order of policies, statements and groups does not matter.
func TestDecideIgnoresOrder(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSetup(t)
		turned := s
		turned.policies, turned.groups = reversed(s.policies), reversed(s.groups)
		for i := range turned.groups {
			turned.groups[i] = reversed(turned.groups[i])
		}
		one, two := aws.NewEstate(e.Compile(s.inventory())), aws.NewEstate(e.Compile(turned.inventory()))
		was, is := &aws.Decision{}, &aws.Decision{}
		for action, resources := range requests() {
			for _, resource := range resources {
				r := aws.Request{Principal: string(alice), Action: action, Resource: resource}
				if err := one.Decide(&r, was); err != nil {
					t.Fatal(err)
				}
				if err := two.Decide(&r, is); err != nil {
					t.Fatal(err)
				}
				if was.Verdict != is.Verdict || !slices.Equal(was.Keys, is.Keys) {
					t.Fatalf("%s on %s: %s %v, turned round %s %v; %+v", action, resource, was.Verdict, was.Keys, is.Verdict, is.Keys, s)
				}
			}
		}
	})
}

func reversed[T any](list []T) []T {
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}
