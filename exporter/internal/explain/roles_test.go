package explain_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// granted is a system whose identities hold what the test says.
type granted struct {
	inv    *entitlement.Inventory
	grants []explain.Via
}

func (g granted) Inventory() *entitlement.Inventory { return g.inv }
func (g granted) Grants(id entitlement.IdentityID) []explain.Via {
	var list []explain.Via
	for _, v := range g.grants {
		if v.Group != "" || v.Grant.Member == string(id) {
			list = append(list, v)
		}
	}
	return list
}

const (
	sub     = "/subscriptions/11111111-aaaa-0000-0000-000000000001"
	mg      = "/providers/Microsoft.Management/managementGroups/mg1"
	ana     = entitlement.IdentityID("a0000000-0000-0000-0000-000000000001")
	admins  = entitlement.IdentityID("c0000000-0000-0000-0000-000000000001")
	project = "//cloudresourcemanager.googleapis.com/projects/shop-prod"
)

func azureWords(grants ...explain.Via) *explain.Roles {
	return explain.NewRoles(entitlement.Azure, []explain.RoleSystem{granted{&entitlement.Inventory{
		System:      entitlement.System{Cloud: entitlement.Azure, ID: "11111111-aaaa-0000-0000-000000000001", Name: "shop"},
		Ancestors:   []entitlement.Scope{{ID: mg, Type: "management_group", Name: "Landing"}},
		CollectedAt: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		Identities: []entitlement.Identity{
			{ID: ana, Kind: entitlement.User, Name: "Ana", Email: "ana@shop.example"},
			{ID: admins, Kind: entitlement.Group, Name: "admins", Email: "mail@shop.example"},
			{ID: "fn", Kind: entitlement.Function, Name: "fn", RunsAs: "mi"},
			{ID: "mi", Kind: entitlement.ManagedIdentity, Name: "runner"},
		},
		Denials: []entitlement.Denial{{ID: "d1", Name: "locked", System: true}, {ID: "d2", Name: "own"}},
		Roles:   map[entitlement.RoleID]entitlement.RoleDefinition{"old": *role("old", "Old", "Microsoft.Compute/*")},
		Grants:  []entitlement.RoleGrant{{ID: "g", Role: "old", Member: string(ana), Scope: sub, Until: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}},
	}, grants}})
}

func role(id, name string, actions ...string) *entitlement.RoleDefinition {
	return &entitlement.RoleDefinition{ID: entitlement.RoleID(id), Name: name, Blocks: []entitlement.PermissionBlock{{Actions: actions}}}
}

func TestReasonsOfRoles(t *testing.T) {
	t.Parallel()
	azure := azureWords()
	gcp := explain.NewRoles(entitlement.GCP, []explain.RoleSystem{granted{inv: &entitlement.Inventory{
		System: entitlement.System{Cloud: entitlement.GCP, ID: "shop-prod", Name: "shop"},
	}}})
	for _, test := range []struct {
		words  *explain.Roles
		who    entitlement.IdentityID
		reason decision.Reason
		want   string
	}{
		{azure, ana, decision.Reason{Kind: decision.RoleAssignment, RoleName: "Owner", Scope: "/", Effect: "Allow"}, "The role Owner on the root of the tenant allows it."},
		{azure, ana, decision.Reason{Kind: decision.RoleAssignment, RoleName: "Owner", Scope: mg, Group: admins, Effect: "Allow", Uncertain: true, Note: "x StringEquals 'y'"}, "The role Owner that the group admins (c0000000-0000-0000-0000-000000000001) has on the management group Landing (mg1) may allow it: x StringEquals 'y'."},
		{azure, ana, decision.Reason{Kind: decision.RoleAssignment, Role: "guid", Scope: sub + "/resourceGroups/Web", Effect: "Allow"}, "The role guid on the resource group Web of the subscription shop allows it."},
		{azure, ana, decision.Reason{Kind: decision.RoleAssignment, RoleName: "Reader", Scope: sub + "/resourceGroups/web/providers/a/b/c", Effect: "Allow"}, "The role Reader on " + sub + "/resourceGroups/web/providers/a/b/c allows it."},
		{azure, "fn", decision.Reason{Kind: decision.RoleAssignment, RoleName: "Reader", Scope: sub, Effect: "Allow"}, "The role Reader of what it runs as, runner (mi), on the subscription shop (11111111-aaaa-0000-0000-000000000001) allows it."},
		{azure, ana, decision.Reason{Kind: decision.EligibleAssignment, RoleName: "Owner", Scope: sub, Group: admins, Effect: "Allow", Uncertain: true, Note: "it has to be activated first"}, "The role Owner that the group admins (c0000000-0000-0000-0000-000000000001) is eligible for on the subscription shop (11111111-aaaa-0000-0000-000000000001) may allow it: it has to be activated first."},
		{azure, ana, decision.Reason{Kind: decision.ClassicAdmin, RoleName: "Owner", Note: "CoAdministrator", Scope: sub, Effect: "Allow"}, "The classic administrator role CoAdministrator on the subscription shop (11111111-aaaa-0000-0000-000000000001) allows it."},
		{azure, ana, decision.Reason{Kind: decision.DenyAssignment, Policy: "d1", Scope: sub, Effect: "Deny"}, `The deny assignment d1 ("locked") on the subscription shop (11111111-aaaa-0000-0000-000000000001) denies it.`},
		{azure, ana, decision.Reason{Kind: decision.DenyAssignment, Policy: "unknown", Effect: "Deny", Uncertain: true}, "The deny assignment unknown may deny it."},
		{azure, ana, decision.Reason{Kind: decision.NoGrant, Note: "left out"}, "No role of ana@shop.example (a0000000-0000-0000-0000-000000000001) allows A/b on the subscription shop (11111111-aaaa-0000-0000-000000000001)."},
		{gcp, "ana@x", decision.Reason{Kind: decision.AllowPolicy, Role: "roles/viewer", RoleName: "Viewer", Group: "allUsers", Scope: project, Effect: "Allow"}, `The role roles/viewer ("Viewer") that anybody at all (allUsers) has on the project shop (shop-prod) allows it.`},
		{gcp, "ana@x", decision.Reason{Kind: decision.AllowPolicy, Role: "roles/viewer", Group: "domain:x", Scope: "//cloudresourcemanager.googleapis.com/folders/1", Effect: "Allow"}, `The role roles/viewer that everybody of x has on the folder 1 allows it.`},
		{gcp, "ana@x", decision.Reason{Kind: decision.AllowPolicy, Role: "roles/viewer", Group: "projectViewer:p", Scope: "//storage.googleapis.com/b", Effect: "Allow"}, `The role roles/viewer that projectViewer:p has on //storage.googleapis.com/b allows it.`},
		{gcp, "ana@x", decision.Reason{Kind: decision.DenyPolicy, Policy: "policies/p", Statement: 1, Scope: "//cloudresourcemanager.googleapis.com/organizations/9", Effect: "Deny"}, "Rule 2 of the deny policy policies/p on the organization 9 denies it."},
		{gcp, "ana@x", decision.Reason{Kind: decision.AccessBoundary, Policy: "pab", Effect: "Deny"}, "The principal access boundary pab does not reach the project shop (shop-prod)."},
	} {
		r := &decision.Request{Principal: test.who, Action: "A/b", Resource: sub}
		if test.words == gcp {
			r.Resource = project
		}
		if got := string(test.words.AppendReason(nil, r, &test.reason)); got != test.want {
			t.Errorf("got:  %s\nwant: %s", got, test.want)
		}
	}
}

// Of what nothing grants, the grants that come near are named, the nearest
// first, and what would help.
func TestWhatComesNear(t *testing.T) {
	t.Parallel()
	const start, read = "Microsoft.Compute/virtualMachines/start/action", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
	via := func(r *entitlement.RoleDefinition, scope entitlement.ResourceID) explain.Via {
		return explain.Via{Grant: &entitlement.RoleGrant{Role: r.ID, Member: string(ana), Scope: scope}, Role: r}
	}
	all, except := role("all", "All", "*"), role("except", "Except", "*")
	except.Blocks[0].NotActions = []string{"Microsoft.Compute/virtualMachines/*/action"}
	web := entitlement.ResourceID(sub + "/resourceGroups/web")
	for _, test := range []struct {
		name   string
		grants []explain.Via
		action entitlement.Action
		want   []string
	}{
		{"by its exceptions", []explain.Via{via(except, sub)}, start, []string{"The role Except on the subscription shop (11111111-aaaa-0000-0000-000000000001) leaves it out: it is among the exceptions, as Microsoft.Compute/virtualMachines/*/action."}},
		{"from above", []explain.Via{via(except, mg)}, start, []string{"The role Except on the management group Landing (mg1) leaves it out"}},
		{"of the other plane", []explain.Via{via(all, sub)}, read, []string{"is about the control plane alone: this is a data action, which a role's DataActions must have."}},
		{"elsewhere", []explain.Via{via(all, web)}, start, []string{"The role All on the resource group web of the subscription shop allows it there alone."}},
		{"over", nil, start, []string{"The role Old on the subscription shop (11111111-aaaa-0000-0000-000000000001) ended at 2026-01-01T00:00:00Z."}},
		{"about other things", []explain.Via{via(role("r", "R", "Microsoft.Sql/*"), sub)}, read, []string{"No role of"}},
		{"what would help", nil, read, []string{"Give ana@shop.example", "Of the roles that have it these hold the least: Storage Blob Data"}},
	} {
		var out bytes.Buffer
		d := &decision.Decision{Because: []decision.Reason{{Kind: decision.NoGrant}}}
		if err := azureWords(test.grants...).Text(&out, &decision.Request{Principal: ana, Action: test.action, Resource: sub}, d); err != nil {
			t.Fatal(err)
		}
		for _, want := range test.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: the answer lacks %q:\n%s", test.name, want, out.String())
			}
		}
	}
	var out bytes.Buffer
	var many []explain.Via
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		many = append(many, via(all, entitlement.ResourceID(sub+"/resourceGroups/"+name)))
	}
	d := &decision.Decision{Because: []decision.Reason{{Kind: decision.NoGrant}}}
	if err := azureWords(many...).Text(&out, &decision.Request{Principal: ana, Action: start, Resource: sub}, d); err != nil || !strings.Contains(out.String(), "3 more grants miss it likewise.") {
		t.Errorf("%v:\n%s", err, out.String())
	}
}

func TestVerdictsOfRoles(t *testing.T) {
	t.Parallel()
	w := azureWords()
	for _, test := range []struct {
		d    decision.Decision
		want []string
	}{
		{decision.Decision{Verdict: decision.Allowed, Because: []decision.Reason{{Kind: decision.RoleAssignment, RoleName: "Owner", Scope: sub, Effect: "Allow"}}}, []string{"Allowed: ana@shop.example", "Because:"}},
		{decision.Decision{Verdict: decision.ExplicitlyDenied, Because: []decision.Reason{{Kind: decision.DenyAssignment, Policy: "d2", Scope: sub, Effect: "Deny"}}}, []string{"a deny assignment takes it away.", "Exclude ana@shop.example (a0000000-0000-0000-0000-000000000001) from the deny assignment d2, or remove it."}},
		{decision.Decision{Verdict: decision.ExplicitlyDenied, Because: []decision.Reason{{Kind: decision.DenyAssignment, Policy: "d1", Scope: sub, Effect: "Deny"}}}, []string{"The deny assignment d1 was made by Azure"}},
		{decision.Decision{Verdict: decision.ExplicitlyDenied, Because: []decision.Reason{{Kind: decision.AccessBoundary, Policy: "pab", Effect: "Deny"}}}, []string{"a principal access boundary does not reach so far.", "to the resources of the principal access boundary pab."}},
		{decision.Decision{Verdict: decision.Conditional, Keys: []string{"@Resource[x:y]", "project of the resource"}}, []string{"depends on @Resource[x:y], project of the resource.", "Give --context='@Resource[x:y]=VALUE', or --absent='@Resource[x:y]'", "It hangs on the project of the resource"}},
		{decision.Decision{Verdict: decision.Conditional}, []string{"it is not known whether"}},
	} {
		var out bytes.Buffer
		if err := w.Text(&out, &decision.Request{Principal: ana, Action: "Microsoft.Compute/virtualMachines/start/action", Resource: sub}, &test.d); err != nil {
			t.Fatal(err)
		}
		for _, want := range test.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("the answer lacks %q:\n%s", want, out.String())
			}
		}
	}
}
