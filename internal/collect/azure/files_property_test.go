package azure_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
)

// world is a tenant in the simplest form that tells the same as its files.
type world struct {
	parent  map[string]string   // Management groups and subscriptions by name; "t" is the root.
	members map[string][]string // Of groups.
	grants  []worldGrant
}

type worldGrant struct{ member, scope string }

func drawWorld(t *rapid.T) world {
	w := world{parent: map[string]string{}, members: map[string][]string{}}
	nodes := []string{"t"}
	for i := range rapid.IntRange(0, 4).Draw(t, "management groups") {
		name := fmt.Sprintf("m%d", i)
		w.parent[name] = rapid.SampledFrom(nodes).Draw(t, "parent")
		nodes = append(nodes, name)
	}
	var scopes []string
	for _, n := range nodes {
		scopes = append(scopes, "/providers/Microsoft.Management/managementGroups/"+n)
	}
	scopes = append(scopes, "/")
	for i := range rapid.IntRange(1, 3).Draw(t, "subscriptions") {
		name := fmt.Sprintf("s%d", i)
		w.parent[name] = rapid.SampledFrom(nodes).Draw(t, "place")
		scopes = append(scopes, "/subscriptions/"+name, "/subscriptions/"+name+"/resourceGroups/g")
	}
	everybody := []string{"u0", "u1", "u2", "g0", "g1", "g2"}
	for i := range 3 {
		w.members[fmt.Sprintf("g%d", i)] = rapid.SliceOfNDistinct(rapid.SampledFrom(everybody), 0, 3, rapid.ID).Draw(t, "members")
	}
	for range rapid.IntRange(0, 6).Draw(t, "grants") {
		w.grants = append(w.grants, worldGrant{rapid.SampledFrom(everybody).Draw(t, "member"), rapid.SampledFrom(scopes).Draw(t, "scope")})
	}
	return w
}

// holds reports whether a grant's scope is the subscription, in it or above it.
func (w *world) holds(scope, subscription string) bool {
	for n := subscription; n != ""; n = w.parent[n] {
		if scope == "/providers/Microsoft.Management/managementGroups/"+n {
			return true
		}
	}
	return scope == "/" || scope == "/subscriptions/"+subscription || scope == "/subscriptions/"+subscription+"/resourceGroups/g"
}

// reached are those with a grant in a subscription and all that are in them.
func (w *world) reached(subscription string) map[entitlement.IdentityID]bool {
	out := map[entitlement.IdentityID]bool{}
	var enter func(id string)
	enter = func(id string) {
		if out[entitlement.IdentityID(id)] {
			return
		}
		out[entitlement.IdentityID(id)] = true
		for _, m := range w.members[id] {
			enter(m)
		}
	}
	for _, g := range w.grants {
		if w.holds(g.scope, subscription) {
			enter(g.member)
		}
	}
	return out
}

// records are those that ARM and Microsoft Graph have of the world.
func (w *world) records() []any {
	type m = map[string]any
	var out []any
	for _, name := range slices.Sorted(maps.Keys(w.parent)) {
		parent := m{"id": "/providers/Microsoft.Management/managementGroups/" + w.parent[name]}
		if name[0] == 's' {
			out = append(out, m{"id": "/subscriptions/" + name, "type": "/subscriptions", "name": name, "properties": m{"tenantId": "t", "parent": parent}})
			continue
		}
		out = append(out, m{
			"id": "/providers/Microsoft.Management/managementGroups/" + name, "type": "Microsoft.Management/managementGroups", "name": name,
			"properties": m{"tenantId": "t", "parent": parent},
		})
	}
	for _, g := range slices.Sorted(maps.Keys(w.members)) {
		out = append(out, m{"groupId": g, "members": w.members[g]})
	}
	for i, g := range w.grants {
		kind := map[byte]string{'u': "User", 'g': "Group"}[g.member[0]]
		out = append(out, m{
			"id": fmt.Sprintf("%s/providers/Microsoft.Authorization/roleAssignments/%d", g.scope, i), "principalId": g.member, "principalType": kind,
			"roleDefinitionId": "/x/r" + fmt.Sprint(i), "scope": g.scope,
		})
	}
	return out
}

// Whoever has a grant on a subscription, above it or in it, directly or through
// groups, is an identity of it, in the groups that lead there; nobody else is.
func TestIdentitiesAreThoseReached(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.json")
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		text, err := json.Marshal(rapid.Permutation(w.records()).Draw(t, "order"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := azure.ReadEntitlements(t.Context(), []string{path}, azure.FileOptions{Now: exported()})
		if err != nil || e.Stats.Taken != e.Stats.In {
			t.Fatal(err, e.Stats, e.Problems)
		}
		for _, inv := range e.Systems {
			want, got := w.reached(string(inv.System.ID)), map[entitlement.IdentityID]bool{}
			for i := range inv.Identities {
				id := &inv.Identities[i]
				got[id.ID] = true
				for _, g := range id.Groups {
					if !slices.Contains(w.members[string(g)], string(id.ID)) || !want[g] {
						t.Errorf("%s in group %s of %s", id.ID, g, inv.System.ID)
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s\n%s", inv.System.ID, diff, text)
			}
			for _, g := range inv.Grants {
				if !w.holds(string(g.Scope), string(inv.System.ID)) {
					t.Errorf("grant on %s in %s", g.Scope, inv.System.ID)
				}
			}
		}
	})
}
