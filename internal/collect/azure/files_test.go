package azure_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

const (
	production = "11111111-1111-1111-1111-111111111111"
	sandbox    = "22222222-2222-2222-2222-222222222222"
	tenant     = "99999999-9999-9999-9999-999999999999"
)

var update = flag.Bool("update", false, "write the golden files anew")

func exported() time.Time { return time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC) }

func read(t *testing.T, paths ...string) *azure.Estate {
	t.Helper()
	e, err := azure.ReadEntitlements(t.Context(), paths, azure.FileOptions{Now: exported()})
	if err != nil {
		t.Fatal(err)
	}
	accounted(t, e)
	return e
}

// accounted checks that no record is lost.
func accounted(t *testing.T, e *azure.Estate) {
	t.Helper()
	n := e.Stats.Taken
	for _, k := range e.Stats.Rejected {
		n += k
	}
	if n != e.Stats.In {
		t.Errorf("%d records in, but %d taken and rejected: %+v", e.Stats.In, n, e.Stats)
	}
}

// write makes a file of a text.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "export.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func system(t *testing.T, e *azure.Estate, id entitlement.SystemID) *entitlement.Inventory {
	t.Helper()
	for _, inv := range e.Systems {
		if inv.System.ID == id {
			return inv
		}
	}
	t.Fatalf("no subscription %s", id)
	return nil
}

func identity(t *testing.T, inv *entitlement.Inventory, id entitlement.IdentityID) *entitlement.Identity {
	t.Helper()
	i := slices.IndexFunc(inv.Identities, func(x entitlement.Identity) bool { return x.ID == id })
	if i < 0 {
		t.Fatalf("no identity %s in %s", id, inv.System.ID)
	}
	return &inv.Identities[i]
}

// A whole tenant in the shapes of the Azure CLI, ARM, Microsoft Graph, Resource
// Graph and PowerShell.
func TestEstateOfEveryShape(t *testing.T) {
	t.Parallel()
	e := read(t, filepath.Join("testdata", "estate"))
	golden(t, filepath.Join("testdata", "estate.golden.json"), e)
}

func golden(t *testing.T, path string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(trim(t, v), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (run with -update to take it over):\n%s", path, diff)
	}
}

// trim leaves out what is empty.
func trim(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return full(out)
}

func full(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if v[k] = full(x); v[k] == nil {
				delete(v, k)
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = full(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	case string:
		if v == "" || v == "0001-01-01T00:00:00Z" {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	}
	return v
}

// The order of files changes nothing.
func TestOrderOfFilesIsIrrelevant(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "estate", "*"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	want := read(t, files...)
	slices.Reverse(files)
	got := read(t, files...)
	sorted := func(e *azure.Estate) []*entitlement.Inventory {
		for _, inv := range e.Systems {
			slices.SortFunc(inv.Grants, func(a, b entitlement.RoleGrant) int { return cmpStrings(a.ID, b.ID) })
			for i := range inv.Grants {
				if inv.Grants[i].Eligible { // Which of two equal schedules is met first.
					inv.Grants[i].ID = ""
				}
			}
		}
		return e.Systems
	}
	if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
		t.Error(diff)
	}
}

func cmpStrings(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// ARM's own samples.
func TestSharedSamples(t *testing.T) {
	t.Parallel()
	e := read(t, testkit.SharedData(t, "entitlements", "azure"))
	if e.Stats.In != 2 || e.Stats.Taken != 2 || len(e.Systems) != 2 || len(e.Problems) != 0 {
		t.Errorf("%+v, %d subscriptions, problems %v; want 2 records taken", e.Stats, len(e.Systems), e.Problems)
	}
	if d := system(t, e, "subid").Denials; len(d) != 1 || !d[0].System || d[0].Rules[0].Members[0] != "principalid1" {
		t.Errorf("denials %+v", d)
	}
	if g := system(t, e, "a925f2f7-5c63-4b7b-8799-25a5f97bc3b2").Grants; len(g) != 1 || g[0].Role != "0b5fe924-9a61-425c-96af-cfe6e287ca2d" {
		t.Errorf("grants %+v", g)
	}
}

// Every built-in role is read, with what the file says of it.
func TestSharedBuiltInRoles(t *testing.T) {
	t.Parallel()
	path := testkit.SharedData(t, "catalogues", "iann0036", "azure", "built-in-roles-raw.json")
	e := read(t, path)
	if e.Stats.In != 928 || e.Stats.Taken != 928 {
		t.Errorf("%+v, want 928 roles taken", e.Stats)
	}
	e = read(t, path, write(t, `{"id":"/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/1","properties":{"scope":"/subscriptions/s",
	 "roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/8311e382-0749-4cb8-b61a-304f252e45ec","principalId":"p","principalType":"User"}}`))
	want := entitlement.RoleDefinition{
		ID: "8311e382-0749-4cb8-b61a-304f252e45ec", Name: "AcrPush", Description: "acr push", Managed: true, AssignableScopes: []entitlement.ResourceID{"/"},
		Blocks: []entitlement.PermissionBlock{{Actions: []string{"Microsoft.ContainerRegistry/registries/pull/read", "Microsoft.ContainerRegistry/registries/push/write"}}},
	}
	if diff := cmp.Diff(want, system(t, e, "s").Roles["8311e382-0749-4cb8-b61a-304f252e45ec"]); diff != "" {
		t.Error(diff)
	}
}

func rejected(pairs ...any) map[records.Reason]int {
	m := map[records.Reason]int{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(records.Reason)] = pairs[i+1].(int)
	}
	return m
}
