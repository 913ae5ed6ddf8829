package audit

import (
	"context"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// heartbeat is how often a live stream says that it lives.
const heartbeat = 5 * time.Second

// tail answers with events as they are stored, until the client goes.
func (h *Handler) tail(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	q, err := h.tailed(r, c)
	if err != nil {
		return err
	}
	leave, err := h.tails.enter(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	ctx, stop := h.life(r.Context())
	defer stop()
	live := &liveLines{lines: newLines(w)}
	if err := live.beat(h.Now()); err != nil { // The client learns at once that it is connected.
		return err
	}
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return h.Searcher.Tail(inner, *q, limitedTo(c, false), live.event) })
	group.Go(func() error { return h.beats(inner, live) })
	err = group.Wait()
	if r.Context().Err() != nil {
		live.out.release()
		return nil
	}
	end := api.StreamEnd{Count: live.count, Error: h.problem(r.Context(), ended(ctx, err)).Message}
	return live.end(end)
}

// tailed reads what is to be followed. Groups, sorts and ranges have no
// meaning for what is yet to come.
func (h *Handler) tailed(r *http.Request, c *access.Caller) (*query.Query, error) {
	values := r.URL.Query()
	if err := onlyKnown(values, "text", "saved", "system", "folder", "cloud"); err != nil {
		return nil, err
	}
	ask, err := question(values)
	if err != nil {
		return nil, err
	}
	q, err := h.resolve(r.Context(), c, ask)
	if err != nil {
		return nil, err
	}
	if q.Group != nil || q.Series != nil || len(q.Sort) > 0 || q.Limit != 0 {
		return nil, badField("text", "only conditions can be followed; leave out everything from the first |")
	}
	return &q, nil
}

func (h *Handler) beats(ctx context.Context, live *liveLines) error {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := live.beat(h.Now()); err != nil {
				return err
			}
		}
	}
}

// liveLines is written to by events and heartbeats.
type liveLines struct {
	*lines
	mu sync.Mutex // Guards lines.
}

func (l *liveLines) event(ev *auditlog.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.lines.event(ev); err != nil {
		return err
	}
	return l.flush()
}

func (l *liveLines) beat(now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.line(api.Heartbeat{Heartbeat: now.UTC()}); err != nil {
		return err
	}
	return l.flush()
}
