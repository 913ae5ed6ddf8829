package gcp_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp"
)

func drawnPeople() []string {
	return []string{"a@example.com", "b@example.com", "c@other.com", "s@p.iam.gserviceaccount.com"}
}

func drawnGroups() []string { return []string{"g1@example.com", "g2@example.com", "g3@example.com"} }

func drawnPermissions() []string {
	return []string{"storage.objects.get", "storage.buckets.get", "storage.buckets.delete", "iam.roles.delete", "compute.instances.list", "acme.things.use"}
}

func drawnResources() []string {
	return []string{bucket + "b1", bucket + "b2", project + "p", folder + "222", org + "333"}
}

func pick(list ...string) *rapid.Generator[string] { return rapid.SampledFrom(list) }

// drawWorld draws a hierarchy with nested groups, grants, denials and
// boundaries.
func drawWorld(t *rapid.T) world {
	w := newWorld()
	for _, id := range slices.Concat(drawnPeople(), drawnGroups()) {
		kind := entitlement.User
		if slices.Contains(drawnGroups(), id) {
			kind = entitlement.Group
		}
		x := w.identity(id, kind)
		for _, g := range rapid.SliceOfNDistinct(pick(drawnGroups()...), 0, 2, rapid.ID).Draw(t, "groups of "+id) {
			x.Groups = append(x.Groups, entitlement.IdentityID(g))
		}
	}
	for _, name := range []string{"one", "two", "three"} {
		w.drawRole(t, name)
	}
	w.Roles["roles/owner"] = entitlement.RoleDefinition{ID: "roles/owner", Managed: true, Blocks: []entitlement.PermissionBlock{{Actions: []string{"compute.instances.list"}}}}
	for range rapid.IntRange(0, 6).Draw(t, "grants") {
		w.drawGrant0(t)
	}
	for range rapid.IntRange(0, 2).Draw(t, "denials") {
		w.drawDenial(t)
	}
	for range rapid.IntRange(0, 2).Draw(t, "boundaries") {
		w.drawBoundary(t)
	}
	return w
}

func (w world) drawRole(t *rapid.T, name string) {
	id := entitlement.RoleID("projects/p/roles/" + name)
	w.Roles[id] = entitlement.RoleDefinition{
		ID: id, Deleted: rapid.IntRange(0, 9).Draw(t, "deleted") == 0,
		Blocks: []entitlement.PermissionBlock{{Actions: rapid.SliceOfNDistinct(pick(drawnPermissions()...), 1, 4, rapid.ID).Draw(t, "permissions of "+name)}},
	}
}

func drawMember(t *rapid.T) string {
	switch rapid.IntRange(0, 9).Draw(t, "kind of member") {
	case 0:
		return pick("allUsers", "allAuthenticatedUsers", "deleted:user:a@example.com?uid=1").Draw(t, "member")
	case 1:
		return pick("domain:example.com", "domain:other.com", "projectOwner:p").Draw(t, "member")
	case 2, 3, 4:
		return "group:" + pick(drawnGroups()...).Draw(t, "member")
	case 5:
		return "serviceAccount:s@p.iam.gserviceaccount.com"
	}
	return "user:" + pick(drawnPeople()[:3]...).Draw(t, "member")
}

func (w world) drawGrant0(t *rapid.T) {
	g := entitlement.RoleGrant{
		ID: "grant", Member: drawMember(t), Scope: entitlement.ResourceID(pick(drawnResources()...).Draw(t, "scope")),
		Role: entitlement.RoleID(pick("projects/p/roles/one", "projects/p/roles/two", "projects/p/roles/three", "projects/p/roles/none").Draw(t, "role")),
	}
	if rapid.IntRange(0, 9).Draw(t, "owner") == 0 {
		g.Role, g.Scope = "roles/owner", project+"p"
	} else if c := pick("", "", "", tagAllows, isB1, stillValid, expired).Draw(t, "condition"); c != "" {
		g.Condition = &entitlement.Condition{Expression: c}
	}
	w.Grants = append(w.Grants, g)
}

func drawPrincipal(t *rapid.T) string {
	return pick("principalSet://goog/public:all", "principal://goog/subject/a@example.com", "principal://goog/subject/c@other.com",
		"principalSet://goog/group/g1@example.com", "principalSet://goog/group/g2@example.com",
		"principal://iam.googleapis.com/projects/-/serviceAccounts/s@p.iam.gserviceaccount.com").Draw(t, "principal")
}

func (w world) drawDenial(t *rapid.T) {
	spelled := pick("storage.googleapis.com/objects.get", "storage.googleapis.com/buckets.*", "storage.googleapis.com/*.*", "iam.googleapis.com/roles.delete", "acme.googleapis.com/things.use")
	rule := entitlement.DenialRule{
		Blocks: []entitlement.PermissionBlock{{
			Actions: rapid.SliceOfN(spelled, 1, 3).Draw(t, "denied"), NotActions: rapid.SliceOfN(spelled, 0, 1).Draw(t, "not denied"),
		}},
		Members: []string{drawPrincipal(t)},
	}
	if rapid.Bool().Draw(t, "exception") {
		rule.ExceptMembers = []string{drawPrincipal(t)}
	}
	if rapid.IntRange(0, 2).Draw(t, "condition") == 0 {
		rule.Condition = &entitlement.Condition{Expression: tagDenies}
	}
	w.Denials = append(w.Denials, entitlement.Denial{
		ID: "deny", Scope: entitlement.ResourceID(pick(project+"p", folder+"222", org+"333").Draw(t, "scope")), Rules: []entitlement.DenialRule{rule},
	})
}

func (w world) drawBoundary(t *rapid.T) {
	w.Boundaries = append(w.Boundaries, entitlement.AccessBoundary{
		ID: "pab", Version: pick("", "1", "2", "3").Draw(t, "version"), Target: pick(org+"333", project+"p").Draw(t, "target"),
		Resources: []entitlement.ResourceID{entitlement.ResourceID(pick(org+"333", folder+"222", project+"p", project+"other", org+"444").Draw(t, "reachable"))},
	})
}

func (w world) verdict(t *rapid.T, e *gcp.Estate, who, permission, resource string) decision.Verdict {
	var d decision.Decision
	r := decision.Request{Principal: entitlement.IdentityID(who), Action: entitlement.Action(permission), Resource: entitlement.ResourceID(resource)}
	if err := e.Decide(&r, &d); err != nil {
		t.Fatal(err)
	}
	if d.Verdict == decision.Conditional && len(d.Keys) == 0 {
		t.Fatalf("%s %s %s is conditional, and nothing would decide: %+v", who, permission, resource, d)
	}
	if len(d.Because) == 0 {
		t.Fatalf("%s %s %s is %s for no reason", who, permission, resource, d.Verdict)
	}
	return d.Verdict
}

// each calls f for each request that drawn worlds are asked about.
func each(f func(who, permission, resource string)) {
	for _, who := range slices.Concat(drawnPeople(), []string{"stranger@example.com"}) {
		for _, permission := range drawnPermissions() {
			for _, resource := range drawnResources() {
				f(who, permission, resource)
			}
		}
	}
}

// Each decision is the oracle's: definite where what is not known cannot change
// it, conditional where it can.
func TestOracle(t *testing.T) {
	t.Parallel()
	ev := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		e := gcp.NewEstate(ev.Compile(w.Inventory))
		each(func(who, permission, resource string) {
			some, all, denied := w.possible(who, permission, resource)
			want := decision.ImplicitlyDenied
			switch {
			case all:
				want = decision.Allowed
			case some:
				want = decision.Conditional
			case denied:
				want = decision.ExplicitlyDenied
			}
			if got := w.verdict(t, e, who, permission, resource); got != want {
				t.Fatalf("%s %s %s: got %s, want %s", who, permission, resource, got, want)
			}
		})
	})
}

// What Access gives for sure on all, Decide allows everywhere; what it does not
// give, Decide allows nowhere in the project.
func TestAccessAgrees(t *testing.T) {
	t.Parallel()
	ev := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		p := ev.Compile(w.Inventory)
		e := gcp.NewEstate(p)
		for _, who := range drawnPeople() {
			for _, permission := range drawnPermissions() {
				reach, conditional := reachOf(p.Access(entitlement.IdentityID(who)), permission)
				allowed, conditionals := 0, 0
				for _, resource := range drawnResources()[:3] {
					switch w.verdict(t, e, who, permission, resource) {
					case decision.Allowed:
						allowed++
					case decision.Conditional:
						conditionals++
					case decision.ImplicitlyDenied, decision.ExplicitlyDenied:
					}
				}
				switch {
				case reach == entitlement.ReachNone && allowed+conditionals > 0,
					reach == entitlement.ReachAll && !conditional && allowed < 3,
					reach != entitlement.ReachNone && !conditional && allowed == 0:
					t.Fatalf("%s has %s on %d, conditional %t; %d allowed, %d conditional", who, permission, reach, conditional, allowed, conditionals)
				}
			}
		}
	})
}

func reachOf(a *entitlement.Access, permission string) (entitlement.Reach, bool) {
	if i, ok := catalog.GCP().Index(entitlement.Action(permission)); ok {
		return a.Reach(i), a.Conditional.Has(i)
	}
	for _, l := range a.Literal {
		if string(l.Action) == permission {
			return l.Reach, l.Conditional
		}
	}
	return entitlement.ReachNone, false
}

// rank orders verdicts by how much they give.
func rank(v decision.Verdict) int {
	return map[decision.Verdict]int{decision.Conditional: 1, decision.Allowed: 2}[v]
}

// A denial or boundary more never gives anything, a grant more takes nothing
// away, and the order of all is of no account.
func TestMonotone(t *testing.T) {
	t.Parallel()
	ev := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := gcp.NewEstate(ev.Compile(w.Inventory))
		change := rapid.IntRange(0, 3).Draw(t, "change")
		changed := world{&entitlement.Inventory{}}
		*changed.Inventory = *w.Inventory
		changed.Grants, changed.Denials, changed.Boundaries = slices.Clone(w.Grants), slices.Clone(w.Denials), slices.Clone(w.Boundaries)
		switch change {
		case 0:
			changed.drawDenial(t)
		case 1:
			if changed.drawBoundary(t); len(w.Boundaries) > 0 {
				return // What several reach adds up.
			}
		case 2:
			changed.drawGrant0(t)
		default:
			changed.shuffle(rapid.Uint64().Draw(t, "seed"))
		}
		after := gcp.NewEstate(ev.Compile(changed.Inventory))
		each(func(who, permission, resource string) {
			was, is := w.verdict(t, before, who, permission, resource), changed.verdict(t, after, who, permission, resource)
			switch {
			case change < 2 && rank(is) > rank(was), change == 2 && rank(is) < rank(was), change == 3 && is != was:
				t.Fatalf("%s %s %s was %s, is %s", who, permission, resource, was, is)
			}
		})
	})
}

func (w world) shuffle(seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	r.Shuffle(len(w.Grants), func(i, j int) { w.Grants[i], w.Grants[j] = w.Grants[j], w.Grants[i] })
	r.Shuffle(len(w.Denials), func(i, j int) { w.Denials[i], w.Denials[j] = w.Denials[j], w.Denials[i] })
	r.Shuffle(len(w.Boundaries), func(i, j int) { w.Boundaries[i], w.Boundaries[j] = w.Boundaries[j], w.Boundaries[i] })
	w.Identities = slices.Clone(w.Identities)
	r.Shuffle(len(w.Identities), func(i, j int) { w.Identities[i], w.Identities[j] = w.Identities[j], w.Identities[i] })
}

// The order of grants changes no access.
func TestOrderOfGrants(t *testing.T) {
	t.Parallel()
	ev := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		var before []*entitlement.Access
		p := ev.Compile(w.Inventory)
		for _, who := range drawnPeople() {
			before = append(before, p.Access(entitlement.IdentityID(who)))
		}
		w.Grants, w.Denials, w.Boundaries = slices.Clone(w.Grants), slices.Clone(w.Denials), slices.Clone(w.Boundaries)
		w.shuffle(rapid.Uint64().Draw(t, "seed"))
		p = ev.Compile(w.Inventory)
		for i, who := range drawnPeople() {
			if diff := cmp.Diff(before[i], p.Access(entitlement.IdentityID(who))); diff != "" {
				t.Fatalf("%s (-before +after):\n%s", who, diff)
			}
		}
	})
}
