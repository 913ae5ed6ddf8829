package anomaly_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// expected says by brute force what is to be reported of events that are stored
// in the order of their times: those at or after start.
func expected(events []auditlog.Event, start, interval time.Duration) []string {
	var out []string
	for i, e := range events {
		if !e.Time.After(ago(200, 0).Add(start)) || e.Time.Sub(events[0].Time) < interval {
			continue
		}
		for k, r := range e.Resources {
			if slices.Contains(e.Resources[:k], r) {
				continue
			}
			last := time.Time{}
			for _, before := range events[:i] {
				if before.Identity == e.Identity && slices.Contains(before.Resources, r) {
					last = before.Time
				}
			}
			if e.Time.Sub(last) > interval || last.IsZero() {
				out = append(out, line(e.Time, "1", string(e.Identity), string(r.ID), last)+" "+e.ID)
			}
		}
	}
	slices.Sort(out)
	return out
}

// However the events are split into batches, whatever fails and whenever the
// process ends, what is reported is what brute force says.
func TestReportsWhatBruteForceSays(t *testing.T) {
	t.Parallel()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		if n++; n > 40 { // Each has a store of its own.
			return
		}
		b := newBench(t, rule(anomaly.Resource, 30))
		events := draw(rt)
		start := 0
		for i := 0; i < len(events); {
			next := min(len(events), i+rapid.IntRange(1, 12).Draw(rt, "batch"))
			b.add(t, events[i:next]...)
			if i == 0 {
				start = next
			}
			if i = next; rapid.IntRange(0, 3).Draw(rt, "fails") == 0 && start < i {
				b.store.failIn.Store(int64(rapid.IntRange(1, 8).Draw(rt, "in")))
				_ = b.engine.Evaluate(t.Context())
				b.store.failIn.Store(0)
			}
			if rapid.IntRange(0, 5).Draw(rt, "restart") == 0 {
				b.restart(t, rule(anomaly.Resource, 30))
			}
			if start == i || rapid.Bool().Draw(rt, "evaluate") {
				b.evaluate(t)
			}
		}
		b.evaluate(t)
		want := expected(events, events[start-1].Time.Sub(ago(200, 0)), 30*day)
		if diff := cmp.Diff(want, b.reports(t, "resource")); diff != "" {
			rt.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// draw makes events of 200 days in the order of time, no two at the same.
func draw(rt *rapid.T) []auditlog.Event {
	minutes := rapid.SliceOfNDistinct(rapid.IntRange(0, 199*24*6), 2, 60, rapid.ID[int]).Draw(rt, "times")
	slices.Sort(minutes)
	var events []auditlog.Event
	for i, m := range minutes {
		e := event(fmt.Sprintf("e%d", i), ago(200, 10*m), fmt.Sprintf("identity-%d", rapid.IntRange(0, 2).Draw(rt, "identity")), "")
		e.Resources = nil
		for range rapid.IntRange(1, 3).Draw(rt, "resources") {
			id := fmt.Sprintf("resource-%d", rapid.IntRange(0, 3).Draw(rt, "resource"))
			e.Resources = append(e.Resources, auditlog.Resource{ID: entitlement.ResourceID(id)})
		}
		events = append(events, e)
	}
	return events
}
