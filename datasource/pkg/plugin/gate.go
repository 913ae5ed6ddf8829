package plugin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/leastward/leastward/internal/api"
)

// The bounds of what one data source asks at the same time. The exporter
// answers eight audit queries at once, of everybody, and refuses more after a
// moment: a dashboard of thirty panels would run into that.
const (
	atExporter = 6
	tries      = 4
	longest    = 5 * time.Second // Between two tries.
)

// gate lets a few questions through at a time, and asks again where the exporter
// says that it is busy.
type gate struct {
	places chan struct{}
	wait   time.Duration // Before the second try; it doubles.
}

func newGate() gate {
	return gate{places: make(chan struct{}, atExporter), wait: 250 * time.Millisecond}
}

// through runs f. A place is held while f runs, and not between two tries.
func (g *gate) through(ctx context.Context, f func(context.Context) error) error {
	wait := g.wait
	for try := 1; ; try++ {
		err := g.once(ctx, f)
		if try == tries || !busy(err) {
			return err
		}
		if pause(ctx, wait) != nil {
			return err // It says more than that the request ended.
		}
		wait = min(2*wait, longest)
	}
}

func (g *gate) once(ctx context.Context, f func(context.Context) error) error {
	select {
	case g.places <- struct{}{}:
		defer func() { <-g.places }()
		return f(ctx)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// busy reports whether the exporter itself says that it has no time.
func busy(err error) bool {
	status, ok := errors.AsType[*api.StatusError](err)
	return ok && status.Answer.Message != "" && status.RetryAfter > 0 &&
		(status.Status == http.StatusServiceUnavailable || status.Status == http.StatusTooManyRequests)
}

func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
