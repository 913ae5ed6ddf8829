package app

import (
	"context"
	"io"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/leastward/leastward/remediator/internal/webhook"
)

// routes is everything that the listener serves.
func (a *app) routes(ctx context.Context) (http.Handler, error) {
	pages, err := a.pages(ctx)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	mux.Handle("POST "+webhook.Path, webhook.New(webhook.Options{
		Receiver: a.engine, Alerts: a.runs.Alerts, MaxBody: func() int64 { return a.config.Load().Webhook.MaxBodyBytes },
		Registerer: a.registry, Logger: a.o.Logger,
	}))
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{Registry: a.registry}))
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "The remediator is healthy.\n")
	})
	mux.HandleFunc("GET /-/ready", a.readiness)
	return pages.Protect(mux), nil
}

// readiness tells whether alerts would be taken in.
func (a *app) readiness(w http.ResponseWriter, r *http.Request) {
	if err := a.store.Ping(r.Context()); err != nil {
		a.o.Logger.ErrorContext(r.Context(), "state can't be read", "err", err)
		http.Error(w, "the state can't be read", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "The remediator is ready.\n")
}
