package api_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// A token goes where there is room for it.
func TestToken(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		user                  string
		authorization, beside string
	}{
		"alone":         {"", "Bearer secret", ""},
		"beside a user": {"ana", "Basic YW5hOnB3", "secret"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got := [2]string{r.Header.Get("Authorization"), r.Header.Get("X-Leastward-Token")}
			if want := [2]string{tc.authorization, tc.beside}; got != want {
				t.Errorf("%s: headers %q, want %q", name, got, want)
			}
			_, _ = io.WriteString(w, `{"full":true}`)
		}))
		c, err := api.NewClient(api.ClientOptions{URL: server.URL, Username: tc.user, Password: "pw", Token: config.Secret("secret")})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Stats(t.Context()); err != nil || !got.Full {
			t.Errorf("%s: stats = %+v, %v", name, got, err)
		}
		server.Close()
	}
}

// Credentials are for the exporter, and for nobody that it might point to.
func TestNoRedirect(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another server was asked, with %v", r.Header)
	}))
	t.Cleanup(other.Close)
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	if _, err := c.Stats(t.Context()); err == nil {
		t.Error("a redirect was followed")
	}
	if _, err := c.Stream(t.Context(), &api.AuditQuestion{}, func(*api.AuditEvent) error { return nil }); err == nil {
		t.Error("a redirect of a stream was followed")
	}
	if _, err := c.Finding(t.Context(), "1", "x"); err == nil {
		t.Error("a redirect of a finding was followed")
	}
}

func TestStatusError(t *testing.T) {
	t.Parallel()
	c := client(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"error":"too many queries","path":"where"}`)
	})
	_, err := c.Query(t.Context(), &api.AuditQuestion{})
	status, ok := errors.AsType[*api.StatusError](err)
	if !ok || status.Status != 503 || status.RetryAfter != 5*time.Second || status.Answer.Path != "where" || !strings.Contains(err.Error(), "too many queries") {
		t.Errorf("error = %v", err)
	}
	gone := client(t, answer(http.StatusBadGateway, "<html>"))
	if _, err := gone.Query(t.Context(), &api.AuditQuestion{}); err == nil || !strings.Contains(err.Error(), "502 Bad Gateway") {
		t.Errorf("error = %v", err)
	}
}

// An error of whoever reads ends the stream.
func TestStreamEndsWithTheReader(t *testing.T) {
	t.Parallel()
	c := client(t, answer(http.StatusOK, `{"id":"a"}`+"\n"+`{"id":"b"}`+"\n"+`{"done":true,"count":2,"partial":true}`+"\n"))
	enough := errors.New("enough")
	if _, err := c.Stream(t.Context(), &api.AuditQuestion{}, func(*api.AuditEvent) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("error = %v", err)
	}
	end, err := c.Stream(t.Context(), &api.AuditQuestion{}, func(*api.AuditEvent) error { return nil })
	if err != nil || !end.Partial || end.Count != 2 {
		t.Errorf("end = %+v, %v", end, err)
	}
}

// An event survives the wire, its record byte for byte even where it is no
// text.
func TestEventRoundTrip(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", `{"a": "<b>\u2028"}`, "\xff\xfe{", "line\nline"} {
		want := auditlog.Event{
			ID: "1", Time: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), Cloud: "aws", System: "1", Actions: []entitlement.Action{"s3:x"},
			Resources: []auditlog.Resource{{ID: "r", Type: "t"}}, Outcome: auditlog.Success,
		}
		if raw != "" {
			want.Raw = []byte(raw)
		}
		text, err := json.Marshal(api.NewAuditEvent(&want))
		if err != nil {
			t.Fatal(err)
		}
		var wire api.AuditEvent
		if err := json.Unmarshal(text, &wire); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, wire.Event()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", raw, diff)
		}
	}
}
