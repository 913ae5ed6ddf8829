package escalation_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
	"github.com/leastward/leastward/internal/testkit"
)

// row is what the published list and the table have in common.
type row struct {
	Name, Category string
	Permissions    []string
}

// The table has every published path, and each as published.
func TestTableHoldsThePublishedPaths(t *testing.T) {
	t.Parallel()
	want := map[string]row{}
	files, err := filepath.Glob(filepath.Join(testkit.SharedData(t, "catalogues", "pathfinding", "data", "paths"), "*", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no paths: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		id, r := published(string(text))
		want[id] = r
	}
	got := map[string]row{}
	for _, p := range escalation.Paths() {
		if p.Own {
			continue
		}
		r := row{Name: p.Name, Category: string(p.Category)}
		for _, n := range p.Needs {
			r.Permissions = append(r.Permissions, string(n.Action))
		}
		slices.Sort(r.Permissions)
		got[p.ID] = r
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the table differs from the published list (-published +table):\n%s", diff)
	}
}

// published reads the top-level fields of a path's file that the table has.
func published(text string) (string, row) {
	field := func(name string) string {
		m := regexp.MustCompile(`(?m)^` + name + `: *"?([^"\n]*(?:\n  [^"\n]*)*)`).FindStringSubmatch(text)
		return strings.Join(strings.Fields(m[1]), " ")
	}
	r := row{Name: field("name"), Category: field("category")}
	_, required, _ := strings.Cut(text, "\n  required:")
	for line := range strings.SplitSeq(required, "\n") {
		if m := regexp.MustCompile(`^\s+(?:- )?permission: *"?([\w:-]+)"?`).FindStringSubmatch(line); m != nil {
			r.Permissions = append(r.Permissions, m[1])
		} else if line != "" && !strings.HasPrefix(line, "  -") && !strings.HasPrefix(line, "   ") {
			break
		}
	}
	slices.Sort(r.Permissions)
	return field("id"), r
}

// Every action and resource type of the table is one that the catalogue knows.
func TestTableIsOfTheCatalogue(t *testing.T) {
	t.Parallel()
	cat := catalog.AWS()
	seen := map[string]bool{}
	for _, p := range escalation.Paths() {
		if seen[p.ID] {
			t.Errorf("%s stands twice", p.ID)
		}
		seen[p.ID] = true
		for _, n := range p.Needs {
			i, ok := cat.Index(n.Action)
			if !ok {
				t.Errorf("%s: the catalogue has no %s", p.ID, n.Action)
				continue
			}
			for _, typ := range n.Types {
				if !slices.Contains(cat.Info(i).ResourceTypes, typ) {
					t.Errorf("%s: %s has no resource type %q", p.ID, n.Action, typ)
				}
			}
			checkConstraint(t, p, n, len(cat.Info(i).ResourceTypes) > 0)
		}
	}
	if len(seen) < 65 {
		t.Errorf("the table has %d paths, want the 65 published ones", len(seen))
	}
}

func checkConstraint(t *testing.T, p escalation.Path, n escalation.Permission, resources bool) {
	t.Helper()
	switch n.On {
	case escalation.Any:
		if resources {
			t.Errorf("%s: %s works on resources, but the table names none", p.ID, n.Action)
		}
	case escalation.Thing:
		if len(n.Types) == 0 {
			t.Errorf("%s: %s has no resource type", p.ID, n.Action)
		}
	case escalation.RoleToPass:
		if len(p.Services) == 0 {
			t.Errorf("%s: a role is passed to nobody", p.ID)
		}
	case escalation.Workload:
		if p.Runs != entitlement.Function && p.Runs != entitlement.Instance {
			t.Errorf("%s: workloads of kind %q", p.ID, p.Runs)
		}
	case escalation.Self, escalation.OwnGroup, escalation.OwnPolicy, escalation.OtherGroup, escalation.OtherUser,
		escalation.OtherRole, escalation.RolePolicy, escalation.RoleToAssume:
	default:
		t.Errorf("%s: unknown constraint %q of %s", p.ID, n.On, n.Action)
	}
}
