package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/testkit"
)

const withTokens = `aws: {accounts: [{id: "111111111111", name: one, owner: payments, folders: [prod], files: {authorization_details: details.json}}]}
collect: {interval: 1s}
audit: {store: {min_free: 0}}
api: {tokens: [{name: grafana, role: viewer, on_behalf: true, token: "0123456789abcdef0123"}, {name: plain, role: admin, token: "plain-0123456789abcdef"}]}
`

// request sends a request with a token, for a user if one is given.
func (r *running) request(token, user, method, path, body string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	if user != "" {
		req.Header.Set("X-Leastward-User", user)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var text bytes.Buffer
	if _, err := text.ReadFrom(resp.Body); err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, text.String()
}

// Every command of docs/api.md about systems and tables works.
func TestDocumentedTables(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not here", program)
		}
	}
	r := start(t, withTokens)
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```bash\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	asked := ""
	for _, b := range blocks {
		asked += b[1]
		script := "set -euo pipefail\ncurl() { command curl --fail-with-body \"$@\"; }\n" + b[1]
		cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
		cmd.Env = append(os.Environ(), "EXPORTER="+r.url, "TOKEN="+adminToken, "no_proxy=*")
		out, err := cmd.CombinedOutput()
		if err != nil || len(out) < 20 || strings.Contains(string(out), `{"error"`) {
			t.Errorf("%s\nanswers %v\n%s", b[1], err, out)
		}
	}
	for _, want := range []string{api.SystemsPath, api.TablesPath, "X-Leastward-User", "format=csv"} {
		if !strings.Contains(asked, want) {
			t.Errorf("no command has %s", want)
		}
	}
}

// table asks for one of the exporter's tables.
func (r *running) table(name, question string) *api.Table {
	r.t.Helper()
	status, body := r.request(adminToken, "", http.MethodPost, "/api/v1/tables/"+name, question)
	var table api.Table
	if err := json.Unmarshal([]byte(body), &table); err != nil || status != http.StatusOK {
		r.t.Fatalf("table %s: %d %s", name, status, body)
	}
	return &table
}

// The history has each collection once and goes on after a restart.
func TestHistoryOutlivesARestart(t *testing.T) {
	t.Parallel()
	r := startWith(t, withTokens, nil)
	stop := r.run(time.Now)
	const question = `{"step": "1h", "columns": ["time", "pci", "identities", "catalog"]}`
	last := func() int64 {
		table := r.table("pci_history", question)
		if table.Rows == 0 {
			return 0
		}
		return *table.Columns[0].Times[table.Rows-1]
	}
	testkit.Eventually(t, 20*time.Second, "there is a point", func() bool { return last() > 0 })
	before := last()
	stop()
	r.write("details.json", strings.ReplaceAll(details, `"s3:*"`, `"*"`))
	t.Cleanup(r.run(time.Now))
	testkit.Eventually(t, 20*time.Second, "there is a later point", func() bool { return last() > before })
	change := r.table("pci_change", `{"filters": {"days": ["0.00001"]}, "columns": ["pci", "identities"]}`)
	if change.Rows != 1 || *change.Columns[1].Numbers[0] != 1 {
		t.Errorf("change: %+v", change)
	}
}

// Who asks for somebody else saves under that name, which the Platform log
// knows, and may no more than its token.
func TestOnBehalf(t *testing.T) {
	t.Parallel()
	r := start(t, withTokens)
	const save = `{"name": "n", "visibility": "private", "text": "event:ListBuckets"}`
	status, body := r.request(adminToken, "ana", http.MethodPost, "/api/v1/audit/saved-queries", save)
	if status != http.StatusCreated || !strings.Contains(body, `"owner":"ana via grafana"`) {
		t.Fatalf("save: %d %s", status, body)
	}
	var saved struct{ ID string }
	if err := json.Unmarshal([]byte(body), &saved); err != nil {
		t.Fatal(err)
	}
	for user, want := range map[string]int{"ana": http.StatusOK, "ben": http.StatusNotFound, "": http.StatusNotFound} {
		if status, body := r.request(adminToken, user, http.MethodGet, "/api/v1/audit/saved-queries/"+saved.ID, ""); status != want {
			t.Errorf("%q reads ana's private query: %d %s, want %d", user, status, body, want)
		}
	}
	if status, body := r.request("plain-0123456789abcdef", "ana", http.MethodGet, "/api/v1/systems", ""); status != http.StatusBadRequest || !strings.Contains(body, "on_behalf") {
		t.Errorf("a token that may not: %d %s", status, body)
	}
	const event = `{"events": [{"id": "1", "time": "2026-06-01T11:00:00Z", "actor": "x", "action": "leastward:ApplyStep"}]}`
	if status, body := r.request(adminToken, "admin", http.MethodPost, "/api/v1/audit/events", event); status != http.StatusForbidden {
		t.Errorf("a viewer's token appends: %d %s", status, body)
	}
	testkit.Eventually(t, 20*time.Second, "the Platform log has the query", func() bool {
		events := r.ask("plain-0123456789abcdef", "cloud:platform action:leastward:CreateQuery").Events
		return len(events) == 1 && string(events[0].Identity) == "ana via grafana"
	})
}
