package source

import (
	"context"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// take enters an event where it belongs, once.
func (t *gcpStream) take(ctx context.Context, ev *auditlog.Event) {
	if id, ok := t.numbers[ev.System]; ok {
		ev.System = id
	}
	p := t.projects[ev.System]
	switch {
	case ev.System == "":
		t.takeNowhere(ctx, ev)
	case p == nil:
		refused(&t.outside, string(notOnboarded))
	case !p.Seen.Add(ev.ID, ev.Time):
		refused(&p.reading.Events, string(records.Duplicate))
	default:
		p.changed = true
		p.project.Data = p.project.Data || ev.DataEvent
		tally(&p.reading.Events, p.Index.Add(ev))
		if ev.Time.After(p.reading.Latest) {
			p.reading.Latest = ev.Time
		}
		t.keeper.take(ctx, ev)
	}
}

func refused(c *collector.EventCounts, reason string) {
	c.In++
	if c.Rejected == nil {
		c.Rejected = map[string]int{}
	}
	c.Rejected[reason]++
}

// takeNowhere enters an event of an organization or a folder, as [roll] does
// with files: what it used is used in every project that knows who did it.
func (t *gcpStream) takeNowhere(ctx context.Context, ev *auditlog.Event) {
	if !t.own.Seen.Add(ev.ID, ev.Time) {
		refused(&t.nowhere, string(records.Duplicate))
		return
	}
	if ev.Time.After(t.latest) {
		t.latest = ev.Time
	}
	d := t.own.Index.Add(ev)
	tally(&t.nowhere, d)
	t.keeper.take(ctx, ev)
	homes := t.homes[ev.Identity]
	switch {
	case len(homes) == 0:
	case d == usage.Used || d == usage.Denied:
		for _, p := range homes {
			if p.Seen.Add(ev.ID, ev.Time) {
				p.Index.Add(ev)
				p.changed = true
			}
		}
	case ev.Outcome != auditlog.AuthorizationFailure:
		if last, ok := t.active[ev.Identity]; !ok || ev.Time.After(last.Time) {
			t.active[ev.Identity] = presence(ev)
		}
	}
}

// presence is what is kept of an event that only tells that somebody was there.
func presence(ev *auditlog.Event) auditlog.Event {
	return auditlog.Event{
		ID: ev.ID, Time: ev.Time, Cloud: entitlement.GCP, Identity: ev.Identity, Source: ev.Source, Name: ev.Name,
		Mapping: auditlog.NotPermissionBearing, Outcome: ev.Outcome, InvokedBy: ev.InvokedBy, ByService: ev.ByService,
	}
}

// signIns tells each project when its identities were last there.
func (t *gcpStream) signIns() {
	for who, ev := range t.active {
		for _, p := range t.homes[who] {
			if ev.Time.After(p.Index.LastSeen(who)) {
				p.Index.Add(&ev)
				p.changed = true
			}
		}
	}
}
