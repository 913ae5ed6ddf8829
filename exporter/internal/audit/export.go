package audit

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
)

// stream answers with all events, one on a line.
func (h *Handler) stream(w http.ResponseWriter, r *http.Request, c *access.Caller, q *query.Query, ask *api.AuditQuestion) error {
	if q.Group != nil || q.Series != nil {
		return bad("groups and series are no stream; ask for application/json")
	}
	leave, err := h.places(&h.streams).enter(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	ctx, stop := h.life(r.Context())
	defer stop()
	out := newLines(w)
	outcomes, err := h.export(ctx, limitedTo(c, ask.AllowPartial), q, ask.Raw, out)
	if err != nil && !out.begun() {
		return ended(ctx, err) // Nothing was sent: a proper answer.
	}
	end := api.StreamEnd{Done: err == nil, Count: out.count, Partial: outcomes.Partial}
	if err != nil {
		end.Error = h.problem(r.Context(), ended(ctx, err)).Message
	}
	return out.end(end)
}

// life is a context that ends with the request and with the program.
func (h *Handler) life(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(h.Ends, func() { cancel(errEnds) })
	return ctx, func() { stop(); cancel(nil) }
}

// ended tells why a stream ended, where the program's end is the reason.
func ended(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errEnds) {
		return errEnds
	}
	return err
}

// rawBatch is how many events' records are read at once.
const rawBatch = 256

// export hands events on to the lines, with their records where that is asked.
func (h *Handler) export(ctx context.Context, c search.Caller, q *query.Query, raw bool, out *lines) (auditlog.Outcomes, error) {
	if !raw {
		return h.Searcher.Each(ctx, *q, c, out.event)
	}
	batch := make([]auditlog.Event, 0, rawBatch)
	write := func() error {
		if err := h.Searcher.Raw(ctx, batch); err != nil {
			return err
		}
		for i := range batch {
			if err := out.event(&batch[i]); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	outcomes, err := h.Searcher.Each(ctx, *q, c, func(ev *auditlog.Event) error {
		if batch = append(batch, clone(ev)); len(batch) < rawBatch {
			return nil
		}
		return write()
	})
	if err == nil {
		err = write()
	}
	return outcomes, err
}

// clone copies what is valid only during a call: the slices of an event. Its
// texts do not change.
func clone(ev *auditlog.Event) auditlog.Event {
	out := *ev
	out.Actions, out.Resources, out.Issued = slices.Clone(ev.Actions), slices.Clone(ev.Resources), slices.Clone(ev.Issued)
	out.Raw = slices.Clone(ev.Raw)
	return out
}
