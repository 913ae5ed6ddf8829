package source

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// roll sorts the events of a set of files by the systems that they are of.
type roll struct {
	estate  *Estate
	files   cloudFiles
	systems map[entitlement.SystemID]*enrolled
	// homes are the systems that know an identity, which has to be told of what it
	// does in no system.
	homes map[entitlement.IdentityID][]*enrolled
	// numbers are the ids of projects by their numbers.
	numbers map[entitlement.SystemID]entitlement.SystemID

	records  Records
	tenant   *usage.Index // Of the events of no system, for what they are.
	nowhere  collector.EventCounts
	outside  collector.EventCounts
	left     map[entitlement.SystemID]bool
	active   map[entitlement.IdentityID]auditlog.Event // The latest of no system and no permission.
	latest   time.Time
	problems []entitlement.Problem
}

// enrolled is a system with what its events say.
type enrolled struct {
	*collector.Reading
	from time.Time // Its earliest event.
}

func newRoll(e *Estate, systems []*entitlement.Inventory) *roll {
	r := &roll{
		estate: e, files: filesOf(e.Cloud), systems: map[entitlement.SystemID]*enrolled{}, homes: map[entitlement.IdentityID][]*enrolled{},
		numbers: map[entitlement.SystemID]entitlement.SystemID{}, left: map[entitlement.SystemID]bool{}, active: map[entitlement.IdentityID]auditlog.Event{},
	}
	r.tenant = usage.New(r.files.catalog())
	for _, inv := range systems {
		one := r.enrol(inv)
		for i := range inv.Identities {
			id := inv.Identities[i].ID
			r.homes[id] = append(r.homes[id], one)
		}
	}
	return r
}

func (r *roll) enrol(inv *entitlement.Inventory) *enrolled {
	one := &enrolled{Reading: &collector.Reading{Inventory: inv, Usage: usage.New(r.files.catalog())}}
	r.systems[inv.System.ID] = one
	if n := inv.System.Number; n != "" {
		r.numbers[entitlement.SystemID(n)] = inv.System.ID
	}
	return one
}

// read reads all logs. Events that two of the paths hold count once.
func (r *roll) read(ctx context.Context, now time.Time) error {
	e := r.estate
	k := e.Audit.keep(ctx, e.Logger)
	defer k.close()
	o := records.Options{
		Seen: usage.NewSeen(), Logger: e.Logger, Now: func() time.Time { return now }, Resolve: r.aliases().Resolve,
		KeepRaw: e.Audit.Store != nil, Lean: e.Audit.Store == nil,
	}
	for _, path := range e.Paths.Logs {
		if e.Progress != nil {
			o.Progress = func(done, total int64) { e.Progress(path, done, total) }
		}
		stats, problems, err := r.files.events(ctx, path, o, func(ev *auditlog.Event) error {
			if r.take(ev, now) {
				k.take(ctx, ev)
			}
			return nil
		})
		r.records.addStats(&stats)
		r.problems = append(r.problems, problems...)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			r.problems = append(r.problems, entitlement.Problem{Code: "log_path", Subject: path, Message: err.Error()})
		}
	}
	k.sync(ctx)
	r.problems = append(r.problems, k.problems(entitlement.SystemID(e.Cloud))...)
	r.signIns()
	return nil
}

// take enters an event, and reports whether it is to be kept.
func (r *roll) take(ev *auditlog.Event, now time.Time) bool {
	if ev.Time.After(r.latest) {
		r.latest = ev.Time
	}
	if ev.System == "" {
		r.takeNowhere(ev)
		return true
	}
	if id, ok := r.numbers[ev.System]; ok { // Logs may name a project by its number.
		ev.System = id
	}
	one := r.systems[ev.System]
	if one == nil && !r.estate.FromLogs {
		r.left[ev.System] = true
		tally(&r.outside, r.tenant.Add(ev))
		return false
	}
	if one == nil {
		one = r.enrol(&entitlement.Inventory{System: entitlement.System{Cloud: r.estate.Cloud, ID: ev.System}, CollectedAt: now})
	}
	tally(&one.Events, one.Usage.Add(ev))
	if one.from.IsZero() || ev.Time.Before(one.from) {
		one.from = ev.Time
	}
	if ev.Time.After(one.Latest) {
		one.Latest = ev.Time
	}
	return true
}

// takeNowhere enters an event of a tenant or an organisation. What it used is
// used in every system that knows who did it, for what is granted above them is
// granted in each; a sign-in tells each only when somebody was there last.
func (r *roll) takeNowhere(ev *auditlog.Event) {
	d := r.tenant.Add(ev)
	tally(&r.nowhere, d)
	switch homes := r.homes[ev.Identity]; {
	case len(homes) == 0:
	case d == usage.Used || d == usage.Denied:
		for _, one := range homes {
			one.Usage.Add(ev)
		}
	case ev.Outcome != auditlog.AuthorizationFailure:
		if last, ok := r.active[ev.Identity]; !ok || ev.Time.After(last.Time) {
			r.active[ev.Identity] = auditlog.Event{
				ID: ev.ID, Time: ev.Time, Cloud: ev.Cloud, Identity: ev.Identity, Source: ev.Source, Name: ev.Name,
				Mapping: auditlog.NotPermissionBearing, Outcome: ev.Outcome, InvokedBy: ev.InvokedBy, ByService: ev.ByService,
			}
		}
	}
}

// signIns tells each system when its identities were last there.
func (r *roll) signIns() {
	for id, ev := range r.active {
		for _, one := range r.homes[id] {
			one.Usage.Add(&ev)
		}
	}
}

// readings returns what was read of each system, by id.
func (r *roll) readings() []*collector.Reading {
	var list []*collector.Reading
	for _, id := range slices.Sorted(maps.Keys(r.systems)) {
		one := r.systems[id]
		one.Inventory.FullHistoryFrom = one.from
		list = append(list, one.Reading)
	}
	return list
}

// tally counts an event by what it was.
func tally(c *collector.EventCounts, d usage.Disposition) {
	c.In++
	switch d {
	case usage.Used:
		c.Used++
	case usage.Denied:
		c.Denied++
	case usage.NotPermissionBearing:
		c.NotPermissionBearing++
	case usage.Unmapped:
		c.Unmapped++
	}
}

func (r *Records) addStats(s *records.Stats) {
	r.In, r.Taken, r.Files, r.Ignored = r.In+s.In, r.Taken+s.Parsed, r.Files+s.Files, r.Ignored+s.Ignored
	r.Rejected, r.Refused = added(r.Rejected, s.Rejected), added(r.Refused, s.Refused)
}

func added(to, more map[records.Reason]int64) map[records.Reason]int64 {
	for reason, n := range more {
		if to == nil {
			to = map[records.Reason]int64{}
		}
		to[reason] += n
	}
	return to
}

// RejectedTotal returns how many records were rejected.
func (r *Records) RejectedTotal() (n int64) {
	for _, k := range r.Rejected {
		n += k
	}
	return n
}

// ByReason returns how many records were rejected, as counts of events have it.
func (r *Records) ByReason() map[string]int {
	var m map[string]int
	for reason, n := range r.Rejected {
		if m == nil {
			m = map[string]int{}
		}
		m[string(reason)] += int(n)
	}
	return m
}
