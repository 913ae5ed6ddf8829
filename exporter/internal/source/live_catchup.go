package source

import (
	"context"
	"strconv"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/auditlog"
	aws "github.com/leastward/leastward/internal/collect/aws"
)

// adoptStore finds out whether the audit store has what the checkpoint says that
// was read into it. One that was there for all of it, and still has it, lacks
// nothing. Another one, or one that was made anew or put back from a copy, lacks
// what is before the checkpoint, which catchUp brings; without a store what is
// read is lacking later.
func (l *live) adoptStore(ctx context.Context, known *kept) {
	m := &known.mark
	switch {
	case l.options.Audit.Store == nil:
		m.Audit, m.CatchUp = "", nil
	case !m.begun():
		m.Audit, m.CatchUp = blank, nil
	default:
		has, err := l.has(ctx, m.before())
		switch {
		case err != nil: // Asked again by the next reading.
			known.doubt = true
			l.options.Logger.WarnContext(ctx, "the audit store does not tell what it has", "system", l.expect.ID, "err", err)
		case !has:
			m.Audit, m.CatchUp = "", &catchUpMark{Audit: blank}
		}
	}
}

// before returns the store's mark that was saved with the checkpoint, "" if there
// was no store.
func (m *mark) before() string {
	if m.CatchUp != nil {
		return m.CatchUp.Audit
	}
	return m.Audit
}

// has reports whether the store has what it had when it gave a mark. Of a store
// that gave none, or whose row has expired, it is enough to have some event of
// the account.
func (l *live) has(ctx context.Context, mark string) (bool, error) {
	if mark == "" {
		return false, nil
	}
	store := l.options.Audit.Store
	m, err := auditlog.ParseMark(mark)
	if err != nil {
		return l.hasAny(ctx)
	}
	if has, err := m.In(ctx, store); has || err != nil {
		return has, err
	}
	st, err := store.Stats(ctx)
	if err != nil || !m.Time.Before(st.Oldest) {
		return false, err
	}
	return l.hasAny(ctx)
}

// hasAny reports whether the store has an event of the account.
func (l *live) hasAny(ctx context.Context) (found bool, err error) {
	_, err = l.options.Audit.Store.Select(ctx, auditlog.Statement{
		LogsQL: "{system=" + strconv.Quote(string(l.expect.ID)) + "} | limit 1 | fields _time",
	}, func(auditlog.Row) error {
		found = true
		return nil
	})
	return found, err
}

// renew puts the store's present mark in the place of the one before: the store
// has been synced.
func (l *live) renew(known *kept) {
	if l.options.Audit.Store == nil || known.doubt {
		return
	}
	mark, m := l.options.Audit.mark(), &known.mark
	switch {
	case mark == blank: // The one before holds.
	case m.CatchUp != nil:
		m.CatchUp.Audit = mark
	case m.Audit != "":
		m.Audit = mark
	}
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
