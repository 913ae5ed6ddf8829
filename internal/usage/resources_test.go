package usage_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

func on(ev *auditlog.Event, ids ...entitlement.ResourceID) *auditlog.Event {
	for _, id := range ids {
		ev.Resources = append(ev.Resources, auditlog.Resource{ID: id, Type: "T"})
	}
	return ev
}

func refused(ev *auditlog.Event) *auditlog.Event {
	ev.Outcome = auditlog.AuthorizationFailure
	return ev
}

func TestResources(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.AWS())
	x.Add(on(event(ada, noon(), "s3:GetObject"), "arn:b", "arn:a", "arn:b"))
	x.Add(on(event(ada, noon().Add(-time.Hour), "s3:GetObject", "new:Thing"), "arn:b"))
	x.Add(refused(on(event(ada, noon().Add(time.Hour), "s3:GetObject"), "arn:a")))
	got, complete := x.Resources("arn:aws:iam::111122223333:user/ada", "S3:getobject")
	want := []usage.ResourceUse{
		{Resource: "arn:a", First: noon(), Last: noon(), Count: 1, Denied: 1},
		{Resource: "arn:b", First: noon().Add(-time.Hour), Last: noon(), Count: 2},
	}
	if diff := cmp.Diff(want, got); diff != "" || !complete {
		t.Errorf("complete %v (-want +got):\n%s", complete, diff)
	}
	if got, complete := x.Resources(ada, "new:Thing"); len(got) != 1 || !complete {
		t.Errorf("a literal action: %v, complete %v", got, complete)
	}
	x.Add(event(ada, noon(), "s3:GetObject"))
	if got, complete := x.Resources(ada, "s3:GetObject"); len(got) != 2 || complete {
		t.Errorf("with a use that names none: %v, complete %v", got, complete)
	}
	x.Add(event(ada, noon(), "s3:PutObject"))
	for _, a := range []entitlement.Action{"s3:PutObject", "s3:DeleteObject", "nobody:Knows"} {
		if got, complete := x.Resources(ada, a); got != nil || complete != (a != "s3:PutObject") {
			t.Errorf("%s: %v, complete %v", a, got, complete)
		}
	}
	if got, complete := x.Resources("nobody", "s3:GetObject"); got != nil || !complete {
		t.Errorf("nobody: %v, complete %v", got, complete)
	}
	x.Prune(noon().Add(-time.Hour))
	if got, _ := x.Resources(ada, "s3:GetObject"); len(got) != 2 {
		t.Errorf("after pruning nothing: %v", got)
	}
	x.Add(event(ada, noon().AddDate(0, 0, 9), "s3:PutObject"))
	x.Prune(noon().AddDate(0, 0, 2))
	if got, _ := x.Resources(ada, "s3:GetObject"); got != nil || bytes.Contains(written(t, x), []byte("arn:b")) {
		t.Errorf("after pruning: %v", got)
	}
}

func TestManyResources(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.AWS())
	for i := range 100 {
		n := (i * 37) % 100
		x.Add(on(event(ada, noon(), "s3:GetObject"), entitlement.ResourceID(fmt.Sprintf("arn:%03d", n))))
		x.Add(on(event(ada, noon(), "s3:GetObject"), "arn:000"))
	}
	got, complete := x.Resources(ada, "s3:GetObject")
	if len(got) != usage.MaxResources || complete || got[0].Count != 101 || got[31].Resource != "arn:031" || got[31].Count != 1 {
		t.Errorf("complete %v: %+v", complete, got)
	}
	x.Add(on(event(role, noon(), "s3:GetObject"), entitlement.ResourceID(strings.Repeat("x", 3000)), "arn:1"))
	if got, complete := x.Resources(role, "s3:GetObject"); len(got) != 1 || complete {
		t.Errorf("a resource too long: %v, complete %v", got, complete)
	}
}

// What the index says of resources is what adding up by hand gives, whatever
// the order, also after it was written and read.
func TestResourcesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		evs := events(t)
		many := rapid.Bool().Draw(t, "many")
		for _, ev := range evs {
			for range rapid.IntRange(0, 3).Draw(t, "resources") {
				on(ev, entitlement.ResourceID(fmt.Sprintf("arn:%d", rapid.IntRange(0, map[bool]int{true: 90, false: 5}[many]).Draw(t, "resource"))))
			}
		}
		x := usage.New(catalog.AWS())
		for _, ev := range rapid.Permutation(evs).Draw(t, "order") {
			x.Add(ev)
		}
		y := usage.New(catalog.AWS())
		if _, err := y.ReadFrom(bytes.NewReader(written(t, x))); err != nil {
			t.Fatal(err)
		}
		for _, id := range []entitlement.IdentityID{ada, role} {
			for _, a := range []entitlement.Action{"s3:GetObject", "iam:PassRole", "new:Thing", "ec2:RunInstances"} {
				want, wantComplete := addUp(evs, id, a)
				for _, index := range []*usage.Index{x, y} {
					got, complete := index.Resources(id, a)
					if diff := cmp.Diff(want, got); diff != "" || complete != wantComplete {
						t.Fatalf("%s %s: complete %v, want %v (-want +got):\n%s", id, a, complete, wantComplete, diff)
					}
				}
			}
		}
	})
}

func addUp(evs []*auditlog.Event, id entitlement.IdentityID, a entitlement.Action) (uses []usage.ResourceUse, complete bool) {
	all := map[entitlement.ResourceID]usage.ResourceUse{}
	complete = true
	for _, ev := range evs {
		counts := ev.Mapping == auditlog.Mapped && !ev.ByService && usage.Canonical(ev.Identity) == usage.Canonical(id)
		for range countIn(ev.Actions, a) {
			if !counts {
				continue
			}
			complete = complete && len(ev.Resources) > 0
			ids := map[entitlement.ResourceID]bool{}
			for _, r := range ev.Resources {
				ids[r.ID] = true
			}
			for r := range ids {
				u := all[r]
				u.Resource = r
				if ev.Outcome == auditlog.AuthorizationFailure {
					u.Denied++
				} else {
					u.Count++
					if u.First.IsZero() || ev.Time.Before(u.First) {
						u.First = ev.Time
					}
					if ev.Time.After(u.Last) {
						u.Last = ev.Time
					}
				}
				all[r] = u
			}
		}
	}
	for _, r := range slices.Sorted(maps.Keys(all)) {
		if len(uses) == usage.MaxResources {
			return uses, false
		}
		uses = append(uses, all[r])
	}
	return uses, complete
}

func countIn(actions []entitlement.Action, a entitlement.Action) int {
	n := 0
	for _, one := range actions {
		if one == a {
			n++
		}
	}
	return n
}

// A file of the version before names no resources: what it counts is there, and
// nothing is said to be complete.
func TestVersionBefore(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/version1.index")
	if err != nil {
		t.Fatal(err)
	}
	x := usage.New(catalog.AWS())
	if n, err := x.ReadFrom(bytes.NewReader(append(data, "behind"...))); err != nil || n != int64(len(data)) {
		t.Fatalf("read %d of %d bytes: %v", n, len(data), err)
	}
	if got := x.Usage(ada, noon(), noon()).Actions[indexOf(t, "s3:GetObject")].Count; got != 1 {
		t.Errorf("%d uses, want 1", got)
	}
	x.Add(on(event(ada, noon(), "s3:GetObject"), "arn:a"))
	if got, complete := x.Resources(ada, "s3:GetObject"); len(got) != 1 || complete {
		t.Errorf("resources %v, complete %v", got, complete)
	}
	if !bytes.HasPrefix(written(t, x), []byte("leastward usage index 2\n")) {
		t.Error("the file is not written in the new form")
	}
}

func BenchmarkAddResources(b *testing.B) {
	x := usage.New(catalog.AWS())
	crowd(x, 1000, 50)
	ev := event("arn:aws:iam::111122223333:role/team/role-000500", noon(), catalog.AWS().Info(3500).Action)
	evs := make([]auditlog.Event, 100)
	for i := range evs {
		evs[i] = *ev
		on(&evs[i], entitlement.ResourceID(fmt.Sprintf("arn:aws:s3:::bucket-%d/key", i)), "arn:aws:s3:::bucket")
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		x.Add(&evs[i%len(evs)])
	}
}
