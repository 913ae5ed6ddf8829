package azure_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/azure"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

const (
	day    = 24 * time.Hour
	system = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"
	scope  = "/subscriptions/" + system

	owner       = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
	contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c"
	blobReader  = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"

	startVM entitlement.Action = "Microsoft.Compute/virtualMachines/start/action"
)

func now() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

var assessor = sync.OnceValue(func() *assess.Assessor { return assess.New(azure.New(catalog.Azure()), assess.DefaultSettings()) })

func identity(id string, kind entitlement.Kind, groups ...entitlement.IdentityID) entitlement.Identity {
	return entitlement.Identity{
		ID: entitlement.IdentityID(id), Name: id, Kind: kind, System: system, Created: now().Add(-400 * day), Groups: groups,
	}
}

func grant(role, member, on string) entitlement.RoleGrant {
	return entitlement.RoleGrant{
		ID: on + "/providers/Microsoft.Authorization/roleAssignments/" + role + member, Role: entitlement.RoleID(role), Member: member,
		Scope: entitlement.ResourceID(on),
	}
}

// subscription has an owner, operators in a group within a group, an application
// with an old secret, a function and a machine with a managed identity.
func subscription() *entitlement.Inventory {
	app := identity("app", entitlement.ServicePrincipal)
	app.AppID = "app-id"
	app.Keys = []entitlement.AccessKey{{ID: "secret", Active: true, Created: now().Add(-200 * day)}}
	ana := identity("ana", entitlement.User)
	ana.MFA, ana.Email = entitlement.No, "Ana@Shop.example"
	work, machine := identity("work", entitlement.Function), identity("machine", entitlement.Instance)
	work.RunsAs, machine.RunsAs = "managed", "managed"
	return &entitlement.Inventory{
		System: entitlement.System{ID: system, Cloud: entitlement.Azure, Owner: "platform"}, CollectedAt: now(), FullHistoryFrom: now().Add(-90 * day),
		Identities: []entitlement.Identity{
			ana, identity("inner", entitlement.Group, "outer"), identity("outer", entitlement.Group, "inner"),
			identity("ben", entitlement.User, "inner"), identity("cy", entitlement.User, "outer", "inner"), identity("nobody", entitlement.User),
			app, identity("managed", entitlement.ManagedIdentity), work, machine,
		},
		Grants: []entitlement.RoleGrant{
			grant(owner, "ana", scope), grant(contributor, "outer", scope+"/resourceGroups/rg"), grant(contributor, "app", scope), grant(blobReader, "managed", scope),
		},
		Resources: []entitlement.Resource{
			{ID: scope + "/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/open", Type: "microsoft.storage/storageaccounts", Name: "open", Bucket: &entitlement.Bucket{
				Encryption: entitlement.EncryptionProvider, PublicAllowed: entitlement.Yes, PublicContainers: []string{"site"},
			}},
			{ID: scope + "/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/machine", Type: "Microsoft.Compute/virtualMachines"},
		},
		SecurityGroups: []entitlement.SecurityGroup{
			{ID: scope + "/nsg", Name: "nsg", Inbound: []entitlement.InboundRule{{Protocol: "tcp", From: 22, To: 22, Source: "0.0.0.0/0"}}, Instances: []entitlement.IdentityID{"machine"}},
			{ID: scope + "/closed", Name: "closed"},
		},
	}
}

func event(id entitlement.IdentityID, action entitlement.Action) *auditlog.Event {
	return &auditlog.Event{
		Time: now().Add(-day), Cloud: entitlement.Azure, System: system, Identity: id, Outcome: auditlog.Success, Mapping: auditlog.Mapped,
		Actions: []entitlement.Action{action}, Resources: []auditlog.Resource{{ID: scope + "/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/machine"}},
	}
}

func assessed(t *testing.T, inv *entitlement.Inventory, events ...*auditlog.Event) (*assess.Assessment, map[entitlement.IdentityID]*assess.Identity) {
	t.Helper()
	index := usage.New(catalog.Azure())
	for _, e := range events {
		index.Add(e)
	}
	a := assessor().Assess(inv, index, now(), nil)
	by := map[entitlement.IdentityID]*assess.Identity{}
	for i := range a.Identities {
		by[a.Identities[i].ID] = &a.Identities[i]
	}
	return a, by
}

func TestSubscription(t *testing.T) {
	t.Parallel()
	a, by := assessed(t, subscription(), event("ben", startVM), event("app-id", startVM))
	if a.Catalog != catalog.Azure() || a.CatalogVersion != catalog.Azure().Version() {
		t.Error("the assessment has another catalogue")
	}
	counted := []entitlement.IdentityID{}
	for id, one := range by {
		if one.InPCI {
			counted = append(counted, id)
		}
	}
	slices.Sort(counted)
	// Groups, functions and machines do not count, nor does who holds nothing.
	if diff := cmp.Diff([]entitlement.IdentityID{"ana", "app", "ben", "cy", "managed"}, counted); diff != "" || a.Sum.Identities != 5 {
		t.Errorf("who counts (-want +got):\n%s", diff)
	}
	start, _ := catalog.Azure().Index(startVM)
	for _, tc := range []struct {
		id    entitlement.IdentityID
		super bool
		reach entitlement.Reach
		used  bool
	}{
		{"ana", true, entitlement.ReachAll, false},
		{"ben", false, entitlement.ReachPart, true},
		{"cy", false, entitlement.ReachPart, false},
		{"outer", false, entitlement.ReachPart, true},
		{"app", false, entitlement.ReachAll, true}, // Known by the application's id.
		{"nobody", false, entitlement.ReachNone, false},
	} {
		one := by[tc.id]
		if one.Access.Super != tc.super || one.Access.Reach(start) != tc.reach || one.Usage.Used.Has(start) != tc.used {
			t.Errorf("%s: super %v, reach %v, used %v", tc.id, one.Access.Super, one.Access.Reach(start), one.Usage.Used.Has(start))
		}
	}
	if by["outer"].Members != 2 || by["inner"].Members != 2 {
		t.Errorf("%d members of the outer group, %d of the inner one; want 2 of each, which hold each other", by["outer"].Members, by["inner"].Members)
	}
	if by["work"].Access != by["managed"].Access || by["managed"].Granted == 0 {
		t.Error("a function has other access than the identity that it runs as")
	}
	if got := a.OnlyInLogs; len(got) != 0 {
		t.Errorf("only in logs: %v", got)
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	blobs := entitlement.Action("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read")
	a, by := assessed(t, subscription(), event("app-id", startVM), event("managed", blobs))
	got := map[entitlement.Category][]string{}
	for i := range a.Findings {
		f := &a.Findings[i]
		name := string(f.Identity)
		if name == "" {
			name = f.Name
		}
		got[f.Category] = append(got[f.Category], name)
	}
	for _, names := range got {
		slices.Sort(names)
	}
	want := map[entitlement.Category][]string{
		entitlement.InactiveUser: {"ana", "ben", "cy"}, entitlement.InactiveGroup: {"inner", "outer"}, entitlement.SuperUser: {"ana"},
		entitlement.OverprovisionedServicePrincipal: {"app"}, entitlement.UserWithoutMFA: {"ana"},
		entitlement.AccessKeyOld: {"app"}, entitlement.StorageManagedKeys: {"open"}, entitlement.BucketPublic: {"open"}, entitlement.OpenSecurityGroup: {"nsg"},
	}
	delete(got, entitlement.OverprovisionedFunction) // Hang on what the logs at hand could show.
	delete(got, entitlement.OverprovisionedInstance)
	if by["managed"].Unused > 0 {
		want[entitlement.OverprovisionedServicePrincipal] = []string{"app", "managed"}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if !by["work"].LastActive.Equal(by["managed"].LastActive) || by["work"].LastActive.IsZero() {
		t.Errorf("the function was last active %v, its identity %v", by["work"].LastActive, by["managed"].LastActive)
	}
	if a.Totals[entitlement.OpenSecurityGroup] != 2 || a.Totals[entitlement.BucketPublic] != 1 || a.Totals[entitlement.SuperServicePrincipal] != 2 {
		t.Errorf("totals %v", a.Totals)
	}
}

// The ways by which somebody holds something are those of the assignments.
func TestVia(t *testing.T) {
	t.Parallel()
	judged, ok := azure.New(catalog.Azure()).Judge(subscription()).(assess.ByRoles)
	if !ok {
		t.Fatal("a subscription's access does not come by roles")
	}
	via := judged.Via("ben", startVM)
	if len(via) != 1 || via[0].Group != "outer" || via[0].Grant.Role != contributor || via[0].Role.Name != "Contributor" {
		t.Errorf("ben starts machines by %+v", via)
	}
	if got := judged.Grants("work"); len(got) != 1 || got[0].Grant.Member != "managed" {
		t.Errorf("the function is granted %+v", got)
	}
}
