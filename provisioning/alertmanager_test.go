package provisioning_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/testkit"
)

// inbox is what the receivers got: a webhook in the place of each e-mail.
type inbox struct {
	mu     sync.Mutex // Guards the fields below.
	got    map[string][]notification
	logins map[string]string
}

type notification struct {
	Alerts []struct {
		Status string
		Labels map[string]string
	}
}

func (b *inbox) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var n notification
	_ = json.NewDecoder(r.Body).Decode(&n)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got[r.URL.Path] = append(b.got[r.URL.Path], n)
	user, password, _ := r.BasicAuth()
	b.logins[r.URL.Path] = user + ":" + password
}

// states returns "<status> <identity>" of every alert that came to a path.
func (b *inbox) states(path string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, n := range b.got[path] {
		for _, a := range n.Alerts {
			out = append(out, a.Status+" "+a.Labels[alert.LabelAlertname]+" "+a.Labels[alert.LabelIdentity])
		}
	}
	return out
}

// paths returns where notifications came to.
func (b *inbox) paths() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Sorted(maps.Keys(b.got))
}

// startAlertmanager runs the shipped configuration with short waits and the
// inbox in the place of the remediator and of the mail server.
func startAlertmanager(t *testing.T, b *inbox) string {
	t.Helper()
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "alertmanager.yml"), adapt(t, server.URL))
	write(t, filepath.Join(dir, "secrets", "remediator.password"), []byte("sesame\n"))
	write(t, filepath.Join(dir, "secrets", "smtp.password"), []byte("unused"))
	address := testkit.FreeAddress(t)
	testkit.StartProcess(t, nil, testkit.Tool(t, "alertmanager"), "--config.file", filepath.Join(dir, "alertmanager.yml"),
		"--storage.path", filepath.Join(dir, "data"), "--web.listen-address", address, "--cluster.listen-address", "")
	testkit.AwaitHTTP(t, "http://"+address+"/-/ready", 20*time.Second)
	return "http://" + address
}

func adapt(t *testing.T, url string) []byte {
	t.Helper()
	c := map[string]any{}
	load(t, alertmanagerConfig, &c)
	walk(c, func(_ string, value any) {
		if m, ok := value.(map[string]any); ok {
			shorten(m)
		}
	})
	shorten(c)
	for _, r := range c["receivers"].([]any) {
		r := r.(map[string]any)
		if hooks, ok := r["webhook_configs"].([]any); ok {
			hooks[0].(map[string]any)["url"] = url + "/" + r["name"].(string)
			continue
		}
		delete(r, "email_configs")
		r["webhook_configs"] = []any{map[string]any{"url": url + "/" + r["name"].(string), "send_resolved": true}}
	}
	text, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func shorten(m map[string]any) {
	for _, routes := range []any{m["routes"], []any{m}} {
		list, _ := routes.([]any)
		for _, r := range list {
			for _, wait := range []string{"group_wait", "group_interval"} {
				if r := r.(map[string]any); r[wait] != nil {
					r[wait] = "1s"
				}
			}
		}
	}
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// post sends alerts that end at the given time; zero means that they go on.
func post(t *testing.T, url string, ends time.Time, alerts ...map[string]string) {
	t.Helper()
	var body []map[string]any
	for _, labels := range alerts {
		a := map[string]any{"labels": labels, "startsAt": time.Now().Add(-time.Hour)}
		if !ends.IsZero() {
			a["endsAt"] = ends
		}
		body = append(body, a)
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url+"/api/v2/alerts", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
}

func inactive(system, name string) map[string]string {
	return map[string]string{
		"alertname": "CiemInactiveUser", "severity": "warning", "playbook": string(alert.InactiveUserReadOnly),
		"cloud": "aws", "system": system, "category": "inactive_user", "finding": "f-" + name,
		"identity": fmt.Sprintf("arn:aws:iam::%s:user/%s", system, name), "identity_type": "user", "owner": "payments",
	}
}

// Each finding reaches the remediator in a notification of its own, with its
// labels and the login; people see it too. What is resolved reaches people
// alone, and a failing collection holds its system's findings back from both.
func TestAlertmanagerNotifies(t *testing.T) {
	t.Parallel()
	b := &inbox{got: map[string][]notification{}, logins: map[string]string{}}
	url := startAlertmanager(t, b)
	const good, failing = "111122223333", "444455556666"
	post(t, url, time.Time{}, map[string]string{
		"alertname": "CiemCollectionFailing", "severity": "critical", "playbook": string(alert.CollectionRepair), "cloud": "aws", "system": failing,
	})
	testkit.Eventually(t, 20*time.Second, "on-call hears of the failing collection", func() bool { return len(b.states("/on-call")) > 0 })
	post(t, url, time.Time{}, inactive(failing, "held-back"), inactive(good, "jo"), inactive(good, "al"))
	both := []string{"firing CiemInactiveUser arn:aws:iam::111122223333:user/al", "firing CiemInactiveUser arn:aws:iam::111122223333:user/jo"}
	for _, receiver := range []string{"/remediator", "/team-payments"} {
		testkit.Eventually(t, 20*time.Second, receiver+" gets both findings", func() bool { return slices.Equal(distinct(b.states(receiver)), both) })
	}
	checkRemediator(t, b)
	post(t, url, time.Now(), inactive(good, "jo"), inactive(good, "al"), inactive(failing, "held-back"))
	testkit.Eventually(t, 20*time.Second, "the team hears that they are resolved", func() bool {
		return strings.Count(strings.Join(distinct(b.states("/team-payments")), "\n"), "resolved") == 2
	})
	for _, s := range b.states("/remediator") {
		if !strings.HasPrefix(s, "firing") {
			t.Errorf("the remediator got %s", s)
		}
	}
	for _, path := range b.paths() {
		if s := strings.Join(b.states(path), "\n"); strings.Contains(s, "held-back") {
			t.Errorf("%s got a finding of the failing system:\n%s", path, s)
		}
	}
}

func checkRemediator(t *testing.T, b *inbox) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.logins["/remediator"] != "alertmanager:sesame" {
		t.Errorf("login %q", b.logins["/remediator"])
	}
	for _, n := range b.got["/remediator"] {
		if len(n.Alerts) != 1 {
			t.Errorf("%d alerts in one notification", len(n.Alerts))
		}
		for _, a := range n.Alerts {
			if l, err := alert.Parse(a.Labels); err != nil || l.Scope != alert.ScopeIdentity {
				t.Errorf("%v: %v", a.Labels, err)
			}
		}
	}
}

func distinct(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return slices.Compact(s)
}
