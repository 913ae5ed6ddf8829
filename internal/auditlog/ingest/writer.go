package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
)

// Options say where events go and what may wait on the way.
type Options struct {
	Store auditlog.Store
	// BatchEvents and BatchBytes bound a batch: it goes to the store with the
	// event that reaches either. Zero means 8,192 events and 8 MiB, of which an
	// event counts all that it holds.
	BatchEvents, BatchBytes int
	// Writers is how many batches are given to the store at a time. Zero means 2.
	// One batch more than that is in memory.
	Writers int
	// Backoff is the pause before a store that is full or away is asked again;
	// it doubles with each try up to MaxBackoff. Zero means 100 ms and 30 s.
	Backoff, MaxBackoff time.Duration
	// Patience is how long a store may be full or away before the writer ends
	// with its error. Zero waits until the context ends.
	Patience time.Duration
	// Meter counts what was stored; several writers may share one. Nil counts
	// for this writer alone.
	Meter  *Meter
	Logger *slog.Logger     // Nil discards.
	Now    func() time.Time // Nil means time.Now.
}

func (o Options) withDefaults() Options {
	o.BatchEvents = orElse(o.BatchEvents, 8192)
	o.BatchBytes = orElse(o.BatchBytes, 8<<20)
	o.Writers = orElse(o.Writers, 2)
	o.Backoff = orElse(o.Backoff, 100*time.Millisecond)
	o.MaxBackoff = orElse(o.MaxBackoff, 30*time.Second)
	if o.Meter == nil {
		o.Meter = NewMeter()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func orElse[T int | time.Duration](v, otherwise T) T {
	if v <= 0 {
		return otherwise
	}
	return v
}

// Writer gathers events into batches and gives these to a store. It is safe
// for concurrent use.
type Writer struct {
	o     Options
	group *errgroup.Group
	end   context.CancelCauseFunc
	done  <-chan struct{}
	cause func() error

	free chan *batch   // All batches, but those on their way.
	full chan *batch   // On their way to the store.
	turn chan struct{} // Holds one token, which guards now.
	now  *batch        // The batch that is being filled, nil if none is.
}

// errClosed is the cause of a writer's end where nothing went wrong.
var errClosed = errors.New("the writer is closed")

// New starts a writer, which works until Close, the end of the context or an
// error of the store that trying again does not mend.
func New(ctx context.Context, o Options) *Writer {
	o = o.withDefaults()
	ctx, end := context.WithCancelCause(ctx)
	group, ctx := errgroup.WithContext(ctx)
	w := &Writer{
		o: o, group: group, end: end, done: ctx.Done(), cause: func() error { return context.Cause(ctx) },
		free: make(chan *batch, o.Writers+1), full: make(chan *batch, o.Writers+1), turn: make(chan struct{}, 1),
	}
	for range o.Writers + 1 {
		w.free <- new(batch)
	}
	w.turn <- struct{}{}
	for range o.Writers {
		group.Go(func() error { return w.work(ctx) })
	}
	return w
}

// Sink takes one event, of which it copies what is valid only during the call.
// It waits while the store does not keep up, and returns why the writer ended
// once it did. It is an event sink of the collectors.
func (w *Writer) Sink(ev *auditlog.Event) error { return w.Add(context.Background(), ev) }

// Add is Sink that waits no longer than ctx.
func (w *Writer) Add(ctx context.Context, ev *auditlog.Event) error {
	if err := w.lock(ctx); err != nil {
		return err
	}
	defer w.unlock()
	if w.now == nil {
		b, err := receive(ctx, w, w.free)
		if err != nil {
			return err
		}
		w.now = b
	}
	w.now.add(ev)
	w.o.Meter.take()
	if len(w.now.events) >= w.o.BatchEvents || w.now.bytes >= w.o.BatchBytes {
		w.handOn()
	}
	return nil
}

// Flush gives what is there to the store without waiting for more. It does not
// wait for the store; Sync does.
func (w *Writer) Flush(ctx context.Context) error {
	if err := w.lock(ctx); err != nil {
		return err
	}
	defer w.unlock()
	w.handOn()
	return nil
}

// Sync returns once every event that was taken before is on disk and found by
// queries. Whoever adds events meanwhile waits.
func (w *Writer) Sync(ctx context.Context) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	return w.persist(ctx, "sync the audit store", func(ctx context.Context) error {
		_, err := w.o.Store.Sync(ctx)
		return err
	})
}

// settle returns once the store has taken every batch: then all are free.
func (w *Writer) settle(ctx context.Context) error {
	if err := w.lock(ctx); err != nil {
		return err
	}
	defer w.unlock()
	w.handOn()
	var home []*batch
	defer func() {
		for _, b := range home {
			w.free <- b
		}
	}()
	for range cap(w.free) {
		b, err := receive(ctx, w, w.free)
		if err != nil {
			return err
		}
		home = append(home, b)
	}
	return nil
}

// Close ends the writer and waits for its work to end. What was not synced may
// be stored or not. The error is the one that the writer ended with before.
func (w *Writer) Close() error {
	w.end(errClosed)
	if err := w.group.Wait(); !errors.Is(err, errClosed) {
		return err
	}
	return nil
}

// Stats returns the counts so far of the writer's meter.
func (w *Writer) Stats() Stats { return w.o.Meter.Stats() }

// handOn sends the batch that is being filled on its way. The caller holds the
// turn. There is room for all batches.
func (w *Writer) handOn() {
	if w.now != nil {
		w.full <- w.now
		w.now = nil
	}
}

func (w *Writer) lock(ctx context.Context) error {
	_, err := receive(ctx, w, w.turn)
	return err
}

func (w *Writer) unlock() { w.turn <- struct{}{} }

// receive waits for a value, the end of the context or that of the writer,
// which goes first.
func receive[T any](ctx context.Context, w *Writer, from <-chan T) (v T, err error) {
	select {
	case <-w.done:
		return v, w.ended()
	default:
	}
	select {
	case v = <-from:
		return v, nil
	case <-ctx.Done():
		return v, fmt.Errorf("wait for the audit store: %w", context.Cause(ctx))
	case <-w.done:
		return v, w.ended()
	}
}

func (w *Writer) ended() error { return fmt.Errorf("store events: %w", w.cause()) }
