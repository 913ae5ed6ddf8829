package remote_test

import (
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
)

// Servers are killed and started again while a Sync waits and asks: it returns
// when all is on disk nevertheless, and nothing is there twice.
func TestKilledWhileSyncing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits until rows are on disk")
	}
	for _, which := range []string{"the front", "a storage node"} {
		t.Run(which, func(t *testing.T) {
			t.Parallel()
			c := startCluster(t)
			o := durable(options(c.front.url()))
			o.Patience = 30 * time.Second
			s := open(t, o)
			evs := made(3000)
			mustAdd(t, s, evs)
			victim := c.front
			if which == "a storage node" {
				victim = c.nodes[1]
			}
			var g errgroup.Group
			g.Go(func() error {
				_, err := s.Sync(t.Context())
				return err
			})
			for range 4 {
				<-time.After(300 * time.Millisecond)
				victim.process.Kill()
				<-time.After(500 * time.Millisecond)
				victim.start()
			}
			if err := g.Wait(); err != nil {
				t.Fatalf("sync: %v", err)
			}
			for _, n := range c.nodes { // What is on disk stays.
				n.crash()
			}
			wantStored(t, s, evs)
			if in, err := s.Mark().In(t.Context(), s); !in || err != nil || s.Mark() == (auditlog.Mark{}) {
				t.Errorf("mark %v is found: %t, %v", s.Mark(), in, err)
			}
		})
	}
}
