// Package audit serves the audit API: questions to the audit store, saved
// queries, traces, triggers, and Platform events that others append.
package audit

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/trigger"
)

// Options says what to serve.
type Options struct {
	Store    auditlog.Store
	Searcher Searcher
	// Compile returns what queries mean now: folders and tags.
	Compile  func(*access.Caller) logsql.Options
	Saved    Saved
	Triggers func() []trigger.Status // As they stand now.
	Rules    FirstTime
	Guard    func() *access.Guard // As the configuration is now.
	// Platform takes what the exporter itself reports; nil reports nothing.
	Platform *Platform
	// Ends ends every stream when it ends; the caller waits for requests then.
	Ends context.Context //nolint:containedctx // It is the program's life, not a request's.
	// Limits are those of the configuration now.
	Limits func() Limits
	// Counted, if set, is told the status of every answer.
	Counted func(status int)
	Now     func() time.Time
	Logger  *slog.Logger
}

// Limits bounds what askers may take.
type Limits struct {
	Queries int           // That are answered at the same time.
	Timeout time.Duration // Of one.
}

// Handler answers what is below /api/v1/audit/.
type Handler struct {
	Options
	mux   *http.ServeMux
	tails places

	mu      sync.Mutex // Guards what follows, which a reload may replace.
	queries places
	streams places // Have their own: they last as long as their clients like.
}

// maxTails bounds the live streams, which wait most of the time.
const maxTails = 64

// New returns a handler.
func New(o Options) *Handler {
	h := &Handler{Options: o, mux: http.NewServeMux(), tails: newPlaces(maxTails)}
	for _, route := range h.routes() {
		h.mux.Handle(route.Method+" "+route.Path, h.serve(route.answer))
	}
	h.mux.HandleFunc("/", h.nothing)
	return h
}

// nothing answers where there is nothing, or nothing of that method.
func (h *Handler) nothing(w http.ResponseWriter, r *http.Request) {
	p := &problem{status: http.StatusNotFound, Message: "there is nothing at " + r.URL.Path}
	probe := r.Clone(r.Context())
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		probe.Method = method
		if _, pattern := h.mux.Handler(probe); pattern != "/" {
			methods = append(methods, method)
		}
	}
	if len(methods) > 0 {
		p.status, p.Message = http.StatusMethodNotAllowed, r.URL.Path+" takes "+strings.Join(methods, ", ")
		w.Header().Set("Allow", strings.Join(methods, ", "))
	}
	h.fail(w, r, p)
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// Route is one method of one path.
type Route struct {
	Method, Path string
	answer       answer
}

// answer answers a caller. Its error becomes an answer, as long as nothing was
// written.
type answer func(w http.ResponseWriter, r *http.Request, c *access.Caller) error

// Routes lists what is served to callers.
func Routes() []Route { return (&Handler{}).routes() }

func (h *Handler) routes() []Route {
	return []Route{
		{"POST", api.AuditQueryPath, h.query},
		{"GET", api.AuditQueryPath, h.queryText},
		{"POST", api.AuditParsePath, h.parse},
		{"POST", api.AuditExplainPath, h.explain},
		{"GET", api.AuditFieldsPath, h.fields},
		{"GET", api.AuditSchemaPath, h.schema},
		{"GET", api.AuditValuesPath, h.values},
		{"GET", api.AuditTailPath, h.tail},
		{"GET", api.AuditSavedPath, h.listSaved},
		{"POST", api.AuditSavedPath, h.createSaved},
		{"GET", api.AuditSavedOnePath, h.getSaved},
		{"PUT", api.AuditSavedOnePath, h.updateSaved},
		{"DELETE", api.AuditSavedOnePath, h.deleteSaved},
		{"POST", api.AuditDuplicatePath, h.duplicateSaved},
		{"POST", api.AuditSharePath, h.shareSaved},
		{"POST", api.AuditTracePath, h.trace},
		{"GET", api.AuditTriggersPath, h.triggers},
		{"GET", api.AuditMatchesPath, h.matches},
		{"GET", api.AuditFirstTimePath, h.firstTime},
		{"GET", api.AuditReportsPath, h.reports},
		{"POST", api.AuditEventsPath, h.appendEvents},
		{"GET", api.AuditStatsPath, h.stats},
	}
}

// serve finds out who asks, answers, and makes answers of errors.
func (h *Handler) serve(answer answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		counted := &statusWriter{ResponseWriter: w}
		defer func() {
			if h.Counted != nil {
				h.Counted(cmp.Or(counted.status, clientGone))
			}
		}()
		w.Header().Set("Cache-Control", "no-store")
		caller, err := h.Guard().Caller(r)
		if err == nil {
			err = answer(counted, r, caller)
		}
		if err != nil {
			h.fail(counted, r, err)
		}
	})
}

// clientGone is nginx's status for a client that went away before the answer.
const clientGone = 499

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader remembers the status.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write remembers that the status is 200 where nobody said otherwise.
func (w *statusWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController through.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// limited runs f as one of the questions that may run at the same time, with
// the time limit of one.
func (h *Handler) limited(r *http.Request, f func(ctx context.Context) error) error {
	leave, err := h.places(&h.queries).enter(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	ctx, cancel := context.WithTimeoutCause(r.Context(), h.Limits().Timeout, errTimeout)
	defer cancel()
	err = f(ctx)
	if err != nil && errors.Is(context.Cause(ctx), errTimeout) {
		return errTimeout
	}
	return err
}

// answered runs f like limited, and replies with what it returns. Its place is
// free again by then: a client may be slow to read.
func (h *Handler) answered(w http.ResponseWriter, r *http.Request, f func(ctx context.Context) (any, error)) error {
	var found any
	err := h.limited(r, func(ctx context.Context) (err error) {
		found, err = f(ctx)
		return err
	})
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, found)
}

// places returns the places of questions or streams. Where their number changed
// those that run keep the old ones.
func (h *Handler) places(kind *places) places {
	n := h.Limits().Queries
	h.mu.Lock()
	defer h.mu.Unlock()
	if cap(*kind) != n {
		*kind = newPlaces(n)
	}
	return *kind
}
