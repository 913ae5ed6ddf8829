package usage_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

func TestTouched(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.AWS())
	const bob = "arn:aws:iam::111122223333:user/bob"
	x.Add(on(event(bob, noon(), "s3:GetObject"), "arn:b", "arn:a"))
	x.Add(on(event(ada, noon().Add(-time.Hour), "s3:GetObject", "new:Thing"), "arn:b"))
	x.Add(refused(on(event(ada, noon(), "s3:PutObject"), "arn:b")))
	x.Add(on(event(ada, noon().AddDate(0, 0, -9), "s3:GetObject"), "arn:old"))
	got := x.Touched([]entitlement.IdentityID{"nobody", ada, bob}, noon().AddDate(0, 0, -2), noon())
	get, _ := catalog.AWS().Index("s3:GetObject")
	put, _ := catalog.AWS().Index("s3:PutObject")
	want := &usage.Touched{
		Resources: []entitlement.ResourceID{"arn:a", "arn:b"},
		Uses: []usage.Touch{
			{Resource: 0, Identity: 2, Action: uint32(get), Count: 1},
			{Resource: 1, Identity: 1, Action: uint32(get), Count: 1},
			{Resource: 1, Identity: 1, Action: uint32(put), Denied: 1},
			{Resource: 1, Identity: 2, Action: uint32(get), Count: 1},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(usage.Touch{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !got.Uses[1].Last().Equal(noon().Add(-time.Hour)) || !got.Uses[2].Last().IsZero() {
		t.Errorf("last uses %s and %s", got.Uses[1].Last(), got.Uses[2].Last())
	}
}

// Touched says of everybody at once what Resources says of one by one.
func TestTouchedAgreesWithResources(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := usage.New(catalog.AWS())
		ids := []entitlement.IdentityID{"i0", "i1", "i2"}
		actions := []entitlement.Action{"s3:GetObject", "s3:PutObject", "kms:Decrypt"}
		for range rapid.IntRange(0, 60).Draw(t, "events") {
			ev := event(rapid.SampledFrom(ids).Draw(t, "who"), noon(), rapid.SampledFrom(actions).Draw(t, "what"))
			ev = on(ev, entitlement.ResourceID(fmt.Sprintf("r%d", rapid.IntRange(0, 40).Draw(t, "which"))))
			if rapid.Bool().Draw(t, "refused") {
				ev = refused(ev)
			}
			x.Add(ev)
		}
		want := map[string][2]uint32{}
		for _, id := range ids {
			for _, a := range actions {
				uses, _ := x.Resources(id, a)
				for _, u := range uses {
					want[string(id)+" "+string(a)+" "+string(u.Resource)] = [2]uint32{u.Count, u.Denied}
				}
			}
		}
		all, got := x.Touched(ids, noon(), noon()), map[string][2]uint32{}
		for _, u := range all.Uses {
			got[string(ids[u.Identity])+" "+string(catalog.AWS().Info(int(u.Action)).Action)+" "+string(all.Resources[u.Resource])] = [2]uint32{u.Count, u.Denied}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got) != len(all.Uses) {
			t.Fatalf("%d entries (-want +got):\n%s", len(all.Uses), diff)
		}
	})
}
