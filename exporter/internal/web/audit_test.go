package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/web"
	"github.com/leastward/leastward/internal/api"
)

// withAudit is the exporter's HTTP surface with something in place of the audit
// API.
func withAudit() http.Handler {
	says := func(text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	}
	return web.Handler(web.Options{
		Snapshot: snapshot, Assessors: assessors, Metrics: http.NotFoundHandler(), Audit: says("audit"), AuditPage: says("search"),
		Now: now, Logger: slog.New(slog.DiscardHandler),
	})
}

func TestAuditRoutes(t *testing.T) {
	t.Parallel()
	without := handler(&collector.Snapshot{}, nil)
	for _, tc := range []struct {
		h            http.Handler
		method, path string
		status       int
		want         string
	}{
		{withAudit(), "POST", api.AuditQueryPath, 200, "audit"},
		{withAudit(), "DELETE", "/api/v1/audit/saved-queries/x", 200, "audit"},
		{withAudit(), "GET", "/audit", 200, "search"},
		{withAudit(), "GET", "/audit/event?id=x", 200, "search"},
		{withAudit(), "GET", "/", 200, `href="/audit"`},
		{withAudit(), "GET", api.OpenAPIPath, 200, `"openapi"`},
		{without, "POST", api.AuditQueryPath, 404, "audit.disabled"},
		{without, "GET", "/audit", 404, ""},
		{without, "GET", api.OpenAPIYAMLPath, 200, "openapi"},
	} {
		if w := do(t, tc.h, tc.method, tc.path); w.Code != tc.status || !strings.Contains(w.Body.String(), tc.want) {
			t.Errorf("%s %s = %d %.200s, want %d with %q", tc.method, tc.path, w.Code, w.Body, tc.status, tc.want)
		}
	}
}

// A page of another site cannot have a visitor's browser ask or append.
func TestAuditIsNotForOtherSites(t *testing.T) {
	t.Parallel()
	for _, path := range []string{api.AuditQueryPath, api.AuditEventsPath, api.AuditSavedPath} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, http.NoBody)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		withAudit().ServeHTTP(w, r)
		if w.Code != http.StatusForbidden {
			t.Errorf("%s from another site = %d, want 403", path, w.Code)
		}
	}
}
