package embedded

import (
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// limits are the times between which the store takes events.
type limits struct{ oldest, newest time.Time }

// limits returns what holds now. The upper one is the engine's, by the
// machine's own clock; it is far in the future.
func (s *Store) limits() limits {
	oldest := s.o.Now().Add(-s.o.Retention)
	if floor := dayStart(s.floor.Load()); oldest.Before(floor) {
		oldest = floor
	}
	if first := dayStart(1); oldest.Before(first) {
		oldest = first
	}
	return limits{oldest: oldest.UTC(), newest: time.Now().Add(horizon - 2*day)}
}

func (l *limits) take(t time.Time) bool { return !t.Before(l.oldest) && t.Before(l.newest) }

// guard returns an error while the disk has no room for more events.
func (s *Store) guard() error {
	if s.o.MinFreeBytes < 0 {
		return nil
	}
	free, err := s.o.Free(s.o.Dir)
	if err != nil {
		return fmt.Errorf("%w: find out how much is free in %s: %w", auditlog.ErrFull, s.o.Dir, err)
	}
	if want := uint64(s.o.MinFreeBytes); free < want {
		return fmt.Errorf("%w: %d MiB are free in %s, it wants %d MiB; make room or shorten the retention",
			auditlog.ErrFull, free>>20, s.o.Dir, want>>20)
	}
	return nil
}
