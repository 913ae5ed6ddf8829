package azure_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure"
	"github.com/leastward/leastward/internal/policy/decision"
)

const otherSystem = "11111111-1111-1111-1111-111111111111"

// TestEstate decides between subscriptions of one tenant.
func TestEstate(t *testing.T) {
	t.Parallel()
	a := newEstate().member("u", "g").member("g").grant("only-a", readerRole, sub)
	a.Identities[0].Email, a.Identities[0].AppID = "Ana@Example.com", "APP-1"
	b := newEstate().member("g").member("other").grant("g", ownerRole, foreignScope)
	b.System.ID, b.Identities[1].Email = otherSystem, "two@example.com"
	b.Identities = append(b.Identities, entitlement.Identity{ID: "another", Email: "two@example.com"})
	e := azure.NewEstate(a.compile(), b.compile(), a.compile())
	if len(e.Systems()) != 2 || e.System(otherSystem) != e.Systems()[1] || e.System("x") != nil {
		t.Errorf("got systems %v", e.Systems())
	}
	want := []entitlement.IdentityID{"another", "g", "only-a", "other", "u"}
	if got := e.Principals(); !slices.Equal(got, want) {
		t.Errorf("got principals %v, want %v", got, want)
	}
	// Only the first knows that u belongs to g, only the second what g has.
	for _, who := range []string{"u", "U", "ana@example.com", "app-1"} {
		if got := decide(t, e, who, listKeys, foreignScope+"/resourceGroups/x"); got.Verdict != allowed || got.Because[0].Group != "g" {
			t.Errorf("%s: got %+v, want allowed by way of g", who, got)
		}
	}
	if got := decide(t, e, "u", listKeys, store); got.Verdict != implicit {
		t.Errorf("got %+v in the other subscription", got)
	}
	if got := decide(t, e, "only-a", readVault, ""); got.Verdict != allowed {
		t.Errorf("got %+v for the only subscription that knows only-a", got)
	}
	for want, r := range map[string]decision.Request{
		`identity: "two@example.com" names several identities; give the object id`:                    {Principal: "two@example.com", Action: listKeys},
		`resource: it is empty, and there are 2 subscriptions; name one, as /subscriptions/` + system: {Principal: "g", Action: listKeys},
	} {
		var d decision.Decision
		if err := e.Decide(&r, &d); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestMembershipsAreJoined: what subscriptions know of one identity adds up.
func TestMembershipsAreJoined(t *testing.T) {
	t.Parallel()
	a := newEstate().member("u", "g").member("v", "g").grant("g", readerRole, sub)
	b := newEstate().member("u", "g", "h").member("v", "g").grant("h", ownerRole, foreignScope)
	b.System.ID = otherSystem
	a.Identities = append(a.Identities, entitlement.Identity{ID: "f", Kind: entitlement.Function})
	b.Identities = append(b.Identities, entitlement.Identity{ID: "f", Kind: entitlement.Function, RunsAs: "u"})
	one, two := a.compile(), b.compile()
	if one.Inventory() != a.Inventory || one.System() != system {
		t.Errorf("got %v, %v", one.Inventory(), one.System())
	}
	for _, e := range []*azure.Estate{azure.NewEstate(one, two), azure.NewEstate(two, one)} {
		for _, who := range []string{"u", "f"} {
			if got := decide(t, e, who, listKeys, foreignScope).Verdict; got != allowed {
				t.Errorf("%s: got %v in the one that knows of h", who, got)
			}
			if got := decide(t, e, who, readVault, vault).Verdict; got != allowed {
				t.Errorf("%s: got %v in the other", who, got)
			}
		}
		if got := decide(t, e, "v", listKeys, foreignScope).Verdict; got != implicit {
			t.Errorf("v: got %v", got)
		}
	}
	if got := decide(t, azure.NewEstate(one), "f", readVault, vault).Verdict; got != implicit {
		t.Errorf("f: got %v where nobody knows what it runs as", got)
	}
}

// TestReasons holds what a decision says of itself, and that its slices are
// used again.
func TestReasons(t *testing.T) {
	t.Parallel()
	const guard = "@Environment[UtcNow] DateTimeLessThan '2026-01-02T00:00:00Z'"
	e := newEstate().member("u", "g").grant("g", readerRole, group, under(guard)).grant("u", readerRole, vault, func(g *entitlement.RoleGrant) { g.Eligible = true }).
		deny(store, []string{everybody}, nil, block{Actions: []string{"x/y"}}, block{Actions: []string{"*/read"}})
	e.Denials[0].Name = "locked"
	e.Grants[0].ID, e.Grants[1].ID, e.Denials[0].ID = "first", "second", "third"
	estate := azure.NewEstate(e.compile())
	allow := decision.Reason{Kind: decision.RoleAssignment, Policy: "first", Role: readerRole, RoleName: "Reader", Scope: group, Group: "g", Effect: "Allow", Note: guard}
	maybe := allow
	maybe.Uncertain = true
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var d decision.Decision
	for _, tt := range []struct {
		at       time.Time
		resource entitlement.ResourceID
		want     decision.Decision
	}{
		{day, group, decision.Decision{Verdict: allowed, Because: []decision.Reason{allow}}},
		{time.Time{}, group, decision.Decision{Verdict: cond, Because: []decision.Reason{maybe}, Keys: []string{"@Environment[UtcNow]"}}},
		{day.AddDate(0, 0, 5), group, decision.Decision{Verdict: implicit, Because: []decision.Reason{{Kind: decision.NoGrant, Note: "no role assignment on the resource or above it gives the action"}}}},
		{day.AddDate(0, 0, 5), vault, decision.Decision{Verdict: cond, Because: []decision.Reason{{Kind: decision.EligibleAssignment, Policy: "second", Role: readerRole, RoleName: "Reader", Scope: vault, Effect: "Allow", Uncertain: true, Note: "it has to be activated first"}}}},
		{day, store, decision.Decision{Verdict: explicit, Because: []decision.Reason{{Kind: decision.DenyAssignment, Policy: "third", RoleName: "locked", Scope: store, Effect: "Deny", Statement: 1}}}},
	} {
		r := decision.Request{Principal: "u", Action: "Microsoft.Storage/storageAccounts/read", Resource: tt.resource, At: tt.at}
		if err := estate.Decide(&r, &d); err != nil {
			t.Fatal(err)
		}
		if len(d.Keys) == 0 {
			d.Keys = nil
		}
		if diff := cmp.Diff(tt.want, d); diff != "" {
			t.Errorf("%s at %v: %s", tt.resource, tt.at, diff)
		}
	}
}

// TestKeysOfDenials: where something grants for certain, only what may deny
// decides.
func TestKeysOfDenials(t *testing.T) {
	t.Parallel()
	guarded := block{Actions: []string{"*"}, Condition: "@Request[deny] BoolEquals true"}
	e := newEstate().grant("u", readerRole, sub, under("@Request[allow] BoolEquals true")).deny(sub, []string{"u"}, nil, guarded)
	if got := decide(t, azure.NewEstate(e.compile()), "u", readVault, vault); got.Verdict != cond || !slices.Equal(got.Keys, []string{"@Request[allow]", "@Request[deny]"}) {
		t.Errorf("got %+v, want both keys", got)
	}
	e.grant("u", readerRole, sub)
	got := decide(t, azure.NewEstate(e.compile()), "u", readVault, vault)
	if got.Verdict != cond || !slices.Equal(got.Keys, []string{"@Request[deny]"}) || len(got.Because) != 2 || got.Because[0].Uncertain || got.Because[1].Effect != "Deny" {
		t.Errorf("got %+v, want what is certain and the denial", got)
	}
}

// TestRolesOfTheInventory: a built-in role without blocks is that of the
// catalogue, one with blocks is as the inventory has it.
func TestRolesOfTheInventory(t *testing.T) {
	t.Parallel()
	e := newEstate().grant("u", readerRole, sub).grant("v", ownerRole, sub)
	e.Roles[readerRole] = entitlement.RoleDefinition{ID: readerRole, Managed: true}
	e.Roles[ownerRole] = entitlement.RoleDefinition{ID: ownerRole, Managed: true, Blocks: []block{{Actions: []string{"*/read"}}}}
	e.answers(t,
		question{"u", readVault, vault, allowed, nil},
		question{"v", readVault, vault, allowed, nil},
		question{"v", listKeys, store, implicit, nil})
}

// TestPlanes: the request may say which plane it means; of an action that
// nobody knows both are judged.
func TestPlanes(t *testing.T) {
	t.Parallel()
	const unknown = "Contoso.Things/things/write"
	e := newEstate().grant("control", ownerRole, sub).
		role("data", block{DataActions: []string{"*"}}).grant("data", "data", sub).
		role("both", block{Actions: []string{"*"}, DataActions: []string{"*"}}).grant("both", "both", sub, under("@Request[x] StringEquals 'v'"))
	e.answers(t,
		question{"control", unknown, sub, allowed, []string{"data", "false"}},
		question{"control", unknown, sub, implicit, []string{"data", "true"}},
		question{"data", unknown, sub, allowed, []string{"data", "TRUE"}},
		question{"control", unknown, sub, cond, nil},
		question{"both", unknown, sub, cond, nil},
		question{"both", unknown, sub, allowed, []string{"@request[X]", "v"}},
		question{"data", readBlob, sub, implicit, []string{"data", "false"}},
		question{"control", readBlob, sub, allowed, []string{"data", "false"}})
	estate := azure.NewEstate(e.compile())
	if got := decide(t, estate, "control", unknown, sub); !slices.Equal(got.Keys, []string{azure.Data}) || !got.Because[0].Uncertain {
		t.Errorf("got %+v, want it to hang on data", got)
	}
	if got := decide(t, estate, "both", unknown, sub); !slices.Equal(got.Keys, []string{"@Request[x]"}) {
		t.Errorf("got %+v, want it to hang on x alone", got)
	}
}

// TestStorage tells who reads a storage account without a name.
func TestStorage(t *testing.T) {
	t.Parallel()
	const yes, no = entitlement.Yes, entitlement.No
	for _, tt := range []struct {
		bucket *entitlement.Bucket
		want   string
	}{
		{nil, entitlement.BucketIsUnknown},
		{&entitlement.Bucket{PublicAllowed: no}, entitlement.BucketIsPrivate},
		{&entitlement.Bucket{PublicAllowed: no, ContainersUnknown: true}, entitlement.BucketIsPrivate},
		{&entitlement.Bucket{PublicAllowed: no, PublicContainers: []string{"a"}}, entitlement.BucketIsRestricted},
		{&entitlement.Bucket{PublicAllowed: yes}, entitlement.BucketIsPrivate},
		{&entitlement.Bucket{PublicAllowed: yes, ContainersUnknown: true}, entitlement.BucketIsUnknown},
		{&entitlement.Bucket{PublicAllowed: yes, PublicContainers: []string{"a", "b"}}, entitlement.BucketIsPublic},
		{&entitlement.Bucket{PublicAllowed: yes, PublicContainers: []string{"a"}, NetworkClosed: no}, entitlement.BucketIsPublic},
		{&entitlement.Bucket{PublicAllowed: yes, PublicContainers: []string{"a"}, NetworkClosed: yes}, entitlement.BucketIsRestricted},
		{&entitlement.Bucket{PublicAllowed: yes, ContainersUnknown: true, NetworkClosed: yes}, entitlement.BucketIsUnknown},
		{&entitlement.Bucket{PublicContainers: []string{"a"}}, entitlement.BucketIsUnknown},
		{&entitlement.Bucket{}, entitlement.BucketIsPrivate},
		{&entitlement.Bucket{ContainersUnknown: true}, entitlement.BucketIsUnknown},
	} {
		got := azure.Storage(nil, &entitlement.Resource{Bucket: tt.bucket})
		if got.Access != tt.want || len(got.Because) == 0 {
			t.Errorf("%+v: got %+v, want %s", tt.bucket, got, tt.want)
		}
	}
}
