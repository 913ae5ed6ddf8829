package usage_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

func openStore(t *testing.T) auditlog.Store {
	t.Helper()
	store, err := embedded.Open(embedded.Options{
		Dir: t.TempDir(), Retention: 20 * 365 * 24 * time.Hour, MinFreeBytes: -1, Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// An index that is made from the store equals one that got the events one after
// the other, for any events, in any order, delivered once or several times; and
// both agree with what the store itself counts.
func TestRebuildEqualsIncremental(t *testing.T) {
	t.Parallel()
	store := openStore(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		if n >= 40 {
			return // Each goes to the disk.
		}
		n++
		system := entitlement.SystemID(fmt.Sprintf("%012d", n))
		evs := events(t)
		seen, incremental := usage.NewSeen(), usage.New(catalog.AWS())
		track := func(x *usage.Index) { x.Track(role, "worker", "arn:aws:lambda:eu-west-1:111122223333:function:worker") }
		track(incremental)
		for i, ev := range evs {
			ev.ID, ev.System = fmt.Sprintf("e-%d-%d", n, i), system
			for range rapid.IntRange(0, 3).Draw(t, "resources") {
				on(ev, entitlement.ResourceID(fmt.Sprintf("arn:%d", rapid.IntRange(0, 60).Draw(t, "resource"))))
			}
			if ev.Identity == role {
				ev.Session = rapid.SampledFrom([]string{"worker", "other"}).Draw(t, "session")
			}
		}
		for _, ev := range append(rapid.Permutation(evs).Draw(t, "order"), rapid.Permutation(evs).Draw(t, "again")...) {
			if _, err := store.Add(t.Context(), []auditlog.Event{*ev}); err != nil {
				t.Fatal(err)
			}
			if seen.Add(ev.ID, ev.Time) {
				incremental.Add(ev)
			}
		}
		if _, err := store.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		rebuilt, err := usage.Rebuild(t.Context(), catalog.AWS(), usage.Stored{Store: store, System: system, Prepare: track})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(written(t, incremental), written(t, rebuilt)) {
			t.Fatalf("the index of the store differs: %+v, want %+v", rebuilt.Counts(), incremental.Counts())
		}
		agrees(t, store, system, rebuilt)
	})
}

// agrees holds the index against a group-by of the store, for events with one
// action.
func agrees(t *rapid.T, store auditlog.Store, system entitlement.SystemID, x *usage.Index) {
	want, got := map[string]int64{}, map[string]int64{}
	_, err := store.Select(t.Context(), auditlog.Statement{LogsQL: `{system="` + string(system) + `"} mapping:="" by_service:="" identity:!="" ` +
		`| stats by (outcome) count() n`}, func(r auditlog.Row) error {
		n, err := strconv.ParseInt(r.Get("n"), 10, 64)
		outcome := "used"
		if r.Get("outcome") == string(auditlog.AuthorizationFailure) {
			outcome = "denied"
		}
		want[outcome] += n
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if c := x.Counts(); c.Used > 0 || c.Denied > 0 {
		got["used"], got["denied"] = c.Used, c.Denied
	}
	cells(t, store, system, x, want, got)
	for _, m := range []map[string]int64{want, got} {
		for k, v := range m {
			if v == 0 {
				delete(m, k)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("counts (-store +index):\n%s", diff)
	}
}

// cells counts the uses of each identity's actions by a group-by of the store,
// whose groups are added up where an identity is spelt in two ways or a call
// has several actions, and the same in the index.
func cells(t *rapid.T, store auditlog.Store, system entitlement.SystemID, x *usage.Index, want, got map[string]int64) {
	_, err := store.Select(t.Context(), auditlog.Statement{LogsQL: `{system="` + string(system) + `"} mapping:="" by_service:="" identity:!="" ` +
		`| stats by (identity, action, actions, outcome) count() n`}, func(r auditlog.Row) error {
		n, err := strconv.ParseInt(r.Get("n"), 10, 64)
		actions := []entitlement.Action{entitlement.Action(r.Get("action"))}
		if several := r.Get("actions"); several != "" {
			err = errors.Join(err, json.Unmarshal([]byte(several), &actions))
		}
		for _, a := range actions {
			want[fmt.Sprint(usage.Canonical(entitlement.IdentityID(r.Get("identity"))), " ", a, " ", r.Get("outcome") == string(auditlog.AuthorizationFailure))] += n
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range x.Identities() {
		if strings.Contains(string(id), ":lambda:") {
			continue // A session's, which the store does not know.
		}
		u := x.Usage(id, time.Unix(0, 0), noon().AddDate(1, 0, 0))
		for i, use := range u.Actions {
			enter(got, id, catalog.AWS().Info(i).Action, use)
		}
		for a, use := range u.Literal {
			enter(got, id, a, use)
		}
	}
}

func enter(counts map[string]int64, id entitlement.IdentityID, a entitlement.Action, use entitlement.ActionUse) {
	counts[fmt.Sprint(usage.Canonical(id), " ", a, " false")] += int64(use.Count)
	counts[fmt.Sprint(usage.Canonical(id), " ", a, " true")] += int64(use.Denied)
}

func TestRebuildWindow(t *testing.T) {
	t.Parallel()
	store := openStore(t)
	var evs []auditlog.Event
	for i := range 10 {
		ev := event(ada, noon().Add(time.Duration(i)*time.Hour), "s3:GetObject")
		ev.ID, ev.Cloud = fmt.Sprint("w", i), entitlement.AWS
		evs = append(evs, *ev)
	}
	if _, err := store.Add(t.Context(), evs); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, system := range []entitlement.SystemID{"", "111122223333", `evil"} or {system="111122223333`} {
		x, err := usage.Rebuild(t.Context(), catalog.AWS(), usage.Stored{
			Store: store, System: system, From: noon().Add(2 * time.Hour), To: noon().Add(5 * time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
		want := int64(3)
		if len(system) > 12 {
			want = 0
		}
		if got := x.Counts().Used; got != want {
			t.Errorf("system %q: %d events, want %d", system, got, want)
		}
	}
}
