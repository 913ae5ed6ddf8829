package source

import (
	"context"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// rebuild makes the usage index anew from the audit store, if that was asked
// for. It comes behind the reading: the store then has every event up to the
// checkpoint. Where it lacks some, the request waits until it has them. Until
// all is done the index before stays.
func (l *live) rebuild(ctx context.Context, known *kept, k *keeper, inv *entitlement.Inventory, c aws.Coverage, now time.Time) error {
	if !k.keeps() || known.doubt || known.mark.Audit == "" || !l.options.Store.RebuildRequested(l.expect) {
		return nil
	}
	recent := now.Add(-remembered)
	index, err := usage.Rebuild(ctx, l.options.Catalog, usage.Stored{
		Store: l.options.Audit.Store, System: l.expect.ID, From: now.Add(-2 * l.options.Window),
		Prepare: func(x *usage.Index) { track(x, inv) },
		Each: func(ev *auditlog.Event) {
			if ev.Time.After(recent) { // What the source has not delivered yet counts once, too.
				known.Seen.Add(ev.ID, ev.Time)
			}
		},
	})
	if err != nil {
		l.options.Logger.WarnContext(ctx, "the usage index is not made anew; the next collection tries again", "system", l.expect.ID, "err", err)
		return ctx.Err()
	}
	index.RecordsData(l.expect.ID, c.DataEvents...)
	known.Index = index
	if err := l.save(ctx, known, k); err != nil {
		return err
	}
	l.options.Logger.InfoContext(ctx, "the usage index was made anew from the audit store", "system", l.expect.ID, "events", index.Counts().Total())
	return l.options.Store.RebuildDone(l.expect)
}
