package embedded

import (
	"context"
	"fmt"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog/embedded/parts"
)

// Sync returns once everything that was added before is on disk and found by
// queries. Events can be added while most of it is done, but for the end.
func (s *Store) Sync(ctx context.Context) (time.Time, error) {
	if err := s.use.enter(); err != nil {
		return time.Time{}, err
	}
	defer s.use.leave()
	select {
	case s.syncing <- struct{}{}:
		defer func() { <-s.syncing }()
	case <-ctx.Done():
		return time.Time{}, fmt.Errorf("wait for another sync: %w", ctx.Err())
	}
	before := s.dirty.take()
	if len(before) > 0 {
		s.engine.DebugFlush()
	}
	s.flush(before)
	t, since, err := s.settle(ctx, before)
	if err != nil {
		s.dirty.add(before...)
		return time.Time{}, fmt.Errorf("sync the audit store: %w", err)
	}
	s.askForSums(append(before, since...))
	return t, nil
}

// settle waits until nothing is in memory alone, and returns the days that were
// written to since some were flushed. Nothing is added meanwhile.
func (s *Store) settle(ctx context.Context, flushed []int64) (time.Time, []int64, error) {
	s.writers.Lock()
	defer s.writers.Unlock()
	at, err := s.clock.next()
	if err != nil {
		return time.Time{}, nil, err
	}
	days := s.dirty.list()
	idle := len(flushed)+len(days) == 0
	if !idle {
		// Also for a call that was adding to a day while it was flushed.
		s.engine.DebugFlush()
	}
	for pass := 0; ; pass++ {
		settled, err := s.settled()
		if err != nil {
			return time.Time{}, nil, err
		}
		if idle || settled {
			s.dirty.take()
			s.marks.sync()
			return time.Unix(0, at).UTC(), days, nil
		}
		s.flush(days)
		if pass%16 == 15 {
			s.flush(flushed) // What the engine was merging when it was flushed.
		}
		if err := pause(ctx, 2*time.Millisecond); err != nil {
			return time.Time{}, nil, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// flushers is how many days are flushed side by side: what takes time is waiting
// for the disk.
const flushers = 4

// flush has the engine write what it holds in memory of some days to disk, rows
// and streams: that is what it does before it makes a snapshot. What it is
// merging at the moment is left out.
func (s *Store) flush(days []int64) {
	var g errgroup.Group
	g.SetLimit(flushers)
	for _, d := range days {
		g.Go(func() error {
			s.flushDay(d)
			return nil
		})
	}
	_ = g.Wait() // None of them returns an error.
}

func (s *Store) flushDay(d int64) {
	for _, path := range s.engine.PartitionSnapshotMustCreate(dayName(d)) {
		if err := s.engine.PartitionSnapshotDelete(path); err != nil {
			s.o.Logger.Warn("a snapshot of the audit store is left over", "path", path, "err", err)
		}
	}
}

// settled reports whether the engine has nothing in memory alone: no rows, and
// no streams, whose parts then are all in the lists on disk. No rows may wait
// for their part.
func (s *Store) settled() (bool, error) {
	var before, after logstorage.StorageStats
	s.engine.UpdateStats(&before)
	if before.InmemoryRowsCount > 0 || before.IndexdbPendingItems > 0 {
		return false, nil
	}
	onDisk, err := s.parts.Count(parts.Streams, s.engine.PartitionList())
	if err != nil {
		return false, err
	}
	s.engine.UpdateStats(&after)
	return uint64(onDisk) == before.IndexdbPartsCount && before.IndexdbPartsCount == after.IndexdbPartsCount, nil
}
