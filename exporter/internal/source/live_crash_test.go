package source_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/usage"
)

// history delivers files of several regions, some of whose events two of them
// hold, and returns the events.
func (c *cloud) history(t *testing.T, until time.Time) []record {
	t.Helper()
	var all []record
	for i, region := range []string{home, second, third} {
		for day := range 3 {
			// Older ones than ids are remembered, too.
			at := until.Add(-time.Duration(day*9) * 24 * time.Hour)
			more := records(len(all), 8, at, 7*time.Minute)
			c.deliver(t, region, at, slices.Concat(more, all[max(0, len(all)-i):])...)
			all = append(all, more...)
		}
	}
	return all
}

// killed looks at the disk at every call of the bucket, where a process may be
// killed, and starts again from there.
func (l live) killed() {
	t, c, dir := l.T, l.cloud, l.TempDir()
	all := c.history(t, time.Now().Add(-time.Hour))
	states := map[string]string{} // Usage on the disk → a copy of the directory.
	c.on(func(now *call) {
		if now.op == "" {
			return
		}
		saved, _ := os.ReadFile(c.usage(dir)) // There is none at first.
		if states[string(saved)] == "" {
			states[string(saved)] = copied(t, dir)
		}
	})
	same(t, "not killed", c.truth(all...), read(t, c.start(t, dir)).Usage)
	if len(states) < 2 {
		t.Fatalf("%d states on the disk, want those before and after a save on the way", len(states))
	}
	c.on(nil)
	for saved, left := range states {
		litter(t, c.usage(left))
		same(t, fmt.Sprintf("killed after %d bytes", len(saved)), c.truth(all...), read(t, c.start(t, left)).Usage)
	}
}

// litter leaves behind what a save that was killed leaves.
func litter(t *testing.T, usage string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(usage), 0o750), os.WriteFile(usage+"-1.tmp", []byte("half"), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// cancelled ends readings at a file, a later one each time, until one comes to
// its end.
func (l live) cancelled() {
	t, c := l.T, l.cloud
	all := c.history(t, time.Now().Add(-time.Hour))
	for _, first := range []int{1, 5} {
		dir := t.TempDir()
		interrupted := 0
		for at := first; ; at++ {
			reading, err := c.readUntil(t, dir, at)
			if err == nil {
				same(t, fmt.Sprintf("cancelled at file %d and so on", first), c.truth(all...), reading)
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			interrupted++
		}
		if interrupted == 0 {
			t.Errorf("no reading was cancelled at file %d", first)
		}
	}
}

// readUntil reads the account after a start, and cancels the reading at its nth
// file.
func (c *cloud) readUntil(t *testing.T, dir string, n int) (*usage.Index, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	files := 0
	c.on(func(now *call) {
		if now.op == "s3:GetObject" {
			if files++; files == n {
				cancel()
			}
		}
	})
	defer c.on(nil)
	reading, err := c.start(t, dir).Read(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	return reading.Usage, nil
}

// failingSaves takes the place to save to away at a file, after which events
// are delivered and not saved, and gives it back.
func (l live) failingSaves() {
	t, c := l.T, l.cloud
	all := c.history(t, time.Now().Add(-time.Hour))
	for _, n := range []int{1, 4, 9} { // Before the first save, on the way, before the last.
		dir := t.TempDir()
		files := 0
		c.on(func(now *call) {
			if now.op == "s3:GetObject" {
				if files++; files == n {
					take(t, dir)
				}
			}
		})
		err := fail(t.Context(), t, c.start(t, dir))
		if !strings.Contains(err.Error(), filepath.Join(dir, "aws")) {
			t.Errorf("the error does not name the place: %v", err)
		}
		c.on(nil)
		give(t, dir)
		same(t, fmt.Sprintf("no save from file %d on", n), c.truth(all...), read(t, c.start(t, dir)).Usage)
	}
}

// take puts a file where the store has its folder, so that nothing can be
// written there, by whatever user; give undoes that.
func take(t *testing.T, dir string) {
	t.Helper()
	aws := filepath.Join(dir, "aws")
	if err := os.Rename(aws, aws+".away"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := os.WriteFile(aws, nil, 0o600); err != nil {
		t.Error(err)
	}
}

func give(t *testing.T, dir string) {
	t.Helper()
	aws := filepath.Join(dir, "aws")
	if err := os.Remove(aws); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(aws+".away", aws); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

// damaged changes the saved usage in places of all kinds: the reading says so
// and begins anew.
func (l live) damaged() {
	t, c, dir := l.T, l.cloud, l.TempDir()
	today := time.Now()
	all := c.history(t, today.Add(-2*time.Hour))
	same(t, "first reading", c.truth(all...), read(t, c.start(t, dir)).Usage)
	more := records(len(all), 5, today.Add(-time.Hour), time.Minute)
	c.deliver(t, home, today.Add(-time.Hour), more...)
	all = append(all, more...)
	for name, damage := range damages() {
		left := copied(t, dir)
		data, err := os.ReadFile(c.usage(left))
		if err != nil {
			t.Fatal(err)
		}
		changed := damage(slices.Clone(data))
		if bytes.Equal(changed, data) {
			t.Fatalf("%s: nothing changed", name)
		}
		if err := os.WriteFile(c.usage(left), changed, 0o600); err != nil {
			t.Fatal(err)
		}
		reading := read(t, c.start(t, left))
		if p := reading.Inventory.Problems; len(p) != 1 || p[0].Code != "usage_damaged" ||
			p[0].Subject != c.account || !strings.Contains(p[0].Message, c.usage(left)) {
			t.Errorf("%s: problems %+v", name, p)
		}
		same(t, name, c.truth(all...), reading.Usage)
		reading = read(t, c.start(t, left))
		noProblems(t, reading)
		same(t, name+", next reading", c.truth(all...), reading.Usage)
	}
}

func damages() map[string]func([]byte) []byte {
	flip := func(where func([]byte) int) func([]byte) []byte {
		return func(b []byte) []byte {
			b[where(b)] ^= 1
			return b
		}
	}
	at := func(text string) func([]byte) int { return func(b []byte) int { return bytes.Index(b, []byte(text)) } }
	return map[string]func([]byte) []byte{
		"empty":                  func([]byte) []byte { return nil },
		"cut in the index":       func(b []byte) []byte { return b[:bytes.Index(b, []byte("usage index"))+40] },
		"longer":                 func(b []byte) []byte { return append(b, 0) },
		"flipped index":          flip(func(b []byte) int { return at("usage index")(b) + 40 }),
		"flipped name in a mark": flip(func(b []byte) int { return at(`"newest"`)(b) + 2 }),
		// Would still be JSON, and have files passed over.
		"a later mark": func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"newest":"2`), []byte(`"newest":"9`), 1)
		},
	}
}

// usage is the file that the account's usage is kept in.
func (c *cloud) usage(dir string) string { return filepath.Join(dir, "aws", c.account, "usage") }

func copied(t *testing.T, dir string) string {
	t.Helper()
	left := t.TempDir()
	if err := os.CopyFS(left, os.DirFS(dir)); err != nil {
		t.Error(err)
	}
	return left
}
