package trigger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/state"
	"github.com/leastward/leastward/internal/testkit"
)

func advance(from, to time.Time) *state.Step {
	return &state.Step{Name: "trigger/denied", From: from, To: to}
}

// Whatever fails and whenever the process ends, each refused call that is stored
// after the first evaluation is counted once.
func TestCountsOnceWhateverHappens(t *testing.T) {
	t.Parallel()
	b := newBench(t, denied())
	b.evaluate(t)
	n, want, runs := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		if runs++; runs > 40 { // Each takes a while.
			return
		}
		for range rapid.IntRange(1, 4).Draw(rt, "steps") {
			switch rapid.IntRange(0, 3).Draw(rt, "step") {
			case 0, 1:
				var batch []auditlog.Event
				for range rapid.IntRange(1, 3).Draw(rt, "events") {
					n++
					id, hours := fmt.Sprintf("e%d", n), rapid.IntRange(0, 24*90).Draw(rt, "age")
					if rapid.Bool().Draw(rt, "refused") {
						batch, want = append(batch, event(id, "1", hours)), want+1
					} else {
						batch = append(batch, success(id, "1", hours))
					}
				}
				b.add(t, batch...)
			case 2:
				b.store.failIn.Store(int64(rapid.IntRange(1, 3).Draw(rt, "fails in")))
				_ = b.engine.Evaluate(t.Context())
				b.store.failIn.Store(0)
			case 3:
				b.restart(t, denied())
			}
		}
		if err := b.engine.Evaluate(t.Context()); err != nil {
			rt.Fatal(err)
		}
		if got := b.totals("denied"); got != fmt.Sprintf("aws/1=%d azure/9=0 ", want) {
			rt.Fatalf("got %s, want %d", got, want)
		}
	})
}

func TestLoop(t *testing.T) {
	t.Parallel()
	b := newBench(t, denied())
	loop := trigger.NewLoop(b.engine.Evaluate, time.Hour, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var group errgroup.Group
	group.Go(func() error { return loop.Run(ctx) })
	await := func(what string, ok func() bool) {
		t.Helper()
		testkit.Eventually(t, time.Minute, what, ok)
	}
	await("the first evaluation", func() bool { return b.totals("denied") == "aws/1=0 azure/9=0 " })
	b.add(t, event("a", "1", 1))
	b.store.failIn.Store(1) // An error does not end it.
	loop.Kick()
	await("an error", func() bool { return b.engine.Status()[0].Errors == 1 })
	loop.Kick()
	await("a match", func() bool { return b.totals("denied") == "aws/1=1 azure/9=0 " })
	cancel()
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}
