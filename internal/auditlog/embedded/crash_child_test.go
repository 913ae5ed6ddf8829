package embedded_test

import (
	"context"
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
	"github.com/leastward/leastward/internal/auditlog/embedded/parts"
	"github.com/leastward/leastward/internal/entitlement"
)

// The environment of the child process of TestCrash.
const (
	crashDir   = "LEASTWARD_TEST_CRASH_DIR"
	crashUntil = "LEASTWARD_TEST_CRASH_UNTIL" // The first event that is not wanted.
	crashSeed  = "LEASTWARD_TEST_CRASH_SEED"
	// Set, it has the child add without Sync, for longer than the engine
	// keeps rows in memory: it writes some of them on its own.
	crashUnsynced = "LEASTWARD_TEST_CRASH_UNSYNCED"
)

// ages is a retention that keeps the source's events, whose time is fixed.
const ages = 40 * 365 * 24 * time.Hour

// window bounds how far the child is ahead of its checkpoint.
const window = 2000

// crashEvent returns the n-th event of a source that goes on for ever. Days and
// systems change now and then, so that partitions and streams begin at any time.
func crashEvent(n int) auditlog.Event {
	at := time.Date(2026, 1, 10+n/3000%7, 0, 0, 0, 0, time.UTC)
	return auditlog.Event{
		ID:       fmt.Sprintf("%08x-0000-4000-8000-%012x", n*7919, n),
		Time:     at.Add(time.Duration(n%86_000) * time.Second),
		Cloud:    entitlement.AWS,
		System:   entitlement.SystemID(fmt.Sprintf("%012d", n/700%40)),
		Identity: entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::111122223333:user/u%d", n%50)),
		Name:     "GetObject",
		Source:   "s3.amazonaws.com",
		Actions:  []entitlement.Action{"s3:GetObject"},
		Mapping:  auditlog.Mapped,
		Outcome:  auditlog.Success,
		Raw:      fmt.Appendf(nil, `{"eventID":"%d","filler":"%x"}`, n, n*n),
	}
}

// TestCrashChild is the process that TestCrash kills: it adds the events from
// the last checkpoint on, some of them again and again, and saves a checkpoint
// after each Sync.
func TestCrashChild(t *testing.T) {
	dir := os.Getenv(crashDir)
	if dir == "" {
		t.Skip("is run by TestCrash")
	}
	until, seed := number(t, os.Getenv(crashUntil)), number(t, os.Getenv(crashSeed))
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // It is of use to people alone.
	s, err := embedded.Open(embedded.Options{
		Dir: filepath.Join(dir, "store"), Retention: ages, MinFreeBytes: -1, Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	done := checkpoint(t, dir)
	if os.Getenv(crashUnsynced) != "" {
		addForEver(t, s, r, done)
	}
	for last := done; done < until; {
		for range 1 + r.IntN(4) {
			last = addSome(t, s, r, last, min(until, done+window))
		}
		if _, err := s.Sync(context.Background()); err != nil {
			t.Fatal(err)
		}
		done = last
		if err := parts.WriteFile(filepath.Join(dir, "checkpoint"), []byte(strconv.Itoa(done))); err != nil {
			t.Fatal(err)
		}
		if r.IntN(20) == 0 {
			break // Closing is a time to be killed, too.
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// addForEver adds the same events over and over, in small batches.
func addForEver(t *testing.T, s auditlog.Store, r *rand.Rand, done int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	for last := done; ; <-tick.C {
		if last = addSome(t, s, r, last, done+window); last == done+window {
			last = done
		}
	}
}

// addSome adds events from n on, and some from before, and returns where to go
// on.
func addSome(t *testing.T, s auditlog.Store, r *rand.Rand, n, until int) int {
	t.Helper()
	end := min(n+1+r.IntN(300), until)
	var batch []auditlog.Event
	for i := max(0, n-r.IntN(50)); i < end; i++ {
		batch = append(batch, crashEvent(i))
	}
	r.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
	added, err := s.Add(context.Background(), batch)
	if err != nil {
		t.Fatal(err)
	}
	if added.New+added.Duplicate != len(batch) {
		t.Fatalf("added %+v of %d events", added, len(batch))
	}
	return end
}

func checkpoint(t *testing.T, dir string) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if os.IsNotExist(err) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return number(t, string(b))
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
