package reports

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/outgoing"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

// Handler answers what is below /api/v1/reports.
type Handler struct {
	Builder *Builder
	Files   *outgoing.Files
	Guard   func() *access.Guard // As the configuration is now.
	Logger  *slog.Logger
}

// Register adds the routes.
func (h *Handler) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET "+api.ReportsPath, h.serve(h.list))
	mux.HandleFunc("POST "+api.ReportPath, h.serve(h.one))
}

// serve finds out who asks, and makes answers of errors.
func (h *Handler) serve(answer func(http.ResponseWriter, *http.Request, *access.Caller) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		caller, err := h.Guard().Caller(r)
		if err == nil {
			err = answer(w, r, caller)
		}
		if err != nil {
			h.fail(w, r, err)
		}
	}
}

func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	bad := tables.AsBad(err)
	switch {
	case r.Context().Err() != nil: // Nobody is there.
	case errors.Is(err, ErrNotReady):
		tables.Fail(w, r, tables.ErrNotReady, h.Logger)
	case errors.Is(err, outgoing.ErrBusy):
		w.Header().Set("Retry-After", h.Files.Gate.RetryAfter())
		respond(w, http.StatusServiceUnavailable, api.Error{Message: err.Error()})
	case bad != nil && bad.Path == "kind":
		respond(w, http.StatusNotFound, api.Error{Message: bad.Message, Path: bad.Path})
	default:
		tables.Fail(w, r, err, h.Logger)
	}
}

func (h *Handler) list(w http.ResponseWriter, _ *http.Request, _ *access.Caller) error {
	respond(w, http.StatusOK, h.Builder.Describe())
	return nil
}

func (h *Handler) one(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	var ask api.ReportQuestion
	if err := tables.Decode(w, r, &ask); err != nil {
		return err
	}
	request := &Request{Kind: report.Kind(r.PathValue("kind")), Ask: &ask, Caller: c}
	if err := h.Builder.Check(request.Kind, &ask); err != nil {
		return err // Nobody waits to hear of that.
	}
	name := r.URL.Query().Get("format")
	if name == "" {
		return h.tables(w, r, request)
	}
	format, err := render.ParseFormat(name)
	if err != nil {
		return tables.Bad("format", "%v", err)
	}
	return h.Files.Send(w, r, format, func(ctx context.Context) (*report.Report, error) {
		built, err := h.Builder.Build(ctx, request)
		if err != nil {
			return nil, err
		}
		return built.Report, nil
	})
}

// tables replies with a report as tables.
func (h *Handler) tables(w http.ResponseWriter, r *http.Request, request *Request) error {
	var body bytes.Buffer
	err := h.Files.InTurn(r.Context(), func(ctx context.Context) error {
		built, err := h.Builder.Build(ctx, request)
		if err != nil {
			return err
		}
		answer, err := built.Wire(request.Ask)
		if err != nil {
			return err
		}
		return json.NewEncoder(&body).Encode(answer)
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = body.WriteTo(w) // A client that went away is no error of ours.
	return nil
}

func respond(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // A client that went away is no error of ours.
}
