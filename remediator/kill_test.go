package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/internal/testkit/moto"
	"github.com/leastward/leastward/remediator/internal/act/aws/awstest"
)

// wire stands between a remediator and the emulator. It counts the calls and
// cuts the line at one of them, before or after it has got through.
type wire struct {
	proxy  *httputil.ReverseProxy
	cutAt  int // Number of the call to cut at, from 1; 0 is never.
	after  bool
	reads  bool // Count reads too, not writes alone.
	cut    chan struct{}
	mu     sync.Mutex // Guards what follows.
	calls  int
	writes []string // Those that got through and succeeded.
}

func isWrite(action string) bool {
	return !strings.HasPrefix(action, "Get") && !strings.HasPrefix(action, "List")
}

func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	action := form.Get("Action")
	cut := w.count(action)
	if cut && !w.after {
		w.hang(r)
		return
	}
	record := httptest.NewRecorder()
	w.proxy.ServeHTTP(record, r)
	if isWrite(action) && record.Code == http.StatusOK {
		form.Del("Version")
		w.mu.Lock()
		w.writes = append(w.writes, form.Encode())
		w.mu.Unlock()
	}
	if cut {
		w.hang(r)
		return
	}
	maps.Copy(rw.Header(), record.Header())
	rw.WriteHeader(record.Code)
	_, _ = rw.Write(record.Body.Bytes())
}

func (w *wire) count(action string) (cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reads || isWrite(action) {
		w.calls++
		return w.calls == w.cutAt
	}
	return false
}

// hang tells the test, and never answers.
func (w *wire) hang(r *http.Request) {
	close(w.cut)
	<-r.Context().Done()
}

func (w *wire) done() (int, []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls, slices.Clone(w.writes)
}

func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "remediator")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the remediator: %v\n%s", err, out)
	}
	return path
}

// tenant is one account with a user whose change takes every kind of write.
type tenant struct {
	account  *awstest.Account
	endpoint *url.URL
	binary   string
}

const document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}]}`

func (n *tenant) add(ctx context.Context, user string) {
	n.account.AddUser(ctx, awstest.User{
		Name: user, Attached: []string{"arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/AmazonSQSFullAccess"},
		Inline: map[string]string{"own": document}, Groups: []string{"staff"}, Tags: map[string]string{"team": "x"},
	})
}

// run takes a user through a whole run, the remediator being killed once where
// the wire is cut, and returns the wire.
func (n *tenant) run(t *testing.T, user string, w *wire) *wire {
	t.Helper()
	w.cut = make(chan struct{})
	w.proxy = httputil.NewSingleHostReverseProxy(n.endpoint)
	line := httptest.NewServer(w)
	t.Cleanup(line.Close)
	evidence := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(rw, `{"id":"f","category":"inactive_user","system":%q,"identity":%q,"granted":9,"covered":1}`, awstest.ID, awstest.ARN(user))
	}))
	t.Cleanup(evidence.Close)
	dir := t.TempDir()
	config := fmt.Sprintf(`state: {path: %s/state.db}
exporter: {url: %s}
aws: {accounts: [{id: '%s', endpoint: '%s'}]}
playbooks: [{name: inactive-user-read-only, mode: execute, approval: {required: 0}, caps: {max_percent: 100}, watch: {for: 0s}}]
`, dir, evidence.URL, awstest.ID, line.URL)
	if err := os.WriteFile(filepath.Join(dir, "c.yml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	address := testkit.FreeAddress(t)
	start := func() *testkit.Process {
		env := []string{"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true"}
		p := testkit.StartProcess(t, env, n.binary, "--config.file="+filepath.Join(dir, "c.yml"), "--web.listen-address="+address)
		testkit.AwaitHTTP(t, "http://"+address+"/-/ready", 20*time.Second)
		return p
	}
	p := start()
	alert(t, "http://"+address, user)
	if w.cutAt > 0 {
		select {
		case <-w.cut:
		case <-time.After(30 * time.Second):
			t.Fatalf("call %d was never made", w.cutAt)
		}
		p.Kill()
		p = start()
		alert(t, "http://"+address, user) // Alertmanager, too, sends it again.
	}
	testkit.Eventually(t, 40*time.Second, "the run is done", func() bool { return state(t, "http://"+address) == "done" })
	p.Stop()
	return w
}

func alert(t *testing.T, base, user string) {
	t.Helper()
	body := fmt.Sprintf(`{"version":"4","alerts":[{"status":"firing","startsAt":"2026-01-01T00:00:00Z","fingerprint":"f","labels":{
		"alertname":"A","severity":"warning","playbook":"inactive-user-read-only","cloud":"aws","system":%q,"category":"inactive_user",
		"finding":"f","identity":%q,"identity_type":"user"}}]}`, awstest.ID, awstest.ARN(user))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/webhook", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("webhook answered %s", resp.Status)
	}
}

func state(t *testing.T, base string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/api/v1/runs", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var body struct{ Runs []struct{ State, Why string } }
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil || len(body.Runs) != 1 {
		t.Fatalf("%d runs, %v", len(body.Runs), err)
	}
	if r := body.Runs[0]; r.State == "failed" || r.State == "refused" {
		t.Fatalf("the run is %s: %s", r.State, r.Why)
	}
	return body.Runs[0].State
}

// Killed at any call to the cloud, before or after it got through, the run ends
// as it would have, and no write is made twice.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts dozens of processes")
	}
	endpoint, err := url.Parse(moto.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	n := &tenant{account: awstest.New(t, endpoint.String()), endpoint: endpoint, binary: build(t)}
	n.account.AddGroup(t.Context(), "staff", []string{"arn:aws:iam::aws:policy/AmazonEC2FullAccess"}, nil)
	n.add(t.Context(), "whole")
	calls, writes := n.run(t, "whole", &wire{}).done()
	want := n.account.ReadUser(t.Context(), "whole")
	if calls != len(writes) || calls < 7 {
		t.Fatalf("%d writes were made, %d succeeded: %q", calls, len(writes), writes)
	}
	n.add(t.Context(), "counted")
	reads, _ := n.run(t, "counted", &wire{reads: true}).done()
	t.Logf("a run makes %d calls, %d of them writes", reads, calls)
	for k := 1; k <= calls; k++ {
		n.killed(t, fmt.Sprintf("before-write-%d", k), &wire{cutAt: k}, writes, want)
		n.killed(t, fmt.Sprintf("after-write-%d", k), &wire{cutAt: k, after: true}, writes, want)
	}
	for k := 1; k <= reads; k += 11 { // Some of the calls between the writes.
		n.killed(t, fmt.Sprintf("call-%d", k), &wire{cutAt: k, reads: true}, writes, want)
	}
}

func (n *tenant) killed(t *testing.T, name string, w *wire, writes, want []string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		n.add(t.Context(), name)
		_, got := n.run(t, name, w).done()
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], "UserName="+name, "UserName=whole")
		}
		if diff := cmp.Diff(writes, got); diff != "" {
			t.Errorf("the writes differ (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, n.account.ReadUser(t.Context(), name)); diff != "" {
			t.Errorf("the user differs (-want +got):\n%s", diff)
		}
	})
}
