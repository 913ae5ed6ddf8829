package gcp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/testkit"
)

func TestPolicyLibrary(t *testing.T) {
	t.Parallel()
	dir := testkit.SharedData(t, "entitlements/gcp/policy-library")
	e, err := gcp.ReadEntitlements(t.Context(), []string{dir}, gcp.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", e.Stats)
	for _, p := range e.Problems {
		t.Log(p)
	}
	for _, s := range e.Systems {
		t.Logf("== %+v", s.System)
		for _, g := range s.Grants {
			t.Logf("  %s %s %s %s", g.ID, g.Role, g.Member, g.Scope)
		}
		for _, g := range s.Identities {
			t.Logf("  %s %s default=%v managed=%v keys=%d %v", g.ID, g.Kind, g.Default, g.ServiceManaged, len(g.Keys), g.Groups)
		}
		for _, g := range s.Resources {
			t.Logf("  res %s %s", g.ID, g.Type)
		}
		for _, p := range s.Problems {
			t.Log("  ", p)
		}
	}
	if diff := cmp.Diff(int64(0), e.Stats.In-e.Stats.Taken); diff == "" {
		t.Log("all taken")
	}
}
