package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/auditlog/embedded/parts"
)

const (
	runningFile = "running"
	// The unverifiedFile is there from a crash until everything was read once.
	unverifiedFile = "unverified"
)

// volatile is how long a disk may take to keep what it says that it has. What was
// written longer before a crash, the crash has not harmed.
const volatile = 2 * time.Minute

// never is after every time at which a file was written.
func never() time.Time { return time.Unix(1<<40, 0) }

// markRunning leaves a mark that stays if the process ends without Close. One
// that is there stays: it may be that the disk is full, and that to open the
// store makes room.
func (s *Store) markRunning() (crashed bool, err error) {
	if s.exists(runningFile) {
		return true, nil
	}
	b, err := json.Marshal(map[string]string{"pid": strconv.Itoa(os.Getpid())})
	if err == nil {
		err = parts.WriteFile(s.path(runningFile), b)
	}
	if err != nil {
		return false, fmt.Errorf("mark the store as open: %w", err)
	}
	return false, nil
}

// suspicious returns the time from which on what was written is to be read
// before the engine does. After a crash that is shortly before it; and all of
// it, zero, after one more crash before everything was verified, which damage
// may have caused.
func (s *Store) suspicious(crashed bool) (since time.Time, err error) {
	if !crashed {
		return never(), nil
	}
	if s.exists(unverifiedFile) {
		s.o.Logger.Warn("the audit store was not closed, twice; everything that is in it is read before it opens", "dir", s.o.Dir)
		return time.Time{}, nil
	}
	s.o.Logger.Warn("the audit store was not closed; what was written last is read before it opens, the rest later", "dir", s.o.Dir)
	// Written at least every ten seconds while events are added.
	info, err := os.Stat(s.path("state.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return since, fmt.Errorf("find out when the store was last written to: %w", err)
	}
	return info.ModTime().Add(-volatile), nil
}

// checked notes, after a crash, whether everything was read before the engine is
// opened, or is to be read yet.
func (s *Store) checked(crashed bool, since time.Time) error {
	switch {
	case since.IsZero():
		return s.markVerified()
	case !crashed:
		return nil
	}
	if err := parts.WriteFile(s.path(unverifiedFile), nil); err != nil {
		return fmt.Errorf("mark the store as not verified: %w", err)
	}
	return nil
}

// removeTemporary removes what a crash left of files that were being written.
func (s *Store) removeTemporary() error {
	var errs []error
	for _, dir := range []string{"", "checksums"} {
		left, err := filepath.Glob(filepath.Join(s.path(dir), "*.new-*"))
		errs = append(errs, err)
		for _, path := range left {
			errs = append(errs, os.Remove(path))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("remove what a crash left of files: %w", err)
	}
	return nil
}

func (s *Store) exists(name string) bool {
	_, err := os.Stat(s.path(name))
	return err == nil
}

func (s *Store) markStopped() error {
	if err := os.Remove(s.path(runningFile)); err != nil {
		return fmt.Errorf("mark the store as closed: %w", err)
	}
	return parts.SyncDir(s.o.Dir)
}

// markVerified notes that everything was read since the last crash.
func (s *Store) markVerified() error {
	if err := os.Remove(s.path(unverifiedFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("mark the store as verified: %w", err)
	}
	return nil
}

// verify reads, after a crash, every part that has a checksum, in no more than
// half of the time. What is damaged the next Open sets aside: the engine has it
// open now.
func (s *Store) verify(ctx context.Context) error {
	if !s.exists(unverifiedFile) {
		return nil
	}
	days, err := s.parts.Days()
	if err != nil {
		return s.unverified(ctx, err)
	}
	began := time.Now()
	rest := func() error {
		err := pause(ctx, time.Since(began))
		began = time.Now()
		return err
	}
	for _, day := range days {
		bad, err := s.parts.Verify(ctx, day, rest)
		if len(bad) > 0 {
			s.o.Logger.ErrorContext(ctx, "parts of the audit store are damaged; they are set aside when it is opened the next time",
				"day", day, "parts", bad)
			err = errors.Join(err, s.doubt(day, bad))
		}
		if err != nil {
			return s.unverified(ctx, err)
		}
	}
	return s.unverified(ctx, s.markVerified())
}

func (s *Store) doubt(day string, bad []string) error {
	s.summing.Lock()
	defer s.summing.Unlock()
	return s.parts.Doubt(day, bad)
}

// unverified logs why the store is not verified: that ends nothing else.
func (s *Store) unverified(ctx context.Context, err error) error {
	if err != nil && ctx.Err() == nil {
		s.o.Logger.WarnContext(ctx, "the audit store is not verified; that is tried again when it is opened the next time", "err", err)
	}
	return ctx.Err()
}
