package remote_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

// count returns how many events an answer has.
func count(ctx context.Context, s auditlog.Store, partial bool) (int, auditlog.Outcomes, error) {
	n := 0
	out, err := s.Select(ctx, auditlog.Statement{LogsQL: "*", AllowPartial: partial}, func(auditlog.Row) error {
		n++
		return nil
	})
	return n, out, err
}

// A node down: an error that says so, or a part that says that it is one.
func TestNodeDown(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits until rows are on disk")
	}
	c := startCluster(t)
	o := options(c.front.url())
	o.Patience = 2 * time.Second
	s := open(t, o)
	evs := made(3000) // Beyond 1000 rows of a stream, the front spreads them.
	mustAdd(t, s, evs)
	wantStored(t, s, evs)
	if n, out, err := count(t.Context(), s, true); n != 3000 || out.Partial || err != nil {
		t.Fatalf("all nodes up: %d events, %+v, %v", n, out, err)
	}

	more := []auditlog.Event{evs[0]}
	more[0].ID, more[0].Time = "one more", evs[2999].Time.Add(time.Second)
	mustAdd(t, s, more)
	c.nodes[1].process.Stop()
	if _, err := s.Sync(t.Context()); !errors.Is(err, auditlog.ErrUnavailable) || !strings.Contains(fmt.Sprint(err), c.nodes[1].address) {
		t.Errorf("sync with a node down: %v, want ErrUnavailable that names %s", err, c.nodes[1].address)
	}
	_, _, err := count(t.Context(), s, false)
	if !errors.Is(err, auditlog.ErrUnavailable) || !strings.Contains(fmt.Sprint(err), c.nodes[1].address) {
		t.Errorf("a node down: %v, want ErrUnavailable that names %s", err, c.nodes[1].address)
	}
	n, out, err := count(t.Context(), s, true)
	if n == 0 || n >= 3000 || !out.Partial || err != nil {
		t.Errorf("a part allowed: %d events, %+v, %v", n, out, err)
	}
	if _, err := s.Select(t.Context(), auditlog.Statement{LogsQL: "* | (", AllowPartial: true}, func(auditlog.Row) error { return nil }); !errors.Is(err, auditlog.ErrStatement) {
		t.Errorf("a bad statement with a node down: %v", err)
	}

	c.nodes[1].start()
	wantStored(t, s, append(evs, more...))
	if n, out, err := count(t.Context(), s, true); n != 3001 || out.Partial || err != nil {
		t.Errorf("the node is back: %d events, %+v, %v", n, out, err)
	}
	c.nodes[0].process.Stop()
	c.nodes[1].process.Stop()
	if _, out, err := count(t.Context(), s, true); !errors.Is(err, auditlog.ErrUnavailable) {
		t.Errorf("all nodes down, a part allowed: %+v, %v", out, err)
	}
}

// Nodes and the front are killed while events are added, through the front or
// to the nodes directly: nothing is lost, nothing is there twice.
func TestKilledWhileAdding(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills servers for seconds")
	}
	for _, directly := range []bool{false, true} {
		t.Run(fmt.Sprintf("directly %t", directly), func(t *testing.T) {
			t.Parallel()
			c := startCluster(t)
			o := options(c.front.url())
			o.Patience = 30 * time.Second
			if directly {
				o.InsertURLs, o.SelectURLs = []string{c.nodes[0].url(), c.nodes[1].url()}, o.InsertURLs
			}
			s := open(t, o)
			evs := made(4000)
			killWhile(t, c, func() error { return addAll(t, s, evs) })
			wantStored(t, s, evs)
		})
	}
}

// killWhile kills one node after the other, and starts it again, while the
// function runs.
func killWhile(t *testing.T, c *cluster, f func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var g errgroup.Group
	g.Go(func() error {
		defer cancel()
		return f()
	})
	for _, n := range []*node{c.nodes[0], c.front, c.nodes[1], c.front} {
		select {
		case <-ctx.Done():
		case <-time.After(400 * time.Millisecond):
		}
		n.process.Kill()
		n.start()
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// addAll adds events in batches, again and again where that fails, as a source
// does that begins where it was.
func addAll(t *testing.T, s auditlog.Store, evs []auditlog.Event) error {
	t.Helper()
	for part := range slices.Chunk(evs, 100) {
		for {
			_, err := s.Add(t.Context(), part)
			if err == nil {
				break
			}
			if !errors.Is(err, auditlog.ErrUnavailable) {
				return err
			}
		}
		<-time.After(20 * time.Millisecond)
	}
	return nil
}

// The answer of a storage node to its vlinsert is lost: that sends the rows to
// another node, and no client learns of the duplicates. A store that adds to the
// storage nodes itself makes none.
func TestAnswerLostWithinCluster(t *testing.T) {
	t.Parallel()
	a, b := start(t), start(t)
	p := startProxy(t, a.url(), func(p *proxy, w http.ResponseWriter, r *http.Request) {
		p.forward(r)
		drop(t, w)
	})
	front := start(t, "-storageNode="+strings.TrimPrefix(p.URL, "http://")+","+b.address)
	o := options(front.url())
	s := open(t, o)
	evs := made(2000)
	mustAdd(t, s, evs)
	testkit.Eventually(t, 10*time.Second, "VictoriaLogs doubles rows: where it no longer does, options.go and doc.go need not warn of it", func() bool {
		n, _, err := count(t.Context(), s, false)
		return err == nil && n > len(evs)
	})

	o.Tenant.Account = 1
	o.InsertURLs, o.SelectURLs = []string{p.URL, b.url()}, o.InsertURLs
	s = open(t, o)
	for part := range slices.Chunk(evs, 500) {
		mustAdd(t, s, part)
	}
	wantStored(t, s, evs)
}

// A server that dies while it answers: an error, not a short answer.
func TestKilledWhileAnswering(t *testing.T) {
	t.Parallel()
	for _, which := range []string{"the single node", "the front", "a storage node"} {
		t.Run(which, func(t *testing.T) {
			t.Parallel()
			front, victim := answering(t, which)
			o := options(front.url())
			o.Patience = time.Second
			s := open(t, o)
			evs, noise := made(3000), noise()
			for i := range evs { // More than what sockets hold, and nothing that compresses.
				evs[i].Detail, evs[i].Raw = noise(15<<10), nil
			}
			mustAdd(t, s, evs)
			if _, err := s.Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
			n := 0
			_, err := s.Select(t.Context(), auditlog.Statement{LogsQL: "*", AllowPartial: true}, func(auditlog.Row) error {
				if n++; n == 10 {
					victim.process.Kill()
				}
				return nil
			})
			if !errors.Is(err, auditlog.ErrUnavailable) {
				t.Errorf("%d of %d rows and then %v, want ErrUnavailable", n, len(evs), err)
			}
		})
	}
}

// noise returns a function that returns letters that do not compress well.
func noise() func(n int) string {
	pool := make([]byte, 4<<20)
	source := rand.NewChaCha8([32]byte{1})
	_, _ = source.Read(pool)
	for i := range pool {
		pool[i] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"[pool[i]&63]
	}
	return func(n int) string {
		i := int(source.Uint64() % uint64(len(pool)-n))
		return string(pool[i : i+n])
	}
}

func answering(t *testing.T, which string) (front, victim *node) {
	t.Helper()
	if which == "the single node" {
		n := start(t)
		return n, n
	}
	c := startCluster(t)
	if which == "the front" {
		return c.front, c.front
	}
	return c.front, c.nodes[1]
}

// A crash can keep the rows of a stream and lose that it is registered; then no
// query by stream finds them. The streams are registered again.
func TestStreamsAreRegisteredAgain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts servers many times")
	}
	single := start(t)
	c := startCluster(t)
	for _, test := range []struct {
		name  string
		front *node
		nodes []*node
	}{{"single node", single, []*node{single}}, {"cluster", c.front, c.nodes}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := options(test.front.url())
			o.Visible = 500 * time.Millisecond
			s := open(t, o)
			evs := made(3000)
			for i := range evs {
				evs[i].System = entitlement.SystemID([]string{"111122223333", "444455556666", "7"}[i%3])
			}
			mustAdd(t, s, evs)
			wantStored(t, s, evs)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			for _, n := range test.nodes {
				n.forgetStreams(evs)
			}
			s = open(t, o)
			if n, _, err := count(t.Context(), s, false); n != 0 || err != nil {
				t.Fatalf("%d events and %v: the streams are not lost, the test proves nothing", n, err)
			}
			if got := mustAdd(t, s, evs); got.Duplicate != len(evs) {
				t.Errorf("added %+v once more", got)
			}
			wantStored(t, s, evs)
			fresh := made(3200)[3000:]
			for i := range fresh {
				fresh[i].Time = fresh[i].Time.Add(-48 * time.Hour) // Of a day of their own.
			}
			mustAdd(t, s, fresh)
			for _, n := range test.nodes {
				n.forgetStreams(fresh) // While the store is open.
			}
			wantStored(t, s, append(fresh, evs...))
			evs = append(evs, fresh...)
			if st, err := s.Stats(t.Context()); err != nil || st.Events != int64(len(evs)) {
				t.Errorf("the store says %+v, %v; want %d events", st, err, len(evs))
			}
		})
	}
}
