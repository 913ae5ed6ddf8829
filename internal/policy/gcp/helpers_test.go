package gcp_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp"
)

const (
	project = "//cloudresourcemanager.googleapis.com/projects/"
	folder  = "//cloudresourcemanager.googleapis.com/folders/"
	org     = "//cloudresourcemanager.googleapis.com/organizations/"
	bucket  = "//storage.googleapis.com/"
)

func collected() time.Time { return time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC) }

// world is an inventory that a test builds up: the project "p", number 111, in
// folder 222 of organization 333.
type world struct{ *entitlement.Inventory }

func newWorld() world {
	return world{&entitlement.Inventory{
		System: entitlement.System{ID: "p", Number: "111", Cloud: entitlement.GCP},
		Roles:  map[entitlement.RoleID]entitlement.RoleDefinition{},
		Ancestors: []entitlement.Scope{
			{ID: folder + "222", Type: "folder"}, {ID: org + "333", Type: "organization"},
		},
		Domains:     map[string]string{"example.com": "C0example"},
		CollectedAt: collected(),
	}}
}

// role makes a custom role and returns its name.
func (w world) role(name, permissions string) entitlement.RoleID {
	id := entitlement.RoleID("projects/p/roles/" + name)
	w.Roles[id] = entitlement.RoleDefinition{ID: id, Name: name, Blocks: []entitlement.PermissionBlock{{Actions: strings.Fields(permissions)}}}
	return id
}

func (w world) grant(member string, role entitlement.RoleID, scope entitlement.ResourceID, condition ...string) {
	g := entitlement.RoleGrant{ID: string(scope) + "#0", Role: role, Member: member, Scope: scope}
	if len(condition) > 0 {
		g.Condition = &entitlement.Condition{Expression: condition[0]}
	}
	w.Grants = append(w.Grants, g)
}

// gives grants permissions by a custom role of their own.
func (w world) gives(member, permissions string, scope entitlement.ResourceID, condition ...string) {
	w.grant(member, w.role("r"+strings.NewReplacer(" ", "_", "*", "_").Replace(permissions), permissions), scope, condition...)
}

func (w world) group(id string, members ...string) {
	w.identity(id, entitlement.Group)
	for _, m := range members {
		w.identity(m, entitlement.User)
		for i := range w.Identities {
			if string(w.Identities[i].ID) == m {
				w.Identities[i].Groups = append(w.Identities[i].Groups, entitlement.IdentityID(id))
			}
		}
	}
}

// identity adds an identity unless it is there, and returns it.
func (w world) identity(id string, kind entitlement.Kind) *entitlement.Identity {
	i := slices.IndexFunc(w.Identities, func(x entitlement.Identity) bool { return string(x.ID) == id })
	if i < 0 {
		w.Identities = append(w.Identities, entitlement.Identity{ID: entitlement.IdentityID(id), Kind: kind, System: w.System.ID, Name: id})
		i = len(w.Identities) - 1
	}
	return &w.Identities[i]
}

// deny attaches a rule: permissions and principals are separated by blanks, and
// exceptions follow "except".
func (w world) deny(scope entitlement.ResourceID, permissions, principals string, condition ...string) {
	denied, spared, _ := strings.Cut(permissions, " except ")
	members, except, _ := strings.Cut(principals, " except ")
	rule := entitlement.DenialRule{
		Blocks:  []entitlement.PermissionBlock{{Actions: strings.Fields(denied), NotActions: strings.Fields(spared)}},
		Members: strings.Fields(members), ExceptMembers: strings.Fields(except),
	}
	if len(condition) > 0 {
		rule.Condition = &entitlement.Condition{Expression: condition[0]}
	}
	w.Denials = append(w.Denials, entitlement.Denial{ID: "policies/deny", Scope: scope, Rules: []entitlement.DenialRule{rule}})
}

func evaluator() *gcp.Evaluator { return gcp.New(catalog.GCP()) }

func (w world) compile() *gcp.Project { return evaluator().Compile(w.Inventory) }

func (w world) decide(tb testing.TB, who, action, resource string) decision.Decision {
	tb.Helper()
	var d decision.Decision
	r := decision.Request{Principal: entitlement.IdentityID(who), Action: entitlement.Action(action), Resource: entitlement.ResourceID(resource)}
	if err := gcp.NewEstate(w.compile()).Decide(&r, &d); err != nil {
		tb.Fatal(err)
	}
	return d
}

// want checks the verdicts of lines "principal permission resource verdict".
func (w world) want(t *testing.T, lines ...string) {
	t.Helper()
	e := gcp.NewEstate(w.compile())
	for _, line := range lines {
		f := strings.Fields(line)
		if f[2] == "-" {
			f[2] = ""
		}
		var d decision.Decision
		r := decision.Request{Principal: entitlement.IdentityID(f[0]), Action: entitlement.Action(f[1]), Resource: entitlement.ResourceID(f[2])}
		if err := e.Decide(&r, &d); err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if d.Verdict.String() != f[3] {
			t.Errorf("%s: got %s, because %+v, keys %q", line, d.Verdict, d.Because, d.Keys)
		}
	}
}

// reach describes the access of an identity to an action: "all", "part?" with a
// question mark where it is conditional, "none".
func reach(tb testing.TB, p *gcp.Project, who, action string) string {
	tb.Helper()
	i, ok := catalog.GCP().Index(entitlement.Action(action))
	if !ok {
		tb.Fatalf("%s is not in the catalogue", action)
	}
	a := p.Access(entitlement.IdentityID(who))
	out := [...]string{"none", "named", "part", "all"}[a.Reach(i)]
	if a.Conditional.Has(i) {
		out += "?"
	}
	return out
}
