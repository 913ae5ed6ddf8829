package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/entitlement"
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
		v := viewOf(s.Snapshot(), caller)
		if id := entitlement.SystemID(r.URL.Query().Get("system")); id != "" && !v.narrow(id) {
			fail(w, http.StatusForbidden, fmt.Sprintf("system: you may not see %q, or it is not configured: see the systems of your token or user", id))
			return
		}
		answer(w, r, v)
	}
}

// view is one snapshot as a caller sees it.
type view struct {
	caller  *access.Caller
	results []*collector.Result
}

// narrow leaves one system; false if it is not there.
func (v *view) narrow(id entitlement.SystemID) bool {
	v.results = slices.DeleteFunc(v.results, func(r *collector.Result) bool { return r.System.ID != id })
	return len(v.results) > 0
}

func viewOf(s *collector.Snapshot, c *access.Caller) *view {
	unseen := func(r *collector.Result) bool { return !c.Sees(r.System.ID) }
	return &view{caller: c, results: slices.DeleteFunc(slices.Clone(s.Results), unseen)}
}
