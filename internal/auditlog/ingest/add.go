package ingest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// work gives batches to the store until the writer ends.
func (w *Writer) work(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case b := <-w.full:
			if err := w.add(ctx, b); err != nil {
				return err
			}
			b.reset()
			w.free <- b
		}
	}
}

func (w *Writer) add(ctx context.Context, b *batch) error {
	return w.persist(ctx, "add events to the audit store", func(ctx context.Context) error {
		added, err := w.o.Store.Add(ctx, b.events)
		if err != nil {
			return err
		}
		if n := added.New + added.Duplicate + added.Expired; n != len(b.events) {
			return fmt.Errorf("the store accounts for %d of %d events", n, len(b.events))
		}
		w.o.Meter.added(added, len(b.raw))
		return nil
	})
}

// persist does something until the store lets it: one that is full or cannot
// be reached is asked again.
func (w *Writer) persist(ctx context.Context, what string, do func(context.Context) error) error {
	var since time.Time
	for try := 0; ; try++ {
		err := do(ctx)
		if !since.IsZero() && (err == nil || !passing(err) || ctx.Err() != nil) {
			w.recovered(ctx, what, since, err)
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !passing(err):
			return fmt.Errorf("%s: %w", what, err)
		}
		if since.IsZero() {
			since = w.o.Now()
			w.stalled(ctx, what, since, err)
		}
		w.o.Meter.retry()
		if stalled := w.o.Now().Sub(since); w.o.Patience > 0 && stalled >= w.o.Patience {
			w.o.Meter.flows()
			return fmt.Errorf("%s: it has taken nothing for %s: %w", what, stalled.Round(time.Second), err)
		}
		if err := w.pause(ctx, try); err != nil {
			w.o.Meter.flows()
			return err
		}
	}
}

func passing(err error) bool {
	return errors.Is(err, auditlog.ErrFull) || errors.Is(err, auditlog.ErrUnavailable)
}

func (w *Writer) stalled(ctx context.Context, what string, at time.Time, err error) {
	w.o.Meter.stall(at)
	w.o.Logger.WarnContext(ctx, "the audit store takes no events; reading waits for it", "doing", what, "err", err)
}

func (w *Writer) recovered(ctx context.Context, what string, since time.Time, err error) {
	w.o.Meter.flows()
	if err == nil {
		w.o.Logger.InfoContext(ctx, "the audit store takes events again", "doing", what, "after", w.o.Now().Sub(since))
	}
}

// pause waits before the next try, some more or less so that several writers do
// not ask in step.
func (w *Writer) pause(ctx context.Context, try int) error {
	wait := min(w.o.Backoff<<min(try, 20), w.o.MaxBackoff)
	timer := time.NewTimer(wait/2 + rand.N(wait)/2 + 1) //nolint:gosec // no secret
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
