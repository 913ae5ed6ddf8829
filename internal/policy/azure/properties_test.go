package azure_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure"
	"github.com/leastward/leastward/internal/policy/decision"
)

// ask puts every question to an estate.
func (d drawn) ask(tb testing.TB, context ...string) map[[3]string]decision.Verdict {
	tb.Helper()
	e := azure.NewEstate(d.compile())
	out := map[[3]string]decision.Verdict{}
	for _, who := range d.known() {
		for _, action := range drawnActions() {
			for _, resource := range []string{sub, group, vault, store, blobs} {
				out[[3]string{who, action, resource}] = decide(tb, e, who, action, resource, context...).Verdict
			}
		}
	}
	return out
}

// known are those who ask: the users that an estate knows of, and one group.
func (d drawn) known() []string {
	return slices.DeleteFunc(drawnPeople()[:4], func(p string) bool {
		return p == "u2" && !slices.ContainsFunc(d.Grants, func(g entitlement.RoleGrant) bool { return g.Member == p })
	})
}

// TestDecideAgreesWithOracle holds drawn decisions against the rules written
// down once more, without context and with either value of the attribute.
func TestDecideAgreesWithOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawEstate(t)
		for _, x := range [][]string{nil, {"v"}, {"w"}} {
			o := oracle{drawn: d, x: x}
			var context []string
			if x != nil {
				context = []string{"@Request[x]", x[0]}
			}
			e := azure.NewEstate(d.compile())
			for range 60 {
				who := rapid.SampledFrom(d.known()).Draw(t, "who")
				action := rapid.SampledFrom(drawnActions()).Draw(t, "action")
				resource := rapid.SampledFrom(askedResources()).Draw(t, "resource")
				got, want := decide(tb(t), e, who, action, resource, context...), o.decide(who, action, resource)
				if got.Verdict != want {
					t.Fatalf("%s %s %s with %v: got %v because %+v, want %v", who, action, resource, x, got.Verdict, got.Because, want)
				}
			}
		}
	})
}

// rank orders verdicts by what they let through.
func rank(v decision.Verdict) int {
	switch v {
	case decision.Allowed:
		return 2
	case decision.Conditional:
		return 1
	case decision.ImplicitlyDenied, decision.ExplicitlyDenied:
	}
	return 0
}

// TestChangesAreMonotone: a denial never grants, a grant never takes away, and
// a grant on less never grants more.
func TestChangesAreMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawEstate(t)
		less := d.with(func(inv *entitlement.Inventory) { inv.Denials = append(inv.Denials, d.drawDenial(t, "one more")) })
		compare(t, "a denial more", less, d)
		more := d.with(func(inv *entitlement.Inventory) { inv.Grants = append(inv.Grants, d.drawGrant(t, "one more")) })
		compare(t, "a grant more", d, more)
		if len(d.Grants) == 0 {
			return
		}
		narrower := d.with(func(inv *entitlement.Inventory) {
			g := &inv.Grants[rapid.IntRange(0, len(inv.Grants)-1).Draw(t, "narrowed")]
			if strings.HasPrefix(store, string(g.Scope)) || g.Scope == "/" {
				g.Scope = rapid.SampledFrom([]entitlement.ResourceID{store, blobs}).Draw(t, "to")
			}
		})
		compare(t, "a grant on less", narrower, d)
	})
}

// compare checks that nothing is granted by less that more does not grant.
func compare(t *rapid.T, what string, less, more drawn) {
	few, many := less.ask(tb(t)), more.ask(tb(t))
	for q, v := range few {
		if w, ok := many[q]; ok && rank(v) > rank(w) {
			t.Fatalf("%s: %v is %v, without it %v", what, q, w, v)
		}
	}
	s, u := less.compile(), more.compile()
	for _, who := range drawnPeople() {
		a, b := s.Access(entitlement.IdentityID(who)), u.Access(entitlement.IdentityID(who))
		for i := range a.Granted().Indices() {
			if a.Reach(i) > b.Reach(i) {
				t.Fatalf("%s: %s of %s reaches %v, without it %v", what, catalog.Azure().Info(i).Action, who, b.Reach(i), a.Reach(i))
			}
			if a.Reach(i) == b.Reach(i) && b.Conditional.Has(i) && !a.Conditional.Has(i) {
				t.Fatalf("%s: %s of %s is conditional, without it not", what, catalog.Azure().Info(i).Action, who)
			}
		}
	}
}

// TestOrderDoesNotMatter shuffles everything that has an order.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawEstate(t)
		other := d.with(func(inv *entitlement.Inventory) {
			inv.Grants = rapid.Permutation(inv.Grants).Draw(t, "grants in order")
			inv.Denials = rapid.Permutation(inv.Denials).Draw(t, "denials in order")
			inv.Identities = rapid.Permutation(inv.Identities).Draw(t, "identities in order")
			roles := map[entitlement.RoleID]entitlement.RoleDefinition{}
			for id, r := range inv.Roles {
				r.Blocks = slices.Clone(r.Blocks)
				slices.Reverse(r.Blocks)
				roles[id] = r
			}
			inv.Roles = roles
		})
		if diff := cmp.Diff(d.ask(tb(t)), other.ask(tb(t))); diff != "" {
			t.Fatal(diff)
		}
		s, u := d.compile(), other.compile()
		for _, who := range drawnPeople() {
			if diff := cmp.Diff(s.Access(entitlement.IdentityID(who)), u.Access(entitlement.IdentityID(who))); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// TestAccessAgreesWithDecide holds what Access says of an action against
// decisions at every scope that there is, and beside it.
func TestAccessAgreesWithDecide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawEstate(t)
		// Access counts a role that nobody knows as nothing.
		d.Grants = slices.DeleteFunc(d.Grants, func(g entitlement.RoleGrant) bool { return g.Role == "none" })
		s := d.compile()
		e := azure.NewEstate(s)
		for _, who := range d.known() {
			a := s.Access(entitlement.IdentityID(who))
			for _, action := range drawnActions() {
				if onOneScope(action) && slices.ContainsFunc(d.Denials, func(n entitlement.Denial) bool { return n.NotChildScopes }) {
					continue
				}
				i := index(tb(t), action)
				var seen [3]int // By rank.
				least, most := 2, 0
				for _, resource := range askedResources() {
					if !canBeOn(action, resource) {
						continue
					}
					r := rank(decide(tb(t), e, who, action, resource).Verdict)
					seen[r]++
					least, most = min(least, r), max(most, r)
				}
				if why := disagree(a.Reach(i), a.Conditional.Has(i), least, most, seen); why != "" {
					t.Fatalf("%s, %s: reach %v, conditional %v, but %s: %v", who, action, a.Reach(i), a.Conditional.Has(i), why, seen)
				}
			}
		}
	})
}

// TestViaAgreesWithAccess: where nothing is denied, what Access has some grant
// gives, and what it has for certain some grant gives for certain.
func TestViaAgreesWithAccess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawEstate(t)
		d.Denials = nil
		s := d.compile()
		for _, who := range d.known() {
			a := s.Access(entitlement.IdentityID(who))
			for _, action := range drawnActions() {
				i, via := index(tb(t), action), s.Via(entitlement.IdentityID(who), entitlement.Action(action))
				certain := slices.ContainsFunc(via, func(v azure.Via) bool { return !v.Conditional })
				granted := a.Reach(i) != entitlement.ReachNone
				if granted != (len(via) > 0) || granted && !a.Conditional.Has(i) && !certain {
					t.Fatalf("%s, %s: reach %v, conditional %v, by way of %+v", who, action, a.Reach(i), a.Conditional.Has(i), via)
				}
			}
		}
	})
}

// disagree says what of Access the decisions contradict.
func disagree(reach entitlement.Reach, conditional bool, least, most int, seen [3]int) string {
	switch {
	case reach == entitlement.ReachNone && most > 0:
		return "some are let through"
	case reach == entitlement.ReachAll && least == 0:
		return "some are refused"
	case reach == entitlement.ReachAll && !conditional && least < 2:
		return "some are conditional"
	case reach != entitlement.ReachNone && !conditional && most < 2:
		return "none is allowed"
	case reach != entitlement.ReachNone && conditional && seen[1] == 0:
		return "none is conditional"
	}
	return ""
}

// onOneScope reports whether an action can only be on a subscription or group,
// so that a denial of that alone takes it away: elsewhere it asks nonsense.
func onOneScope(action string) bool {
	return strings.Contains(action, "/register/") || strings.Contains(action, "resourceGroups")
}

// canBeOn reports whether a resource of a type can have the action: the actions
// of drawn estates that are no extensions can only be on their own provider's.
func canBeOn(action, resource string) bool {
	provider, _, _ := strings.Cut(action, "/")
	i := strings.LastIndex(resource, "/providers/")
	if i < 0 || provider == "Microsoft.Authorization" || provider == "Microsoft.Resources" {
		return true
	}
	if strings.Contains(resource, "Contoso") {
		return strings.Count(resource, "/providers/") == 1 // Something in the group, of any type.
	}
	on, _, _ := strings.Cut(resource[i+len("/providers/"):], "/")
	return on == provider
}

// tb lets helpers that want a testing.TB run under rapid.
func tb(t *rapid.T) testing.TB { return rapidTB{TB: nil, t: t} }

type rapidTB struct {
	testing.TB
	t *rapid.T
}

func (r rapidTB) Helper()                           { r.t.Helper() }
func (r rapidTB) Fatalf(format string, args ...any) { r.t.Fatalf(format, args...) }
