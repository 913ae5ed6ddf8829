package audit

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
)

const (
	maxAppendBody = 8 << 20
	maxAhead      = time.Hour // How far the clock of another program may be ahead.
)

// appendEvents appends Platform events, all or none of a request that is not
// right. It answers when they are on disk: whoever gets no answer appends the
// same events again.
func (h *Handler) appendEvents(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	switch {
	case !c.Named():
		return access.ErrUnnamed
	case !c.Appends():
		return forbidden(fmt.Sprintf("%s has the role %s; appending Platform events needs controller or admin", c.Name, c.Role))
	case !c.Sees(PlatformSystem):
		return forbidden(c.Name + " does not see the system platform; add it to the systems of its token")
	}
	var body api.AppendRequest
	if err := decode(w, r, maxAppendBody, &body); err != nil {
		return err
	}
	events, err := h.platformEvents(body.Events)
	if err != nil {
		return err
	}
	added, err := h.Store.Add(r.Context(), events)
	if err != nil {
		return fmt.Errorf("store Platform events: %w", err)
	}
	if _, err := h.Store.Sync(r.Context()); err != nil {
		return fmt.Errorf("store Platform events: %w", err)
	}
	return reply(w, http.StatusOK, api.AppendAnswer(added))
}

func (h *Handler) platformEvents(list []api.PlatformEvent) ([]auditlog.Event, error) {
	if len(list) == 0 || len(list) > api.MaxPlatformEvents {
		return nil, badField("events", fmt.Sprintf("give 1 to %d of them", api.MaxPlatformEvents))
	}
	latest := h.Now().Add(maxAhead)
	events := make([]auditlog.Event, len(list))
	for i := range list {
		path := fmt.Sprintf("events[%d].", i)
		if list[i].Time.After(latest) {
			return nil, badField(path+"time", "lies more than an hour ahead; set the clock of the program that appends")
		}
		ev, err := platformEvent(&list[i])
		if p, ok := err.(*problem); ok { //nolint:errorlint // It is not wrapped.
			return nil, badField(path+p.Path, strings.TrimPrefix(p.Message, p.Path+": "))
		} else if err != nil {
			return nil, err
		}
		events[i] = ev
	}
	return events, nil
}
