package source

import (
	"context"
	"strconv"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/auditlog"
	aws "github.com/leastward/leastward/internal/collect/aws"
)

// adoptStore notes which audit store the events go to from now on. One that was
// there for all of them lacks nothing. Another one, or one that was made anew,
// lacks what is before the checkpoint, which catchUp brings; without a store
// what is read is lacking later.
func (l *live) adoptStore(ctx context.Context, known *kept) {
	id, m := l.options.Audit.identity(), &known.mark
	switch {
	case id == m.Audit && id == unnamed && m.begun() && l.lacking(ctx):
		m.Audit, m.CatchUp = "", &catchUpMark{Audit: id}
	case id == m.Audit:
	case id == "":
		m.Audit, m.CatchUp = "", nil
	case !m.begun():
		m.Audit, m.CatchUp = id, nil
	case m.CatchUp == nil || m.CatchUp.Audit != id:
		m.Audit, m.CatchUp = "", &catchUpMark{Audit: id}
	}
}

// lacking reports whether a store that does not tell its identity has no event
// of the account: it was made anew.
func (l *live) lacking(ctx context.Context) bool {
	found := false
	_, err := l.options.Audit.Store.Select(ctx, auditlog.Statement{
		LogsQL: "{system=" + strconv.Quote(string(l.expect.ID)) + "} | limit 1 | fields _time",
	}, func(auditlog.Row) error {
		found = true
		return nil
	})
	return err == nil && !found
}

// catchUp reads the events from before the checkpoint once more, for the audit
// store alone: the usage index has them. It takes half of the time that is left
// and goes on with the next reading where it ended. A failure is no failure of
// the reading, which is saved.
func (l *live) catchUp(ctx context.Context, known *kept, k *keeper) {
	if known.mark.CatchUp == nil || !k.keeps() {
		return
	}
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, time.Now().Add(time.Until(end)/2))
		defer cancel()
	}
	if err := l.readMissing(ctx, known, k); err != nil {
		l.options.Logger.WarnContext(ctx, "older events are not in the audit store yet; the next collection goes on", "system", l.expect.ID, "err", err)
	}
}

func (l *live) readMissing(ctx context.Context, known *kept, k *keeper) error {
	options := l.awsOptions(nil)      // With a memory of its own.
	options.Trail.Queue = aws.Queue{} // Tells of new files only.
	account, err := aws.New(ctx, options)
	if err != nil {
		return err
	}
	sometimes := rate.Sometimes{Interval: time.Minute}
	read, err := account.Events(ctx, known.mark.CatchUp.Checkpoint, func(ev *auditlog.Event) error {
		return k.w.Add(ctx, ev)
	}, func(c aws.Checkpoint) (err error) {
		sometimes.Do(func() {
			known.mark.CatchUp.Checkpoint = c
			err = l.save(ctx, known, k)
		})
		return err
	})
	if err != nil {
		return err
	}
	known.mark.CatchUp.Checkpoint = read.Checkpoint
	if !read.Checkpoint.From.IsZero() { // All of the source was read.
		known.mark.Audit, known.mark.CatchUp = known.mark.CatchUp.Audit, nil
	}
	return l.save(ctx, known, k)
}
