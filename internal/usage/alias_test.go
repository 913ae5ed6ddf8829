package usage_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

const (
	object = "0a0b0c0d-1111-4222-8333-444455556666"
	appID  = "99990c0d-1111-4222-8333-444455556666"
)

func TestCanonicalOfClouds(t *testing.T) {
	t.Parallel()
	for id, want := range map[entitlement.IdentityID]string{
		"0A0B0C0D-1111-4222-8333-444455556666":                        object,
		"Alice@Example.com":                                           "alice@example.com",
		"user:Alice@Example.com":                                      "alice@example.com",
		"serviceAccount:ci@p.iam.gserviceaccount.com":                 "ci@p.iam.gserviceaccount.com",
		"deleted:serviceAccount:ci@p.iam.gserviceaccount.com?uid=123": "deleted:serviceAccount:ci@p.iam.gserviceaccount.com?uid=123",
		"serviceAccount:p.svc.id.goog[ns/Name]":                       "serviceAccount:p.svc.id.goog[ns/Name]",
		"principal://iam.googleapis.com/locations/global/workforcePools/p/subject/Alice@Example.com": "principal://iam.googleapis.com/locations/global/workforcePools/p/subject/Alice@Example.com",
		"allUsers": "allUsers",
		"arn:aws:iam::111122223333:role/path/Name": "arn:aws:iam::111122223333:role/Name",
		"AROAEXAMPLE:Alice@Example.com":            "AROAEXAMPLE:Alice@Example.com",
		"":                                         "",
	} {
		if got := usage.Canonical(id); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", id, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		id := entitlement.IdentityID(rapid.StringMatching(`(user:|serviceAccount:|arn:aws:iam::1:role/)?[A-Za-z/@.:-]{0,20}`).Draw(t, "id"))
		once := usage.Canonical(id)
		if twice := usage.Canonical(entitlement.IdentityID(once)); twice != once {
			t.Fatalf("Canonical(%q) = %q, and of that %q", id, once, twice)
		}
	})
}

func azureEvent(who string, action entitlement.Action) *auditlog.Event {
	return &auditlog.Event{
		Time: time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), Cloud: entitlement.Azure, System: "sub", Identity: entitlement.IdentityID(who),
		Actions: []entitlement.Action{action}, Mapping: auditlog.Mapped, Resources: []auditlog.Resource{{ID: "/subscriptions/sub/x"}},
	}
}

func TestAliasOfTheInventory(t *testing.T) {
	t.Parallel()
	a := usage.NewAliases()
	a.Know(&entitlement.Inventory{System: entitlement.System{Cloud: entitlement.Azure}, Identities: []entitlement.Identity{
		{ID: object, Kind: entitlement.ServicePrincipal, AppID: appID},
		{ID: "user-1", Kind: entitlement.User, Email: "Alice@Example.com"},
		{ID: "user-2", Kind: entitlement.User, Email: "bob@example.com"},
		{ID: "user-3", Kind: entitlement.User, Email: "BOB@example.com"},
		{ID: "user-4", Kind: entitlement.User, Email: "user-1"},
		{ID: "vm", Kind: entitlement.Instance, Email: "vm@example.com"},
	}})
	for name, want := range map[entitlement.IdentityID]entitlement.IdentityID{
		appID: object, "99990C0D-1111-4222-8333-444455556666": object, object: object,
		"alice@example.com": "user-1", "bob@example.com": "bob@example.com", "user-1": "user-1",
		"vm@example.com": "vm@example.com", "carol@example.com": "carol@example.com",
	} {
		if got := a.Of(name); got != want {
			t.Errorf("Of(%q) = %q, want %q", name, got, want)
		}
	}
	ev := azureEvent("Alice@Example.com", "Microsoft.Storage/storageAccounts/write")
	a.Resolve(ev)
	if ev.Identity != "user-1" || ev.IdentityName != "Alice@Example.com" {
		t.Errorf("resolved to %q, %q", ev.Identity, ev.IdentityName)
	}
	aws := &auditlog.Event{Cloud: entitlement.AWS, Identity: "alice@example.com"}
	if a.Resolve(aws); aws.Identity != "alice@example.com" {
		t.Errorf("a name of AWS became %q", aws.Identity)
	}
	a.Know(&entitlement.Inventory{System: entitlement.System{Cloud: entitlement.AWS}, Identities: []entitlement.Identity{{ID: "arn:x", Email: "carol@example.com"}}})
	if got := a.Of("carol@example.com"); got != "carol@example.com" {
		t.Errorf("an inventory of AWS gave the alias %q", got)
	}
}

// TestAliasBeforeAndAfter has uses under both names, learnt of before, between
// and after; asked for by the identity they are the same.
func TestAliasBeforeAndAfter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := []string{object, appID, "alice@example.com"}
		actions := []entitlement.Action{"Microsoft.Storage/storageAccounts/write", "Microsoft.Storage/storageAccounts/delete", "Own/thing/action"}
		var events []*auditlog.Event
		for range rapid.IntRange(0, 20).Draw(t, "events") {
			ev := azureEvent(rapid.SampledFrom(names).Draw(t, "who"), rapid.SampledFrom(actions).Draw(t, "action"))
			ev.Time = ev.Time.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "at")) * time.Second)
			ev.AccessKey = ""
			events = append(events, ev)
		}
		aliases := usage.NewAliases()
		aliases.Alias(appID, object)
		want := usage.New(catalog.Azure())
		for _, ev := range events {
			resolved := *ev
			aliases.Resolve(&resolved)
			want.Add(&resolved)
		}
		got, at := usage.New(catalog.Azure()), rapid.IntRange(0, len(events)).Draw(t, "learnt at")
		for i, ev := range events {
			if i == at {
				got.AliasAll(aliases)
			}
			got.Add(ev)
		}
		if got.AliasAll(aliases); rapid.Bool().Draw(t, "kept") {
			got = again(t, got)
		}
		from, to := time.Time{}, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, name := range names {
			id := entitlement.IdentityID(name)
			if diff := cmp.Diff(want.Usage(id, from, to), got.Usage(id, from, to)); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", name, diff)
			}
			one, _ := want.Resources(id, actions[0])
			two, _ := got.Resources(id, actions[0])
			if diff := cmp.Diff(one, two); diff != "" {
				t.Fatalf("resources of %s (-want +got):\n%s", name, diff)
			}
		}
		if diff := cmp.Diff(want.Identities(), got.Identities()); diff != "" {
			t.Fatalf("identities (-want +got):\n%s", diff)
		}
	})
}

// again writes an index and reads it into one that knew nothing.
func again(t *rapid.T, x *usage.Index) *usage.Index {
	var b bytes.Buffer
	if _, err := x.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	y := usage.New(catalog.Azure())
	if _, err := y.ReadFrom(&b); err != nil {
		t.Fatal(err)
	}
	return y
}

// TestAliasLearntBeforeTheFile reads a file of before into an index that knows
// the alias already.
func TestAliasLearntBeforeTheFile(t *testing.T) {
	t.Parallel()
	old := usage.New(catalog.Azure())
	old.Add(azureEvent(appID, "Microsoft.Storage/storageAccounts/write"))
	old.Add(azureEvent("someone", "Microsoft.Storage/storageAccounts/write"))
	var b bytes.Buffer
	if _, err := old.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	x := usage.New(catalog.Azure())
	x.Alias(appID, object)
	if _, err := x.ReadFrom(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]entitlement.IdentityID{object, "someone"}, x.Identities()); diff != "" {
		t.Error(diff)
	}
	if _, err := x.WriteTo(&bytes.Buffer{}); err != nil {
		t.Error(err)
	}
}

func TestObservableOfClouds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cat      *catalog.Catalog
		data     entitlement.Action
		service  string
		always   entitlement.Action
		neighbor entitlement.Action
		other    entitlement.Action // Of the same service, switched on apart.
	}{
		{catalog.Azure(), "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read", "MICROSOFT.STORAGE", "Microsoft.Storage/storageAccounts/write", "Microsoft.KeyVault/vaults/secrets/getSecret/action", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write"},
		{catalog.GCP(), "storage.objects.get", "storage", "iam.serviceAccountKeys.create", "bigquery.tables.getData", "storage.buckets.get"},
	} {
		has := func(set entitlement.ActionSet, a entitlement.Action) bool {
			i, ok := test.cat.Index(a)
			if !ok {
				t.Fatalf("%s is not in the catalogue", a)
			}
			return set.Has(i)
		}
		seen, told := usage.New(test.cat), usage.New(test.cat)
		if before := seen.Observable(); has(before, test.data) || !has(before, test.always) {
			t.Errorf("%s: nothing seen: %v, %v", test.data, has(before, test.data), has(before, test.always))
		}
		seen.Add(&auditlog.Event{System: "s", Identity: "x", DataEvent: true, Mapping: auditlog.Mapped, Actions: []entitlement.Action{test.data}})
		told.RecordsData("s", test.service)
		if set := seen.ObservableIn("s"); has(set, test.other) {
			t.Errorf("%s: shows that %s is recorded", test.data, test.other)
		}
		if !has(told.ObservableIn("s"), test.other) {
			t.Errorf("%s: announced and not observable", test.other)
		}
		for _, x := range []*usage.Index{seen, told} {
			if set := x.ObservableIn("s"); !has(set, test.data) || has(set, test.neighbor) {
				t.Errorf("%s: %v, another service's %v", test.data, has(set, test.data), has(set, test.neighbor))
			}
			if has(x.ObservableIn("other"), test.data) {
				t.Errorf("%s: observable in another system", test.data)
			}
		}
	}
}

// TestKeysOfApplications has sign-ins with a wrong secret, which are no use of
// the key.
func TestKeysOfApplications(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.Azure())
	for key, code := range map[entitlement.AccessKeyID]string{"wrong": "7000215", "right": "", "refused": "AuthorizationFailed"} {
		x.Add(&auditlog.Event{
			Cloud: entitlement.Azure, Identity: object, AccessKey: key, ErrorCode: code, Time: time.Unix(1e9, 0), Mapping: auditlog.NotPermissionBearing,
			Outcome: map[bool]auditlog.Outcome{true: auditlog.Success, false: auditlog.AuthorizationFailure}[code == ""],
		})
	}
	for key, want := range map[entitlement.AccessKeyID]bool{"wrong": false, "right": true, "refused": true} {
		if _, got := x.Key(key); got != want {
			t.Errorf("%s: used %v, want %v", key, got, want)
		}
	}
}
