package assess_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/aws"
	"github.com/leastward/leastward/internal/catalog"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

// An assessment says of escalations and outsiders what the searches say.
func TestWaysAndExternal(t *testing.T) {
	t.Parallel()
	inv := exposed()
	twin := inv.Identities[len(inv.Identities)-1]
	for i := range inv.Identities {
		if inv.Identities[i].Name == "climber" {
			twin = inv.Identities[i]
		}
	}
	twin.ID, twin.Name = arn("role/twin"), "twin"
	inv.Identities = append(inv.Identities, twin)
	a := assess.New(aws.New(catalog.AWS()), assess.DefaultSettings()).Assess(inv, used(), now(), nil)
	account := policy.New(catalog.AWS()).Compile(inv)
	estate := policy.NewEstate(account)
	want, some := escalation.Find(estate, account), 0
	for i := range a.Identities {
		id := a.Identities[i].ID
		some += len(want[id].Gravest)
		for range 2 { // What a caller got is its own.
			got := a.Ways(id)
			if diff := cmp.Diff(want[id], got); diff != "" {
				t.Errorf("ways of %s (-want +got):\n%s", id, diff)
			}
			for k := range got.Gravest {
				got.Gravest[k].Steps[0].By = "changed"
				got.Gravest[k].Target = "changed"
			}
		}
	}
	if some < 2 || a.Ways("nobody").Found != 0 {
		t.Errorf("%d escalations in all, of nobody %v", some, a.Ways("nobody"))
	}
	if diff := cmp.Diff(exposure.New(estate).External(account), a.External); diff != "" || len(a.External) == 0 {
		t.Errorf("external access (-want +got):\n%s", diff)
	}
}
