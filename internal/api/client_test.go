package api_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/api"
)

func client(t *testing.T, handler http.HandlerFunc) *api.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := api.NewClient(api.ClientOptions{URL: server.URL + "/", Username: "leastward", Password: "pw"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestFinding(t *testing.T) {
	t.Parallel()
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if user, pw, _ := r.BasicAuth(); user != "leastward" || pw != "pw" || r.URL.EscapedPath() != "/api/v1/findings/a%2Fb" || r.URL.RawQuery != "system=1" {
			t.Errorf("request %s as %q", r.URL, user)
		}
		_, _ = w.Write([]byte(`{"id":"a/b","category":"inactive_user","system":"1","identity":"arn","granted":7,"used":2,"last_active":"2026-01-02T03:04:05Z","exempt":true}`))
	})
	got, err := c.Finding(t.Context(), "1", "a/b")
	want := &api.Finding{
		ID: "a/b", Category: "inactive_user", System: "1", Identity: "arn", Granted: 7, Used: 2, Exempt: true,
		LastActive: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestFindingErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		gone   bool
		want   string
	}{
		"gone":           {404, `{"error":"no such finding"}`, true, "not found"},
		"another server": {404, "404 page not found", false, "not the exporter's API"},
		"empty object":   {404, "{}", false, "not the exporter's API"},
		"unavailable":    {503, "", false, "the exporter answered 503"},
		"forbidden":      {403, `{"error":"you may not see system 1"}`, false, "403 Forbidden: you may not see system 1"},
		"not JSON":       {200, "<html>", false, "decode the answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := client(t, answer(tc.status, tc.body)).Finding(t.Context(), "1", "x")
			if errors.Is(err, api.ErrNotFound) != tc.gone || err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error = %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestDenied(t *testing.T) {
	t.Parallel()
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.Query().Get("since"); got != "2026-01-02T03:04:05Z" || !strings.HasSuffix(r.URL.Path, "/arn:aws:iam::1:user/a/b/denied") {
			t.Errorf("request %s", r.URL)
		}
		_, _ = w.Write([]byte(`{"denied":[{"action":"s3:PutObject","count":3}]}`))
	})
	got, err := c.Denied(t.Context(), "1", "arn:aws:iam::1:user/a/b", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	if err != nil || len(got.Denied) != 1 || got.Denied[0].Count != 3 {
		t.Errorf("Denied = %+v, %v", got, err)
	}
}

func TestNewClientRejects(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "127.0.0.1:9186", "ftp://x", "http://", "http://a b"} {
		if _, err := api.NewClient(api.ClientOptions{URL: url}); err == nil {
			t.Errorf("NewClient(%q) accepted it", url)
		}
	}
}
