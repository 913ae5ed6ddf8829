package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/metric"
	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/store"
)

// Path is where Alertmanager posts to.
const Path = "/webhook"

// Receiver starts runs, and counts the alerts that it takes. It returns once
// they are safely stored: with what became of each, or nil where that comes
// out later.
type Receiver interface {
	Known(alert.Playbook) bool
	Receive(context.Context, []playbook.Notice) ([]store.Disposition, error)
}

// Options are what the handler needs.
type Options struct {
	Receiver Receiver
	// MaxBody bounds the body in bytes; it is asked for at each request.
	MaxBody func() int64
	// Alerts counts alerts that no run is started for, by outcome.
	Alerts     func(outcome string, n int)
	Registerer prometheus.Registerer
	Logger     *slog.Logger
}

// Handler answers Alertmanager. A 2xx means that every alert is stored or was
// none of ours; after a 5xx Alertmanager sends the notification again.
type Handler struct {
	o             Options
	notifications *prometheus.CounterVec
}

// New returns a handler and registers its metrics.
func New(o Options) *Handler {
	o.Logger = o.Logger.With("component", "webhook")
	h := &Handler{o: o, notifications: metric.NewCounterVec(metric.RemediatorNotifications())}
	o.Registerer.MustRegister(h.notifications)
	for _, outcome := range []string{"accepted", "malformed", "failed"} {
		h.notifications.WithLabelValues(outcome)
	}
	return h
}

// Counts says what became of the alerts of one notification.
type Counts struct {
	Queued    int `json:"queued"` // Safely stored, too many to be sorted before this answer.
	Accepted  int `json:"accepted"`
	Duplicate int `json:"duplicate"` // Answered before, or the identity has an open run.
	Resolved  int `json:"resolved"`
	Ignored   int `json:"ignored"`  // No playbook of ours is configured for it.
	Rejected  int `json:"rejected"` // The labels break the contract.
}

// ServeHTTP takes one notification.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p, err := decode(http.MaxBytesReader(w, r.Body, h.o.MaxBody()))
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	counts, notices := h.sort(r.Context(), p)
	if len(notices) > 0 {
		done, err := h.o.Receiver.Receive(r.Context(), notices)
		if err != nil {
			h.o.Logger.ErrorContext(r.Context(), "alerts not stored", "alerts", len(notices), "err", err)
			h.notifications.WithLabelValues("failed").Inc()
			answer(w, http.StatusServiceUnavailable, api.Error{Message: "the alerts could not be stored; send them again"})
			return
		}
		if done == nil {
			counts.Queued = len(notices)
		}
		for _, d := range done {
			if d == store.Started {
				counts.Accepted++
			} else {
				counts.Duplicate++
			}
		}
	}
	h.count(counts)
	if p.TruncatedAlerts > 0 {
		h.o.Logger.WarnContext(r.Context(), "alertmanager left alerts out: raise max_alerts", "left_out", p.TruncatedAlerts)
	}
	answer(w, http.StatusAccepted, counts)
}

// sort picks the alerts that start runs.
func (h *Handler) sort(ctx context.Context, p *payload) (c Counts, notices []playbook.Notice) {
	for i := range p.Alerts {
		a := &p.Alerts[i]
		named := alert.Playbook(a.Labels[alert.LabelPlaybook])
		switch {
		case a.Status == resolved:
			c.Resolved++
			continue
		case !named.Automated() || !h.o.Receiver.Known(named):
			c.Ignored++
			continue
		}
		labels, err := alert.Parse(a.Labels)
		if err != nil {
			h.o.Logger.WarnContext(ctx, "alert breaks the label contract", "fingerprint", a.Fingerprint, "err", err)
			c.Rejected++
			continue
		}
		notices = append(notices, playbook.Notice{Labels: labels, Alert: store.Alert{
			Labels: a.Labels, Annotations: a.Annotations, StartsAt: a.StartsAt.UTC(),
			Fingerprint: a.Fingerprint, GeneratorURL: a.GeneratorURL,
		}})
	}
	return c, notices
}

func (h *Handler) count(c Counts) {
	h.notifications.WithLabelValues("accepted").Inc()
	h.o.Alerts("resolved", c.Resolved)
	h.o.Alerts("ignored", c.Ignored)
	h.o.Alerts("rejected", c.Rejected)
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	h.o.Logger.WarnContext(r.Context(), "notification refused", "err", err)
	h.notifications.WithLabelValues("malformed").Inc()
	status := http.StatusBadRequest
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		status = http.StatusRequestEntityTooLarge
	}
	answer(w, status, api.Error{Message: err.Error()})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // The client is gone; nobody to tell.
}
