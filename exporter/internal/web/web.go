// Package web serves the exporter's pages for people and its API for programs,
// all from the last snapshot.
package web

import (
	"context"
	"embed"
	"encoding/json"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/audit"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
)

//go:embed page.html
var files embed.FS

// Options says what to serve.
type Options struct {
	Snapshot  func() *collector.Snapshot
	Assessors func() *assess.Set
	// Guard knows who may ask the API; nil lets everybody.
	Guard func() *access.Guard
	// Onboarding tells the state of every system; nil where nobody knows it.
	Onboarding func() []onboard.Status
	Metrics    http.Handler
	// Tables answers what is below /api/v1/tables.
	Tables *tables.Handler
	// Reports answers what is below /api/v1/reports.
	Reports *reports.Handler
	// Audit answers what is below /api/v1/audit/; nil where no events are kept.
	Audit http.Handler
	// AuditPage is the same for people, below /audit.
	AuditPage http.Handler
	// Troubles says in sentences what is wrong with the audit store now; nil
	// where no events are kept.
	Troubles func(ctx context.Context) []string
	// Reload reads the configuration again; its error goes to the caller.
	Reload  func() error
	Version string
	Now     func() time.Time
	Logger  *slog.Logger
}

type server struct {
	Options
	page *template.Template
}

// Handler returns the exporter's whole HTTP surface.
func Handler(o Options) http.Handler {
	if o.Guard == nil {
		everybody := access.New(access.Options{})
		o.Guard = func() *access.Guard { return everybody }
	}
	s := &server{Options: o, page: template.Must(template.New("page.html").Funcs(functions()).ParseFS(files, "page.html"))}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", o.Metrics)
	mux.HandleFunc("GET /-/healthy", text("the exporter is healthy\n"))
	mux.HandleFunc("GET /-/ready", s.ready)
	mux.HandleFunc("POST /-/reload", s.reload)
	mux.HandleFunc("PUT /-/reload", s.reload)
	mux.HandleFunc("GET /{$}", s.overview)
	mux.HandleFunc("GET /systems/{cloud}/{id}", s.system)
	mux.HandleFunc("GET "+api.FindingPath, s.guarded(s.finding))
	mux.HandleFunc("GET "+api.DeniedPath, s.guarded(s.denied))
	mux.HandleFunc("GET "+api.SystemsPath, s.guarded(s.systems))
	if s.Tables != nil {
		s.Tables.Register(mux)
	}
	if s.Reports != nil {
		s.Reports.Register(mux)
	}
	mux.Handle("GET "+api.OpenAPIPath, audit.OpenAPIHandler())
	mux.Handle("GET "+api.OpenAPIYAMLPath, audit.OpenAPIHandler())
	mux.Handle("/api/v1/audit/", s.audit())
	if s.AuditPage != nil {
		mux.Handle("GET /audit", s.AuditPage)
		mux.Handle("GET /audit/", s.AuditPage)
	}
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		fail(w, http.StatusNotFound, "there is nothing at "+r.URL.Path)
	})
	return secure(http.NewCrossOriginProtection().Handler(mux))
}

// audit answers that there is no audit store where there is none.
func (s *server) audit() http.Handler {
	if s.Audit != nil {
		return s.Audit
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fail(w, http.StatusNotFound, "this exporter keeps no events: audit.disabled is set in its configuration")
	})
}

// secure adds the headers that keep a browser from doing more with a page than
// showing it.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

func text(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(s))
	}
}

// ready answers 503 until every system was tried once: until then the metrics
// of some are missing, not zero.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	if !s.Snapshot().Ready() {
		http.Error(w, "the first collection is still running", http.StatusServiceUnavailable)
		return
	}
	text("the exporter is ready\n")(w, r)
}

func (s *server) reload(w http.ResponseWriter, r *http.Request) {
	if err := s.Reload(); err != nil {
		http.Error(w, "the old configuration stays: "+err.Error(), http.StatusBadRequest)
		return
	}
	text("the configuration was reloaded\n")(w, r)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // A client that went away is no error of ours.
}

func fail(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(api.Error{Message: message})
}
