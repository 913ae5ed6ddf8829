package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog/embedded/parts"
)

// check looks at everything that the engine is about to open, and reads what was
// written at a time or later. It returns the days whose list of streams may lack
// some.
func (s *Store) check(since time.Time) (doubtful []string, err error) {
	if err := s.checkEngineFiles(); err != nil {
		return nil, err
	}
	strangers, err := s.parts.SetAsideStrangers()
	if err != nil {
		return nil, err
	}
	for _, d := range strangers {
		s.o.Logger.Error("set aside what is no part of the audit store", "name", d.Part, "to", d.To, "err", d.Err)
	}
	doubtful, err = s.checkPartitions(since)
	if err != nil {
		return nil, err
	}
	s.damaged, err = s.parts.DamagedCount()
	return doubtful, err
}

func (s *Store) checkPartitions(since time.Time) (doubtful []string, err error) {
	days, err := s.parts.Days()
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, day := range days {
		g.Go(func() error {
			r, err := s.parts.Check(day, since)
			if err != nil {
				return err
			}
			s.logReport(r)
			if r.Unknown || lostStreams(r) {
				mu.Lock()
				defer mu.Unlock()
				doubtful = append(doubtful, day)
			}
			return nil
		})
	}
	return doubtful, g.Wait()
}

func lostStreams(r parts.Report) bool {
	for _, d := range r.Damages {
		if d.Table == parts.Streams {
			return true
		}
	}
	return false
}

func (s *Store) logReport(r parts.Report) {
	for _, w := range r.Warnings {
		s.o.Logger.Warn("audit store", "day", r.Day, "err", w)
	}
	for _, d := range r.Damages {
		consequence := "events of the day are missing; add them again from their source"
		if d.Table == parts.Streams {
			consequence = "none: the streams are registered again"
		}
		s.o.Logger.Error("set aside a damaged part of the audit store", "day", r.Day, "part", filepath.Join(d.Table, d.Part),
			"to", d.To, "consequence", consequence, "err", d.Err)
	}
}

// checkEngineFiles looks at the files that the engine has beside its partitions.
func (s *Store) checkEngineFiles() error {
	dir := s.path(engineDir)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	f, err := flock(filepath.Join(dir, "flock.lock"))
	if err != nil {
		return fmt.Errorf("the engine's folder: %w", err)
	}
	if err := unlock(f); err != nil {
		return err
	}
	tasks := filepath.Join(dir, "delete_tasks.json")
	b, err := os.ReadFile(tasks)
	if errors.Is(err, fs.ErrNotExist) || err == nil && json.Valid(b) {
		return nil
	}
	s.o.Logger.Error("set aside a damaged file of the audit store", "path", tasks, "err", err)
	return os.Rename(tasks, s.path("damaged-delete_tasks.json"))
}
