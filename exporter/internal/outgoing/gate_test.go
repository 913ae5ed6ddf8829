package outgoing_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leastward/leastward/exporter/internal/outgoing"
)

func TestGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := outgoing.NewGate(1, time.Minute)
		leave, err := g.Enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := g.Enter(t.Context()); !errors.Is(err, outgoing.ErrBusy) || time.Since(start) != time.Minute {
			t.Errorf("one who waits in vain: %v after %s", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errGone)
		defer cancel()
		if _, err := g.Enter(ctx); !errors.Is(err, errGone) {
			t.Errorf("one who goes: %v", err)
		}
		time.AfterFunc(time.Second, leave)
		again, err := g.Enter(t.Context())
		if err != nil {
			t.Fatalf("one whose turn comes: %v", err)
		}
		again()
		if leave, err = g.Enter(t.Context()); err != nil {
			t.Fatalf("after all are gone: %v", err)
		}
		leave()
	})
}

var errGone = errors.New("gone")
