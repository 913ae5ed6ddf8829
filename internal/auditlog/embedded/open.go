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
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded/parts"
	"github.com/leastward/leastward/internal/auditlog/embedded/records"
	"github.com/leastward/leastward/internal/auditlog/row"
)

const (
	lockFile    = "lock"
	runningFile = "running"
	engineDir   = "engine"
	trashDir    = "trash"
)

// Open opens the store in a directory, and makes it if there is none. It checks
// what is there before the engine reads it, sets aside what is damaged and puts
// right what a crash left behind; after a crash it reads the whole store once.
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
		return errors.Join(err, s.lock.Close())
	}
	return nil
}

// flock takes hold of a file. The hold ends with the process.
func flock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, fmt.Errorf("%w; name a directory that this user may write to", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(fmt.Errorf("%w: another process has it open; stop that one, or give this one a directory of its own",
			auditlog.ErrUnavailable), f.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return f, nil
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
	crashed, err := s.markRunning()
	if err != nil {
		return err
	}
	if err := os.RemoveAll(s.path(trashDir)); err != nil {
		return fmt.Errorf("empty the trash: %w", err)
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
	doubtful, err := s.check(crashed)
	if err != nil {
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
	s.work, ctx = errgroup.WithContext(ctx)
	s.work.Go(func() error { return s.expireHourly(ctx) })
	s.work.Go(func() error { return s.recordSumsOnDemand(ctx) })
}

// markRunning leaves a mark that stays if the process ends without Close, and
// reports whether one was there.
func (s *Store) markRunning() (crashed bool, err error) {
	_, err = os.Stat(s.path(runningFile))
	crashed = err == nil
	if crashed {
		s.o.Logger.Warn("the audit store was not closed; checking everything that is in it", "dir", s.o.Dir)
	}
	b, err := json.Marshal(map[string]string{"pid": strconv.Itoa(os.Getpid())})
	if err == nil {
		err = parts.WriteFile(s.path(runningFile), b)
	}
	if err != nil {
		return crashed, fmt.Errorf("mark the store as open: %w", err)
	}
	return crashed, nil
}

func (s *Store) markStopped() error {
	if err := os.Remove(s.path(runningFile)); err != nil {
		return fmt.Errorf("mark the store as closed: %w", err)
	}
	return parts.SyncDir(s.o.Dir)
}
