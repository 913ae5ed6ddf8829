package starter_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/starter"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// wanted returns the ids of the events of the last days that a predicate takes.
func (o *organisation) wanted(f predicate, days int) []string {
	var ids []string
	from := o.truth.Until.AddDate(0, 0, -days)
	for i := range o.events {
		if e := &o.events[i]; !e.Time.Before(from) && e.Time.Before(o.truth.Until) && f(e) {
			ids = append(ids, e.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func same(t *testing.T, name string, want, got []string) {
	t.Helper()
	for _, id := range want {
		if _, found := slices.BinarySearch(got, id); !found {
			t.Errorf("%s lacks event %s", name, id)
		}
	}
	for _, id := range got {
		if _, found := slices.BinarySearch(want, id); !found {
			t.Errorf("%s has event %s too many", name, id)
		}
	}
	if len(want) == 0 || len(got) != len(want) {
		t.Errorf("%s found %d events, want %d and at least one", name, len(got), len(want))
	}
}

func TestQueriesFindTheRightEvents(t *testing.T) {
	t.Parallel()
	o := sample(t)
	store := fill(t, o)
	for _, d := range starter.Queries() {
		q := d.Query
		q.Group = nil // The events that are grouped.
		plan, err := logsql.Compile(&q, meaning(o))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		statement := auditlog.Statement{LogsQL: plan.Filter + " | fields id", From: plan.From, To: plan.To}
		if _, err := store.Select(t.Context(), statement, func(r auditlog.Row) error {
			got = append(got, strings.Clone(r.Get("id")))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		same(t, d.ID, o.wanted(queries()[d.ID], 30), got)
	}
}

// The attack is in what the queries show.
func TestQueriesShowTheAttack(t *testing.T) {
	t.Parallel()
	o := sample(t)
	attacker := func(f predicate, calls func(*auditlog.Event) bool) int {
		return len(o.wanted(func(e *auditlog.Event) bool { return f(e) && e.Address == o.attack.Address && calls(e) }, 30))
	}
	refused := 0
	for _, s := range o.attack.Stages {
		refused += s.Refused
	}
	if got := attacker(queries()["q4"], func(*auditlog.Event) bool { return true }); got != refused || refused == 0 {
		t.Errorf("q4 shows %d refused calls of the attack, want %d", got, refused)
	}
	if got := attacker(queries()["q1"], func(e *auditlog.Event) bool { return e.Name == "GetSecretValue" }); got != 6 {
		t.Errorf("q1 shows %d reads of secrets by the attacker, want 6", got)
	}
	if got := attacker(triggers()["a12-permission-assignment"], func(e *auditlog.Event) bool { return e.Name == "AttachUserPolicy" }); got != 1 {
		t.Errorf("a12 shows %d assignments by the attacker, want 1", got)
	}
	key := entitlement.AccessKeyID(o.attack.LeakedKey)
	if got := attacker(triggers()["a9-access-key-refused"], func(e *auditlog.Event) bool { return e.AccessKey == key }); got == 0 {
		t.Error("a9 does not show the leaked key")
	}
}

func TestTriggersFindTheRightEvents(t *testing.T) {
	t.Parallel()
	o := sample(t)
	store := empty(t, o)
	db, err := state.Open(t.Context(), state.Options{Path: filepath.Join(t.TempDir(), "state.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	list := enabled(t)
	engine, err := trigger.New(trigger.Options{Store: store, State: db, LogsQL: meaning(o), Triggers: list, Keep: 20_000, Now: func() time.Time { return o.truth.Until }})
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.Evaluate(t.Context()); err != nil { // They begin here.
		t.Fatal(err)
	}
	addAll(t, store, o)
	if err := engine.Evaluate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range engine.Status() {
		name := s.Definition.Name
		matches, err := engine.Matches(t.Context(), name, time.Time{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range matches {
			got = append(got, m.Event)
		}
		slices.Sort(got)
		want := o.wanted(triggers()[name], 400)
		same(t, name, want, got)
		sum := int64(0)
		for _, total := range s.Totals {
			sum += total.Count
		}
		if sum != int64(len(want)) {
			t.Errorf("%s counted %d events, want %d", name, sum, len(want))
		}
	}
}

func enabled(tb testing.TB) []trigger.Definition {
	tb.Helper()
	var uses []trigger.Use
	for _, d := range starter.Triggers() {
		uses = append(uses, trigger.Use{Name: d.Name})
	}
	uses[12].Values = map[string][]string{"resources": {"*/payments/*"}}
	list, err := trigger.Configure(starter.Triggers(), uses, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return list
}
