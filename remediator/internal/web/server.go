// Package web is the remediator's face to people: pages that show runs and
// take decisions, and the same as a JSON API.
package web

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/store"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed static/style.css
var style []byte

// Decider takes people's decisions. Its errors are [playbook.ConflictError],
// [playbook.ForbiddenError], [store.ErrNotFound], or faults.
type Decider interface {
	Approve(context.Context, playbook.Decision) error
	Deny(context.Context, playbook.Decision) error
	RollBack(context.Context, playbook.Decision) error
}

// Options are what the pages need.
type Options struct {
	Store   *store.Store
	Decider Decider
	Login   Login
	// OnlyLocal refuses requests that name another host than this machine.
	OnlyLocal bool
	// Key signs the forms. It should survive a restart.
	Key    string
	Logger *slog.Logger
}

// Server serves the pages and the API.
type Server struct {
	o     Options
	pages *template.Template
}

// New parses the pages.
func New(o Options) (*Server, error) {
	o.Logger = o.Logger.With("component", "web")
	pages, err := template.New("").Funcs(functions()).ParseFS(templates, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the pages: %w", err)
	}
	return &Server{o: o, pages: pages}, nil
}

// Register adds the pages and the API to mux.
func (s *Server) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", s.list)
	mux.HandleFunc("GET /style.css", css)
	mux.HandleFunc("GET /runs/{id}", s.show)
	mux.HandleFunc("GET /runs/{id}/{file}", s.download)
	mux.HandleFunc("POST /runs/{id}/{decision}", s.submit)
	mux.HandleFunc("GET /api/v1/runs", s.apiList)
	mux.HandleFunc("GET /api/v1/runs/{id}", s.apiRun)
	mux.HandleFunc("POST /api/v1/runs/{id}/{decision}", s.apiDecide)
	mux.HandleFunc("GET /api/v1/platform-events", s.apiEvents)
}

// Protect wraps everything that the listener serves: it refuses what a
// browser sends from another site and forbids other sites to frame or read.
func (s *Server) Protect(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	if s.o.OnlyLocal {
		next = local(next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func css(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	_, _ = w.Write(style)
}

// decide maps the last part of a path to a decision.
func (s *Server) decide(ctx context.Context, name string, d playbook.Decision) error {
	switch name {
	case "approve":
		return s.o.Decider.Approve(ctx, d)
	case "deny":
		return s.o.Decider.Deny(ctx, d)
	case "rollback":
		return s.o.Decider.RollBack(ctx, d)
	}
	return store.ErrNotFound
}
