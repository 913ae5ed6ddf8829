package assess_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/usage"
)

// plain is a cloud in which every identity but "nobody" may do the first action.
type plain struct{ cat *catalog.Catalog }

func (c plain) Catalog() *catalog.Catalog                     { return c.cat }
func (c plain) Judge(*entitlement.Inventory) assess.Judged    { return c }
func (plain) Whole(*entitlement.Identity) *entitlement.Access { return nil }
func (plain) Problems() []entitlement.Problem                 { return nil }
func (plain) Survey(*finding.Input) assess.Survey             { return assess.Survey{} }
func (plain) Access(id entitlement.IdentityID) *entitlement.Access {
	a := &entitlement.Access{}
	if id != "nobody" {
		a.All = entitlement.NewActionSet(1)
		a.All.Add(0)
	}
	return a
}

// Members of a group are those of the groups within it too, however these hold
// each other; each counts once.
func TestMembersOfGroupsWithinGroups(t *testing.T) {
	t.Parallel()
	a := assess.New(plain{catalog.Azure()}, assess.DefaultSettings())
	rapid.Check(t, func(t *rapid.T) {
		names := []entitlement.IdentityID{"g0", "g1", "g2", "g3", "u0", "u1", "u2"}
		inv := &entitlement.Inventory{System: entitlement.System{ID: "s", Cloud: entitlement.Azure}}
		edges := map[entitlement.IdentityID][]entitlement.IdentityID{}
		for _, name := range names {
			kind := entitlement.User
			if name[0] == 'g' {
				kind = entitlement.Group
			}
			edges[name] = rapid.SliceOfNDistinct(rapid.SampledFrom(names[:4]), 0, 3, rapid.ID).Draw(t, string(name))
			inv.Identities = append(inv.Identities, entitlement.Identity{ID: name, Kind: kind, Groups: edges[name]})
		}
		for _, one := range a.Assess(inv, usage.New(catalog.Azure()), now(), nil).Identities {
			want := reachable(edges, one.ID)
			if got := slices.Sorted(slices.Values(one.Within)); !slices.Equal(got, want) {
				t.Fatalf("%s is within %v, want %v", one.ID, got, want)
			}
			members := 0
			for _, user := range names[4:] {
				if slices.Contains(reachable(edges, user), one.ID) {
					members++
				}
			}
			if one.Kind == entitlement.Group && one.Members != members {
				t.Fatalf("%s has %d members, want %d", one.ID, one.Members, members)
			}
		}
	})
}

// reachable walks from an identity to all groups that hold it.
func reachable(edges map[entitlement.IdentityID][]entitlement.IdentityID, from entitlement.IdentityID) []entitlement.IdentityID {
	seen := map[entitlement.IdentityID]bool{}
	var walk func(id entitlement.IdentityID)
	walk = func(id entitlement.IdentityID) {
		for _, g := range edges[id] {
			if !seen[g] {
				seen[g] = true
				walk(g)
			}
		}
	}
	walk(from)
	var list []entitlement.IdentityID
	for id := range seen {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}

// Who counts in the index differs by cloud and kind.
func TestWhoCounts(t *testing.T) {
	t.Parallel()
	exempt := map[string]string{entitlement.TagExcludeFromPCI: ""}
	for _, tc := range []struct {
		cloud entitlement.Cloud
		id    entitlement.Identity
		want  bool
	}{
		{entitlement.AWS, entitlement.Identity{ID: "nobody", Kind: entitlement.User}, true},
		{entitlement.AWS, entitlement.Identity{ID: "r", Kind: entitlement.Role, ServiceManaged: true}, true},
		{entitlement.AWS, entitlement.Identity{ID: "root", Kind: entitlement.User, Root: true}, false},
		{entitlement.Azure, entitlement.Identity{ID: "u", Kind: entitlement.User}, true},
		{entitlement.Azure, entitlement.Identity{ID: "nobody", Kind: entitlement.User}, false},
		{entitlement.Azure, entitlement.Identity{ID: "nobody", Kind: entitlement.ServicePrincipal}, false},
		{entitlement.Azure, entitlement.Identity{ID: "nobody", Kind: entitlement.ManagedIdentity}, true},
		{entitlement.Azure, entitlement.Identity{ID: "p", Kind: entitlement.ServicePrincipal, Tags: exempt}, false},
		{entitlement.Azure, entitlement.Identity{ID: "g", Kind: entitlement.Group}, false},
		{entitlement.Azure, entitlement.Identity{ID: "f", Kind: entitlement.Function}, false},
		{entitlement.GCP, entitlement.Identity{ID: "a", Kind: entitlement.ServiceAccount}, true},
		{entitlement.GCP, entitlement.Identity{ID: "a", Kind: entitlement.ServiceAccount, Default: true}, false},
		{entitlement.GCP, entitlement.Identity{ID: "a", Kind: entitlement.ServiceAccount, ServiceManaged: true}, false},
		{entitlement.GCP, entitlement.Identity{ID: "i", Kind: entitlement.Instance}, false},
	} {
		cat := catalog.Of(tc.cloud)
		inv := &entitlement.Inventory{System: entitlement.System{ID: "s", Cloud: tc.cloud}, Identities: []entitlement.Identity{tc.id}}
		got := assess.New(plain{cat}, assess.DefaultSettings()).Assess(inv, usage.New(cat), now(), nil)
		if got.Identities[0].InPCI != tc.want || got.Sum.Identities == 1 != tc.want {
			t.Errorf("%s %+v counts: %v, want %v", tc.cloud, tc.id, got.Identities[0].InPCI, tc.want)
		}
	}
}

// A set makes an assessor when it is asked for, and none of what it lacks.
func TestSet(t *testing.T) {
	t.Parallel()
	made := 0
	set := assess.NewSet(assess.DefaultSettings(), map[entitlement.Cloud]func() assess.Cloud{
		entitlement.GCP: func() assess.Cloud { made++; return plain{catalog.GCP()} },
	})
	if made != 0 || set.Of(entitlement.AWS) != nil || set.Of(entitlement.Platform) != nil {
		t.Error("the set made an assessor that nobody asked for, or has one that it lacks")
	}
	if one := set.Of(entitlement.GCP); one == nil || one != set.Of(entitlement.GCP) || made != 1 || one.Catalog() != catalog.GCP() {
		t.Errorf("an assessor was made %d times", made)
	}
}
