package trigger_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/state"
	"github.com/leastward/leastward/internal/testkit"
)

// childVariable holds the directory of the process that the test kills, and
// countVariable how many batches it stores.
const (
	childVariable = "LEASTWARD_TEST_TRIGGER_CHILD"
	countVariable = "LEASTWARD_TEST_TRIGGER_COUNT"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		count, err := strconv.Atoi(os.Getenv(countVariable))
		if err = errors.Join(err, child(context.Background(), dir, count)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1) //nolint:forbidigo // The process that a test kills.
		}
		os.Exit(0) //nolint:forbidigo // As above.
	}
	os.Exit(m.Run()) //nolint:forbidigo // It is main here.
}

// What the child stores: every other event is a refused call.
const (
	batches   = 60
	batchSize = 20
	refused   = batches * batchSize / 2
)

// child opens what is in the directory and goes on storing batches, the last ones
// once more, as a source does that has saved no checkpoint since. It evaluates
// after each batch.
func child(ctx context.Context, dir string, count int) (err error) {
	store, err := embedded.Open(embedded.Options{ //nolint:contextcheck // Opening takes no context.
		Dir: filepath.Join(dir, "events"), Catalog: catalog.AWS(), MinFreeBytes: -1, Logger: slog.New(slog.DiscardHandler), Now: until,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	db, err := state.Open(ctx, state.Options{Path: filepath.Join(dir, "state.db")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	engine, err := trigger.New(trigger.Options{Store: store, State: db, LogsQL: meaning(), Triggers: []trigger.Definition{denied()}, Now: until})
	if err != nil {
		return err
	}
	if err := engine.Evaluate(ctx); err != nil {
		return err
	}
	stats, err := store.Stats(ctx)
	if err != nil {
		return err
	}
	for n := max(0, int(stats.Events/batchSize)-2); n < count; n++ {
		if _, err := store.Add(ctx, batch(n)); err != nil {
			return err
		}
		if err := engine.Evaluate(ctx); err != nil {
			return err
		}
	}
	return nil
}

func batch(n int) []auditlog.Event {
	events := make([]auditlog.Event, batchSize)
	for i := range events {
		id, hours := fmt.Sprintf("e%d-%d", n, i), (n*batchSize+i)*7%(24*90)
		if events[i] = success(id, "1", hours); i%2 == 0 {
			events[i] = event(id, "1", hours)
		}
	}
	return events
}

// The process is killed again and again, wherever it is; in the end each refused
// call is counted once.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	begin := func(count int) *testkit.Process {
		return testkit.StartProcess(t, []string{childVariable + "=" + dir, countVariable + "=" + strconv.Itoa(count)}, os.Args[0], "-test.run=^$")
	}
	<-begin(0).Done()                // The trigger begins before the first event, however early the first kill.
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // Moments to kill at.
	for range 12 {
		p := begin(batches)
		select {
		case <-p.Done(): // It got to the end in time.
		case <-time.After(time.Duration(100+r.IntN(600)) * time.Millisecond):
			p.Kill()
		}
	}
	<-begin(batches).Done()
	db := openState(t, filepath.Join(dir, "state.db"))
	p, err := db.Begin(t.Context(), state.Start{Name: "trigger/denied", Query: "x", Position: until(), Now: until()})
	if err != nil || len(p.Totals) != 1 || p.Totals[0].Count != refused {
		t.Errorf("counted %+v, %v, want %d", p.Totals, err, refused)
	}
}
