package audit_test

import (
	"bufio"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

func systems(ids ...entitlement.SystemID) []entitlement.SystemID { return ids }

func asStatus(err error, into **api.StatusError) bool { return errors.As(err, into) }

// startServer serves something that is not the API.
func startServer(t *testing.T, handler http.HandlerFunc) *api.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := api.NewClient(api.ClientOptions{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// follow reads the lines of a stream until it ends.
func (f *fixture) follow(path, token string) <-chan string {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, f.url+path, http.NoBody)
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req) //nolint:bodyclose // The reader closes it.
	if err != nil {
		f.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		f.t.Fatalf("%s = %s", path, resp.Status)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		defer func() { _ = resp.Body.Close() }()
		for s := bufio.NewScanner(resp.Body); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines
}

// lastDay ends a moment after the fixture's now, for what happens now.
func lastDay() query.Range { return query.Range{From: now().Add(-time.Hour), To: now().Add(time.Hour)} }
