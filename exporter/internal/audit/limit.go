package audit

import (
	"context"
	"time"
)

// places are so many that may be in at the same time.
type places chan struct{}

func newPlaces(n int) places { return make(places, n) }

// patience is how long a question waits for a place.
const patience = 2 * time.Second

// enter takes a place, waiting a moment for one, and returns how to leave it.
// The error is errBusy, or that of the context.
func (p places) enter(ctx context.Context) (leave func(), err error) {
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case p <- struct{}{}:
		return func() { <-p }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-wait.C:
		return nil, errBusy
	}
}
