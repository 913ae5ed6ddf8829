package escalation_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
	"github.com/leastward/leastward/internal/testkit"
)

// The documentation's table is that of the code.
func TestDocumentedTable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "escalation-aws.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range escalation.Paths() {
		if row := documented(p); !strings.Contains(string(text), "\n"+row+"\n") {
			t.Errorf("docs/escalation-aws.md lacks the row\n%s", row)
		}
	}
}

// documented is a path's row.
func documented(p escalation.Path) string {
	var permissions []string
	for _, n := range p.Needs {
		on := string(n.On)
		if n.On == escalation.Thing {
			on = strings.Join(n.Types, " and ")
		}
		permissions = append(permissions, fmt.Sprintf("%s on %s", n.Action, on))
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |", p.ID, p.Category, strings.Join(permissions, ", "), strings.Join(p.Services, " or "), p.Exists)
}

// Each path on a workload works without knowing any, conditionally.
func TestUnseenWorkloads(t *testing.T) {
	t.Parallel()
	for _, p := range escalation.Paths() {
		if p.Runs == "" {
			continue
		}
		w, actor := stage(p)
		w.grant(actor, allow(requirements(p, -1), "*"))
		id := actor.ID
		var kept []entitlement.Identity
		for _, i := range w.Identities {
			if i.RunsAs == "" {
				kept = append(kept, i)
			}
		}
		w.Identities = kept
		if got := of(find(w)[id], p.ID); len(got) != 1 || !strings.Contains(got[0], " admin if [existing ") {
			t.Errorf("%s: found %q", p.ID, got)
		}
	}
}
