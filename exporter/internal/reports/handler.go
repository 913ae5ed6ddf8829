package reports

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

// Handler answers what is below /api/v1/reports.
type Handler struct {
	Builder *Builder
	// Gate lets one report be made at a time.
	Gate *Gate
	// Dir is where files are made before they are sent, so that a slow reader
	// holds up nobody; "" is the system's place for temporary files.
	Dir    string
	Guard  func() *access.Guard // As the configuration is now.
	Logger *slog.Logger
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
	case errors.Is(err, ErrBusy):
		w.Header().Set("Retry-After", strconv.Itoa(int(h.Gate.patience.Seconds())))
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
	return h.file(w, r, request, format)
}

// tables replies with a report as tables.
func (h *Handler) tables(w http.ResponseWriter, r *http.Request, request *Request) error {
	var body bytes.Buffer
	err := h.inTurn(r.Context(), func(ctx context.Context) error {
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

// file replies with a report as a file.
func (h *Handler) file(w http.ResponseWriter, r *http.Request, request *Request, format render.Format) error {
	f, err := newScratch(h.Dir)
	if err != nil {
		return err
	}
	defer f.close()
	var name string
	err = h.inTurn(r.Context(), func(ctx context.Context) error {
		built, err := h.Builder.Build(ctx, request)
		if err != nil {
			return err
		}
		name = render.FileName(built.Report, format)
		return render.Write(whileWanted{ctx, f}, built.Report, format)
	})
	if err != nil {
		return err
	}
	size, err := f.rewind()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", format.ContentType())
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	_, _ = io.Copy(w, f) // A client that went away is no error of ours.
	return nil
}

func (h *Handler) inTurn(ctx context.Context, make func(context.Context) error) error {
	leave, err := h.Gate.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return make(ctx)
}

// whileWanted writes until nobody waits for the file any more.
type whileWanted struct {
	ctx context.Context //nolint:containedctx // A writer has no other way to learn of it.
	io.Writer
}

// Write writes, or returns why nobody waits any more.
func (w whileWanted) Write(p []byte) (int, error) {
	if err := w.Wanted(); err != nil {
		return 0, err
	}
	return w.Writer.Write(p)
}

// Wanted returns why nobody waits any more.
func (w whileWanted) Wanted() error { return context.Cause(w.ctx) }

func respond(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // A client that went away is no error of ours.
}
