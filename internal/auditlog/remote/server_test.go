package remote_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/remote"
	"github.com/leastward/leastward/internal/testkit"
)

// retention is that of the servers under test.
const retention = 90 * 24 * time.Hour

// node is a VictoriaLogs that can be killed and started again where it was.
type node struct {
	tb      testing.TB
	args    []string
	path    string
	data    string
	address string
	process *testkit.Process
}

// start starts a node with its data in a folder of the test.
func start(tb testing.TB, args ...string) *node {
	tb.Helper()
	n := &node{tb: tb, path: testkit.Tool(tb, "victoria-logs"), address: testkit.FreeAddress(tb), data: filepath.Join(tb.TempDir(), "data")}
	n.args = append([]string{
		"-httpListenAddr=" + n.address, "-storageDataPath=" + n.data,
		"-retentionPeriod=100d", "-inmemoryDataFlushInterval=1s", "-loggerLevel=WARN", "-search.maxConcurrentRequests=32", "-memory.allowedBytes=200MB",
	}, args...)
	n.start()
	return n
}

func (n *node) start() {
	n.tb.Helper()
	n.process = testkit.StartProcess(n.tb, nil, n.path, n.args...)
	testkit.AwaitHTTP(n.tb, n.url()+"/health", 20*time.Second)
}

// crash kills the node and starts it again.
func (n *node) crash() {
	n.tb.Helper()
	n.process.Kill()
	n.start()
}

// forgetStreams takes the registrations of the streams away, of all days on
// which the events are.
func (n *node) forgetStreams(evs []auditlog.Event) {
	n.tb.Helper()
	n.process.Stop()
	days := make(map[string]bool)
	for i := range evs {
		days[filepath.Join(n.data, "partitions", evs[i].Time.Format("20060102"), "indexdb")] = true
	}
	for dir := range days {
		if _, err := os.Stat(dir); err != nil {
			continue // This node has nothing of the day.
		}
		if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o755)); err != nil {
			n.tb.Fatal(err)
		}
	}
	n.start()
}

func (n *node) url() string { return "http://" + n.address }

// cluster is two storage nodes and one that takes rows and statements for them.
type cluster struct {
	front *node
	nodes []*node
}

func startCluster(tb testing.TB) *cluster {
	tb.Helper()
	c := &cluster{nodes: []*node{start(tb), start(tb)}}
	c.front = start(tb, "-storageNode="+c.nodes[0].address, "-storageNode="+c.nodes[1].address)
	return c
}

// options are those of a store whose server is near and does not crash.
func options(url string) remote.Options {
	return remote.Options{
		InsertURLs: strings.Fields(url), Retention: retention,
		Settle: 1200 * time.Millisecond, Durable: 20 * time.Millisecond, Patience: 20 * time.Second, Timeout: 20 * time.Second,
	}
}

// durable waits as long as the nodes that start makes need to write to disk.
func durable(o remote.Options) remote.Options {
	o.Durable = 4 * time.Second
	return o
}

func open(tb testing.TB, o remote.Options) *remote.Store {
	tb.Helper()
	s, err := remote.Open(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}
