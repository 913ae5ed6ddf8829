package embedded_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// TestCrash kills a process that adds events, at random moments, and starts it
// again from its last checkpoint: in the end the store holds what the source
// has, each event once, each record as it was.
func TestCrash(t *testing.T) {
	t.Parallel()
	kills := 200
	if testing.Short() {
		kills = 20
	}
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(42, 0))
	killed, ended := 0, 0
	for killed < kills {
		after, unsynced := time.Duration(r.IntN(400))*time.Millisecond, killed%10 == 9
		if unsynced {
			after += 1200 * time.Millisecond
		}
		if run(t, dir, 1<<30, killed+ended, after, unsynced) {
			killed++
		} else {
			ended++
		}
	}
	until := checkpoint(t, dir) + window // Beyond all that a child can have added.
	for checkpoint(t, dir) < until {
		run(t, dir, until, killed+ended, time.Minute, false)
		ended++
	}
	wantSource(t, filepath.Join(dir, "store"), until)
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("killed %d times, ended %d times by itself; %d events; the streams were registered again %d times",
		killed, ended, until, bytes.Count(log, []byte("registering streams again")))
}

// run runs the child and reports whether it was killed, after some time.
func run(t *testing.T, dir string, until, seed int, after time.Duration, unsynced bool) (killed bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), after+20*time.Millisecond)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, "-test.run=^TestCrashChild$") // Killed when ctx is done.
	cmd.Env = append(os.Environ(), crashDir+"="+dir, fmt.Sprintf("%s=%d", crashUntil, until), fmt.Sprintf("%s=%d", crashSeed, seed))
	if unsynced {
		cmd.Env = append(cmd.Env, crashUnsynced+"=1")
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	if err != nil && ctx.Err() == nil {
		t.Fatalf("the process ended by itself: %v\n%s", err, out.Bytes())
	}
	return err != nil
}

// wantSource checks that a store holds the first n events of the source.
func wantSource(t *testing.T, dir string, n int) {
	t.Helper()
	s := open(t, embedded.Options{Dir: dir, Retention: ages})
	seen := map[string]bool{}
	var refs []auditlog.RawRef
	each(t, s, "*", func(r auditlog.Row) {
		ev, err := row.Decode(r)
		if err != nil {
			t.Fatal(err)
		}
		if seen[ev.ID] {
			t.Errorf("event %s is there twice", ev.ID)
		}
		seen[ev.ID] = true
		refs = append(refs, auditlog.RawRef{Time: ev.Time, ID: ev.ID, Ref: string([]byte(r.Get("raw")))})
	})
	raws, err := s.Raw(t.Context(), refs)
	if err != nil {
		t.Error(err)
	}
	byID := map[string][]byte{}
	for i, ref := range refs {
		byID[ref.ID] = raws[i]
	}
	wantRecords(t, byID, n)
	wantStreams(t, s, n)
	if st, err := s.Stats(t.Context()); err != nil || st.Events != int64(n) || st.Damaged != 0 {
		t.Errorf("Stats() = %+v, %v, want %d events and no damage", st, err, n)
	}
}

func wantRecords(t *testing.T, byID map[string][]byte, n int) {
	t.Helper()
	for i := range n {
		ev := crashEvent(i)
		if got, ok := byID[ev.ID]; !ok {
			t.Errorf("event %d is lost", i)
		} else if !bytes.Equal(got, ev.Raw) {
			t.Errorf("record of event %d is %q, want %q", i, got, ev.Raw)
		}
		delete(byID, ev.ID)
	}
	if len(byID) > 0 {
		t.Errorf("%d events are there that the source does not have", len(byID))
	}
}

// wantStreams checks that queries by stream find every event.
func wantStreams(t *testing.T, s auditlog.Store, n int) {
	t.Helper()
	each(t, s, `{cloud="aws",system=~".+"} | stats count() rows`, func(r auditlog.Row) {
		if got := r.Get("rows"); got != fmt.Sprint(n) {
			t.Errorf("%s events are found by stream, want %d", got, n)
		}
	})
}

func each(t *testing.T, s auditlog.Store, logsql string, row func(auditlog.Row)) {
	t.Helper()
	_, err := s.Select(t.Context(), auditlog.Statement{LogsQL: logsql}, func(r auditlog.Row) error {
		row(r)
		return nil
	})
	if err != nil {
		t.Fatalf("select %s: %v", logsql, err)
	}
}
