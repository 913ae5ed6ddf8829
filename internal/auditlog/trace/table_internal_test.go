package trace

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/actions"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// TestTheTableNamesRealCalls holds the table against the catalogue: a name that
// is misspelt would never be found in a log.
func TestTheTableNamesRealCalls(t *testing.T) {
	t.Parallel()
	c := catalog.AWS()
	known := map[[2]string]Kind{}
	for _, r := range rows() {
		for name := range strings.FieldsSeq(r.names) {
			key := [2]string{r.service, name}
			if other, ok := known[key]; ok {
				t.Errorf("%s:%s is %s and %s", r.service, name, other, r.kind)
			}
			known[key] = r.kind
			if key == [2]string{"rolesanywhere", "CreateSession"} {
				continue // No policy allows it: a certificate does.
			}
			if _, mapping := c.Permissions(catalog.Call{Source: r.service + ".amazonaws.com", Name: name}); mapping == catalog.Unmapped {
				t.Errorf("%s:%s is a call that the catalogue does not know", r.service, name)
			}
		}
	}
	if len(known) < 200 {
		t.Errorf("the table has %d calls", len(known))
	}
}

// Permissions of the tables are ones that there are, but for those of pools of
// workload identities, which predefined roles have by another name.
func TestPermissionsElsewhereAreReal(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, table := range []map[Kind]string{permissionsOfGCP(), permissionsOfAzure()} {
		for kind, names := range table {
			for name := range strings.Lines(names) {
				if name = strings.TrimSpace(name); name == "" {
					continue
				}
				seen++
				if actions.Info(catalog.AWS(), entitlement.Action(name)) == nil {
					t.Errorf("%s: %s is no permission", kind, name)
				}
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d permissions were looked at", seen)
	}
}
