package audit

import (
	"net/http"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
)

// stats tells what the store holds. To a caller who does not see every system
// it tells only whether the store works: the numbers are about the others, too.
func (h *Handler) stats(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	s, err := h.Store.Stats(r.Context())
	if err != nil {
		return err
	}
	out := api.StoreStats{Oldest: utc(s.Oldest), Full: s.Full}
	if c.Systems() == nil {
		out.Events, out.Bytes, out.Damaged = &s.Events, s.Bytes, s.Damaged
		out.Earliest, out.Latest = utc(s.Earliest), utc(s.Latest)
	}
	return reply(w, http.StatusOK, out)
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}
