package escalation_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/gcp/escalation"
	"github.com/leastward/leastward/internal/testkit"
)

// The documentation has each method of the table, as it is.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "escalation-gcp.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range escalation.Methods() {
		if row := row(&m); !strings.Contains(string(text), row+"\n") {
			t.Errorf("docs/escalation-gcp.md lacks:\n%s", row)
		}
	}
}

func row(m *escalation.Method) string {
	return fmt.Sprintf("| %s | %s | %s | %s | [source](%s) |", m.ID, endings()[m.Ends], words(m.OnProject), words(m.OnTarget), m.Source)
}

func words(list []entitlement.Action) string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = string(a)
	}
	return strings.Join(out, ", ")
}

func endings() map[escalation.Ending]string {
	return map[escalation.Ending]string{
		escalation.Account: "service account", escalation.Storage: "service account, in Cloud Storage", escalation.Delegate: "service account, by way of another",
		escalation.Agent: "account that the service runs as", escalation.Function: "function", escalation.Instance: "virtual machine",
		escalation.Policy: "allow policy", escalation.CustomRole: "custom role", escalation.Guardrail: "guardrail",
	}
}
