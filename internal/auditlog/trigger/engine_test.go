package trigger_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestCountsWhatIsStoredFromNowOn(t *testing.T) {
	t.Parallel()
	b := newBench(t, denied())
	b.add(t, event("old", "1", 5))
	if got := b.totals("denied"); got != "" {
		t.Errorf("before the first evaluation: %s", got)
	}
	b.evaluate(t)
	if got := b.totals("denied"); got != "aws/1=0 azure/9=0 " {
		t.Errorf("a new trigger has %s", got)
	}
	b.add(t, event("a", "1", 2), event("b", "2", 1), success("c", "1", 1))
	b.evaluate(t)
	b.evaluate(t)
	b.add(t, event("a", "1", 2), event("late", "1", 90*24)) // Once more, and one that is 90 days late.
	b.evaluate(t)
	if got := b.totals("denied"); got != "aws/1=2 aws/2=1 azure/9=0 " {
		t.Errorf("got %s", got)
	}
	s := b.engine.Status()[0]
	if total := s.Totals[0]; !total.Last.Equal(until().Add(-2*time.Hour)) || total.Owner != "team-one" || total.Severity != "warning" || s.Error != "" || !s.Succeeded.Equal(until()) {
		t.Errorf("got %+v", s)
	}
}

func TestBackfill(t *testing.T) {
	t.Parallel()
	d := denied()
	d.Backfill = true
	b := newBench(t)
	b.add(t, event("old", "1", 5), success("c", "1", 1))
	b.evaluate(t)
	b.restart(t, d)
	b.evaluate(t)
	b.restart(t, d)
	b.evaluate(t)
	b.add(t, event("new", "1", 5))
	b.evaluate(t)
	if got := b.totals("denied"); got != "aws/1=2 azure/9=0 " {
		t.Errorf("got %s", got)
	}
}

// What was stored while the program was down counts; what was stored while the
// trigger was switched off does not.
func TestRestartAndSwitchingOff(t *testing.T) {
	t.Parallel()
	b := newBench(t, denied())
	b.evaluate(t)
	b.add(t, event("down", "1", 1))
	b.restart(t, denied())
	b.evaluate(t)
	if got := b.totals("denied"); got != "aws/1=1 azure/9=0 " {
		t.Errorf("after a restart: %s", got)
	}
	off := denied()
	off.Enabled = false
	if err := b.engine.Reconfigure([]trigger.Definition{off}); err != nil {
		t.Fatal(err)
	}
	b.evaluate(t)
	b.add(t, event("off", "1", 1))
	b.evaluate(t)
	if err := b.engine.Reconfigure([]trigger.Definition{denied()}); err != nil {
		t.Fatal(err)
	}
	b.evaluate(t)
	b.add(t, event("on", "1", 1))
	b.evaluate(t)
	if got := b.totals("denied"); got != "aws/1=2 azure/9=0 " {
		t.Errorf("after it was off: %s", got)
	}
}

// A trigger that is to look at everything does so once, however often it is
// switched off and on.
func TestBackfillCountsOnce(t *testing.T) {
	t.Parallel()
	on, off := denied(), denied()
	on.Backfill, off.Enabled = true, false
	b := newBench(t, on)
	b.add(t, event("a", "1", 1))
	b.evaluate(t)
	for _, d := range []trigger.Definition{off, on} {
		if err := b.engine.Reconfigure([]trigger.Definition{d}); err != nil {
			t.Fatal(err)
		}
		b.evaluate(t)
		b.add(t, event(fmt.Sprintf("enabled %t", d.Enabled), "1", 1))
		b.evaluate(t)
	}
	if got := b.totals("denied"); got != "aws/1=3 azure/9=0 " {
		t.Errorf("got %s", got)
	}
}

func TestChangedConditionGoesOn(t *testing.T) {
	t.Parallel()
	b := newBench(t, denied())
	b.evaluate(t)
	b.add(t, event("a", "1", 1))
	b.evaluate(t)
	changed := denied()
	changed.Where.Node = &query.Node{Field: query.Outcome, Operator: query.Is, Values: []string{"success"}}
	if err := b.engine.Reconfigure([]trigger.Definition{changed}); err != nil {
		t.Fatal(err)
	}
	b.add(t, success("b", "1", 1), success("c", "1", 1), event("d", "1", 1))
	b.evaluate(t)
	if s := b.engine.Status()[0]; b.totals("denied") != "aws/1=3 azure/9=0 " || s.Changed.IsZero() {
		t.Errorf("got %s, changed %s", b.totals("denied"), s.Changed)
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	bySystem, byFolder, byCloud := denied(), denied(), denied()
	bySystem.Name, bySystem.Systems = "system", []entitlement.SystemID{"2"}
	byFolder.Name, byFolder.Folders, byFolder.Systems = "folder", []string{"prod"}, []entitlement.SystemID{"3"}
	byCloud.Name, byCloud.Clouds = "cloud", []entitlement.Cloud{entitlement.Azure}
	b := newBench(t, bySystem, byFolder, byCloud)
	b.evaluate(t)
	azure := event("z", "9", 1)
	azure.Cloud = entitlement.Azure
	b.add(t, event("a", "1", 1), event("b", "2", 1), event("c", "3", 1), event("d", "4", 1), azure)
	b.evaluate(t)
	for name, want := range map[string]string{"system": "aws/2=1 ", "folder": "aws/1=1 aws/3=1 ", "cloud": "azure/9=1 "} {
		if got := b.totals(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	b := newBench(t, denied())
	b.evaluate(t)
	b.add(t, event("a", "1", 5), event("b", "1", 1), event("c", "2", 3), event("d", "1", 4), success("e", "1", 1))
	b.evaluate(t)
	all, err := b.engine.Matches(t.Context(), "denied", time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(all); got != "b c d" { // Three are kept.
		t.Errorf("got %s", got)
	}
	want := trigger.Match{
		Trigger: "denied", Event: "b", Time: until().Add(-time.Hour), Cloud: "aws", System: "1", Identity: "arn:aws:iam::1:user/ana", Username: "ana",
		Name: "GetObject", Actions: []entitlement.Action{"s3:GetObject"}, Resources: []entitlement.ResourceID{"arn:aws:s3:::a", "arn:aws:s3:::b"},
		Outcome: auditlog.AuthorizationFailure, Address: "203.0.113.9",
	}
	if diff := cmp.Diff(want, all[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, test := range []struct {
		since   time.Time
		systems *[]entitlement.SystemID
		want    string
	}{
		{time.Time{}, &[]entitlement.SystemID{"2"}, "c"},
		{time.Time{}, &[]entitlement.SystemID{}, ""},
		{until().Add(-3 * time.Hour), nil, "b c"},
	} {
		if list, err := b.engine.Matches(t.Context(), "denied", test.since, test.systems); err != nil || ids(list) != test.want {
			t.Errorf("since %s in %v: %s, %v", test.since, test.systems, ids(list), err)
		}
	}
	if list, err := b.engine.Matches(t.Context(), "unknown", time.Time{}, nil); err != nil || len(list) > 0 {
		t.Errorf("an unknown trigger: %v, %v", list, err)
	}
}

func ids(list []trigger.Match) string {
	var out []string
	for _, m := range list {
		out = append(out, m.Event)
	}
	return strings.Join(out, " ")
}

// A failure is shown, keeps nobody else from being evaluated, and loses nothing.
func TestFailures(t *testing.T) {
	t.Parallel()
	other := denied()
	other.Name = "other"
	b := newBench(t, denied(), other)
	b.evaluate(t)
	b.add(t, event("a", "1", 1))
	b.store.failIn.Store(2) // The first trigger's count.
	err := b.engine.Evaluate(t.Context())
	if err == nil || err.Error() != `trigger "denied": count the matches: the store is away` {
		t.Errorf("got %v", err)
	}
	s := b.engine.Status()[0]
	if s.Error == "" || s.Errors != 1 || b.totals("denied") != "aws/1=0 azure/9=0 " || b.totals("other") != "aws/1=1 azure/9=0 " {
		t.Errorf("got %+v, %s", s, b.totals("other"))
	}
	b.evaluate(t)
	if s := b.engine.Status()[0]; s.Error != "" || s.Errors != 1 || b.totals("denied") != "aws/1=1 azure/9=0 " {
		t.Errorf("got %+v", s)
	}
}

// Two processes with the same state count each event once.
func TestTwoEngines(t *testing.T) {
	t.Parallel()
	b := newBench(t, denied())
	second := &bench{store: b.store, path: b.path}
	second.restart(t, denied())
	b.evaluate(t)
	second.evaluate(t)
	b.add(t, event("a", "1", 1))
	b.evaluate(t)
	second.evaluate(t)
	b.add(t, event("b", "1", 1))
	second.evaluate(t)
	b.evaluate(t)
	if b.totals("denied") != "aws/1=2 azure/9=0 " || second.totals("denied") != "aws/1=2 azure/9=0 " {
		t.Errorf("got %s and %s", b.totals("denied"), second.totals("denied"))
	}
}

// A store that is younger than the state is noticed: its events would be missed.
func TestAnotherStore(t *testing.T) {
	t.Parallel()
	b := newBench(t, denied())
	b.evaluate(t)
	if err := b.db.Advance(t.Context(), advance(b.engine.Status()[0].Position, time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC))); err != nil {
		t.Fatal(err)
	}
	b.restart(t, denied())
	if err := b.engine.Evaluate(t.Context()); err == nil || !strings.Contains(err.Error(), "it is another store") {
		t.Errorf("got %v", err)
	}
}

func TestUnknownFolder(t *testing.T) {
	t.Parallel()
	d := denied()
	d.Folders = []string{"prod"}
	b := newBench(t, d)
	b.evaluate(t)
	bad := denied()
	bad.Name = "Bad Name"
	var problem *trigger.FieldError
	if err := b.engine.Reconfigure([]trigger.Definition{bad}); !errors.As(err, &problem) || problem.Field != "name" {
		t.Errorf("got %v", err)
	}
	if len(b.engine.Status()) != 1 || b.engine.Status()[0].Definition.Name != "denied" {
		t.Error("a refused configuration replaced the one in force")
	}
}

// Whoever shows the totals can tell what there was before from what is new.
func TestTotalsOfBefore(t *testing.T) {
	t.Parallel()
	b := newBench(t, denied())
	b.evaluate(t)
	fresh := func() (list []string) {
		for _, total := range b.engine.Status()[0].Totals {
			if total.Before < total.Count {
				list = append(list, fmt.Sprintf("%s: %d of %d", total.System, total.Before, total.Count))
			}
		}
		return list
	}
	b.add(t, event("a", "7", 1)) // Of a system that is not collected.
	b.evaluate(t)
	if got := fresh(); len(got) != 1 || got[0] != "7: 0 of 1" {
		t.Errorf("fresh are %v", got)
	}
	b.restart(t, denied())
	b.evaluate(t)
	if got := fresh(); len(got) != 0 {
		t.Errorf("fresh after a restart are %v", got)
	}
	b.add(t, event("b", "7", 1), event("c", "8", 1))
	b.evaluate(t)
	if got := fresh(); len(got) != 2 || got[0] != "7: 1 of 2" || got[1] != "8: 0 of 1" {
		t.Errorf("new after a restart are %v", got)
	}
}
