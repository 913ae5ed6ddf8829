package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog/embedded/parts"
)

// format is the layout of the directory that this code reads and writes.
const format = 1

// ahead is how far beyond the last ingestion time the stored bound lies: it is
// written once in that time, and after a crash ingestion times go on from it.
const ahead = 10 * time.Second

// step is what ingestion times are a multiple of, in nanoseconds. The engine
// compares numbers as float64, which has such times exactly: 1 << 53 steps are
// beyond the last time that there is.
const step = 1 << 10

// clock gives out ingestion times. They increase, also over restarts, crashes
// and a clock that is set back, since none is given out beyond a bound that is
// on disk.
type clock struct {
	path string
	now  func() time.Time

	mu    sync.Mutex // Guards what follows.
	last  int64      // Nanoseconds since 1970.
	bound int64
}

type state struct {
	Format int `json:"format"`
	// Bound is the time that no ingestion time lies beyond, in nanoseconds since
	// 1970.
	Bound int64 `json:"ingested_before"`
}

func openClock(path string, now func() time.Time) (*clock, error) {
	c := &clock{path: path, now: now}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	var st state
	if err := json.Unmarshal(b, &st); err != nil {
		return nil, fmt.Errorf("read the state in %s: %w; if it is lost, remove it: "+
			"what follows new events then starts from the present time", path, err)
	}
	if st.Format != format {
		return nil, fmt.Errorf("the store has format %d, this program reads format %d; use the program that wrote it", st.Format, format)
	}
	c.last, c.bound = st.Bound, st.Bound
	return c, nil
}

// next returns an ingestion time after all before.
func (c *clock) next() (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := (max(c.now().UnixNano(), c.last+1) + step - 1) / step * step
	if t >= c.bound {
		if err := c.write(t + int64(ahead)); err != nil {
			return 0, err
		}
	}
	c.last = t
	return t, nil
}

// close lowers the bound to what was given out.
func (c *clock) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.write(c.last + 1)
}

func (c *clock) write(bound int64) error {
	b, err := json.Marshal(state{Format: format, Bound: bound})
	if err == nil {
		err = parts.WriteFile(c.path, b)
	}
	if err != nil {
		return fmt.Errorf("store how far ingestion times have got: %w", err)
	}
	c.bound = bound
	return nil
}
