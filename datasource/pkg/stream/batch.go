package stream

import (
	"fmt"
	"slices"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/datasource/pkg/frames"
	"github.com/leastward/leastward/internal/api"
)

// batch gathers events between two frames.
type batch struct {
	most int // Events.

	mu      sync.Mutex // Guards what follows.
	events  []api.AuditEvent
	skipped int
	notices []string
	off     bool // The connection is broken.
}

// add keeps an event. Those for which a frame has no room are counted.
func (b *batch) add(e *api.AuditEvent) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.events) >= b.most {
		b.skipped++
		return nil
	}
	b.events = append(b.events, clone(e))
	return nil
}

// clone copies what is valid only during a call.
func clone(e *api.AuditEvent) api.AuditEvent {
	out := *e
	out.Actions, out.Resources, out.Issued = slices.Clone(e.Actions), slices.Clone(e.Resources), slices.Clone(e.Issued)
	return out
}

// broken notes, once, that the connection broke.
func (b *batch) broken(why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.off {
		b.off = true
		b.notices = append(b.notices, "Live events stopped, and are tried again: "+why)
	}
}

// connected notes that the connection is there again.
func (b *batch) connected() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.off {
		b.off = false
		b.notices = append(b.notices, "Live events go on. What was stored in between is not shown here; refresh the panel for it.")
	}
}

// taken is what goes into one frame.
type taken struct {
	events  []api.AuditEvent
	notices []string
}

func (b *batch) take() *taken {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.events) == 0 && len(b.notices) == 0 {
		return nil
	}
	out := &taken{events: b.events, notices: b.notices}
	if b.skipped > 0 {
		out.notices = append(out.notices, fmt.Sprintf("%d events came too fast to be shown; narrow the conditions.", b.skipped))
	}
	b.events, b.notices, b.skipped = nil, nil, 0
	return out
}

func (h *Handler) sendOnce(f *followed, b *batch, sender *backend.StreamSender) error {
	next := b.take()
	if next == nil {
		return nil
	}
	out, err := h.o.Links.Logs(next.events, false, f.where)
	if err != nil {
		return err
	}
	frames.Warn(out, next.notices...)
	return sender.SendFrame(out[0], data.IncludeAll)
}
