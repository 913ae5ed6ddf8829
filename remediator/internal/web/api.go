package web

import (
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/store"
)

// runJSON is a run as the API gives it.
type runJSON struct {
	ID         string      `json:"id"`
	State      store.State `json:"state"`
	ReceivedAt time.Time   `json:"received_at"`
	UpdatedAt  time.Time   `json:"updated_at"`
	*store.Run
	Approvals []store.Approval `json:"approvals,omitempty"`
}

func toJSON(r *store.Run) runJSON {
	return runJSON{ID: r.ID, State: r.State, ReceivedAt: r.ReceivedAt, UpdatedAt: r.UpdatedAt, Run: r}
}

func (s *Server) apiRun(w http.ResponseWriter, r *http.Request) {
	run, err := s.o.Store.Run(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failJSON(w, r, err)
		return
	}
	body := toJSON(run)
	if body.Approvals, err = s.o.Store.Approvals(r.Context(), run.ID); err != nil {
		s.failJSON(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, body)
}

// decisionJSON is the body of a decision. Name is read only where callers
// don't log in.
type decisionJSON struct {
	Plan   string `json:"plan"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// apiDecide answers POST /api/v1/runs/{id}/approve, deny and rollback. It
// wants JSON, which no form of another site can send.
func (s *Server) apiDecide(w http.ResponseWriter, r *http.Request) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		writeJSON(w, http.StatusUnsupportedMediaType, api.Error{Message: "send Content-Type: application/json"})
		return
	}
	var body decisionJSON
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		writeJSON(w, http.StatusBadRequest, api.Error{Message: "the body is not a decision: " + err.Error()})
		return
	}
	d := playbook.Decision{Run: r.PathValue("id"), Plan: body.Plan, Who: s.name(r, body.Name), Reason: body.Reason}
	if err := s.decide(r.Context(), r.PathValue("decision"), d); err != nil {
		s.failJSON(w, r, err)
		return
	}
	s.apiRun(w, r)
}

// apiEvents answers GET /api/v1/platform-events?after=n with the Platform log
// from event n+1 on, one JSON object a line.
func (s *Server) apiEvents(w http.ResponseWriter, r *http.Request) {
	after := int64(0)
	if text := r.URL.Query().Get("after"); text != "" {
		var err error
		if after, err = strconv.ParseInt(text, 10, 64); err != nil || after < 0 {
			writeJSON(w, http.StatusBadRequest, api.Error{Message: "after: not the number of an event"})
			return
		}
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	err := s.o.Store.Lines(r.Context(), after, func(line []byte) error {
		_, err := w.Write(line)
		return err
	})
	if err != nil {
		s.o.Logger.ErrorContext(r.Context(), "platform log cut short", "err", err)
		panic(http.ErrAbortHandler) // So that the reader sees that it is not whole.
	}
}
