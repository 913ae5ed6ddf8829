package azure_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

// rawRole is a role definition as the list command of Azure's client writes it.
type rawRole struct {
	Name        string
	RoleName    string
	Permissions []struct {
		Actions, NotActions, DataActions, NotDataActions []string
		Condition                                        *string
	}
}

// TestBuiltInRoles holds what each of Azure's built-in roles gives against an
// expansion of its own patterns, action by action with regular expressions,
// both as the catalogue has the role and as a custom one.
func TestBuiltInRoles(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(testkit.SharedData(t, "catalogues/iann0036/azure/built-in-roles-raw.json"))
	if err != nil {
		t.Fatal(err)
	}
	var roles []rawRole
	if err := json.Unmarshal(data, &roles); err != nil {
		t.Fatal(err)
	}
	if len(roles) != 928 {
		t.Errorf("got %d roles, want 928", len(roles))
	}
	e, x := newEstate(), newExpander()
	for _, r := range roles {
		e.grant("built in "+r.Name, r.Name, sub)
		e.role("custom "+r.Name, r.blocks()...).grant("custom "+r.Name, "custom "+r.Name, sub)
	}
	s := e.compile()
	for _, p := range s.Problems() {
		t.Errorf("problem: %+v", p)
	}
	conditional := 0
	for _, r := range roles {
		want := x.expand(r)
		for _, kind := range []string{"built in ", "custom "} {
			got := s.Access(entitlement.IdentityID(kind + r.Name))
			if n := compareSets(t, r.RoleName, got.All, want); n > 0 {
				t.Errorf("%s (%s%s): %d actions differ", r.RoleName, kind, r.Name, n)
			}
			r.checkConditions(t, got)
			conditional += got.Conditional.Len()
		}
	}
	if conditional == 0 {
		t.Error("no role has conditional actions, though 31 have conditions")
	}
}

func (r rawRole) blocks() []entitlement.PermissionBlock {
	var out []entitlement.PermissionBlock
	for _, p := range r.Permissions {
		b := entitlement.PermissionBlock{Actions: p.Actions, NotActions: p.NotActions, DataActions: p.DataActions, NotDataActions: p.NotDataActions}
		if p.Condition != nil {
			b.Condition = *p.Condition
		}
		out = append(out, b)
	}
	return out
}

// checkConditions: only roles with conditions are conditional, and those that
// guard the assignment of roles guard nothing else.
func (r rawRole) checkConditions(t *testing.T, a *entitlement.Access) {
	t.Helper()
	guarded, everything := false, false
	for _, p := range r.Permissions {
		if p.Condition != nil && *p.Condition != "" {
			guarded = true
			everything = everything || !strings.Contains(*p.Condition, "ActionMatches")
		}
	}
	if !guarded && !a.Conditional.Empty() {
		t.Errorf("%s has no condition and %d conditional actions", r.RoleName, a.Conditional.Len())
	}
	if everything {
		return
	}
	for i := range a.Conditional.Indices() {
		name := string(catalog.Azure().Info(i).Action)
		if !strings.HasPrefix(name, "Microsoft.Authorization/roleAssignments/") && !strings.HasSuffix(name, "/data/read") {
			t.Errorf("%s: %s is conditional", r.RoleName, name)
		}
	}
}

// expander lists the actions that patterns match.
type expander struct {
	names []string
	by    map[string][]int
}

func newExpander() expander {
	x := expander{by: map[string][]int{}}
	for i := range catalog.Azure().Len() {
		x.names = append(x.names, strings.ToLower(string(catalog.Azure().Info(i).Action)))
	}
	return x
}

func (x expander) match(pattern string) []int {
	key := strings.ToLower(pattern)
	if out, ok := x.by[key]; ok {
		return out
	}
	var out []int
	prefix, _, wild := strings.Cut(key, "*")
	re := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(key), `\*`, ".*") + "$")
	for i, name := range x.names {
		if name == key || wild && strings.HasPrefix(name, prefix) && re.MatchString(name) {
			out = append(out, i)
		}
	}
	// The operation of this pattern has no part for the star: see
	// catalog.Match.
	if key == "microsoft.managedidentity/userassignedidentities/*/assign/action" {
		out = append(out, x.match("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action")...)
	}
	x.by[key] = out
	return out
}

func (x expander) expand(r rawRole) map[int]bool {
	out := map[int]bool{}
	for _, p := range r.Permissions {
		for _, plane := range []struct {
			yes, no []string
			data    bool
		}{{p.Actions, p.NotActions, false}, {p.DataActions, p.NotDataActions, true}} {
			block := map[int]bool{}
			for _, y := range plane.yes {
				for _, i := range x.match(y) {
					block[i] = plane.data && catalog.Azure().Data().Has(i) || !plane.data && catalog.Azure().Control().Has(i)
				}
			}
			for _, n := range plane.no {
				for _, i := range x.match(n) {
					delete(block, i)
				}
			}
			for i, ok := range block {
				if ok {
					out[i] = true
				}
			}
		}
	}
	return out
}

func compareSets(t *testing.T, role string, got entitlement.ActionSet, want map[int]bool) (differ int) {
	t.Helper()
	for i := range catalog.Azure().Len() {
		if got.Has(i) != want[i] {
			if differ++; differ < 5 {
				t.Errorf("%s: %s: got %v, want %v", role, catalog.Azure().Info(i).Action, got.Has(i), want[i])
			}
		}
	}
	return differ
}
