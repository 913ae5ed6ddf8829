// Package forward hands the events of the Platform log on to the exporter, whose
// audit store answers questions about them together with the clouds' own.
//
// The log itself is the outbox: the number of the last event that the exporter
// has is saved once it has answered, and what is sent twice it knows by the
// event's hash. So nothing is lost and nothing counts twice, whichever of the
// two ends in between.
package forward

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/remediator/internal/store"
)

// Log is where the events are, the remediator's store.
type Log interface {
	After(ctx context.Context, seq int64, limit int) ([]store.Event, error)
	Forwarded(ctx context.Context) (int64, error)
	SetForwarded(ctx context.Context, seq int64) error
}

// Sink takes events, and returns when they are on disk: the exporter's client.
type Sink interface {
	Append(ctx context.Context, events []api.PlatformEvent) (*api.AppendAnswer, error)
}

// Options say from where to where.
type Options struct {
	Log Log
	// Sink returns where events go as it is configured now; nil is nowhere.
	Sink func() (Sink, error)
	// Interval is how often new events are looked for. Defaults to 5 s.
	Interval time.Duration
	Logger   *slog.Logger
}

// Forwarder hands events on.
type Forwarder struct {
	o       Options
	failing bool // The last try failed, which was logged.
}

// New returns a forwarder.
func New(o Options) *Forwarder {
	if o.Interval == 0 {
		o.Interval = 5 * time.Second
	}
	return &Forwarder{o: o}
}

// Run hands events on until the context ends. What goes wrong is tried again.
func (f *Forwarder) Run(ctx context.Context) error {
	tick := time.NewTicker(f.o.Interval)
	defer tick.Stop()
	for {
		f.note(ctx, f.Forward(ctx))
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// note logs the first failure of a series, and its end.
func (f *Forwarder) note(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil && !f.failing:
		f.failing = true
		f.o.Logger.WarnContext(ctx, "platform events wait to be handed on to the exporter", "err", err)
	case err == nil && f.failing:
		f.failing = false
		f.o.Logger.InfoContext(ctx, "platform events are handed on to the exporter again")
	}
}

// batch is how many events go in one request.
const batch = 200

// Forward hands on all events that the sink does not have yet.
func (f *Forwarder) Forward(ctx context.Context) error {
	sink, err := f.o.Sink()
	if err != nil || sink == nil {
		return err
	}
	for {
		n, err := f.some(ctx, sink)
		if err != nil || n < batch {
			return err
		}
	}
}

func (f *Forwarder) some(ctx context.Context, sink Sink) (int, error) {
	seq, err := f.o.Log.Forwarded(ctx)
	if err != nil {
		return 0, err
	}
	list, err := f.o.Log.After(ctx, seq, batch)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	events := make([]api.PlatformEvent, len(list))
	for i := range list {
		if events[i], err = Event(&list[i]); err != nil {
			return 0, err
		}
	}
	answer, err := sink.Append(ctx, events)
	if err != nil {
		return 0, err
	}
	if n := answer.New + answer.Duplicate + answer.Expired; n != len(events) {
		return 0, fmt.Errorf("the exporter accounts for %d of %d platform events", n, len(events))
	}
	return len(list), f.o.Log.SetForwarded(ctx, list[len(list)-1].Seq)
}
