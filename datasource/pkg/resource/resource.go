// Package resource answers what the editors and the configuration page of the
// plugin ask for beside queries. Answers of the exporter are handed through,
// their status and errors as well.
package resource

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/leastward/leastward/datasource/pkg/failure"
	"github.com/leastward/leastward/internal/api"
)

// Client asks the exporter.
type Client interface {
	Raw(ctx context.Context, r *api.RawRequest) (*http.Response, error)
}

var _ Client = (*api.Client)(nil)

// Handler answers.
type Handler struct {
	client Client
	mux    *http.ServeMux
}

// New returns a handler.
func New(c Client) *Handler {
	h := &Handler{client: c, mux: http.NewServeMux()}
	for pattern, path := range map[string]string{
		"GET /systems": api.SystemsPath, "GET /tables": api.TablesPath, "GET /fields": api.AuditFieldsPath,
		"GET /triggers": api.AuditTriggersPath, "GET /reports": api.ReportsPath,
		"POST /parse": api.AuditParsePath, "POST /explain": api.AuditExplainPath,
		"GET /saved-queries": api.AuditSavedPath, "GET /saved-queries/{id}": api.AuditSavedOnePath,
	} {
		h.mux.HandleFunc(pattern, h.through(path))
	}
	for pattern, path := range map[string]string{
		"POST /saved-queries": api.AuditSavedPath, "PUT /saved-queries/{id}": api.AuditSavedOnePath,
		"DELETE /saved-queries/{id}":         api.AuditSavedOnePath,
		"POST /saved-queries/{id}/duplicate": api.AuditDuplicatePath, "POST /saved-queries/{id}/share": api.AuditSharePath,
	} {
		h.mux.HandleFunc(pattern, editors(h.through(path, "version")))
	}
	h.mux.HandleFunc("GET /values", h.values)
	h.mux.HandleFunc("GET /table-values", h.tableValues)
	h.mux.HandleFunc("POST /tables/{name}", h.through(api.TablePath, "format"))
	h.mux.HandleFunc("POST /reports/{kind}", h.through(api.ReportPath, "format"))
	h.mux.HandleFunc("/", nothing)
	return h
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

func nothing(w http.ResponseWriter, r *http.Request) {
	fail(w, &failure.Problem{Status: http.StatusNotFound, Message: "The plugin has nothing at " + r.Method + " " + r.URL.Path + "."})
}

// through hands a request to a path of the exporter, with those of its
// parameters that are named.
func (h *Handler) through(path string, parameters ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if climbs(r) {
			nothing(w, r)
			return
		}
		body, err := bodyOf(w, r)
		if err != nil {
			fail(w, err)
			return
		}
		query := url.Values{}
		for _, name := range parameters {
			if values := r.URL.Query()[name]; len(values) > 0 {
				query[name] = values
			}
		}
		h.hand(w, r, &api.RawRequest{Method: r.Method, Path: filled(path, r), Query: query, Body: body})
	}
}

// fail answers with an error, in the form in which the exporter does.
func fail(w http.ResponseWriter, err error) {
	p := failure.Of(err)
	p.Answer.Message = p.Message
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p.Answer)
}

// Broken answers everything with an error.
func Broken(err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fail(w, err) })
}
