package remote_test

import (
	"context"
	"errors"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// hang has a node take connections and never answer until the function is called
// that it returns. It waits until the node doesn't answer anymore: the signal
// stops a process some time after it was sent.
func (n *node) hang() (wake func()) {
	n.tb.Helper()
	if err := n.process.Signal(syscall.SIGSTOP); err != nil {
		n.tb.Fatal(err)
	}
	wake = func() { _ = n.process.Signal(syscall.SIGCONT) }
	n.tb.Cleanup(wake)
	for patience := time.Now().Add(20 * time.Second); n.answers(); {
		if time.Now().After(patience) {
			n.tb.Fatal("the node still answers 20 s after it was told to stop")
		}
	}
	return wake
}

// answers says whether the node answers within a second.
func (n *node) answers() bool {
	n.tb.Helper()
	ctx, cancel := context.WithTimeout(n.tb.Context(), time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, n.url()+"/health", http.NoBody)
	if err != nil {
		n.tb.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return true
}

// A storage node hangs: no answer lacks its events without saying so, and there
// is one, or an error, whoever of the server and the store is out of patience
// first.
func TestNodeHangs(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for a node that hangs")
	}
	for _, test := range []struct {
		name   string
		server string
		silent time.Duration
	}{{"the server gives up", "1s", 20 * time.Second}, {"the store gives up", "1m", time.Second}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			nodes := []*node{start(t), start(t)}
			front := start(t, "-storageNode="+nodes[0].address, "-storageNode="+nodes[1].address, "-search.maxQueryDuration="+test.server)
			o := options(front.url())
			o.Timeout, o.Patience = test.silent, time.Second
			s := open(t, o)
			evs := made(3000)
			mustAdd(t, s, evs)
			wantStored(t, s, evs)
			wake := nodes[1].hang()
			for _, text := range []string{"*", "* | stats count() n", "* | stats by (name) count() n | sort by (n)", "* | sort by (_time) | limit 3000", "* | uniq by (id)"} {
				for _, partial := range []bool{false, true} {
					n := 0
					out, err := s.Select(t.Context(), auditlog.Statement{LogsQL: text, AllowPartial: partial}, func(auditlog.Row) error {
						n++
						return nil
					})
					if !errors.Is(err, auditlog.ErrUnavailable) && (!partial || !out.Partial) {
						t.Errorf("%s, a part allowed %t: %d rows, %+v, %v", text, partial, n, out, err)
					}
				}
			}
			if st, err := s.Stats(t.Context()); !errors.Is(err, auditlog.ErrUnavailable) {
				t.Errorf("the store says %+v, %v", st, err)
			}
			wake()
			wantStored(t, s, evs)
		})
	}
}
