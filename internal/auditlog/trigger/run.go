package trigger

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Loop calls Evaluate at every interval and when it is asked to, one call at a
// time. An error never ends it.
type Loop struct {
	// Evaluate does the work; what it returns is logged.
	Evaluate func(context.Context) error
	// Interval is the time between two evaluations; 0 is a minute.
	Interval time.Duration
	Logger   *slog.Logger

	kicked chan struct{}
}

// NewLoop returns a loop.
func NewLoop(evaluate func(context.Context) error, interval time.Duration, logger *slog.Logger) *Loop {
	if interval == 0 {
		interval = time.Minute
	}
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Loop{Evaluate: evaluate, Interval: interval, Logger: logger, kicked: make(chan struct{}, 1)}
}

// Kick asks for an evaluation soon, such as after a collection. It never waits;
// one that is running does not count.
func (l *Loop) Kick() {
	select {
	case l.kicked <- struct{}{}:
	default: // It is asked for already.
	}
}

// Run evaluates until the context ends, at once for the first time. An
// evaluation that is running then is cut short, which loses nothing. It returns
// nil.
func (l *Loop) Run(ctx context.Context) error {
	ticker := time.NewTicker(l.Interval)
	defer ticker.Stop()
	for {
		if err := l.Evaluate(ctx); err != nil && !errors.Is(err, context.Canceled) {
			l.Logger.ErrorContext(ctx, "evaluation failed and is tried again", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-l.kicked:
		case <-ticker.C:
		}
	}
}
