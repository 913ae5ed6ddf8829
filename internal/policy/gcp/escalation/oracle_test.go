package escalation_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
)

// right is one permission that somebody has on an account, or on the project
// where on is "".
type right struct{ who, permission, on string }

func cast() []string {
	return []string{"a@p.iam.gserviceaccount.com", "b@p.iam.gserviceaccount.com", "c@p.iam.gserviceaccount.com", "d@p.iam.gserviceaccount.com"}
}

func drawRights(t *rapid.T) []right {
	var out []right
	for range rapid.IntRange(1, 10).Draw(t, "rights") {
		r := right{who: rapid.SampledFrom(append(cast(), alice)).Draw(t, "who")}
		if rapid.IntRange(0, 3).Draw(t, "on project") == 0 {
			r.permission = rapid.SampledFrom([]string{"run.jobs.create", "run.jobs.run", "iam.serviceAccounts.actAs", "iam.serviceAccounts.signBlob", "resourcemanager.projects.setIamPolicy", "compute.zones.list"}).Draw(t, "permission")
		} else {
			r.on = rapid.SampledFrom(cast()).Draw(t, "on")
			r.permission = rapid.SampledFrom([]string{"iam.serviceAccounts.getAccessToken", "iam.serviceAccountKeys.create", "iam.serviceAccounts.actAs", "iam.serviceAccounts.implicitDelegation", "iam.serviceAccounts.get"}).Draw(t, "permission")
		}
		out = append(out, r)
	}
	return out
}

// actors are whom somebody can act as, and themselves, found naively.
func actors(rights []right, who string) []string {
	reached := []string{who}
	has := func(who, permission, on string) bool {
		return slices.Contains(rights, right{who, permission, on}) || slices.Contains(rights, right{who, permission, ""})
	}
	for i := 0; i < len(reached); i++ {
		by := reached[i]
		for _, to := range cast() {
			takes := has(by, "iam.serviceAccounts.getAccessToken", to) || has(by, "iam.serviceAccountKeys.create", to) || has(by, "iam.serviceAccounts.signBlob", to) ||
				has(by, "iam.serviceAccounts.actAs", to) && has(by, "run.jobs.create", "") && has(by, "run.jobs.run", "")
			for _, through := range cast() {
				takes = takes || has(by, "iam.serviceAccounts.implicitDelegation", through) && has(through, "iam.serviceAccounts.getAccessToken", to)
			}
			if takes && !slices.Contains(reached, to) {
				reached = append(reached, to)
			}
		}
	}
	return reached
}

func (w world) all(rights []right) {
	for _, id := range cast() {
		w.add(id, entitlement.ServiceAccount)
	}
	for _, r := range rights {
		scope := manager + "projects/p"
		if r.on != "" {
			scope = onAccount(r.on)
		}
		w.gives(r.who, r.permission, scope)
	}
}

// Somebody is found to come to everything where a naive search says so, and not
// otherwise; whom they are found to act as, they can act as. The order of grants
// and identities changes nothing.
func TestOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rights := drawRights(t)
		w := newWorld()
		w.all(rights)
		found := find(w)
		for _, who := range append(cast(), alice) {
			reached := actors(rights, who)
			admin := slices.ContainsFunc(reached, func(by string) bool {
				return slices.Contains(rights, right{by, "resourcemanager.projects.setIamPolicy", ""})
			})
			ways := found[entitlement.IdentityID(who)]
			if admin != (ways.Admin > 0) || ways.Conditional > 0 {
				t.Fatalf("%s comes to everything: %t, want %t: %q of %v", who, ways.Admin > 0, admin, lines(ways), rights)
			}
			for _, e := range ways.Gravest {
				if slices.Contains(cast(), e.Target) && !slices.Contains(reached, e.Target) {
					t.Fatalf("%s is said to act as %s: %q of %v", who, e.Target, lines(ways), rights)
				}
				if string(e.Steps[0].By) != who {
					t.Fatalf("the first step of %s is by %s", who, e.Steps[0].By)
				}
			}
		}
		slices.Reverse(w.Grants)
		slices.Reverse(w.Identities)
		if diff := cmp.Diff(found, find(w)); diff != "" {
			t.Fatalf("in another order (-before +after):\n%s", diff)
		}
	})
}

// A denial never makes anybody come to everything.
func TestDenialNeverHelps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		w.all(drawRights(t))
		before := find(w)
		w.Denials = []entitlement.Denial{{ID: "d", Scope: manager + "projects/p", Rules: []entitlement.DenialRule{{
			Blocks:  []entitlement.PermissionBlock{{Actions: []string{rapid.SampledFrom([]string{"iam.googleapis.com/serviceAccounts.*", "iam.googleapis.com/serviceAccountKeys.create", "run.googleapis.com/jobs.run", "cloudresourcemanager.googleapis.com/projects.setIamPolicy"}).Draw(t, "denied")}}},
			Members: []string{"principalSet://goog/public:all"},
		}}}}
		for who, ways := range find(w) {
			if ways.Admin > 0 && before[who].Admin == 0 {
				t.Fatalf("%s comes to everything by a denial: %q", who, lines(ways))
			}
		}
	})
}
