package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// expireHourly removes what has expired, once an hour.
func (s *Store) expireHourly(ctx context.Context) error {
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			if err := s.Expire(); err != nil {
				s.o.Logger.ErrorContext(ctx, "remove expired events", "err", err)
			}
		}
	}
}

// Expire removes the days that the retention does not cover any more, all of
// whose events have expired. The store does so every hour.
func (s *Store) Expire() error {
	if err := s.use.enter(); err != nil {
		return err
	}
	defer s.use.leave()
	first := s.raiseFloor()
	var errs []error
	for _, name := range s.engine.PartitionList() {
		if d, err := parseDay(name); err == nil && d < first {
			// Waits for the queries that read it.
			errs = append(errs, s.engine.PartitionDetach(name))
		}
	}
	s.ids.drop(first)
	return errors.Join(append(errs, s.removeBefore(first))...)
}

// raiseFloor returns the first day that stays. From then on no event of a day
// before is added.
func (s *Store) raiseFloor() int64 {
	first := dayOf(s.limits().oldest)
	s.writers.Lock()
	defer s.writers.Unlock()
	s.floor.Store(max(first, s.floor.Load()))
	return s.floor.Load()
}

// removeExpired removes what has expired before the engine opens it.
func (s *Store) removeExpired() error { return s.removeBefore(s.raiseFloor()) }

func (s *Store) removeBefore(first int64) error {
	days, err := s.parts.Days()
	if err != nil {
		return err
	}
	for _, name := range days {
		if d, err := parseDay(name); err == nil && d < first {
			if err := s.removePartition(d); err != nil {
				return fmt.Errorf("remove expired events of %s: %w", name, err)
			}
		}
	}
	recorded, err := s.records.Days()
	if err != nil {
		return err
	}
	for _, d := range recorded {
		if d < first {
			if err := s.records.Drop(d); err != nil {
				return err
			}
		}
	}
	return nil
}

// removePartition removes the engine's files of a day: all of them, or after a
// crash none.
func (s *Store) removePartition(d int64) error {
	name := dayName(d)
	if err := os.MkdirAll(s.path(trashDir), 0o750); err != nil {
		return err
	}
	to := s.path(trashDir, name)
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.Rename(s.path(engineDir, "partitions", name), to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s.dirty.remove(d)
	s.touched.remove(d)
	return errors.Join(s.parts.Forget(name), os.RemoveAll(to))
}
