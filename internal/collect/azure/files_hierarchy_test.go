package azure_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
)

func onGroup(name string) string {
	return fmt.Sprintf(`{"principalId":"p-%s","principalType":"User","roleDefinitionId":"/x/r","scope":"/providers/Microsoft.Management/managementGroups/%[1]s"}`, name)
}

const (
	twoSubscriptions = `[{"id":"one","name":"One","state":"Enabled","tenantId":"T"},{"id":"two","name":"Two","state":"Enabled","tenantId":"T"}]`
	threeGrants      = `[{"principalId":"p-root","principalType":"User","roleDefinitionId":"/x/r","scope":"/"},`
)

// What is granted above a subscription holds in it; where the tree is not
// known, it is taken to.
func TestGrantsFromAbove(t *testing.T) {
	t.Parallel()
	const mg = "/providers/Microsoft.Management/managementGroups/"
	for name, c := range map[string]struct {
		tree     string
		one, two []string // Whose grants hold.
		problems int      // In subscription two.
	}{
		"no tree": {"", []string{"p-a", "p-b", "p-root"}, []string{"p-a", "p-b", "p-root"}, 1},
		"tree from the root": {
			`{"id":"` + mg + `t","name":"t","details":{"parent":null},"children":[{"id":"` + mg + `A","name":"A","children":[{"id":"/subscriptions/one"}]},{"id":"` + mg + `b"},{"id":"/subscriptions/two"}]}`,
			[]string{"p-a", "p-root"},
			[]string{"p-root"},
			0,
		},
		"tree of one group": {
			`{"id":"` + mg + `a","name":"a","details":{"parent":{"id":"` + mg + `b","name":"b"}},"children":[{"id":"/subscriptions/one"}]}`,
			[]string{"p-a", "p-b", "p-root"},
			[]string{"p-a", "p-b", "p-root"},
			1,
		},
		"sibling below an unknown root": {
			`{"id":"` + mg + `x","name":"x","details":{"parent":{"name":"y"}},"children":[{"id":"` + mg + `a","children":[{"id":"/subscriptions/one"}]},{"id":"` + mg + `b"},{"id":"/subscriptions/two"}]}`,
			[]string{"p-a", "p-root"},
			[]string{"p-root"},
			0,
		},
		"entities": {
			`{"value":[{"type":"Microsoft.Management/managementGroups","id":"` + mg + `a","name":"a","properties":{"parent":{"id":"` + mg + `T"},"parentNameChain":["T"]}},
			  {"type":"/subscriptions","id":"/subscriptions/one","name":"one","properties":{"displayName":"One","parent":{"id":"` + mg + `a"},"parentNameChain":["T","a"]}},
			  {"type":"/subscriptions","id":"/subscriptions/two","name":"two","properties":{"displayName":"Two","parent":{"id":"` + mg + `T"},"parentNameChain":["T"]}}]}`,
			[]string{"p-a", "p-root"},
			[]string{"p-root"},
			0,
		},
		"resource graph": {
			`{"data":[{"type":"microsoft.resources/subscriptions","id":"/subscriptions/one","subscriptionId":"one","name":"One","properties":{"state":"Enabled",
			   "managementGroupAncestorsChain":[{"name":"a","displayName":"A"},{"name":"T","displayName":"Root"}]}},
			  {"type":"microsoft.resources/subscriptions","id":"/subscriptions/two","subscriptionId":"two","name":"Two","properties":{
			   "managementGroupAncestorsChain":[{"name":"b","displayName":"B"},{"name":"a","displayName":"A"},{"name":"T","displayName":"Root"}]}}]}`,
			[]string{"p-a", "p-root"},
			[]string{"p-a", "p-b", "p-root"},
			0,
		},
		"circle": {
			`[{"id":"` + mg + `a","details":{"parent":{"name":"b"}}},{"id":"` + mg + `b","details":{"parent":{"name":"a"}},"children":[{"id":"/subscriptions/one"}]}]`,
			[]string{"p-a", "p-b", "p-root"},
			[]string{"p-a", "p-b", "p-root"},
			1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := read(t, write(t, c.tree+twoSubscriptions+threeGrants+onGroup("a")+","+onGroup("b")+"]"))
			for id, want := range map[entitlement.SystemID][]string{"one": c.one, "two": c.two} {
				var got []string
				for _, g := range system(t, e, id).Grants {
					got = append(got, g.Member)
				}
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: %s", id, diff)
				}
			}
			two := system(t, e, "two")
			if len(two.Problems) != c.problems || c.problems > 0 && two.Problems[0].Code != azure.HierarchyUnknown {
				t.Errorf("problems %v, want %d", two.Problems, c.problems)
			}
			for _, g := range two.Grants { // What applies has its place among the ancestors.
				if _, name, ok := strings.Cut(string(g.Scope), "managementGroups/"); ok &&
					!slices.ContainsFunc(two.Ancestors, func(s entitlement.Scope) bool { return strings.EqualFold(string(s.ID), string(g.Scope)) }) {
					t.Errorf("%s is not among the ancestors %v", name, two.Ancestors)
				}
			}
		})
	}
}

// A deny assignment holds only where it is known to.
func TestDenialsFromAbove(t *testing.T) {
	t.Parallel()
	const denial = `{"type":"Microsoft.Authorization/denyAssignments","id":"/providers/Microsoft.Management/managementGroups/a/providers/Microsoft.Authorization/denyAssignments/1",
	  "properties":{"denyAssignmentName":"d","scope":"/providers/Microsoft.Management/managementGroups/a","permissions":[{"actions":["*"]}],"principals":[{"id":"p"}]}}`
	const tree = `{"id":"/providers/Microsoft.Management/managementGroups/t","details":{"parent":null},"children":[{"id":"/providers/Microsoft.Management/managementGroups/a","children":[{"id":"/subscriptions/one"}]},{"id":"/subscriptions/two"}]}`
	for text, want := range map[string][2]int{denial: {0, 1}, denial + tree: {1, 0}} { // Denials and problems of subscription one.
		e := read(t, write(t, twoSubscriptions+text))
		one := system(t, e, "one")
		if len(one.Denials) != want[0] || len(one.Problems) != want[1] || len(system(t, e, "two").Denials) != 0 {
			t.Errorf("denials %v, problems %v, want %v", one.Denials, one.Problems, want)
		}
	}
}

// A deny assignment that excludes a group holds only where it is known whom.
func TestDenialsThatExcludeGroups(t *testing.T) {
	t.Parallel()
	const denial = `{"type":"Microsoft.Authorization/denyAssignments","id":"/subscriptions/one/providers/Microsoft.Authorization/denyAssignments/1",
	  "properties":{"denyAssignmentName":"d","scope":"/subscriptions/one","permissions":[{"actions":["*"]}],
	  "principals":[{"id":"00000000-0000-0000-0000-000000000000","type":"SystemDefined"}],"excludePrincipals":[{"id":"g","type":"Group"},{"id":"s","type":"ServicePrincipal"}]}}`
	for name, c := range map[string]struct {
		more  string
		holds bool
	}{
		"not read":         {"", false},
		"read":             {`{"groupId":"g","members":[{"id":"u"}]}`, true},
		"in part":          {`{"groupId":"g","members":[{"id":"u"}],"members@odata.nextLink":"https://x/y"}`, false},
		"nobody":           {`{"groupId":"g","members":[]}`, true},
		"a group not read": {`{"groupId":"g","members":[{"id":"h","@odata.type":"#microsoft.graph.group"}]}`, false},
		"a circle":         {`{"groupId":"g","members":[{"id":"h","@odata.type":"#microsoft.graph.group"}]}{"groupId":"h","members":[{"id":"g"}]}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := system(t, read(t, write(t, twoSubscriptions+denial+c.more)), "one")
			said := slices.ContainsFunc(inv.Problems, func(p entitlement.Problem) bool { return p.Subject == "deny assignment d" })
			if (len(inv.Denials) == 1) != c.holds || said == c.holds {
				t.Errorf("denials %v, problems %v", inv.Denials, inv.Problems)
			}
		})
	}
}

// Grants above no subscription have to be said.
func TestGrantsAboveNothing(t *testing.T) {
	t.Parallel()
	e := read(t, write(t, threeGrants+onGroup("a")+"]"))
	if len(e.Systems) != 0 || len(e.Problems) != 1 || !strings.Contains(e.Problems[0].Message, "az account list --all") {
		t.Errorf("%d subscriptions, problems %v", len(e.Systems), e.Problems)
	}
}

// Groups whose members are not known are said.
func TestUnknownMembers(t *testing.T) {
	t.Parallel()
	const grant = `{"principalId":"G","principalType":"Group","principalName":"ops","roleDefinitionId":"/x/r","scope":"/subscriptions/one"}`
	for name, c := range map[string]struct {
		more string
		want int
	}{
		"not read": {"", 1},
		"empty":    {`{"groupId":"g","members":[]}`, 0},
		"circle":   {`{"groupId":"g","members":[{"id":"h"}]}{"groupId":"h","members":[{"id":"g"}]}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := system(t, read(t, write(t, grant+c.more)), "one")
			if len(inv.Problems) != c.want {
				t.Errorf("problems %v, want %d", inv.Problems, c.want)
			}
			if id := identity(t, inv, "g"); id.Kind != entitlement.Group || id.Name != "ops" {
				t.Errorf("%+v", id)
			}
		})
	}
}
