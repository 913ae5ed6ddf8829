package anomaly_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// model is what the package's documentation says of one rule, event by event.
type model struct {
	kind     anomaly.Kind
	interval time.Duration
	stored   []auditlog.Event
	reported map[string][]time.Time
	lines    []string
}

// keysOf are what of the kind an event does; none where it does not count.
func (m *model) keysOf(e *auditlog.Event) (list []string) {
	if e.Identity == "" || e.ByService || m.kind != anomaly.Identity && e.Outcome == auditlog.AuthorizationFailure {
		return nil
	}
	switch m.kind {
	case anomaly.Identity:
		list = []string{""}
	case anomaly.Action:
		for _, a := range e.Actions {
			list = append(list, string(a))
		}
	case anomaly.Resource:
		for _, r := range e.Resources {
			bucket, _, _ := strings.Cut(string(r.ID), "/")
			list = append(list, bucket)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// evaluate looks at a batch that was stored, the events in the order of time.
func (m *model) evaluate(batch []auditlog.Event) {
	m.stored = append(m.stored, batch...)
	batch = slices.Clone(batch)
	slices.SortFunc(batch, func(a, b auditlog.Event) int { return a.Time.Compare(b.Time) })
	for i := range batch {
		for _, key := range m.keysOf(&batch[i]) {
			m.look(&batch[i], key)
		}
	}
}

func (m *model) look(e *auditlog.Event, key string) {
	covered, recent, last := false, false, time.Time{}
	for i := range m.stored {
		o := &m.stored[i]
		if o.System != e.System {
			continue
		}
		covered = covered || !o.Time.After(e.Time.Add(-m.interval))
		if o.Identity == e.Identity && slices.Contains(m.keysOf(o), key) && o.Time.Before(e.Time) {
			recent = recent || !o.Time.Before(e.Time.Add(-m.interval))
			if o.Time.After(last) {
				last = o.Time
			}
		}
	}
	whole := string(e.System) + " " + string(e.Identity) + " " + key
	near := slices.ContainsFunc(m.reported[whole], func(t time.Time) bool { return t.Sub(e.Time).Abs() < m.interval })
	if !covered || recent || near {
		return
	}
	m.reported[whole] = append(m.reported[whole], e.Time)
	m.lines = append(m.lines, line(e.Time, string(e.System), string(e.Identity), key, last)+" "+e.ID)
}

// Events that come in any order, of several systems, identities and outcomes, are
// reported as the documentation says, by all kinds of rules.
func TestLateEventsAsDocumented(t *testing.T) {
	t.Parallel()
	n, lines := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		if n++; n > 30 { // Each has a store of its own.
			return
		}
		days := rapid.SampledFrom([]int{30, 60, 90}).Draw(rt, "interval")
		kinds := []anomaly.Kind{anomaly.Resource, anomaly.Action, anomaly.Identity}
		var rules []anomaly.Rule
		models := map[anomaly.Kind]*model{}
		for _, k := range kinds {
			rules = append(rules, rule(k, days))
			models[k] = &model{kind: k, interval: time.Duration(days) * day, reported: map[string][]time.Time{}}
		}
		b := newBench(t, rules...)
		b.evaluate(t)
		events := drawLate(rt)
		for len(events) > 0 {
			size := rapid.IntRange(1, len(events)).Draw(rt, "batch")
			b.add(t, events[:size]...)
			b.evaluate(t)
			for _, m := range models {
				m.evaluate(events[:size])
			}
			events = events[size:]
			if rapid.IntRange(0, 3).Draw(rt, "restart") == 0 {
				b.restart(t, rules...)
			}
		}
		for _, k := range kinds {
			slices.Sort(models[k].lines)
			lines += len(models[k].lines)
			if diff := cmp.Diff(models[k].lines, b.reports(t, string(k))); diff != "" {
				rt.Fatalf("%s (-want +got):\n%s", k, diff)
			}
		}
	})
	if lines < 20 {
		t.Errorf("only %d reports in all runs", lines)
	}
}

// drawLate makes events of 360 days in no order, no two at the same time.
func drawLate(rt *rapid.T) []auditlog.Event {
	hours := rapid.SliceOfNDistinct(rapid.IntRange(0, 359*24), 2, 50, rapid.ID[int]).Draw(rt, "times")
	var events []auditlog.Event
	for i, h := range hours {
		e := event(fmt.Sprintf("e%d", i), ago(360, 60*h), fmt.Sprintf("identity-%d", rapid.IntRange(0, 1).Draw(rt, "identity")), "")
		e.System = entitlement.SystemID(fmt.Sprint(rapid.IntRange(1, 2).Draw(rt, "system")))
		e.Outcome = rapid.SampledFrom([]auditlog.Outcome{auditlog.Success, auditlog.Success, auditlog.Error, auditlog.AuthorizationFailure}).Draw(rt, "outcome")
		e.ByService = rapid.IntRange(0, 9).Draw(rt, "by a service") == 0
		e.Actions = rapid.SliceOfN(rapid.SampledFrom([]entitlement.Action{"s3:GetObject", "s3:PutObject", "iam:PassRole"}), 0, 2).Draw(rt, "actions")
		e.Resources = nil
		for range rapid.IntRange(0, 3).Draw(rt, "resources") {
			id := fmt.Sprintf("arn:aws:s3:::bucket-%d%s", rapid.IntRange(0, 2).Draw(rt, "bucket"), rapid.SampledFrom([]string{"", "/a", "/b/c"}).Draw(rt, "object"))
			e.Resources = append(e.Resources, auditlog.Resource{ID: entitlement.ResourceID(id)})
		}
		events = append(events, e)
	}
	return events
}
