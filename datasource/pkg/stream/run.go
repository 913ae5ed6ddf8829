package stream

import (
	"context"
	"errors"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/datasource/pkg/failure"
	"github.com/leastward/leastward/internal/api"
)

// RunStream follows the events of a channel until its context ends: that is
// when nobody listens any more. A broken connection is begun again; a query
// that the exporter refuses is not.
func (h *Handler) RunStream(ctx context.Context, req *backend.RunStreamRequest, sender *backend.StreamSender) error {
	f, err := question(req.Data)
	if err != nil {
		return failure.Of(err)
	}
	h.begin(req.Path, req.Data)
	defer h.end(req.Path)
	b := &batch{most: h.o.Rows}
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return h.follow(inner, f, b) })
	group.Go(func() error { return h.send(inner, f, b, sender) })
	err = group.Wait()
	if err == nil || ctx.Err() != nil {
		return nil // Nobody listens any more: that is how it ends.
	}
	h.o.Logger.FromContext(ctx).Debug("a live stream ends", "err", failure.Of(err).Message)
	return failure.Of(err)
}

// follow reads events, and begins again where the connection breaks.
func (h *Handler) follow(ctx context.Context, f *followed, b *batch) error {
	wait := h.o.Wait
	for {
		err := h.o.Client.Tail(ctx, &f.ask, b.add, func(time.Time) error {
			wait = h.o.Wait // It works: the next pause is short again.
			b.connected()
			return nil
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if final(err) {
			return err
		}
		b.broken(failure.Of(err).Message)
		if err := pause(ctx, wait); err != nil {
			return err
		}
		wait = min(2*wait, h.o.MaxWait)
	}
}

// final reports whether asking again would give the same answer.
func final(err error) bool {
	status, ok := errors.AsType[*api.StatusError](err)
	return ok && status.Status >= http.StatusBadRequest && status.Status < http.StatusInternalServerError &&
		status.Status != http.StatusTooManyRequests && status.Status != http.StatusRequestTimeout
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

// send sends what has gathered, at most a frame in so long a time.
func (h *Handler) send(ctx context.Context, f *followed, b *batch, sender *backend.StreamSender) error {
	tick := time.NewTicker(h.o.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if err := h.sendOnce(f, b, sender); err != nil {
				return err
			}
		}
	}
}
