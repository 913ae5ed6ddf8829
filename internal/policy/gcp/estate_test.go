package gcp_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp"
)

func secondWorld() world {
	w := newWorld()
	w.System = entitlement.System{ID: "q", Number: "999", Cloud: entitlement.GCP}
	return w
}

// A resource is its project's; one whose name does not tell is any's.
func TestEstate(t *testing.T) {
	t.Parallel()
	p, q := newWorld(), secondWorld()
	p.grant("user:alice@example.com", "roles/storage.admin", project+"p")
	q.grant("user:bob@example.com", "roles/storage.admin", project+"q")
	p.grant("group:team@example.com", "roles/storage.admin", bucket+"pb")
	q.group("team@example.com", "carol@example.com") // Only q's directory says so.
	q.grant("user:dora@example.com", "roles/owner", project+"q")
	p.grant("projectOwner:q", "roles/storage.legacyBucketReader", bucket+"pb")
	p.grant("principalSet://cloudresourcemanager.googleapis.com/projects/999", "roles/storage.objectViewer", bucket+"pb")
	q.Resources = []entitlement.Resource{{ID: bucket + "qb"}}
	e := gcp.NewEstate(p.compile(), q.compile())
	for _, tt := range []struct{ who, action, resource, want string }{
		{"alice@example.com", "storage.objects.get", bucket + "pb/objects/o", "allowed"},
		{"alice@example.com", "storage.objects.get", bucket + "qb/objects/o", "implicitly_denied"},
		{"alice@example.com", "storage.objects.get", bucket + "unknown", "conditional"},
		{"bob@example.com", "storage.objects.get", bucket + "qb", "allowed"},
		{"bob@example.com", "storage.buckets.list", project + "999", "allowed"},
		{"bob@example.com", "storage.buckets.list", project + "111", "implicitly_denied"},
		{"alice@example.com", "storage.objects.get", "", "conditional"},
		{"nobody@example.com", "storage.objects.get", "", "implicitly_denied"},
		{"carol@example.com", "storage.objects.get", bucket + "pb", "allowed"},
		{"dora@example.com", "storage.buckets.get", bucket + "pb", "allowed"},
		{"s@q.iam.gserviceaccount.com", "storage.objects.get", bucket + "pb", "allowed"},
		{"s@r.iam.gserviceaccount.com", "storage.objects.get", bucket + "pb", "implicitly_denied"},
		{"alice@example.com", "storage.buckets.list", project + "elsewhere", "implicitly_denied"},
	} {
		var d decision.Decision
		r := decision.Request{Principal: entitlement.IdentityID(tt.who), Action: entitlement.Action(tt.action), Resource: entitlement.ResourceID(tt.resource)}
		if err := e.Decide(&r, &d); err != nil || d.Verdict.String() != tt.want {
			t.Errorf("%s %s %s: got %s (%+v, %v), want %s", tt.who, tt.action, tt.resource, d.Verdict, d.Because, err, tt.want)
		}
	}
	want := []entitlement.IdentityID{"alice@example.com", "bob@example.com", "carol@example.com", "dora@example.com", "team@example.com"}
	if diff := cmp.Diff(want, e.Principals()); diff != "" {
		t.Errorf("principals (-want +got):\n%s", diff)
	}
}

// What is wrong with a request is said, with the request and its field.
func TestDecideErrors(t *testing.T) {
	t.Parallel()
	e := gcp.NewEstate(newWorld().compile())
	for field, list := range map[string][]decision.Request{
		"identity": {{Action: "storage.objects.get"}, {Principal: "a b", Action: "storage.objects.get"}},
		"action": {
			{Principal: "a@example.com"},
			{Principal: "a@example.com", Action: "s3:GetObject"},
			{Principal: "a@example.com", Action: "storage.*.get"},
		},
		"resource": {{Principal: "a@example.com", Action: "storage.objects.get", Resource: "//"}},
	} {
		for _, r := range list {
			var d decision.Decision
			err := e.Decide(&r, &d)
			if want := string(r.Principal) + "|" + string(r.Action) + "|" + string(r.Resource) + ": " + field + ": "; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: got %v, want %s…", r, err, want)
			}
		}
	}
	var d decision.Decision
	if err := gcp.NewEstate().Decide(&decision.Request{Principal: "a@example.com", Action: "storage.objects.get"}, &d); err == nil {
		t.Error("an estate without projects decides")
	}
}

// What a request says of itself decides conditions, as does its time.
func TestContext(t *testing.T) {
	t.Parallel()
	w := newWorld()
	const who, on = "a@example.com", project + "p"
	w.grant("user:"+who, "roles/resourcemanager.projectIamAdmin", on, `api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(["roles/viewer"])`)
	w.grant("user:tag@example.com", "roles/viewer", on, tagAllows)
	w.grant("user:port@example.com", "roles/viewer", on, `destination.port == 22`)
	w.grant("user:level@example.com", "roles/viewer", on, `"accessPolicies/1/accessLevels/x" in request.auth.access_levels`)
	w.grant("user:time@example.com", "roles/viewer", on, `request.time.getHours("Europe/Berlin") < 9`)
	e := gcp.NewEstate(w.compile())
	const set, get, key = "resourcemanager.projects.setIamPolicy", "resourcemanager.projects.get", "iam.googleapis.com/modifiedGrantsByRole"
	for _, tt := range []struct {
		who, action, want string
		context           map[string][]string
		absent            []string
		at                time.Time
	}{
		{who, set, "conditional " + key, nil, nil, time.Time{}},
		{who, set, "allowed", map[string][]string{key: {"roles/viewer"}}, nil, time.Time{}},
		{who, set, "implicitly_denied", map[string][]string{key: {"roles/viewer", "roles/owner"}}, nil, time.Time{}},
		{who, set, "allowed", nil, []string{key}, time.Time{}},
		{who, "resourcemanager.projects.getIamPolicy", "allowed", nil, nil, time.Time{}}, // No request of the kind.
		{"tag@example.com", get, "conditional resource.tag:333/allow", nil, nil, time.Time{}},
		{"tag@example.com", get, "allowed", map[string][]string{"resource.tag:333/allow": {"yes"}}, nil, time.Time{}},
		{"tag@example.com", get, "implicitly_denied", nil, []string{"resource.tag:333/allow"}, time.Time{}},
		{"port@example.com", get, "allowed", map[string][]string{"destination.port": {"22"}}, nil, time.Time{}},
		{"port@example.com", get, "implicitly_denied", map[string][]string{"Destination.Port": {"23"}}, nil, time.Time{}},
		{"level@example.com", get, "allowed", map[string][]string{"request.auth.access_levels": {"accessPolicies/1/accessLevels/x"}}, nil, time.Time{}},
		{"level@example.com", get, "implicitly_denied", map[string][]string{"request.auth.access_levels": {}}, nil, time.Time{}},
		{"time@example.com", get, "implicitly_denied", nil, nil, time.Time{}}, // Collected at noon.
		{"time@example.com", get, "allowed", nil, nil, time.Date(2026, 11, 28, 7, 0, 0, 0, time.UTC)},
		{"time@example.com", get, "allowed", map[string][]string{"request.time": {"2026-11-28T07:00:00Z"}}, nil, time.Time{}},
	} {
		var d decision.Decision
		r := decision.Request{Principal: entitlement.IdentityID(tt.who), Action: entitlement.Action(tt.action), Resource: on, Context: tt.context, Absent: tt.absent, At: tt.at}
		if err := e.Decide(&r, &d); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(append([]string{d.Verdict.String()}, d.Keys...), " "); got != tt.want {
			t.Errorf("%s %s with %v: got %q, want %q", tt.who, tt.action, tt.context, got, tt.want)
		}
	}
}

// Grants and denials in words: which grant, by way of whom, on which condition.
func TestVia(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.group("inner@example.com", "alice@example.com")
	w.group("outer@example.com", "inner@example.com")
	w.grant("user:alice@example.com", "roles/viewer", project+"p")
	w.grant("group:outer@example.com", "roles/storage.objectViewer", bucket+"b", tagAllows)
	w.grant("allUsers", "roles/storage.objectViewer", bucket+"public")
	w.grant("user:alice@example.com", "roles/owner", project+"p", expired)
	p := w.compile()
	if got := vias(p.Grants("alice@example.com")); !slices.Equal(got, []string{"roles/viewer  false", "roles/storage.objectViewer outer@example.com true", "roles/storage.objectViewer allUsers false"}) {
		t.Errorf("grants are %q", got)
	}
	if got := vias(p.Via("alice@example.com", "storage.objects.get")); len(got) != 2 {
		t.Errorf("storage.objects.get is by %q", got)
	}
	if got := p.Via("alice@example.com", "no.such.thing"); got != nil {
		t.Errorf("what nobody has is by %v", got)
	}
	if got := vias(p.Grants("inner@example.com")); !slices.Equal(got, []string{"roles/storage.objectViewer outer@example.com true"}) {
		t.Errorf("the group's grants are %q", got)
	}
	d := w.decide(t, "alice@example.com", "storage.objects.get", bucket+"b")
	want := decision.Reason{
		Kind: decision.AllowPolicy, Policy: bucket + "b#0", Role: "roles/storage.objectViewer", RoleName: d.Because[0].RoleName, Scope: bucket + "b",
		Group: "outer@example.com", Effect: "Allow", Uncertain: true, Note: tagAllows,
	}
	if diff := cmp.Diff(decision.Decision{Verdict: decision.Conditional, Because: []decision.Reason{want}, Keys: []string{"resource.tag:333/allow"}}, d); diff != "" {
		t.Errorf("decision (-want +got):\n%s", diff)
	}
}

func vias(list []gcp.Via) []string {
	var out []string
	for _, v := range list {
		conditional := " false"
		if v.Conditional {
			conditional = " true"
		}
		out = append(out, string(v.Grant.Role)+" "+string(v.Group)+conditional)
	}
	return out
}

// A function or instance has what it runs as has; with nobody to run as, nothing.
func TestRunsAs(t *testing.T) {
	t.Parallel()
	const f = "//cloudfunctions.googleapis.com/projects/p/locations/x/functions/f"
	w := newWorld()
	w.identity("s@p.iam.gserviceaccount.com", entitlement.ServiceAccount)
	w.identity(f, entitlement.Function).RunsAs = "s@p.iam.gserviceaccount.com"
	w.identity(f+"2", entitlement.Function)
	w.grant("serviceAccount:s@p.iam.gserviceaccount.com", "roles/storage.admin", project+"p")
	w.grant("allUsers", "roles/viewer", project+"p")
	p := w.compile()
	if p.Access(f) != p.Access("s@p.iam.gserviceaccount.com") {
		t.Error("the function has another access than its account")
	}
	if !p.Access(f + "2").Granted().Empty() {
		t.Error("what runs as nobody has something")
	}
	w.grant("user:topic@example.com", "roles/pubsub.publisher", "//pubsub.googleapis.com/projects/p/topics/t")
	w.want(t, "topic@example.com pubsub.topics.publish projects/111/topics/t allowed", f+" storage.objects.get //storage.googleapis.com/b allowed", f+"2 storage.objects.get //storage.googleapis.com/b implicitly_denied")
}

// Times of grants, and eligible ones.
func TestTimes(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for name, change := range map[string]func(*entitlement.RoleGrant){
		"past":     func(g *entitlement.RoleGrant) { g.Until = collected() },
		"future":   func(g *entitlement.RoleGrant) { g.From = collected().Add(time.Hour) },
		"now":      func(g *entitlement.RoleGrant) { g.From, g.Until = collected(), collected().Add(time.Second) },
		"eligible": func(g *entitlement.RoleGrant) { g.Eligible = true },
	} {
		w.grant("user:"+name+"@example.com", "roles/viewer", project+"p")
		change(&w.Grants[len(w.Grants)-1])
	}
	p := w.compile()
	for who, want := range map[string]string{"past": "none", "future": "none", "now": "all", "eligible": "all?"} {
		if got := reach(t, p, who+"@example.com", "storage.buckets.list"); got != want {
			t.Errorf("%s reaches %s, want %s", who, got, want)
		}
	}
	w.want(t, "past@example.com storage.buckets.list - implicitly_denied", "now@example.com storage.buckets.list - allowed", "eligible@example.com storage.buckets.list - conditional")
}

// Those with equal grants share one access, which never is nil.
func TestSharing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.group("g@example.com", "a@example.com", "b@example.com")
	w.grant("group:g@example.com", "roles/viewer", project+"p")
	p := w.compile()
	if a, b := p.Access("a@example.com"), p.Access("b@example.com"); a != b || a == nil || a.All.Empty() {
		t.Error("equal access is not shared")
	}
	if a := p.Access("stranger@other.com"); a == nil || !a.Granted().Empty() {
		t.Errorf("a stranger has %v", a)
	}
	if p.Inventory() != w.Inventory {
		t.Error("the inventory is another")
	}
}

// Whatever members, scopes and permissions are written, compiling and deciding
// end, and the literal permission is kept.
func FuzzPolicies(f *testing.F) {
	f.Add("user:a@example.com", project+"p", "storage.googleapis.com/*.*", "principal://goog/subject/a@example.com", "a@example.com")
	f.Add("principalSet://iam.googleapis.com/projects/111/locations/global/workloadIdentityPools/w/attribute.x/y", bucket+"b", "iam.roles.delete", "principalSet://goog/public:all", "allUsers")
	f.Add("domain:example.com", "projects/_/buckets/b/objects/o", "*", "principalSet://goog/group/g@example.com", "principal://iam.googleapis.com/locations/global/workforcePools/w/subject/s")
	ev := evaluator()
	f.Fuzz(func(t *testing.T, member, scope, permission, principal, who string) {
		w := newWorld()
		w.gives(member, "storage.objects.get acme.things.use", entitlement.ResourceID(scope))
		w.deny(entitlement.ResourceID(scope), permission, principal)
		w.Boundaries = []entitlement.AccessBoundary{{ID: "pab", Target: principal, Resources: []entitlement.ResourceID{entitlement.ResourceID(scope)}}}
		p := ev.Compile(w.Inventory)
		a := p.Access(entitlement.IdentityID(who))
		if a.Granted().Len() > 1 || len(a.Literal) > 1 {
			t.Errorf("%q has %v", who, granted(a))
		}
		var d decision.Decision
		r := decision.Request{Principal: entitlement.IdentityID(who), Action: "storage.objects.get", Resource: entitlement.ResourceID(scope)}
		if err := gcp.NewEstate(p).Decide(&r, &d); err == nil && d.Verdict == decision.Allowed {
			i, _ := catalog.GCP().Index("storage.objects.get")
			if a.Reach(i) == entitlement.ReachNone {
				t.Errorf("%q is allowed what it has not", who)
			}
		}
	})
}
