package trace

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
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
