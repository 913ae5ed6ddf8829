package app_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/testkit"
)

// The same exporter with its events in VictoriaLogs: found once, also after a
// restart, and while VictoriaLogs is away the API says so and the metrics go on.
func TestRemoteStore(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("VictoriaLogs takes some seconds")
	}
	address := testkit.FreeAddress(t)
	logs := testkit.StartProcess(t, nil, testkit.Tool(t, "victoria-logs"), "-httpListenAddr="+address,
		"-storageDataPath="+filepath.Join(t.TempDir(), "logs"), "-retentionPeriod=100d", "-inmemoryDataFlushInterval=1s", "-memory.allowedBytes=200MB")
	testkit.AwaitHTTP(t, "http://"+address+"/health", 20*time.Second)
	text := strings.Replace(withTrail, "store: {min_free: 0}",
		fmt.Sprintf(`store: {retention: 95d, remote: {insert_urls: ["http://%s"], tenant: "3:0", visible: 1s, durable: 2s, settle: 1s}}, limits: {timeout: 3s}`, address), 1)
	r := startWith(t, text, map[string]string{"trail.json": trail(5)})
	found := func() {
		t.Helper()
		testkit.Eventually(t, 30*time.Second, "the events are found", func() bool {
			return len(r.ask(adminToken, "event:ListBuckets").Events) >= 5
		})
		if got := r.ask(adminToken, "event:ListBuckets").Events; len(got) != 5 {
			t.Errorf("%d events, want 5", len(got))
		}
	}
	stop := r.run(time.Now)
	found()
	stop()
	stop = r.run(time.Now)
	defer stop()
	found()
	logs.Kill()
	status, body := r.doAs(adminToken, http.MethodGet, api.AuditQueryPath)
	if status != http.StatusServiceUnavailable && status != http.StatusGatewayTimeout || !strings.Contains(body, `"error"`) {
		t.Errorf("a question while VictoriaLogs is away = %d %s", status, body)
	}
	if status, page := r.do(http.MethodGet, "/metrics"); status != http.StatusOK || !strings.Contains(page, "ciem_system_info") {
		t.Errorf("the metrics while VictoriaLogs is away = %d", status)
	}
}
