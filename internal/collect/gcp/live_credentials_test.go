package gcp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/collect/gcp"
)

// tokens is a service that exchanges a token of another provider for one of
// Google's, and that for one of a service account.
type tokens struct {
	url string

	mu     sync.Mutex // Guards what follows.
	asked  []string
	refuse bool
}

func newTokens(t *testing.T) *tokens {
	t.Helper()
	s := &tokens{}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *tokens) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = r.ParseForm()
	s.asked = append(s.asked, r.URL.Path+" "+r.Form.Get("subject_token")+" "+r.Header.Get("Authorization"))
	w.Header().Set("Content-Type", "application/json")
	switch {
	case s.refuse:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"error": "invalid_grant", "error_description": "the token is expired"}`)
	case r.URL.Path == "/token":
		_, _ = fmt.Fprint(w, `{"access_token": "federated", "issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "token_type": "Bearer", "expires_in": 3600}`)
	default:
		_, _ = fmt.Fprint(w, `{"accessToken": "impersonated", "expireTime": "2099-01-01T00:00:00Z"}`)
	}
}

// federation writes the configuration of workload identity federation.
func (s *tokens) federation(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	subject := filepath.Join(dir, "subject")
	file, err := json.Marshal(record{
		"type": "external_account", "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
		"subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": s.url + "/token", "universe_domain": "googleapis.com",
		"service_account_impersonation_url": s.url + "/v1/projects/-/serviceAccounts/leastward@p.iam.gserviceaccount.com:generateAccessToken",
		"credential_source":                 record{"file": subject},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "federation.json")
	for name, data := range map[string][]byte{subject: []byte("from elsewhere"), path: file} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// Workload identity federation takes a file without secrets, and acts as a
// service account.
func TestLiveFederation(t *testing.T) {
	t.Parallel()
	s, c := newTokens(t), newCloud(t)
	o := c.options()
	o.HTTPClient, o.CredentialsFile, o.QuotaProject, o.Directory = nil, s.federation(t), "tools", gcp.Directory{}
	var mu sync.Mutex
	var sent []string
	c.on("cloudasset", -1, nil)
	c.faults[0].look = func(r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, r.Header.Get("Authorization")+" "+r.Header.Get("X-Goog-User-Project"))
	}
	if got := c.collect(o); len(got.Systems) != 2 {
		t.Errorf("%d projects", len(got.Systems))
	}
	slices.Sort(sent)
	if sent = slices.Compact(sent); !slices.Equal(sent, []string{"Bearer impersonated tools"}) {
		t.Errorf("requests had %q", sent)
	}
	if len(s.asked) < 2 || s.asked[0] != "/token from elsewhere " || !strings.HasSuffix(s.asked[1], ":generateAccessToken  Bearer federated") {
		t.Errorf("tokens were asked for with %q", s.asked)
	}
}

// Credentials that give no token are a problem of their own, and no reason to
// ask again and again.
func TestLiveRefusedCredentials(t *testing.T) {
	t.Parallel()
	s, c := newTokens(t), newCloud(t)
	s.refuse = true
	o := c.options()
	o.HTTPClient, o.CredentialsFile, o.Scope = nil, s.federation(t), "projects/shop-prod"
	_, err := c.collector(o).Collect(t.Context())
	if err == nil || !strings.Contains(err.Error(), "The credentials are refused, expired or revoked") || !strings.Contains(err.Error(), "the token is expired") {
		t.Errorf("got %v", err)
	}
	if n := c.count(""); n > 0 {
		t.Errorf("%d requests without a token", n)
	}
}

func TestLiveBadOptions(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]gcp.Options{
		`scope: "123" is not what is to be read`:                                 {Scope: "123"},
		`scope: "folders/shop" is not`:                                           {Scope: "folders/shop"},
		`endpoint: "nowhere" is not a URL`:                                       {Scope: "folders/1", Endpoint: "nowhere"},
		`impersonate: "me@example.com" is not the address`:                       {Scope: "folders/1", Impersonate: "me@example.com"},
		`directory.subject: acts through`:                                        {Scope: "folders/1", Directory: gcp.Directory{Subject: "admin@example.com"}},
		`logs: names several`:                                                    {Scope: "folders/1", Logs: gcp.Logs{Bucket: "b", Entries: true}},
		`logs.subscription: "s" is not`:                                          {Scope: "folders/1", Logs: gcp.Logs{Subscription: "s"}},
		`logs.bucket: "gs://b" is not`:                                           {Scope: "folders/1", Logs: gcp.Logs{Bucket: "gs://b"}},
		`rate_limits.nothing: needs a rate above 0 for one of admin, cloudasset`: {Scope: "folders/1", Limits: map[string]rate.Limit{"nothing": 1}},
		`window, parallel, attempts and max backoff must not`:                    {Scope: "folders/1", Parallel: -1},
		`find credentials`:                                                       {Scope: "folders/1", CredentialsFile: "/does/not/exist.json"},
	} {
		if _, err := gcp.New(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
