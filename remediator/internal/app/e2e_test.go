package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/internal/testkit/moto"
	"github.com/leastward/leastward/remediator/internal/act/aws/awstest"
	"github.com/leastward/leastward/remediator/internal/app"
)

// server is a remediator that runs in the test.
type server struct {
	t    *testing.T
	url  string
	stop func() error
}

func start(t *testing.T, config string) *server {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "remediator.yml")
	if err := os.WriteFile(file, []byte("state: {path: "+filepath.Join(dir, "state.db")+"}\n"+config), 0o600); err != nil {
		t.Fatal(err)
	}
	return startFile(t, file)
}

func startFile(t *testing.T, file string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	address := make(chan net.Addr, 1)
	var group errgroup.Group
	group.Go(func() error {
		defer close(address)
		return app.Run(ctx, app.Options{
			ConfigFile: file, ListenAddress: "127.0.0.1:0", Ready: func(a net.Addr) { address <- a },
			Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		})
	})
	a, ok := <-address
	if !ok {
		t.Fatal(group.Wait())
	}
	s := &server{t: t, url: "http://" + a.String(), stop: func() error { cancel(); return group.Wait() }}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *server) request(method, path, contentType, body string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func (s *server) get(path string) string {
	s.t.Helper()
	status, body := s.request(http.MethodGet, path, "", "")
	if status != http.StatusOK {
		s.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	return body
}

type runInfo struct {
	ID       string
	State    string
	Why      string
	Required int
	Plan     struct{ Version string }
}

func (s *server) runs() []runInfo {
	s.t.Helper()
	var body struct{ Runs []runInfo }
	if err := json.Unmarshal([]byte(s.get("/api/v1/runs")), &body); err != nil {
		s.t.Fatal(err)
	}
	return body.Runs
}

// await waits until the newest run is in a state.
func (s *server) await(state string) runInfo {
	s.t.Helper()
	var last runInfo
	testkit.Eventually(s.t, 30*time.Second, "the run is "+state, func() bool {
		if runs := s.runs(); len(runs) > 0 {
			last = runs[0]
		}
		if last.State != state && (last.State == "failed" || last.State == "refused") {
			s.t.Fatalf("the run is %s: %s", last.State, last.Why)
		}
		return last.State == state
	})
	return last
}

func (s *server) decide(id, what string, body map[string]string) (int, string) {
	s.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.request(http.MethodPost, "/api/v1/runs/"+id+"/"+what, "application/json", string(text))
}

// notice is an Alertmanager notification of alerts about users.
func notice(status, startsAt string, users ...string) string {
	var alerts []string
	for _, u := range users {
		alerts = append(alerts, fmt.Sprintf(`{"status":%q,"labels":{"alertname":"CloudIdentityInactive","severity":"warning",
			"playbook":"inactive-user-read-only","cloud":"aws","system":%q,"category":"inactive_user","finding":"f-%s",
			"identity":%q,"identity_type":"user"},"annotations":{"summary":"%s is inactive"},"startsAt":%q,
			"endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p/","fingerprint":"fp-%s"}`,
			status, awstest.ID, u, awstest.ARN(u), u, startsAt, u))
	}
	return fmt.Sprintf(`{"version":"4","groupKey":"{}","truncatedAlerts":0,"status":%q,"receiver":"r","groupLabels":{},
		"commonLabels":{},"commonAnnotations":{},"externalURL":"http://am/","alerts":[%s]}`, status, strings.Join(alerts, ","))
}

func (s *server) alert(status, startsAt string, users ...string) map[string]int {
	s.t.Helper()
	code, body := s.request(http.MethodPost, "/webhook", "application/json", notice(status, startsAt, users...))
	var counts map[string]int
	if err := json.Unmarshal([]byte(body), &counts); err != nil || code != http.StatusAccepted {
		s.t.Fatalf("webhook: %d %s", code, body)
	}
	return counts
}

const day1, day2 = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"

// exporter is the exporter's API with one answer for every finding.
func exporter(t *testing.T, used *atomic.Int64) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+api.FindingPath, func(w http.ResponseWriter, r *http.Request) {
		user := strings.TrimPrefix(r.PathValue("id"), "f-")
		_ = json.NewEncoder(w).Encode(api.Finding{
			Covered: 1,
			ID:      r.PathValue("id"), Category: entitlement.InactiveUser, System: awstest.ID,
			Identity: entitlement.IdentityID(awstest.ARN(user)), Granted: 100, Used: int(used.Load()),
		})
	})
	mux.HandleFunc("GET "+api.DeniedPath, func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(api.Denials{Identity: entitlement.IdentityID(r.PathValue("id"))})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func config(endpoint, exporter, rest string) string {
	text := ""
	if exporter != "" {
		text = "exporter: {url: '" + exporter + "'}\n"
	}
	return text + "aws: {accounts: [{id: '" + awstest.ID + "', endpoint: '" + endpoint + "'}]}\n" +
		"playbooks: [{name: inactive-user-read-only, " + rest + "}]\n"
}

const (
	readS3  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"}}`
	writeS3 = `{"Version": "2012-10-17", "Statement": [{"Sid":"W","Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"},
		{"Sid":"D","Effect":"Deny","Action":"s3:DeleteObject","Resource":"*"}]}`
)

// credentials gives the SDK something to sign with.
func credentials(t *testing.T) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func addJo(ctx context.Context, a *awstest.Account) {
	a.AddGroup(ctx, "ops", []string{"arn:aws:iam::aws:policy/AmazonEC2FullAccess"}, nil)
	a.AddGroup(ctx, "readers", nil, map[string]string{"r": readS3})
	a.AddUser(ctx, awstest.User{
		Name: "jo", Attached: []string{"arn:aws:iam::aws:policy/AmazonSQSFullAccess", "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"},
		Inline: map[string]string{"w": writeS3, "keep": readS3}, Groups: []string{"ops", "readers"}, Tags: map[string]string{"team": "x"},
	})
}

// The whole way: alert, evidence, plan, approval by two, change, rollback.
func TestExecuteAndRollBack(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	credentials(t)
	endpoint := moto.Start(t)
	account := awstest.New(t, endpoint)
	addJo(t.Context(), account)
	before := account.Read(t.Context())
	var used atomic.Int64
	s := start(t, config(endpoint, exporter(t, &used), "mode: execute, approval: {required: 2}, caps: {max_percent: 100}"))

	s.alert("firing", day1, "jo")
	r := s.await("awaiting_approval")
	if account.Read(t.Context()) != before {
		t.Fatal("the account changed before the approval")
	}
	yes := map[string]string{"plan": r.Plan.Version, "name": "ann", "reason": "left the team"}
	for i, want := range []int{http.StatusOK, http.StatusConflict} {
		if code, body := s.decide(r.ID, "approve", yes); code != want {
			t.Fatalf("approval %d by the same person: %d %s", i+1, code, body)
		}
	}
	if code, body := s.decide(r.ID, "approve", map[string]string{"plan": "other", "name": "bob", "reason": "x"}); code != http.StatusConflict {
		t.Fatalf("approval of another plan: %d %s", code, body)
	}
	yes["name"] = "bob"
	if code, body := s.decide(r.ID, "approve", yes); code != http.StatusOK {
		t.Fatalf("second approval: %d %s", code, body)
	}
	s.await("watching")
	got := strings.Join(account.ReadUser(t.Context(), "jo"), "\n")
	t.Log(got)
	for _, want := range []string{
		"attached arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess", "inline keep", "inline leastward-read-only", "group readers", "tag team=x",
		"tag ck_exclude_from_reports=leastward: read-only since 20", `{"Sid":"D","Effect":"Deny","Action":"s3:DeleteObject","Resource":"*"}`, "sqs:Get*",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the user has no %q", want)
		}
	}
	for _, gone := range []string{"AmazonSQSFullAccess", "inline w", "group ops"} {
		if strings.Contains(got, gone) {
			t.Errorf("the user still has %q", gone)
		}
	}

	if code, body := s.decide(r.ID, "rollback", map[string]string{"name": "ann", "reason": "is back"}); code != http.StatusOK {
		t.Fatalf("rollback: %d %s", code, body)
	}
	s.await("rolled_back")
	if after := account.Read(t.Context()); after != before {
		t.Errorf("the rollback did not restore the account:\n%s\nwant\n%s", after, before)
	}
	checkStory(t, s)
}

// checkStory holds the Platform log against what happened, and its chain.
func checkStory(t *testing.T, s *server) {
	t.Helper()
	var story []string
	for line := range bytes.Lines([]byte(s.get("/api/v1/platform-events"))) {
		var e struct{ Actor, Action string }
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if n := len(story); n == 0 || story[n-1] != e.Action {
			story = append(story, e.Action)
		}
	}
	want := "ReceiveAlert CheckEvidence MakePlan ReplayUsage CheckCaps ApprovePlan TakeSnapshot ApplyStep VerifyChange WatchIdentity RollBack RollBackStep VerifyRollBack"
	if got := strings.ReplaceAll(strings.Join(story, " "), "leastward:", ""); got != want {
		t.Errorf("story = %s\nwant %s", got, want)
	}
}
