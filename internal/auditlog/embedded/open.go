package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog/embedded/parts"
	"github.com/leastward/leastward/internal/auditlog/embedded/records"
	"github.com/leastward/leastward/internal/auditlog/row"
)

const (
	lockFile  = "lock"
	engineDir = "engine"
	trashDir  = "trash"
)

// Open opens the store in a directory, and makes it if there is none. It checks
// what is there before the engine reads it, sets aside what is damaged and puts
// right what a crash left behind. After a crash it reads what was written shortly
// before, and the rest while the store is in use.
func Open(o Options) (*Store, error) {
	o.defaults()
	if err := o.validate(); err != nil {
		return nil, err
	}
	s := &Store{o: o, use: newCalls(), encoder: row.NewEncoder(o.Catalog), syncing: make(chan struct{}, 1), sums: make(chan struct{}, 1)}
	if err := s.acquire(); err != nil {
		return nil, fmt.Errorf("open the audit store in %s: %w", o.Dir, err)
	}
	if err := s.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the audit store in %s: %w", o.Dir, err), s.lock.Close())
	}
	return s, nil
}

// acquire makes the directory and takes hold of it.
func (s *Store) acquire() error {
	for _, dir := range []string{s.o.Dir, s.path(trashDir)} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return fmt.Errorf("%w; name a directory that this user may write to", err)
		}
	}
	var err error
	if s.lock, err = flock(s.path(lockFile)); err != nil {
		return err
	}
	if err := s.tryWrite(); err != nil {
		return errors.Join(err, unlock(s.lock))
	}
	return nil
}

// tryWrite finds out whether files can be made wherever the store makes some.
func (s *Store) tryWrite() error {
	for _, dir := range []string{"", engineDir, filepath.Join(engineDir, "partitions"), "records", "checksums", trashDir} {
		path := s.path(dir, ".try")
		err := os.WriteFile(path, nil, 0o640)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err = errors.Join(err, os.Remove(path)); err != nil {
			return fmt.Errorf("%w; the whole directory must be writable by this user", err)
		}
	}
	return nil
}

func (s *Store) open() (err error) {
	s.parts = parts.Store{Partitions: s.path(engineDir, "partitions"), Checksums: s.path("checksums"), Damaged: s.path("damaged")}
	if err := errors.Join(os.RemoveAll(s.path(trashDir)), s.removeTemporary()); err != nil {
		return fmt.Errorf("empty the trash: %w", err)
	}
	crashed, err := s.markRunning()
	if err != nil {
		return err
	}
	since, err := s.suspicious(crashed)
	if err != nil {
		return err
	}
	if s.clock, err = openClock(s.path("state.json"), s.o.Now); err != nil {
		return err
	}
	if s.records, err = records.Open(records.Options{Dir: s.path("records")}); err != nil {
		return err
	}
	if err := s.removeExpired(); err != nil {
		return err
	}
	doubtful, err := s.check(since)
	if err != nil {
		return err
	}
	if err := s.checked(crashed, since); err != nil {
		return err
	}
	s.engine = openEngine(s.path(engineDir), s.o.Logger)
	s.ids = newIDSets(s)
	if err := s.reindex(doubtful); err != nil {
		s.engine.MustClose()
		return err
	}
	s.startWork()
	return nil
}

func (s *Store) startWork() {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.last = func() error { return s.recordSums(context.WithoutCancel(ctx)) }
	s.work, ctx = errgroup.WithContext(ctx)
	s.work.Go(func() error { return s.expireHourly(ctx) })
	s.work.Go(func() error { return s.recordSumsOnDemand(ctx) })
	s.work.Go(func() error { return s.verify(ctx) })
}
