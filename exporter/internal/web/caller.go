package web

import (
	"net/http"
	"slices"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
)

// guarded lets the API answer whoever the guard knows, out of the systems that
// they may see.
func (s *server) guarded(answer func(http.ResponseWriter, *http.Request, *view)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		caller, err := s.Guard().Caller(r)
		if err != nil {
			tables.Fail(w, r, err, s.Logger)
			return
		}
		answer(w, r, viewOf(s.Snapshot(), caller))
	}
}

// view is one snapshot as a caller sees it.
type view struct {
	caller  *access.Caller
	results []*collector.Result
}

func viewOf(s *collector.Snapshot, c *access.Caller) *view {
	unseen := func(r *collector.Result) bool { return !c.Sees(r.System.ID) }
	return &view{caller: c, results: slices.DeleteFunc(slices.Clone(s.Results), unseen)}
}
