// Package history keeps the Permission Creep Index of each system over time:
// one point for each collection, thinned to the last one of a day when it is
// older than a week. What the points of several systems come to together is
// exact: points are sums, and sums add up.
package history

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/state"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	day = 24 * time.Hour
	// Whole is how long every point stays; after that, the last of each day.
	Whole      = 7 * day
	maxPending = 10_000           // Points that wait to be written, at most.
	again      = time.Minute      // Until a write is tried again that could not be done.
	closing    = 10 * time.Second // How long Close writes, at most.
)

// Options configure [Open].
type Options struct {
	// Path of the SQLite file; it is made if it is not there.
	Path string
	// Retention returns how long points stay, as it is configured now.
	Retention func() time.Duration
	Now       func() time.Time
	Logger    *slog.Logger
}

// Store keeps points. It is safe for concurrent use.
type Store struct {
	options Options
	db      *sql.DB
	wake    chan struct{} // Has room for one: something is pending.

	writing sync.Mutex // Held while points are written, to keep it one at a time.
	mu      sync.Mutex // Guards pending.
	pending []Point    // In the order of Record, not yet written.
}

// Open opens the file, or makes it, and forgets what is past retention.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{options: o, wake: make(chan struct{}, 1)}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the history %s: %w", o.Path, err), s.close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	if s.db, err = state.Connect(s.options.Path); err != nil {
		return err
	}
	if err := state.Migrate(ctx, s.db, migrations); err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, "DELETE FROM points WHERE at < ?", s.options.Now().Add(-s.options.Retention()).UnixMilli())
	return err
}

// Record keeps a point. It does not wait for the disk: Run writes. A point that
// is there already, of the same system and time, stays as it is, so that a
// collection counts once however often it is recorded.
func (s *Store) Record(p Point) {
	s.mu.Lock()
	s.pending = append(s.pending, p)
	lost := len(s.pending) - maxPending
	if lost > 0 {
		s.pending = s.pending[lost:]
	}
	s.mu.Unlock()
	if lost > 0 {
		s.options.Logger.Error("the history could not be written for so long that a point was lost", "system", p.System)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run writes what is recorded until the context ends.
func (s *Store) Run(ctx context.Context) error {
	tick := time.NewTicker(again)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-tick.C:
		}
		if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
			s.options.Logger.ErrorContext(ctx, "write the history; it is tried again", "err", err)
		}
	}
}

// Close writes what is recorded and closes the file. Stop what uses it first.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	return errors.Join(s.Flush(ctx), s.close())
}

func (s *Store) close() error {
	if s.db == nil {
		return nil
	}
	return s.db.Close()
}

// waiting returns the points that are not written yet.
func (s *Store) waiting() []Point {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Point(nil), s.pending...)
}
