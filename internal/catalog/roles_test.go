package catalog_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestRoles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		roles []entitlement.RoleDefinition
		want  int
	}{
		{"Azure", catalog.AzureRoles(), 928},
		{"Google Cloud", catalog.GCPRoles(), 2461},
	} {
		if len(tt.roles) != tt.want {
			t.Errorf("%s has %d roles, want %d", tt.name, len(tt.roles), tt.want)
		}
		if !slices.IsSortedFunc(tt.roles, func(a, b entitlement.RoleDefinition) int { return strings.Compare(string(a.ID), string(b.ID)) }) {
			t.Errorf("the roles of %s are out of order", tt.name)
		}
		for _, r := range tt.roles {
			if r.Name == "" || !r.Managed || len(r.Blocks) == 0 {
				t.Errorf("role %q of %s has the title %q and %d blocks, managed: %t", r.ID, tt.name, r.Name, len(r.Blocks), r.Managed)
			}
		}
	}
}

func azureRole(t *testing.T, id entitlement.RoleID) entitlement.RoleDefinition {
	t.Helper()
	return roleOf(t, catalog.AzureRoles(), id)
}

func roleOf(t *testing.T, roles []entitlement.RoleDefinition, id entitlement.RoleID) entitlement.RoleDefinition {
	t.Helper()
	i := slices.IndexFunc(roles, func(r entitlement.RoleDefinition) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("there is no role %q", id)
	}
	return roles[i]
}

func TestContributor(t *testing.T) {
	t.Parallel()
	r := azureRole(t, "b24988ac-6180-42a0-ab88-20f7382dd24c")
	if r.Name != "Contributor" || len(r.Blocks) != 1 || !slices.Equal(r.Blocks[0].Actions, []string{"*"}) ||
		!slices.Contains(r.Blocks[0].NotActions, "Microsoft.Authorization/*/Write") || !slices.Equal(r.AssignableScopes, []entitlement.ResourceID{"/"}) {
		t.Errorf("Contributor is %+v", r)
	}
}

// Its purpose is to assign identities, however its pattern is written.
func TestManagedIdentityOperatorAssigns(t *testing.T) {
	t.Parallel()
	r := azureRole(t, "f1a07417-d97a-45cb-824c-7a7467783830")
	assign, ok := catalog.Azure().Index("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action")
	granted := entitlement.ActionSet(nil)
	for _, p := range r.Blocks[0].Actions {
		granted = granted.Union(catalog.Azure().Match(p))
	}
	if r.Name != "Managed Identity Operator" || !ok || !granted.Has(assign) {
		t.Errorf("%s does not assign identities", r.Name)
	}
}

// brute expands patterns by regular expressions over all names.
type brute struct {
	c     *catalog.Catalog
	names []string
	known map[string]entitlement.ActionSet
}

func newBrute(c *catalog.Catalog) *brute {
	b := &brute{c: c, known: map[string]entitlement.ActionSet{}}
	for i := range c.Len() {
		b.names = append(b.names, strings.ToLower(string(c.Info(i).Action)))
	}
	return b
}

func (b *brute) expand(pattern string) entitlement.ActionSet {
	pattern = strings.ToLower(pattern)
	if set, ok := b.known[pattern]; ok {
		return set
	}
	if pattern == "microsoft.managedidentity/userassignedidentities/*/assign/action" {
		pattern = "microsoft.managedidentity/userassignedidentities*/assign/action"
	}
	expression := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
	prefix, _, _ := strings.Cut(pattern, "*")
	set := entitlement.NewActionSet(len(b.names))
	for i, name := range b.names {
		if strings.HasPrefix(name, prefix) && expression.MatchString(name) {
			set.Add(i)
		}
	}
	b.known[pattern] = set
	return set
}

// disagreement returns the first pattern whose matches are not those of the
// regular expression.
func (b *brute) disagreement(patterns ...string) string {
	for _, p := range patterns {
		if got, want := b.c.Match(p), b.expand(p); !got.Equal(want) {
			return fmt.Sprintf("Match(%q) has %d actions, want %d", p, got.Len(), want.Len())
		}
	}
	return ""
}

func TestEveryAzureRoleAgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	b := newBrute(catalog.Azure())
	for _, r := range catalog.AzureRoles() {
		for _, block := range r.Blocks {
			if d := b.disagreement(slices.Concat(block.Actions, block.NotActions, block.DataActions, block.NotDataActions)...); d != "" {
				t.Errorf("%s (%s): %s", r.Name, r.ID, d)
			}
		}
	}
}

// Google Cloud's roles hold permissions, each of which is itself alone.
func TestEveryGCPRoleAgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	c := catalog.GCP()
	at := map[string]int{}
	for i := range c.Len() {
		at[string(c.Info(i).Action)] = i
	}
	for _, r := range catalog.GCPRoles() {
		seen := entitlement.NewActionSet(c.Len())
		for _, p := range r.Blocks[0].Actions {
			want, ok := at[p]
			got, found := c.Index(entitlement.Action(p))
			if !ok || !found || got != want || seen.Has(got) {
				t.Errorf("%s: permission %q is %d (%t), want %d (%t), and once", r.ID, p, got, found, want, ok)
				continue
			}
			seen.Add(got)
			if set := c.Match(p); set.Len() != 1 || !set.Has(got) {
				t.Errorf("%s: Match(%q) has %d permissions", r.ID, p, set.Len())
			}
		}
	}
}

func TestBasicRolesGrow(t *testing.T) {
	t.Parallel()
	sizes := map[entitlement.RoleID]int{}
	for _, r := range catalog.GCPRoles() {
		sizes[r.ID] = len(r.Blocks[0].Actions)
	}
	if o, e, v, b := sizes["roles/owner"], sizes["roles/editor"], sizes["roles/viewer"], sizes["roles/browser"]; o <= e || e <= v || v <= b || b == 0 {
		t.Errorf("owner, editor, viewer and browser have %d, %d, %d and %d permissions", o, e, v, b)
	}
}
