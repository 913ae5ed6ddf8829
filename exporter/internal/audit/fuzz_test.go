package audit_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/leastward/leastward/internal/api"
)

// Whatever the body, the answer is a proper one, and never that something is
// wrong with the exporter.
func FuzzBody(f *testing.F) {
	for _, c := range calls("q1") {
		if text, ok := c.body.(string); ok {
			f.Add(c.path, text)
		}
	}
	f.Add(api.AuditQueryPath, `{"query": {"where": {"not": {"not": {"any": []}}}}, "cursor": "x"}`)
	f.Add(api.AuditTracePath, `{"session": "x", "role": "\u0000", "depth": -1}`)
	f.Add(api.AuditEventsPath, `{"events": [{"id": "\ud800", "details": 1e999}]}`)
	s := start(f)
	s.fill(3)
	f.Fuzz(func(t *testing.T, path, body string) {
		known := map[string]bool{
			api.AuditQueryPath: true, api.AuditParsePath: true, api.AuditExplainPath: true, api.AuditTracePath: true,
			api.AuditEventsPath: true, api.AuditSavedPath: true,
		}
		if !known[path] {
			path = api.AuditQueryPath
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader([]byte(body)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+adminToken)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		switch w.Code {
		case 200, 201, 400, 403, 404, 409, 413:
		default:
			t.Errorf("%s %q = %d %s", path, body, w.Code, w.Body)
		}
		decoded(w.Body.Bytes())
	})
}
