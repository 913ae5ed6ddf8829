package source

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/auditlog"
	aws "github.com/leastward/leastward/internal/collect/aws"
)

// remembered is how long the ids of events are kept: longer than any source
// delivers an event a second time by itself.
const remembered = 7 * 24 * time.Hour

// events brings the saved usage and the audit store up to date and saves the
// usage with its checkpoint, also on the way: what was read is not read again
// after a crash, and what was not saved is.
func (l *live) events(ctx context.Context, account *aws.Collector, known *kept, r *collector.Reading, now time.Time) error {
	track(known.Index, r.Inventory)
	k := l.options.Audit.keep(ctx, l.options.Logger)
	defer k.close()
	l.adoptStore(ctx, known)
	before := known.Index.Counts()
	sometimes := rate.Sometimes{Interval: time.Minute} // The whole index is written each time.
	read, err := account.Events(ctx, known.mark.Checkpoint, func(ev *auditlog.Event) error {
		known.Index.Add(ev)
		k.take(ctx, ev)
		return nil
	}, func(c aws.Checkpoint) (err error) {
		sometimes.Do(func() {
			known.mark.Checkpoint = c
			err = l.save(ctx, known, k)
		})
		return err
	})
	if err != nil {
		return err
	}
	r.Events, r.Latest = count(&read.Stats, before, known.Index.Counts()), read.Stats.Latest
	r.Inventory.Problems = append(r.Inventory.Problems, read.Problems...)
	// What was really read, not what the source promises to hold.
	r.Inventory.FullHistoryFrom = read.Checkpoint.From
	known.Index.RecordsData(l.expect.ID, read.Coverage.DataEvents...)
	known.Index.Prune(now.Add(-2 * l.options.Window))
	known.Seen.Forget(earlier(now.Add(-remembered), read.Settled))
	known.mark.Checkpoint = read.Checkpoint
	if err := l.save(ctx, known, k); err != nil {
		return err
	}
	if read.Confirm != nil && k.err == nil {
		r.Inventory.Problems = append(r.Inventory.Problems, read.Confirm(ctx)...)
	}
	l.catchUp(ctx, known, k)
	if err := l.rebuild(ctx, known, k, r.Inventory, read.Coverage, now); err != nil {
		return err
	}
	r.Usage = known.Index
	r.Inventory.Problems = append(r.Inventory.Problems, k.problems(l.expect.ID)...)
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
