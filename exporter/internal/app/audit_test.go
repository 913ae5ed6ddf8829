package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/testkit"
)

const adminToken = "0123456789abcdef0123"

// trail is a CloudTrail file with n calls of today.
func trail(n int) string {
	var records []string
	for i := range n {
		records = append(records, fmt.Sprintf(`{"eventVersion": "1.08", "eventID": "e-%d", "eventTime": %q, "recipientAccountId": "111111111111",
			"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111111111111:user/idle", "accountId": "111111111111", "userName": "idle"},
			"eventSource": "s3.amazonaws.com", "eventName": "ListBuckets", "awsRegion": "eu-west-1", "eventType": "AwsApiCall", "eventCategory": "Management",
			"managementEvent": true, "readOnly": true, "sourceIPAddress": "203.0.113.9", "requestID": "R%d"}`,
			i, time.Now().Add(-time.Duration(i+1)*time.Minute).UTC().Format(time.RFC3339), i))
	}
	return `{"Records": [` + strings.Join(records, ",") + `]}`
}

const withTrail = `aws: {accounts: [{id: "111111111111", folders: [prod], files: {authorization_details: details.json, cloudtrail: [trail.json]}}]}
collect: {interval: 1s}
audit: {store: {min_free: 0}, triggers: {interval: 1s, own: [{name: lists, enabled: true, severity: info, where: "event:ListBuckets", backfill: true}]},
  first_time: [{name: first-time-action, enabled: true}]}
api: {tokens: [{name: ada, role: admin, token: "0123456789abcdef0123"}, {name: other, role: viewer, token: other-0123456789abcdef, systems: [platform]}]}
`

// ask asks the audit API.
func (r *running) ask(token, text string) api.AuditAnswer {
	r.t.Helper()
	c, err := api.NewClient(api.ClientOptions{URL: r.url, Token: "x", Transport: withToken(token)})
	if err != nil {
		r.t.Fatal(err)
	}
	got, err := c.Query(r.t.Context(), &api.AuditQuestion{Text: text})
	if err != nil {
		r.t.Fatal(err)
	}
	return *got
}

// withToken is a transport without keep-alive that says who asks.
func withToken(token string) http.RoundTripper {
	inner := &http.Transport{DisableKeepAlives: true}
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		r.Header.Set("Authorization", "Bearer "+token)
		return inner.RoundTrip(r)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Events of a file account are found, once however often the file is read, also
// after a restart and a reload; triggers count them once.
func TestAudit(t *testing.T) {
	t.Parallel()
	r := startWith(t, withTrail, map[string]string{"trail.json": trail(5)})
	stop := r.run(time.Now)
	found := func(want int) {
		t.Helper()
		testkit.Eventually(t, 20*time.Second, fmt.Sprintf("%d events", want), func() bool {
			return len(r.ask(adminToken, "event:ListBuckets").Events) >= want
		})
		if got := r.ask(adminToken, "event:ListBuckets").Events; len(got) != want {
			t.Errorf("%d events, want %d", len(got), want)
		}
	}
	found(5)
	if got := r.ask("other-0123456789abcdef", "event:ListBuckets").Events; len(got) != 0 {
		t.Errorf("a caller of the platform log alone sees %d events", len(got))
	}
	r.write("trail.json", trail(7)) // The same five and two more.
	found(7)
	r.write("exporter.yml", withTrail+"assess: {grace: 1d}\n")
	if status, body := r.do(http.MethodPost, "/-/reload"); status != http.StatusOK {
		t.Fatalf("reload = %d %s", status, body)
	}
	if got := r.ask(adminToken, "cloud:platform and action:leastward:ReloadConfiguration").Events; len(got) != 1 {
		t.Errorf("%d reloads are recorded, want one", len(got))
	}
	found(7)
	r.counted("lists", 7) // So that its counter shows it at once after the restart.
	stop()
	stop = r.run(time.Now)
	defer stop()
	found(7)
	r.counted("lists", 7)
	_, page := r.do(http.MethodGet, "/metrics")
	for _, want := range []string{
		`ciem_trigger_matches_total{`, `} 7`, `ciem_audit_rule_up{`, `ciem_audit_store_up 1`,
		`ciem_exporter_api_requests_total{code="200"}`, `ciem_audit_ingest_events_total{`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the metrics have no %s", want)
		}
	}
}

// counted waits until a trigger has counted so much, which it must not exceed.
func (r *running) counted(name string, want int64) {
	r.t.Helper()
	count := func() int64 {
		var list api.Triggers
		_, body := r.doAs(adminToken, http.MethodGet, api.AuditTriggersPath)
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			r.t.Fatal(body)
		}
		for _, one := range list.Triggers {
			if one.Name == name && len(one.Totals) == 1 {
				return one.Totals[0].Count
			}
		}
		return 0
	}
	testkit.Eventually(r.t, 20*time.Second, fmt.Sprintf("trigger %s counts %d", name, want), func() bool { return count() >= want })
	if got := count(); got != want {
		r.t.Errorf("trigger %s counts %d, want %d", name, got, want)
	}
}

func TestReloadOfTheStore(t *testing.T) {
	t.Parallel()
	r := start(t, oneAccount)
	for text, want := range map[string]string{
		"audit: {store: {retention: 30d}}":         "audit.store: cannot change",
		"audit: {store: {directory: elsewhere}}":   "audit.store: cannot change",
		"audit: {disabled: true}":                  "audit.disabled: cannot change",
		"audit: {queries: [nowhere]}":              "audit.queries: ",
		"audit: {queries: [bad.yml]}":              "bad.yml",
		"api: {tokens: [{name: a, role: viewer}]}": "token",
	} {
		r.write("bad.yml", "queries: [{name: x, text: 'outcome:('}]")
		r.write("exporter.yml", oneAccount+"\n"+text)
		if status, body := r.do(http.MethodPost, "/-/reload"); status != http.StatusBadRequest || !strings.Contains(body, want) {
			t.Errorf("%s: reload = %d %s, want %q", text, status, body, want)
		}
	}
}

// Files of queries and tokens are read again with the configuration, which
// itself may be the same.
func TestReloadReadsFiles(t *testing.T) {
	t.Parallel()
	text := oneAccount + "\naudit: {queries: [queries.yml]}\napi: {tokens: [{name: ada, role: viewer, token_file: token}]}"
	r := startWith(t, text, map[string]string{"queries.yml": "queries: [{name: first, text: 'outcome:denied'}]", "token": adminToken})
	t.Cleanup(r.run(time.Now))
	if _, body := r.doAs(adminToken, http.MethodGet, api.AuditSavedPath); !strings.Contains(body, `"name":"first"`) {
		t.Errorf("saved queries = %s", body)
	}
	r.write("queries.yml", "queries: [{name: second, text: 'outcome:denied'}]")
	r.write("token", "another-0123456789abcdef")
	if status, body := r.do(http.MethodPost, "/-/reload"); status != http.StatusOK {
		t.Fatalf("reload = %d %s", status, body)
	}
	testkit.Eventually(t, 10*time.Second, "the new token is in force", func() bool {
		status, _ := r.doAs("another-0123456789abcdef", http.MethodGet, api.AuditSavedPath)
		return status == http.StatusOK
	})
	_, body := r.doAs("another-0123456789abcdef", http.MethodGet, api.AuditSavedPath)
	if !strings.Contains(body, `"name":"second"`) || strings.Contains(body, `"name":"first"`) {
		t.Errorf("saved queries = %s", body)
	}
	if status, _ := r.doAs(adminToken, http.MethodGet, api.AuditSavedPath); status != http.StatusUnauthorized {
		t.Errorf("the old token = %d, want 401", status)
	}
}

// A live stream does not keep the exporter from ending.
func TestStopWithATail(t *testing.T) {
	t.Parallel()
	r := startWith(t, withTrail, map[string]string{"trail.json": trail(1)})
	stop := r.run(time.Now)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+api.AuditTailPath, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := withToken(adminToken).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	began := time.Now()
	stop()
	if took := time.Since(began); took > 8*time.Second { // Open requests would be cut off after ten.
		t.Errorf("the exporter took %s to end", took)
	}
}

func TestWithoutAudit(t *testing.T) {
	t.Parallel()
	r := start(t, oneAccount+"\naudit: {disabled: true}")
	if status, body := r.do(http.MethodGet, api.AuditStatsPath); status != http.StatusNotFound || !strings.Contains(body, "audit.disabled") {
		t.Errorf("stats = %d %s", status, body)
	}
	if status, body := r.do(http.MethodGet, api.OpenAPIPath); status != http.StatusOK || !strings.Contains(body, "openapi") {
		t.Errorf("the description = %d %.100s", status, body)
	}
}
