package source

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// adoptStore finds out whether the audit store has what the checkpoint says that
// was read into it, as it does for accounts.
func (t *gcpStream) adoptStore(ctx context.Context) {
	m := &t.mark
	before := m.Audit
	if m.CatchUp != nil {
		before = m.CatchUp.Audit
	}
	switch {
	case t.scope.options.Audit.Store == nil:
		m.Audit, m.CatchUp = "", nil
	case !m.Begun():
		m.Audit, m.CatchUp = blank, nil
	default:
		has, err := t.any().has(ctx, before)
		switch {
		case err != nil: // Asked again by the next reading.
			t.doubt = true
			t.scope.options.Logger.WarnContext(ctx, "the audit store does not tell what it has", "scope", t.scope.config.Scope, "err", err)
		case !has:
			m.Audit, m.CatchUp = "", &gcpCatchUp{Audit: blank}
		}
	}
}

// any is a project of which a store that has the scope's events has some.
func (t *gcpStream) any() *live {
	l := &live{options: t.scope.options, expect: t.own.system}
	if len(t.scope.systems) > 0 {
		l.expect.ID = t.scope.systems[0]
	}
	return l
}

// renew puts the store's present mark in the place of the one before.
func (t *gcpStream) renew() {
	if t.scope.options.Audit.Store == nil || t.doubt {
		return
	}
	mark, m := t.scope.options.Audit.mark(), &t.mark
	switch {
	case mark == blank: // The one before holds.
	case m.CatchUp != nil:
		m.CatchUp.Audit = mark
	case m.Audit != "":
		m.Audit = mark
	}
}

// catchUp reads the events from before the checkpoint once more, for an audit
// store that lacks them, in half of the time that is left. Messages that were
// acknowledged do not come again: what they held it lacks for good.
func (t *gcpStream) catchUp(ctx context.Context) {
	logs := &t.scope.config.Logs
	if t.mark.CatchUp == nil || !t.keeper.keeps() || logs.Bucket == "" && !logs.Entries {
		return
	}
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, time.Now().Add(time.Until(end)/2))
		defer cancel()
	}
	if err := t.readMissing(ctx); err != nil {
		t.scope.options.Logger.WarnContext(ctx, "older events are not in the audit store yet; the next collection goes on", "scope", t.scope.config.Scope, "err", err)
	}
}

func (t *gcpStream) readMissing(ctx context.Context) error {
	c, err := t.collector(ctx)
	if err != nil {
		return err
	}
	m := t.mark.CatchUp
	sometimes := rate.Sometimes{Interval: time.Minute}
	read, err := c.Events(ctx, m.Checkpoint, t.containers(), func(ev *auditlog.Event) error {
		if id, ok := t.numbers[ev.System]; ok {
			ev.System = id
		}
		if ev.System != "" && t.projects[ev.System] == nil {
			return nil
		}
		return t.keeper.w.Add(ctx, ev)
	}, func(p gcp.Checkpoint) (kept bool, err error) {
		sometimes.Do(func() {
			m.Checkpoint = p
			kept, err = t.save(ctx)
		})
		return kept, err
	})
	if err != nil {
		return err
	}
	m.Checkpoint = read.Checkpoint
	if len(read.Problems) == 0 { // All of the source was read.
		t.mark.Audit, t.mark.CatchUp = m.Audit, nil
	}
	_, err = t.save(ctx)
	return err
}

// rebuild makes the usage indexes anew from the audit store for which that was
// asked, as it does for accounts.
func (t *gcpStream) rebuild(ctx context.Context, now time.Time) error {
	if !t.keeper.keeps() || t.doubt || t.mark.Audit == "" {
		return nil
	}
	for id, p := range t.projects {
		if !t.scope.options.Store.RebuildRequested(p.system) {
			continue
		}
		if err := t.rebuildOne(ctx, id, p, now); err != nil {
			t.scope.options.Logger.WarnContext(ctx, "the usage index is not made anew; the next collection tries again", "system", id, "err", err)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	return nil
}

func (t *gcpStream) rebuildOne(ctx context.Context, id entitlement.SystemID, p *gcpEnrolled, now time.Time) error {
	recent := now.Add(-remembered)
	index, err := usage.Rebuild(ctx, t.cat(), usage.Stored{
		Store: t.scope.options.Audit.Store, System: id, From: now.Add(-2 * t.scope.options.Window),
		Prepare: func(x *usage.Index) { x.AliasAll(t.round.aliases) },
		Each: func(ev *auditlog.Event) {
			if ev.Time.After(recent) { // What the source has not delivered yet counts once, too.
				p.Seen.Add(ev.ID, ev.Time)
			}
		},
	})
	if err != nil {
		return err
	}
	if err := t.rebuildAbove(ctx, p, index, now); err != nil {
		return err
	}
	if services := t.round.found.Recorded[id]; p.project.Data {
		index.RecordsData(id, services...)
	}
	p.Index, p.reading.Usage, p.changed = index, index, true
	if _, err := t.save(ctx); err != nil {
		return err
	}
	return t.scope.options.Store.RebuildDone(p.system)
}

// rebuildAbove adds what was done above a project by those whom it knows. The
// store is asked for everything: such events are of no system.
func (t *gcpStream) rebuildAbove(ctx context.Context, p *gcpEnrolled, index *usage.Index, now time.Time) error {
	recent := now.Add(-remembered)
	last := map[entitlement.IdentityID]auditlog.Event{}
	above := usage.New(t.cat()) // Tells what an event is.
	_, err := usage.Rebuild(ctx, t.cat(), usage.Stored{
		Store: t.scope.options.Audit.Store, From: now.Add(-2 * t.scope.options.Window),
		Each: func(ev *auditlog.Event) {
			t.round.aliases.Resolve(ev)
			if ev.System != "" || !strings.HasSuffix(ev.Source, ".googleapis.com") || !slices.Contains(t.homes[ev.Identity], p) {
				return
			}
			switch d := above.Add(ev); {
			case d == usage.Used || d == usage.Denied:
				index.Add(ev)
				if ev.Time.After(recent) {
					p.Seen.Add(ev.ID, ev.Time)
				}
			case ev.Outcome != auditlog.AuthorizationFailure && ev.Time.After(last[ev.Identity].Time):
				last[ev.Identity] = presence(ev)
			}
		},
	})
	for who, ev := range last {
		if ev.Time.After(index.LastSeen(who)) {
			index.Add(&ev)
		}
	}
	return err
}
