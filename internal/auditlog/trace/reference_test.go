package trace_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
)

// reference is the rule of what belongs to a trace, written down without
// rounds, batches or an index: since is from when on something is followed.
type reference struct{ since map[string]time.Time }

func (r reference) from(what string, t time.Time) bool {
	old, ok := r.since[what]
	if ok && !t.Before(old) {
		return false
	}
	r.since[what] = t
	return true
}

func (r reference) follows(what string, ev *auditlog.Event) bool {
	t, ok := r.since[what]
	return ok && !ev.Time.Before(t)
}

func (r reference) belongs(ev *auditlog.Event) bool {
	return r.follows("key "+string(ev.AccessKey), ev) || r.follows("identity "+string(ev.Identity), ev) ||
		r.follows("address "+ev.Address, ev) || ev.Session != "" && r.follows("session "+ev.Session, ev) ||
		ev.Session != "" && r.follows("session "+string(ev.System)+" "+ev.Session, ev) ||
		!strings.HasPrefix(string(ev.AccessKey), "AKIA") && r.follows("password "+string(ev.Identity), ev)
}

// learn reports whether an event made something to follow known, or known from
// earlier on.
func (r reference) learn(ev *auditlog.Event) bool {
	if ev.Outcome != auditlog.Success {
		return false
	}
	changed := false
	for _, k := range ev.Issued {
		changed = r.from("key "+string(k), ev.Time) || changed
	}
	switch ev.Name {
	case "CreateUser":
		changed = r.from("identity "+string(ev.Resources[0].ID), ev.Time) || changed
	case "UpdateLoginProfile":
		changed = r.from("password "+string(ev.Resources[0].ID), ev.Time) || changed
	case "RunInstances":
		changed = r.from("session "+string(ev.System)+" "+ev.Detail, ev.Time) || changed
	}
	return changed
}

func (r reference) events(all []auditlog.Event, s trace.Start) []string {
	r.from(map[bool]string{true: "key " + string(s.AccessKey)}[s.AccessKey != ""]+
		map[bool]string{true: "identity " + string(s.Identity)}[s.Identity != ""]+
		map[bool]string{true: "session " + s.Session}[s.Session != ""]+
		map[bool]string{true: "address " + s.Address}[s.Address != ""], s.From)
	found := map[string]bool{}
	for changed := true; changed; {
		changed = false
		for i := range all {
			if ev := &all[i]; !ev.Time.Before(s.From) && ev.Time.Before(s.To) && r.belongs(ev) {
				found[ev.ID] = true
				changed = r.learn(ev) || changed
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func onEdges(g *trace.Graph) []string {
	ids := map[string]bool{}
	for _, e := range g.Edges {
		for _, id := range e.Events {
			ids[id] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

func TestNothingIsFollowedBeforeItIsKnown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events, start := world(t), drawStart(t)
		start.Depth, start.Back, start.MaxEvents, start.MaxNodes, start.EventsPerEdge = 32, -1, 0, 0, 1000
		sees := rapid.SampledFrom([][]entitlement.SystemID{nil, {account}, {"444455556666"}}).Draw(t, "sees")
		m := newMemory(events)
		m.sees = sees
		tr, err := trace.New(trace.Options{Source: m})
		if err != nil {
			t.Fatal(err)
		}
		g, err := tr.Trace(t.Context(), start)
		if err != nil {
			t.Fatal(err)
		}
		visible := slices.DeleteFunc(slices.Clone(events), func(ev auditlog.Event) bool { return sees != nil && !slices.Contains(sees, ev.System) })
		want := reference{map[string]time.Time{}}.events(visible, start)
		if diff := cmp.Diff(want, onEdges(g)); diff != "" && len(want)+len(onEdges(g)) > 0 {
			t.Fatalf("events (-reference +trace):\n%s", diff)
		}
	})
}

// TestGoingBackOnlyAddsWhereThingsCameFrom holds that going back changes nothing
// of what is found going forwards.
func TestGoingBackOnlyAddsWhereThingsCameFrom(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events, start := world(t), drawStart(t)
		start.MaxEvents, start.MaxNodes, start.EventsPerEdge = 0, 0, 1000
		start.From = at(20)
		start.To = at(60)
		run := func(back int) []string {
			start.Back = back
			tr, err := trace.New(trace.Options{Source: newMemory(events)})
			if err != nil {
				t.Fatal(err)
			}
			g, err := tr.Trace(t.Context(), start)
			if err != nil {
				t.Fatal(err)
			}
			checkWhole(t, g)
			checkOnce(t, g)
			return onEdges(g)
		}
		forwards, both := run(-1), run(32)
		for _, id := range forwards {
			if !slices.Contains(both, id) {
				t.Fatalf("event %s is gone", id)
			}
		}
		for _, ev := range events {
			origin := len(ev.Issued) > 0 || slices.Contains([]string{"CreateUser", "RunInstances"}, ev.Name)
			if slices.Contains(both, ev.ID) && !slices.Contains(forwards, ev.ID) && (!origin || ev.Outcome != auditlog.Success) {
				t.Fatalf("going back found %+v", ev)
			}
		}
	})
}
