package web_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/web"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// guarded serves a snapshot to the tokens whole, which sees everything, and
// part, which sees the system that could not be read.
func guarded(s *collector.Snapshot) http.Handler {
	guard := access.New(access.Options{Tokens: []access.Token{
		{Secret: "whole-0123456789abcdef", Grant: access.Grant{Name: "whole", Role: access.Admin}},
		{Secret: "part-0123456789abcdef", Grant: access.Grant{Name: "part", Role: access.Viewer, Systems: []entitlement.SystemID{"222222222222"}}},
	}})
	return web.Handler(web.Options{
		Snapshot: func() *collector.Snapshot { return s }, Assessors: assessors, Guard: func() *access.Guard { return guard },
		Metrics: http.NotFoundHandler(), Version: "v1", Now: now, Logger: slog.New(slog.DiscardHandler),
	})
}

func doAs(t *testing.T, h http.Handler, token, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	h.ServeHTTP(w, r)
	return w
}

// Who does not say who they are learns nothing, and whoever sees some systems
// learns of no other: not even that a finding is there.
func TestGuardedAnswers(t *testing.T) {
	t.Parallel()
	s := snapshot()
	id := s.Results[0].Assessment.Findings[0].ID
	const denied = "/denied?since=2026-01-01T00:00:00Z"
	for _, tc := range []struct {
		token, path string
		status      int
	}{
		{"", "/api/v1/findings/" + id, 401},
		{"wrong-0123456789abcdef", "/api/v1/findings/" + id, 401},
		{"whole-0123456789abcdef", "/api/v1/findings/" + id, 200},
		{"part-0123456789abcdef", "/api/v1/findings/" + id, 503}, // The only system that it sees was not read.
		{"", "/api/v1/identities/" + url.PathEscape(ana) + denied, 401},
		{"whole-0123456789abcdef", "/api/v1/identities/" + url.PathEscape(ana) + denied, 200},
		{"part-0123456789abcdef", "/api/v1/identities/" + url.PathEscape(ana) + denied, 503},
		{"", "/api/v1/systems", 401},
		{"whole-0123456789abcdef", "/api/v1/findings/" + id + "?system=111111111111", 200},
		{"whole-0123456789abcdef", "/api/v1/findings/gone?system=111111111111", 404}, // Whatever the other one, which was not read, has.
		{"whole-0123456789abcdef", "/api/v1/findings/" + id + "?system=222222222222", 503},
		{"whole-0123456789abcdef", "/api/v1/findings/" + id + "?system=999999999999", 403},
		{"part-0123456789abcdef", "/api/v1/findings/" + id + "?system=111111111111", 403},
		{"part-0123456789abcdef", "/api/v1/findings/" + id + "?system=999999999999", 403},
		{"part-0123456789abcdef", "/api/v1/identities/" + url.PathEscape(ana) + denied + "&system=111111111111", 403},
		{"whole-0123456789abcdef", "/api/v1/identities/" + url.PathEscape(ana) + denied + "&system=111111111111", 200},
	} {
		if w := doAs(t, guarded(s), tc.token, tc.path); w.Code != tc.status {
			t.Errorf("GET %s with %q = %d %s, want %d", tc.path, tc.token, w.Code, w.Body, tc.status)
		}
	}
}

// A finding of a system that the caller may not see is as one that is gone.
func TestFindingOfAnUnseenSystem(t *testing.T) {
	t.Parallel()
	s := snapshot()
	id := s.Results[0].Assessment.Findings[0].ID
	empty := *s.Results[0].Assessment
	empty.Findings, empty.Identities = nil, nil
	s.Results[1].Assessment, s.Results[1].Err = &empty, nil
	h := guarded(s)
	for _, path := range []string{"/api/v1/findings/" + id, "/api/v1/identities/" + url.PathEscape(ana) + "/denied?since=2026-01-01T00:00:00Z"} {
		if w := doAs(t, h, "part-0123456789abcdef", path); w.Code != 404 {
			t.Errorf("GET %s = %d %s, want 404", path, w.Code, w.Body)
		}
		if w := doAs(t, h, "whole-0123456789abcdef", path); w.Code != 200 {
			t.Errorf("GET %s = %d %s, want 200", path, w.Code, w.Body)
		}
	}
}

func TestSystems(t *testing.T) {
	t.Parallel()
	s := snapshot()
	s.Results[0].System.Folders, s.Results[1].System.Folders = []string{"prod", "a"}, []string{"prod"}
	h := guarded(s)
	ask := func(token string) api.Systems {
		w := doAs(t, h, token, "/api/v1/systems")
		var got api.Systems
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
			t.Fatalf("systems = %d %s", w.Code, w.Body)
		}
		return got
	}
	a := s.Results[0].Assessment
	pci := a.Sum.PCI()
	failed := api.SystemInfo{Cloud: entitlement.AWS, ID: "222222222222", Folders: []string{"prod"}, State: "failed"}
	read := api.SystemInfo{
		Cloud: entitlement.AWS, ID: "111111111111", Name: s.Results[0].System.Name, Folders: []string{"prod", "a"}, State: "online",
		LastCollected: now(), PCI: &pci, Band: string(assessors().Of(entitlement.AWS).Band(pci)), Identities: 1, Findings: len(a.Findings), Problems: 1,
	}
	catalogs := map[entitlement.Cloud]string{entitlement.AWS: assessors().Of(entitlement.AWS).Catalog().Version()}
	want := api.Systems{
		Now: now(), Version: "v1", Caller: api.SystemCaller{Name: "whole", Role: "admin", All: true},
		Systems: []api.SystemInfo{read, failed}, Folders: []string{"a", "prod"}, Catalogs: catalogs,
	}
	if diff := cmp.Diff(want, ask("whole-0123456789abcdef")); diff != "" {
		t.Errorf("everything (-want +got):\n%s", diff)
	}
	want.Caller, want.Systems, want.Folders = api.SystemCaller{Name: "part", Role: "viewer"}, []api.SystemInfo{failed}, []string{"prod"}
	if diff := cmp.Diff(want, ask("part-0123456789abcdef")); diff != "" {
		t.Errorf("a part (-want +got):\n%s", diff)
	}
}
