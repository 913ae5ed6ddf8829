package gcp_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp"
)

// drawRequest draws what a request may say of itself.
func drawRequest(t *rapid.T, who, permission, resource string) decision.Request {
	r := decision.Request{Principal: entitlement.IdentityID(who), Action: entitlement.Action(permission), Resource: entitlement.ResourceID(resource), Context: map[string][]string{}}
	for _, key := range []string{"resource.tag:333/allow", "resource.tag:333/deny"} {
		switch rapid.IntRange(0, 3).Draw(t, key) {
		case 0:
			r.Context[key] = []string{"yes"}
		case 1:
			r.Context[key] = []string{"no"}
		case 2:
			r.Absent = append(r.Absent, key)
		}
	}
	return r
}

// A definite answer stays what it is when more is known, and nothing is open
// once all tags are known but what boundaries block.
func TestKnowingMore(t *testing.T) {
	t.Parallel()
	ev := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		e := gcp.NewEstate(ev.Compile(w.Inventory))
		resource := rapid.SampledFrom(drawnResources()).Draw(t, "resource")
		for _, who := range drawnPeople() {
			for _, permission := range drawnPermissions() {
				before := w.verdict(t, e, who, permission, resource)
				r := drawRequest(t, who, permission, resource)
				var d decision.Decision
				if err := e.Decide(&r, &d); err != nil {
					t.Fatal(err)
				}
				if before != decision.Conditional && rank(d.Verdict) != rank(before) { // Denied is denied, whether something says so or nothing.
					t.Fatalf("%s %s %s was %s, is %s knowing %v and not %v", who, permission, resource, before, d.Verdict, r.Context, r.Absent)
				}
				if known := len(r.Context) + len(r.Absent); known == 2 && d.Verdict == decision.Conditional && len(w.Boundaries) == 0 {
					t.Fatalf("%s %s %s is open still: %q", who, permission, resource, d.Keys)
				}
			}
		}
	})
}

// Each key that a conditional answer names is one that a request can say, or
// tells what else decides; they are sorted and named once.
func TestKeys(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for _, c := range []string{tagAllows, `destination.port == 1`, tagAllows} {
		w.gives("user:a@example.com", "compute.zones.list", project+"p", c)
	}
	d := w.decide(t, "a@example.com", "compute.zones.list", "")
	if want := []string{"destination.port", "resource.tag:333/allow"}; !slices.Equal(d.Keys, want) {
		t.Errorf("keys are %q, want %q", d.Keys, want)
	}
	if len(d.Because) != 3 || !d.Because[0].Uncertain {
		t.Errorf("because %+v", d.Because)
	}
}

// Deciding and asking for access at the same time is safe.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	p := crowd(200).compile()
	e := gcp.NewEstate(p)
	for i := range 4 {
		t.Run(string(rune('a'+i)), func(t *testing.T) {
			t.Parallel()
			for j := range p.Inventory().Identities {
				id := p.Inventory().Identities[j].ID
				a := p.Access(id)
				var d decision.Decision
				r := decision.Request{Principal: id, Action: "resourcemanager.projects.get", At: time.Unix(1, 0)}
				if err := e.Decide(&r, &d); err != nil || a == nil {
					t.Error(err)
				}
			}
		})
	}
}
