package gcp_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/gcp"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

const (
	day    = 24 * time.Hour
	system = "shop"
	scope  = "//cloudresourcemanager.googleapis.com/projects/shop"
	bucket = "//storage.googleapis.com/shop-files"

	ana     = "ana@shop.example"
	ben     = "ben@shop.example"
	ops     = "ops@shop.example"
	inner   = "inner@shop.example"
	deploy  = "deploy@shop.iam.gserviceaccount.com"
	compute = "123456789012-compute@developer.gserviceaccount.com"
	agent   = "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"

	deleteInstance entitlement.Action = "compute.instances.delete"
)

func now() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

var assessor = sync.OnceValue(func() *assess.Assessor { return assess.New(gcp.New(catalog.GCP()), assess.DefaultSettings()) })

func identity(id string, kind entitlement.Kind, groups ...entitlement.IdentityID) entitlement.Identity {
	return entitlement.Identity{
		ID: entitlement.IdentityID(id), Email: id, Name: id, Kind: kind, System: system, Created: now().Add(-400 * day), Groups: groups,
	}
}

func grant(role entitlement.RoleID, member string, on entitlement.ResourceID) entitlement.RoleGrant {
	return entitlement.RoleGrant{ID: string(on) + "#0", Role: role, Member: member, Scope: on}
}

// project has an owner, an editor through a group in a group, a service account
// with an old key, the default one, one of Google's, and a function.
func project() *entitlement.Inventory {
	deployer := identity(deploy, entitlement.ServiceAccount)
	deployer.AppID = "1180001"
	deployer.Keys = []entitlement.AccessKey{{ID: "key", Active: true, Created: now().Add(-200 * day)}}
	standard, managed := identity(compute, entitlement.ServiceAccount), identity(agent, entitlement.ServiceAccount)
	standard.Default, managed.ServiceManaged = true, true
	work := identity("//cloudfunctions.googleapis.com/projects/shop/locations/eu/functions/work", entitlement.Function)
	work.RunsAs = deploy
	return &entitlement.Inventory{
		System:      entitlement.System{ID: system, Cloud: entitlement.GCP, Number: "123456789012", Owner: "platform"},
		CollectedAt: now(), FullHistoryFrom: now().Add(-90 * day),
		Identities: []entitlement.Identity{
			identity(ana, entitlement.User), identity(ben, entitlement.User, inner),
			identity(ops, entitlement.Group), identity(inner, entitlement.Group, ops), deployer, standard, managed, work,
		},
		Grants: []entitlement.RoleGrant{
			grant("roles/owner", "user:"+ana, scope), grant("roles/compute.admin", "group:"+ops, scope),
			grant("roles/compute.viewer", "serviceAccount:"+deploy, scope), grant("roles/editor", "serviceAccount:"+compute, scope),
			grant("roles/storage.objectViewer", "allUsers", bucket), grant("roles/iam.serviceAccountKeyAdmin", "user:"+ben, scope),
		},
		Resources: []entitlement.Resource{{ID: bucket, Type: "storage.googleapis.com/Bucket", Name: "shop-files", Bucket: &entitlement.Bucket{
			Encryption: entitlement.EncryptionProvider, PublicAllowed: entitlement.Yes, ObjectACLs: entitlement.No,
		}}},
		SecurityGroups: []entitlement.SecurityGroup{{
			ID: "//compute.googleapis.com/projects/shop/global/firewalls/ssh", Name: "ssh", Network: "default",
			Inbound: []entitlement.InboundRule{{Protocol: "tcp", From: 22, To: 22, Source: "0.0.0.0/0"}},
		}},
	}
}

func assessed(t *testing.T, inv *entitlement.Inventory, events ...*auditlog.Event) (*assess.Assessment, map[entitlement.IdentityID]*assess.Identity) {
	t.Helper()
	index := usage.New(catalog.GCP())
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

func event(id entitlement.IdentityID, action entitlement.Action) *auditlog.Event {
	return &auditlog.Event{
		Time: now().Add(-day), Cloud: entitlement.GCP, System: system, Identity: id, Outcome: auditlog.Success, Mapping: auditlog.Mapped,
		Actions: []entitlement.Action{action},
	}
}

func TestProject(t *testing.T) {
	t.Parallel()
	a, by := assessed(t, project(), event(ben, deleteInstance), event("1180001", "compute.instances.get"))
	var counted []entitlement.IdentityID
	for i := range a.Identities {
		if one := &a.Identities[i]; one.InPCI {
			counted = append(counted, one.ID)
		}
	}
	// The default service account and Google's own do not count.
	if diff := cmp.Diff([]entitlement.IdentityID{ana, ben, deploy}, counted); diff != "" || a.Sum.Identities != 3 {
		t.Errorf("who counts (-want +got):\n%s", diff)
	}
	remove, _ := catalog.GCP().Index(deleteInstance)
	get, _ := catalog.GCP().Index("compute.instances.get")
	for id, want := range map[entitlement.IdentityID][3]bool{
		ana: {true, true, false}, ben: {false, true, true}, ops: {false, true, true}, inner: {false, true, true}, deploy: {false, false, false},
	} {
		one := by[id]
		if got := [3]bool{one.Access.Super, one.Access.All.Has(remove), one.Usage.Used.Has(remove)}; got != want {
			t.Errorf("%s: super, deletes machines, did so: %v, want %v", id, got, want)
		}
	}
	if by[ops].Members != 1 || by[inner].Members != 1 {
		t.Errorf("%d members of the outer group and %d of the inner one, want 1 of each", by[ops].Members, by[inner].Members)
	}
	// The log names the service account by its unique id.
	if work := by["//cloudfunctions.googleapis.com/projects/shop/locations/eu/functions/work"]; !work.Usage.Used.Has(get) || work.Granted != by[deploy].Granted {
		t.Errorf("the function holds %d, its account %d; used %v", work.Granted, by[deploy].Granted, work.Usage.Used.Has(get))
	}
	if len(a.OnlyInLogs) != 0 {
		t.Errorf("only in logs: %v", a.OnlyInLogs)
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	a, _ := assessed(t, project(), event(ben, deleteInstance))
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
		entitlement.InactiveUser: {ana}, entitlement.SuperUser: {ana}, entitlement.OverprovisionedUser: {ben},
		entitlement.OverprovisionedGroup: {inner, ops}, entitlement.InactiveServiceAccount: {compute, deploy},
		entitlement.InactiveFunction: {"//cloudfunctions.googleapis.com/projects/shop/locations/eu/functions/work"},
		entitlement.AccessKeyOld:     {deploy}, entitlement.StorageManagedKeys: {"shop-files"}, entitlement.BucketPublic: {"shop-files"},
		entitlement.OpenSecurityGroup: {"ssh"}, entitlement.EscalationUser: {ben}, entitlement.EscalationServiceAccount: {compute},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	// A key of the default service account brings what an editor may do.
	if w := a.Ways(ben); w.Found == 0 || len(w.Gravest) == 0 || w.Gravest[0].Steps[0].By != ben {
		t.Errorf("ways of ben: %+v", w)
	}
	if n, looked := a.Totals[entitlement.BucketObjectACLs]; !looked || n != 1 {
		t.Errorf("totals %v", a.Totals)
	}
}

func TestVia(t *testing.T) {
	t.Parallel()
	judged, ok := gcp.New(catalog.GCP()).Judge(project()).(assess.ByRoles)
	if !ok {
		t.Fatal("a project's access does not come by roles")
	}
	if via := judged.Via(ben, deleteInstance); len(via) != 1 || via[0].Group != ops || via[0].Role == nil || via[0].Role.ID != "roles/compute.admin" {
		t.Errorf("ben deletes machines by %+v", via)
	}
}
