package escalation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/gcp"
	"github.com/leastward/leastward/internal/policy/gcp/escalation"
)

const (
	manager = "//cloudresourcemanager.googleapis.com/"
	alice   = "alice@example.com"
	robot   = "robot@p.iam.gserviceaccount.com"
	boss    = "boss@p.iam.gserviceaccount.com"
)

type world struct{ *entitlement.Inventory }

// newWorld is the project p, number 111, with the service account robot, which
// may read objects, and boss, an owner.
func newWorld() world {
	w := world{&entitlement.Inventory{
		System:    entitlement.System{ID: "p", Number: "111", Cloud: entitlement.GCP},
		Roles:     map[entitlement.RoleID]entitlement.RoleDefinition{},
		Ancestors: []entitlement.Scope{{ID: manager + "folders/222", Type: "folder"}, {ID: manager + "organizations/333", Type: "organization"}},
	}}
	w.add(alice, entitlement.User)
	return w
}

func (w world) add(id string, kind entitlement.Kind) *entitlement.Identity {
	w.Identities = append(w.Identities, entitlement.Identity{ID: entitlement.IdentityID(id), Kind: kind, System: w.System.ID})
	return &w.Identities[len(w.Identities)-1]
}

func (w world) account(id string, role entitlement.RoleID) {
	w.add(id, entitlement.ServiceAccount)
	w.grant(id, role, manager+"projects/"+string(w.System.ID))
}

func (w world) grant(who string, role entitlement.RoleID, scope string, condition ...string) {
	kind := "user:"
	if strings.HasSuffix(who, "gserviceaccount.com") {
		kind = "serviceAccount:"
	}
	g := entitlement.RoleGrant{ID: scope, Member: kind + who, Role: role, Scope: entitlement.ResourceID(scope)}
	if len(condition) > 0 {
		g.Condition = &entitlement.Condition{Expression: condition[0]}
	}
	w.Grants = append(w.Grants, g)
}

// gives grants permissions by a role like Google's own, which nobody can change.
func (w world) gives(who, permissions, scope string, condition ...string) {
	id := entitlement.RoleID("roles/test." + strings.NewReplacer(" ", "_").Replace(permissions))
	w.Roles[id] = entitlement.RoleDefinition{ID: id, Managed: true, Blocks: []entitlement.PermissionBlock{{Actions: strings.Fields(permissions)}}}
	w.grant(who, id, scope, condition...)
}

func onAccount(email string) string {
	return "//iam.googleapis.com/projects/p/serviceAccounts/" + email
}

func find(list ...world) map[entitlement.IdentityID]entitlement.Ways {
	e := gcp.New(catalog.GCP())
	var projects []*gcp.Project
	for _, w := range list {
		projects = append(projects, e.Compile(w.Inventory))
	}
	return escalation.Find(gcp.NewEstate(projects...), projects[0])
}

// lines writes escalations with their path, target, whether they end with
// everything, what would decide, and the steps of chains.
func lines(w entitlement.Ways) []string {
	var out []string
	for _, e := range w.Gravest {
		s := e.Path + " " + e.Target
		if e.Admin {
			s += " admin"
		}
		if e.Conditional {
			s += " if " + strings.Join(e.Keys, "; ")
		}
		if len(e.Steps) > 1 {
			s += " <-"
			for _, step := range e.Steps {
				s += " " + string(step.By) + " " + step.Path
			}
		}
		out = append(out, s)
	}
	return out
}

func mustHave(t *testing.T, got entitlement.Ways, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("escalations (-want +got):\n%s", diff)
	}
}

// scene makes a world in which a method works for whoever has its permissions,
// and returns what they are needed on.
func scene(m *escalation.Method) (w world, onProject, onTarget, target string) {
	w = newWorld()
	onProject = manager + "projects/p"
	onTarget, target = onAccount(robot), robot
	switch m.Ends {
	case escalation.Account, escalation.Storage:
		w.account(robot, "roles/storage.admin")
	case escalation.Delegate:
		w.account(robot, "roles/viewer")
		w.account(boss, "roles/owner")
		w.gives(robot, "iam.serviceAccounts.getAccessToken", onAccount(boss))
		target = boss
	case escalation.Agent:
		target = strings.Replace(m.Agents[0], "NUMBER", "111", 1)
		w.grant(target, "roles/editor", onProject)
	case escalation.Function, escalation.Instance:
		w.account(robot, "roles/storage.admin")
		onTarget = "//cloudfunctions.googleapis.com/projects/p/locations/x/functions/f"
		switch m.Kind {
		case "service":
			onTarget = "//run.googleapis.com/projects/p/locations/x/services/f"
		case "job":
			onTarget = "//run.googleapis.com/projects/p/locations/x/jobs/f"
		}
		kind := entitlement.Function
		if m.Ends == escalation.Instance {
			kind, onTarget = entitlement.Instance, "//compute.googleapis.com/projects/p/zones/z/instances/i"
		}
		w.add(onTarget, kind).RunsAs = robot
	case escalation.Policy:
		onTarget = manager + map[string]string{"project": "projects/p", "folder": "folders/222", "organization": "organizations/333"}[m.On]
		target = onTarget
	case escalation.CustomRole:
		id := entitlement.RoleID("projects/p/roles/mine")
		w.Roles[id] = entitlement.RoleDefinition{ID: id, Blocks: []entitlement.PermissionBlock{{Actions: []string{"storage.buckets.list"}}}}
		w.grant(alice, id, onProject)
		onTarget, target = onProject, string(id)
	case escalation.Guardrail:
		target = onProject
	}
	return w, onProject, onTarget, target
}

// grantAll grants alice what a method needs, but for one permission.
func grantAll(w world, m *escalation.Method, onProject, onTarget string, without entitlement.Action) {
	for _, list := range []struct {
		actions []entitlement.Action
		scope   string
	}{{m.OnProject, onProject}, {m.OnTarget, onTarget}} {
		for _, a := range list.actions {
			if a != without {
				w.gives(alice, string(a), list.scope)
			}
		}
	}
	if (m.Ends == escalation.Function || m.Ends == escalation.Instance) && without != "iam.serviceAccounts.actAs" {
		w.gives(alice, "iam.serviceAccounts.actAs", onAccount(robot))
	}
}

// Each method is found where its permissions are granted where they are needed,
// and not if one of them is missing.
func TestEachMethod(t *testing.T) {
	t.Parallel()
	for _, m := range escalation.Methods() {
		t.Run(m.ID, func(t *testing.T) {
			t.Parallel()
			w, onProject, onTarget, target := scene(&m)
			grantAll(w, &m, onProject, onTarget, "")
			if !fires(find(w)[alice], m.ID, target) {
				t.Errorf("is not found: %q", lines(find(w)[alice]))
			}
			for _, missing := range m.Permissions() {
				w, onProject, onTarget, target := scene(&m)
				grantAll(w, &m, onProject, onTarget, missing)
				if fires(find(w)[alice], m.ID, target) {
					t.Errorf("is found without %s", missing)
				}
			}
		})
	}
}

func fires(w entitlement.Ways, path, target string) bool {
	return slices.ContainsFunc(w.Gravest, func(e entitlement.Escalation) bool { return e.Path == path && e.Target == target })
}

// What changes a function changes no service or job of Cloud Run, and the other
// way round.
func TestKindsOfFunctions(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"//cloudfunctions.googleapis.com/projects/p/locations/x/functions/f": "cloudfunctions-003 " + robot,
		"//run.googleapis.com/projects/p/locations/x/services/f":             "run-004 " + robot,
		"//run.googleapis.com/projects/p/locations/x/jobs/f":                 "run-005 " + robot,
	} {
		w := newWorld()
		w.account(robot, "roles/storage.admin")
		w.add(id, entitlement.Function).RunsAs = robot
		w.gives(alice, "cloudfunctions.functions.update cloudfunctions.functions.sourceCodeSet run.services.update run.jobs.update run.jobs.run iam.serviceAccounts.actAs",
			manager+"projects/p")
		mustHave(t, find(w)[alice], want)
	}
}

// The table's permissions exist, its ids are unique and its sources are links.
func TestTable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, m := range escalation.Methods() {
		if seen[m.ID] || m.Name == "" || !strings.HasPrefix(m.Source, "https://") {
			t.Errorf("%s occurs twice, or has no name or source", m.ID)
		}
		seen[m.ID] = true
		for _, a := range m.Permissions() {
			if _, ok := catalog.GCP().Index(a); !ok {
				t.Errorf("%s needs %s, which is not in the catalogue", m.ID, a)
			}
		}
	}
}

// Permissions on the project reach each service account.
func TestOnProject(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.account(robot, "roles/storage.admin")
	w.account(boss, "roles/owner")
	w.grant(alice, "roles/iam.serviceAccountTokenCreator", manager+"folders/222")
	mustHave(t, find(w)[alice],
		"iam-002 "+boss+" admin", "iam-005 "+boss+" admin", "iam-006 "+boss+" admin",
		"iam-002 "+robot, "iam-005 "+robot, "iam-006 "+robot)
}

// Owners, those who gain nothing, and denied ones have no such finding.
func TestNothing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.account(robot, "roles/storage.objectViewer")
	w.account(boss, "roles/owner")
	w.grant(alice, "roles/storage.admin", manager+"projects/p")
	w.gives(alice, "iam.serviceAccounts.getAccessToken", onAccount(robot))
	w.gives(alice, "iam.serviceAccounts.signJwt", onAccount(boss))
	w.Denials = []entitlement.Denial{{ID: "d", Scope: manager + "organizations/333", Rules: []entitlement.DenialRule{{
		Blocks:  []entitlement.PermissionBlock{{Actions: []string{"iam.googleapis.com/serviceAccounts.signJwt"}}},
		Members: []string{"principal://goog/subject/" + alice},
	}}}}
	for who, ways := range find(w) {
		t.Errorf("%s: %q", who, lines(ways))
	}
}

// What hangs on conditions is conditional, with what would decide.
func TestConditional(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.account(boss, "roles/owner")
	w.gives(alice, "iam.serviceAccounts.getAccessToken", onAccount(boss), `resource.matchTag("333/env", "dev")`)
	w.gives(alice, "resourcemanager.projects.setIamPolicy", manager+"projects/p", `destination.port == 1`)
	mustHave(t, find(w)[alice], "iam-002 "+boss+" admin if resource.tag:333/env", "resourcemanager-001 "+manager+"projects/p admin if destination.port")
}

// Chains go through service accounts, and into other projects.
func TestChains(t *testing.T) {
	t.Parallel()
	w := newWorld()
	const step = "step@p.iam.gserviceaccount.com"
	w.account(robot, "roles/viewer")
	w.account(step, "roles/viewer")
	w.account(boss, "roles/owner")
	w.gives(alice, "iam.serviceAccounts.getAccessToken", onAccount(robot))
	w.gives(robot, "iam.serviceAccounts.signBlob", onAccount(step))
	w.gives(step, "iam.serviceAccountKeys.create", onAccount(boss))
	w.gives(step, "iam.serviceAccounts.getAccessToken", onAccount(robot)) // A cycle.
	w.grant(alice, "roles/viewer", manager+"projects/p")
	mustHave(t, find(w)[alice], fmt.Sprintf("iam-003 %s admin <- %s iam-002 %s iam-005 %s iam-003", boss, alice, robot, step),
		"iam-002 "+robot, fmt.Sprintf("iam-005 %s <- %s iam-002 %s iam-005", step, alice, robot))
	mustHave(t, find(w)[step], "iam-003 "+boss+" admin", "iam-002 "+robot)

	other := newWorld()
	other.System = entitlement.System{ID: "q", Number: "999"}
	const far = "far@q.iam.gserviceaccount.com"
	other.account(far, "roles/storage.admin")
	w = newWorld()
	w.account(robot, "roles/viewer")
	w.gives(alice, "iam.serviceAccounts.getAccessToken", onAccount(robot))
	w.grant(alice, "roles/viewer", manager+"projects/p")
	other.gives(robot, "iam.serviceAccounts.getAccessToken", "//iam.googleapis.com/projects/q/serviceAccounts/"+far)
	mustHave(t, find(w, other)[alice], fmt.Sprintf("iam-002 %s <- %s iam-002 %s iam-002", far, alice, robot))
	mustHave(t, find(w)[alice])
}

// A function has the ways of whom it runs as, a group those of any member; many
// targets are cut and said to be.
func TestFunctionsGroupsAndLimits(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for i := range 60 {
		w.account(fmt.Sprintf("s%02d@p.iam.gserviceaccount.com", i), "roles/storage.admin")
	}
	w.account(robot, "roles/viewer")
	w.add("//cloudfunctions.googleapis.com/projects/p/locations/x/functions/f", entitlement.Function).RunsAs = robot
	w.add("team@example.com", entitlement.Group)
	w.gives(robot, "iam.serviceAccounts.getAccessToken", manager+"projects/p")
	w.Grants = append(w.Grants, entitlement.RoleGrant{Member: "group:team@example.com", Role: "roles/iam.serviceAccountTokenCreator", Scope: manager + "projects/p"})
	found := find(w)
	f := found["//cloudfunctions.googleapis.com/projects/p/locations/x/functions/f"]
	if len(f.Gravest) != escalation.MaxPerIdentity || f.Found != escalation.MaxTargets-1 || !f.More { // One of those looked at is itself.
		t.Errorf("the function has %d of %d, more %t", len(f.Gravest), f.Found, f.More)
	}
	if g := found["team@example.com"]; g.Found != 4*escalation.MaxTargets {
		t.Errorf("the group has %d", g.Found)
	}
	if diff := cmp.Diff(found[robot].Found, f.Found); diff != "" {
		t.Error(diff)
	}
}

// Of very many functions those of the most powerful accounts are looked at, and
// no more than of accounts: else a project of thousands of functions costs
// gigabytes for everybody who may change them.
func TestManyFunctions(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.gives(alice, "cloudfunctions.functions.update cloudfunctions.functions.sourceCodeSet iam.serviceAccounts.actAs", manager+"projects/p")
	for i := range 10 * escalation.MaxTargets {
		account := fmt.Sprintf("s%d@p.iam.gserviceaccount.com", i)
		w.account(account, "roles/storage.objectViewer")
		w.add(fmt.Sprintf("//cloudfunctions.googleapis.com/projects/p/locations/x/functions/a%d", i), entitlement.Function).RunsAs = entitlement.IdentityID(account)
	}
	w.account(boss, "roles/owner")
	w.add("//cloudfunctions.googleapis.com/projects/p/locations/x/functions/z", entitlement.Function).RunsAs = boss
	ways := find(w)[alice]
	if len(ways.Gravest) == 0 || ways.Gravest[0].Target != boss || !ways.Gravest[0].Admin {
		t.Errorf("the owner's function is not the gravest of %+v", ways.Gravest)
	}
	if ways.Found > escalation.MaxTargets || !ways.More {
		t.Errorf("%d ways, more %t; want %d at most, and more", ways.Found, ways.More, escalation.MaxTargets)
	}
}
