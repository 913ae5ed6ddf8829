package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/store"
)

func statusOf(err error) int {
	var conflict *playbook.ConflictError
	var forbidden *playbook.ForbiddenError
	switch {
	case errors.Is(err, store.ErrNotFound):
		return http.StatusNotFound
	case errors.As(err, &conflict):
		return http.StatusConflict
	case errors.As(err, &forbidden):
		return http.StatusForbidden
	}
	return http.StatusInternalServerError
}

// public is what the caller may read; the rest is for the log.
func (s *Server) public(r *http.Request, err error) (status int, text string) {
	status = statusOf(err)
	if status >= http.StatusInternalServerError {
		s.o.Logger.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "err", err)
		return status, "something went wrong; the log says what"
	}
	return status, err.Error()
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, text := s.public(r, err)
	http.Error(w, text, status)
}

func (s *Server) failJSON(w http.ResponseWriter, r *http.Request, err error) {
	status, text := s.public(r, err)
	writeJSON(w, status, api.Error{Message: text})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // The client is gone; nobody to tell.
}
