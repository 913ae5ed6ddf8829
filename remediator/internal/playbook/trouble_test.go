package playbook_test

import (
	"bytes"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	shared "github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/config"
	"github.com/leastward/leastward/remediator/internal/store"
)

// mendable is a fault that a person can mend.
type mendable struct{ error }

func (mendable) Remedy() string { return "grant iam:GetUser" }

// awaitTrouble waits until the run was tried so often in vain.
func (b *bench) awaitTrouble(attempts int) *store.Run {
	b.t.Helper()
	var last *store.Run
	testkit.Eventually(b.t, 20*time.Second, "the run is in trouble", func() bool {
		runs, err := b.store.Runs(b.t.Context(), store.Filter{Open: true})
		if err != nil || len(runs) != 1 {
			b.t.Fatal(len(runs), err)
		}
		last = runs[0]
		return last.Trouble != nil && last.Trouble.Attempts >= attempts
	})
	return last
}

// A cloud that can't be read keeps the run waiting and says why; once a person
// has mended that the run goes on, and nothing of the trouble stays.
func TestTroubleIsShownAndPasses(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	b := setupAt(t, filepath.Join(t.TempDir(), "s.db"), slog.New(slog.NewTextHandler(&log, nil)), nil)
	b.cloud.set(func(c *cloud) {
		c.unread = func(int) error { return mendable{errors.New("AccessDenied: not authorized")} }
	})
	b.receive()
	r := b.awaitTrouble(3)
	trouble := r.Trouble
	if r.State != store.Evidenced || trouble.Error != "AccessDenied: not authorized" || trouble.Remedy != "grant iam:GetUser" ||
		!trouble.Until.Equal(trouble.Since.Add(time.Hour)) || trouble.Next.Before(trouble.Since) {
		t.Errorf("in state %s: %+v", r.State, trouble)
	}
	b.cloud.set(func(c *cloud) { c.unread = nil })
	if r = b.await(store.Done); r.Trouble != nil || r.Why != "" {
		t.Errorf("trouble %+v, why %q", r.Trouble, r.Why)
	}
	b.expect(target())
	b.stop()
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "not authorized") && (!strings.Contains(line, "level=WARN") || !strings.Contains(line, `msg="step failed and will be tried again"`) || !strings.Contains(line, `remedy="grant iam:GetUser"`)) {
			t.Errorf("log: %s", line)
		}
	}
	if !strings.Contains(log.String(), "not authorized") {
		t.Error("the log does not tell of the trouble")
	}
}

// What does not pass within the configured time ends the run.
func TestTroubleIsGivenUp(t *testing.T) {
	t.Parallel()
	b := setup(t, func(p *config.Playbook) { p.RetryFor = shared.Duration(20 * time.Millisecond) })
	b.cloud.set(func(c *cloud) { c.unread = func(int) error { return mendable{errors.New("AccessDenied")} } })
	b.receive()
	r := b.await(store.Failed)
	if !strings.HasPrefix(r.Why, "given up after ") || !strings.HasSuffix(r.Why, ": AccessDenied; grant iam:GetUser") || b.cloud.plans < 2 || r.Trouble != nil {
		t.Errorf("failed after %d plans because %q", b.cloud.plans, r.Why)
	}
	if b.cloud.writes != 0 {
		t.Errorf("%d writes", b.cloud.writes)
	}
}

// A restart tries at once, whatever the wait was, and does not make the run be
// tried twice as often.
func TestRestartInTrouble(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	logger := slog.New(slog.DiscardHandler)
	fault := func(int) error { return errors.New("unreachable") }
	b := setupAt(t, path, logger, nil)
	b.cloud.set(func(c *cloud) { c.unread = fault })
	b.receive()
	r := b.awaitTrouble(2)
	b.stop()
	for range 2 {
		b = setupAt(t, path, logger, nil)
		b.cloud.set(func(c *cloud) { c.unread = fault })
		again := b.awaitTrouble(r.Trouble.Attempts + 1)
		if !again.Trouble.Since.Equal(r.Trouble.Since) {
			t.Errorf("the trouble began at %s, and after the restart at %s", r.Trouble.Since, again.Trouble.Since)
		}
		b.stop()
		tried := again.Trouble.Attempts - r.Trouble.Attempts
		if b.cloud.plans < tried || b.cloud.plans > tried+2 {
			t.Errorf("%d tries are counted of %d", tried, b.cloud.plans)
		}
		r = again
	}
	b = setupAt(t, path, logger, nil)
	b.await(store.Done)
	b.expect(target())
}

// Other failures before it do not make a state that is merely late count as
// wrong.
func TestLateStateAfterOtherFaults(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.cloud.meddle = func(f change.Facts) {
		if f["tag/done"] == "yes" { // After the last write the cloud is away for a while, and then shows an old state.
			b.cloud.hidden = 8
			delete(f, "tag/done")
		}
	}
	b.receive()
	testkit.Eventually(t, 20*time.Second, "the cloud looks wrong", func() bool {
		r := b.awaitTrouble(1)
		return r.Trouble.Mismatches > 0
	})
	b.cloud.set(func(c *cloud) { c.facts["tag/done"] = "yes" })
	b.await(store.Done)
	b.expect(target())
}
