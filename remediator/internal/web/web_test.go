package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/store"
	"github.com/leastward/leastward/remediator/internal/web"
)

// decider records decisions.
type decider struct {
	got []playbook.Decision
	err error
}

func (d *decider) take(_ context.Context, x playbook.Decision) error {
	d.got = append(d.got, x)
	return d.err
}
func (d *decider) Approve(ctx context.Context, x playbook.Decision) error  { return d.take(ctx, x) }
func (d *decider) Deny(ctx context.Context, x playbook.Decision) error     { return d.take(ctx, x) }
func (d *decider) RollBack(ctx context.Context, x playbook.Decision) error { return d.take(ctx, x) }

type bench struct {
	t       *testing.T
	url     string
	run     string
	decider *decider
	client  *http.Client
}

func setup(t *testing.T, login web.Login) *bench {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "s.db"), Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	r := &store.Run{
		Key: "k", Playbook: "inactive-user-read-only", Mode: store.Execute, Required: 1,
		Subject: change.Subject{Cloud: "aws", System: "1", Identity: "arn:aws:iam::1:user/<b>jo</b>"},
		Plan:    &change.Plan{Version: "v1", Operations: []change.Operation{{Kind: change.InlinePolicy, Name: "<script>", Value: "{}", Set: true}}},
	}
	err = s.Update(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Insert(t.Context(), r); err != nil {
			return err
		}
		r.State = store.AwaitingApproval
		return tx.Save(t.Context(), r)
	})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, run: r.ID, decider: &decider{}}
	pages, err := web.New(web.Options{Store: s, Decider: b.decider, Login: login, OnlyLocal: login == web.Typed, Key: "key", Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	pages.Register(mux)
	server := httptest.NewServer(pages.Protect(mux))
	t.Cleanup(func() { server.Close(); _ = s.Close() })
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b.url = server.URL
	b.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return b
}

func (b *bench) do(method, path, contentType, body string, change func(*http.Request)) (*answer, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if change != nil {
		change(req)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return &answer{StatusCode: resp.StatusCode, Status: resp.Status, Header: resp.Header}, string(text)
}

// answer is a response whose body was read.
type answer struct {
	StatusCode int
	Status     string
	Header     http.Header
}

func (b *bench) token() string {
	b.t.Helper()
	_, body := b.do(http.MethodGet, "/runs/"+b.run, "", "", nil)
	m := regexp.MustCompile(`name="token" value="([0-9a-f]{64})"`).FindStringSubmatch(body)
	if m == nil {
		b.t.Fatalf("no token in\n%s", body)
	}
	return m[1]
}

const form = "application/x-www-form-urlencoded"

func (b *bench) submit(values url.Values, change func(*http.Request)) int {
	b.t.Helper()
	resp, _ := b.do(http.MethodPost, "/runs/"+b.run+"/approve", form, values.Encode(), change)
	return resp.StatusCode
}

func TestFormDecides(t *testing.T) {
	t.Parallel()
	b := setup(t, web.Typed)
	values := url.Values{"token": {b.token()}, "plan": {"v1"}, "who": {" ann "}, "reason": {"gone"}}
	if code := b.submit(values, nil); code != http.StatusSeeOther {
		t.Errorf("status %d", code)
	}
	want := []playbook.Decision{{Run: b.run, Plan: "v1", Who: "ann", Reason: "gone"}}
	if diff := cmp.Diff(want, b.decider.got); diff != "" {
		t.Error(diff)
	}
}

func TestForgedFormsAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, web.Typed)
	good := b.token()
	fresh := &http.Client{CheckRedirect: b.client.CheckRedirect}
	for name, tc := range map[string]struct {
		token  string
		client *http.Client
		change func(*http.Request)
	}{
		"no token":       {"", b.client, nil},
		"wrong token":    {strings.Repeat("0", 64), b.client, nil},
		"no cookie":      {good, fresh, nil},
		"another origin": {good, b.client, func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }},
		"another site":   {good, b.client, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }},
	} {
		forged := &bench{t: t, url: b.url, run: b.run, client: tc.client}
		if code := forged.submit(url.Values{"token": {tc.token}, "plan": {"v1"}, "who": {"eve"}, "reason": {"x"}}, tc.change); code != http.StatusForbidden {
			t.Errorf("%s: status %d, want 403", name, code)
		}
	}
	if resp, _ := b.do(http.MethodGet, "/runs/"+b.run+"/approve?who=eve&reason=x&plan=v1&token="+good, "", "", nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a GET decides: %s", resp.Status)
	}
	if len(b.decider.got) != 0 {
		t.Errorf("decisions were taken: %+v", b.decider.got)
	}
}

func TestAPIWantsJSON(t *testing.T) {
	t.Parallel()
	b := setup(t, web.Typed)
	for contentType, want := range map[string]int{form: 415, "text/plain": 415, "application/json": 400} {
		if resp, _ := b.do(http.MethodPost, "/api/v1/runs/"+b.run+"/approve", contentType, `{"plan":"v1","named":"eve"}`, nil); resp.StatusCode != want {
			t.Errorf("%s: %s, want %d", contentType, resp.Status, want)
		}
	}
	if len(b.decider.got) != 0 {
		t.Errorf("decisions were taken: %+v", b.decider.got)
	}
}

// A page that has its own name resolve to this machine reads and does nothing.
func TestForeignHost(t *testing.T) {
	t.Parallel()
	b := setup(t, web.Typed)
	for host, want := range map[string]int{"evil.example": 421, "evil.example:9187": 421, "127.0.0.1:9187": 200, "localhost": 200, "[::1]:9187": 200} {
		if resp, _ := b.do(http.MethodGet, "/", "", "", func(r *http.Request) { r.Host = host }); resp.StatusCode != want {
			t.Errorf("host %s: %s, want %d", host, resp.Status, want)
		}
	}
}

func TestNameIsTheLogin(t *testing.T) {
	t.Parallel()
	b := setup(t, web.Basic)
	login := func(r *http.Request) { r.SetBasicAuth("bob", "pw") }
	if code := b.submit(url.Values{"token": {b.token()}, "plan": {"v1"}, "who": {"ann"}, "reason": {"x"}}, login); code != http.StatusSeeOther {
		t.Errorf("status %d", code)
	}
	if len(b.decider.got) != 1 || b.decider.got[0].Who != "bob" {
		t.Errorf("decided by %+v, want bob", b.decider.got)
	}
	typed := setup(t, web.Typed) // Where nobody checks the header it is not believed.
	typed.submit(url.Values{"token": {typed.token()}, "plan": {"v1"}, "who": {"ann"}, "reason": {"x"}}, login)
	if len(typed.decider.got) != 1 || typed.decider.got[0].Who != "ann" {
		t.Errorf("decided by %+v, want ann", typed.decider.got)
	}
}

func TestPagesAreGuardedAndEscaped(t *testing.T) {
	t.Parallel()
	b := setup(t, web.Typed)
	resp, body := b.do(http.MethodGet, "/runs/"+b.run, "", "", nil)
	for header, want := range map[string]string{
		"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
	} {
		if got := resp.Header.Get(header); !strings.Contains(got, want) {
			t.Errorf("%s = %q, want %q", header, got, want)
		}
	}
	if strings.Contains(body, "<script>") || strings.Contains(body, "<b>jo") {
		t.Errorf("a name is not escaped:\n%s", body)
	}
	for _, path := range []string{"/runs/nobody", "/runs/" + b.run + "/other.sh", "/api/v1/runs/nobody", "/nowhere"} {
		if resp, _ := b.do(http.MethodGet, path, "", "", nil); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s, want 404", path, resp.Status)
		}
	}
}

func TestErrorsKeepSecretsIn(t *testing.T) {
	t.Parallel()
	b := setup(t, web.Typed)
	b.decider.err = io.ErrUnexpectedEOF
	resp, body := b.do(http.MethodPost, "/api/v1/runs/"+b.run+"/deny", "application/json", `{"plan":"v1","name":"ann","reason":"x"}`, nil)
	if resp.StatusCode != http.StatusInternalServerError || strings.Contains(body, "EOF") {
		t.Errorf("%s %s", resp.Status, body)
	}
}

func TestLoginOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]web.Login{
		"":                                web.Typed,
		"basic_auth_users: {ann: $2y$10}": web.Basic,
		"tls_server_config: {client_auth_type: RequireAndVerifyClientCert}": web.Certificate,
		"tls_server_config: {client_auth_type: RequireAnyClientCert}":       web.Typed,
	} {
		path := filepath.Join(t.TempDir(), "web.yml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := web.LoginOf(path); err != nil || got != want {
			t.Errorf("LoginOf(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	if _, err := web.LoginOf("/does/not/exist"); err == nil {
		t.Error("a missing file passes")
	}
}
