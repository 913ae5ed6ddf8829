package audit_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/audit"
	"github.com/leastward/leastward/internal/api"
)

// Who asks decides: nobody without a token, and no token twice as much.
func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(2)
	for _, r := range audit.Routes() {
		path := strings.NewReplacer("{id}", "q1", "{name}", "denied").Replace(r.Path)
		got := f.do(r.Method, path, "", nil)
		if got.status != 401 || got.header.Get("WWW-Authenticate") == "" || !strings.Contains(got.body, "token") {
			t.Errorf("%s %s without a token = %d %s", r.Method, path, got.status, got.body)
		}
		if got := f.do(r.Method, path, "wrong", nil); got.status != 401 {
			t.Errorf("%s %s with a wrong token = %d", r.Method, path, got.status)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counts[401] != 2*len(audit.Routes()) {
		t.Errorf("counted %v, want %d refusals", f.counts, 2*len(audit.Routes()))
	}
}

// Where nobody is configured everybody reads and nobody writes.
func TestOpenAPIOfNobody(t *testing.T) {
	t.Parallel()
	f := start(t, func(o *audit.Options) { o.Guard = func() *access.Guard { return access.New(access.Options{}) } })
	f.fill(2)
	for _, c := range calls("q1") {
		got := f.do(c.method, c.path, "", c.body, "Accept", c.accept)
		writes := strings.Contains(c.path, "saved-queries") && c.method != "GET" || c.path == api.AuditEventsPath
		if writes && (got.status != 401 || !strings.Contains(got.body, "api.tokens")) || !writes && got.status != c.status {
			t.Errorf("%s %s = %d %.200s", c.method, c.path, got.status, got.body)
		}
	}
}

// Whatever is asked, and however, nothing of an account that the caller must
// not see is in the answer.
func TestScope(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(40)
	callers := []struct{ token, other string }{{oneToken, "222222222222"}, {folderToken, "111111111111"}, {writerToken, "1111111"}}
	texts := rapid.SampledFrom([]string{
		"", "outcome:denied", "not account:111111111111", "account:222222222222 or user:user-1", "account:(111111111111,222222222222)",
		"folder:test", "not folder:test", "ip:203.0.113.0/24", `text:user`, "not (outcome:denied and user:user-1)", "id:222222222222-0001",
	})
	pipes := rapid.SampledFrom([]string{"", "| count by account", "| count, unique(identity) by account, user", "| series 1h by account", "| sort account", "| sort -identity"})
	rapid.Check(t, func(rt *rapid.T) {
		who := rapid.SampledFrom(callers).Draw(rt, "caller")
		ask := api.AuditQuestion{Text: strings.TrimSpace(texts.Draw(rt, "text") + " " + pipes.Draw(rt, "pipe"))}
		if strings.HasPrefix(ask.Text, "|") {
			ask.Text = "* " + ask.Text
		}
		switch rapid.IntRange(0, 3).Draw(rt, "named") {
		case 0:
			ask.Systems = systems("111111111111", "222222222222")
		case 1:
			ask.Folders = []string{"test"}
		}
		accept := rapid.SampledFrom([]string{"", api.NDJSON}).Draw(rt, "accept")
		ask.Raw = rapid.Bool().Draw(rt, "raw")
		got := f.do("POST", api.AuditQueryPath, who.token, ask, "Accept", accept)
		if got.status != 200 && (accept == "" || got.status != 400) { // Groups are no stream.
			rt.Fatalf("%+v = %d %s", ask, got.status, got.body)
		}
		if strings.Contains(got.body, who.other) {
			rt.Errorf("%+v shows %s", ask, got.body)
		}
	})
	for _, who := range callers {
		for _, path := range []string{
			"/api/v1/audit/values?field=account", "/api/v1/audit/values?field=identity&text=*", "/api/v1/audit/triggers",
			"/api/v1/audit/triggers/denied/matches", "/api/v1/audit/first-time", "/api/v1/audit/first-time/first-time-action/reports",
			"/api/v1/audit/stats",
		} {
			if got := f.do("GET", path, who.token, nil); got.status != 200 || strings.Contains(got.body, who.other) {
				t.Errorf("%s = %d %.300s", path, got.status, got.body)
			}
		}
		for _, start := range []string{`{"address": "203.0.113.9"}`, `{"access_key": "AKIAIOSFODNN7EXAMPLE"}`} {
			if got := f.do("POST", api.AuditTracePath, who.token, start); got.status != 200 || strings.Contains(got.body, who.other) {
				t.Errorf("the trace of %s = %d %.300s", start, got.status, got.body)
			}
		}
		if got := f.do("POST", api.AuditExplainPath, who.token, `{"text": "outcome:denied"}`); got.status != 200 || strings.Contains(got.body, who.other) {
			t.Errorf("explain = %d %s", got.status, got.body)
		}
	}
}

// Counts do not tell of others, either.
func TestScopeOfCounts(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(40)
	for token, want := range map[string]string{adminToken: "80", oneToken: "40", folderToken: "40"} {
		got := f.do("GET", "/api/v1/audit/query?text=*|+count+by+outcome", token, nil)
		var a api.AuditAnswer
		if err := json.Unmarshal([]byte(got.body), &a); err != nil {
			t.Fatal(got.body)
		}
		sum := 0
		for _, r := range a.Groups.Rows {
			var n int
			if _, err := fmt.Sscan(r[len(r)-1], &n); err != nil {
				t.Fatal(err)
			}
			sum += n
		}
		if fmt.Sprint(sum) != want {
			t.Errorf("%s counts %d events, want %s", token, sum, want)
		}
	}
}

// Somebody else's cursor is no way around.
func TestCursorOfAnother(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(20)
	first, err := f.client(adminToken).Query(t.Context(), &api.AuditQuestion{Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	got := f.do("POST", api.AuditQueryPath, oneToken, api.AuditQuestion{Limit: 3, Cursor: first.Cursor})
	if strings.Contains(got.body, "222222222222") || got.status != 200 && got.status != 400 {
		t.Errorf("another's cursor = %d %s", got.status, got.body)
	}
}
