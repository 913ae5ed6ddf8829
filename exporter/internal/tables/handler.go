package tables

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/outgoing"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

// Handler answers what is below /api/v1/tables.
type Handler struct {
	Set    *Set
	Files  *outgoing.Files
	Guard  func() *access.Guard // As the configuration is now.
	Logger *slog.Logger
}

// maxBody bounds a question in bytes.
const maxBody = 1 << 20

// Register adds the routes.
func (h *Handler) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET "+api.TablesPath, h.serve(h.list))
	mux.HandleFunc("POST "+api.TablePath, h.serve(h.one))
	mux.HandleFunc("GET "+api.TableValuesPath, h.serve(h.values))
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
			Fail(w, r, err, h.Logger)
		}
	}
}

func (h *Handler) list(w http.ResponseWriter, _ *http.Request, _ *access.Caller) error {
	list := api.Tables{}
	for i := range h.Set.Definitions {
		list.Tables = append(list.Tables, h.Set.Definitions[i].Describe())
	}
	return reply(w, list)
}

func (h *Handler) one(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	var ask api.TableQuestion
	if err := Decode(w, r, &ask); err != nil {
		return err
	}
	if name := r.URL.Query().Get("format"); name != "" {
		return h.file(w, r, &ask, c, name)
	}
	found, err := h.Set.Answer(r.Context(), r.PathValue("name"), &ask, c)
	if err != nil {
		return err
	}
	return reply(w, found.Wire())
}

// file replies with an answer as a file, which is made when its turn comes.
func (h *Handler) file(w http.ResponseWriter, r *http.Request, ask *api.TableQuestion, c *access.Caller, name string) error {
	format, err := render.ParseFormat(name)
	if err != nil {
		return Bad("format", "%v", err)
	}
	err = h.Files.Send(w, r, format, func(ctx context.Context) (*report.Report, error) {
		found, err := h.Set.Answer(ctx, r.PathValue("name"), ask, c)
		if err != nil {
			return nil, err
		}
		made := found.Report()
		if made.AsOf.IsZero() {
			made.AsOf = h.Set.Now()
		}
		return made, nil
	})
	if errors.Is(err, outgoing.ErrBusy) {
		w.Header().Set("Retry-After", h.Files.Gate.RetryAfter())
	}
	return err
}

func (h *Handler) values(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	ask, err := valuesQuestion(r.URL.Query())
	if err != nil {
		return err
	}
	found, err := h.Set.Values(r.Context(), r.PathValue("name"), ask, c)
	if err != nil {
		return err
	}
	return reply(w, found)
}

func valuesQuestion(parameters url.Values) (*api.TableValuesQuestion, error) {
	ask := &api.TableValuesQuestion{}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		given := parameters[name]
		one := given[len(given)-1]
		switch name {
		case "filter":
			ask.Filter = one
		case "prefix":
			ask.Prefix = one
		case "limit":
			n, err := strconv.Atoi(one)
			if err != nil || n < 1 {
				return nil, Bad(name, "%q is no number from 1 to %d", one, maxValues)
			}
			ask.Limit = n
		case "cloud":
			ask.Clouds = as[entitlement.Cloud](given)
		case "system":
			ask.Systems = as[entitlement.SystemID](given)
		case "folder":
			ask.Folders = given
		default:
			return nil, Bad(name, "there is no such parameter; there are filter, prefix, limit, cloud, system and folder")
		}
	}
	return ask, nil
}

func as[T ~string](texts []string) []T {
	list := make([]T, len(texts))
	for i, s := range texts {
		list[i] = T(s)
	}
	return list
}

// Decode reads a question strictly. No body is the zero question.
func Decode(w http.ResponseWriter, r *http.Request, into any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &large):
		return &BadError{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("the body has more than %d bytes", maxBody)}
	case err != nil:
		return Bad("", "the body is not a question: %v", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Bad("", "the body is more than one question")
	}
	return nil
}

func reply(w http.ResponseWriter, v any) error {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = b.WriteTo(w)
	return nil
}

// Fail replies with an error.
func Fail(w http.ResponseWriter, r *http.Request, err error, logger *slog.Logger) {
	if r.Context().Err() != nil {
		return // Nobody is there.
	}
	status, body := http.StatusInternalServerError, api.Error{Message: "the exporter could not answer; its log says why"}
	bad := AsBad(err)
	elsewhere, _ := errors.AsType[*UnavailableError](err)
	switch {
	case bad != nil:
		status, body = http.StatusBadRequest, api.Error{Message: bad.Error(), Path: bad.Path}
		if bad.Path == "name" {
			status = http.StatusNotFound
		}
		status = cmp.Or(bad.Status, status)
	case errors.Is(err, access.ErrWho), errors.Is(err, access.ErrToken):
		w.Header().Set("WWW-Authenticate", `Bearer realm="leastward"`)
		status, body.Message = http.StatusUnauthorized, err.Error()
	case elsewhere != nil:
		status, body.Message = elsewhere.Status, elsewhere.Message
	case errors.Is(err, access.ErrUser):
		status, body.Message = http.StatusBadRequest, err.Error()
	case errors.Is(err, outgoing.ErrLarge):
		status, body = http.StatusBadRequest, api.Error{Message: "format: " + err.Error(), Path: "format"}
	case errors.Is(err, outgoing.ErrBusy):
		status, body.Message = http.StatusServiceUnavailable, err.Error()
	case errors.Is(err, ErrNotReady):
		w.Header().Set("Retry-After", "5")
		status, body.Message = http.StatusServiceUnavailable, err.Error()
	default:
		logger.ErrorContext(r.Context(), "answer a question", "path", r.URL.Path, "err", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
