package embedded

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded/parts"
	"github.com/leastward/leastward/internal/auditlog/embedded/records"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// Store is an [auditlog.Store] over a directory. Make one with [Open].
type Store struct {
	o       Options
	lock    *os.File
	parts   parts.Store
	records *records.Log
	engine  *logstorage.Storage
	encoder *row.Encoder
	clock   *clock
	ids     *idSets
	damaged int

	use     calls
	writers sync.RWMutex  // Held for reading by Add, for writing by Sync.
	dirty   dirtyDays     // Days with rows that may be in memory alone.
	syncing chan struct{} // Has room for one: one Sync at a time.
	batches sync.Pool     // Of *batch.
	floor   atomic.Int64  // Days before are gone or going; written with writers held.
	marks   marks

	work     *errgroup.Group // Background work.
	cancel   context.CancelFunc
	last     func() error  // What is left to do once the engine is closed.
	summing  sync.Mutex    // Guards the files of checksums.
	sums     chan struct{} // Asks for the checksums of unsummed.
	unsummed dirtyDays     // Days that may have parts without one.
	touched  dirtyDays     // Days that were written to since Open.
}

var (
	_ auditlog.Store  = (*Store)(nil)
	_ auditlog.Marker = (*Store)(nil)
)

func (s *Store) path(elem ...string) string {
	return filepath.Join(append([]string{s.o.Dir}, elem...)...)
}

// calls counts the calls that are under way, so that Close can wait for them.
type calls struct {
	mu     sync.Mutex // Guards what follows.
	closed bool
	active int
	idle   chan struct{} // Closed when closed and nothing is active.
}

func newCalls() calls { return calls{idle: make(chan struct{})} }

// enter begins a call; leave ends it.
func (u *calls) enter() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return fmt.Errorf("%w: it is closed", auditlog.ErrUnavailable)
	}
	u.active++
	return nil
}

func (u *calls) leave() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.active--
	if u.closed && u.active == 0 {
		close(u.idle)
	}
}

// close refuses further calls and waits for those under way. It reports whether
// it was the first.
func (u *calls) close() bool {
	u.mu.Lock()
	first := !u.closed
	u.closed = true
	if first && u.active == 0 {
		close(u.idle)
	}
	u.mu.Unlock()
	<-u.idle
	return first
}

// Close waits for the calls under way, stores what is in memory and releases the
// directory. Closing again does nothing.
func (s *Store) Close() error {
	if !s.use.close() {
		return nil
	}
	s.cancel()
	errWork := s.work.Wait()
	if errors.Is(errWork, context.Canceled) {
		errWork = nil
	}
	s.engine.MustClose()
	err := errors.Join(errWork, s.last(), s.clock.close(), s.markStopped(), unlock(s.lock))
	if err != nil {
		return fmt.Errorf("close the audit store in %s: %w", s.o.Dir, err)
	}
	return nil
}

// Stats tells what the store holds.
func (s *Store) Stats(ctx context.Context) (auditlog.Stats, error) {
	if err := s.use.enter(); err != nil {
		return auditlog.Stats{}, err
	}
	defer s.use.leave()
	s.engine.DebugFlush() // Rows that wait for their part are not counted.
	var es logstorage.StorageStats
	s.engine.UpdateStats(&es)
	st := auditlog.Stats{
		Events:  int64(es.RowsCount()),
		Bytes:   int64(es.CompressedSmallPartSize+es.CompressedBigPartSize+es.IndexdbSizeBytes) + s.records.Bytes(),
		Oldest:  s.limits().oldest,
		Full:    s.guard() != nil,
		Damaged: s.damaged,
	}
	if st.Events == 0 {
		return st, nil
	}
	if es.MinTimestamp <= es.MaxTimestamp && es.MinTimestamp > math.MinInt64 && es.MaxTimestamp < math.MaxInt64 {
		st.Earliest, st.Latest = time.Unix(0, es.MinTimestamp).UTC(), time.Unix(0, es.MaxTimestamp).UTC()
		return st, nil
	}
	var err error // The first or the last day has no events.
	st.Earliest, st.Latest, err = s.span(ctx)
	return st, err
}

// span returns the times of the first and the last event.
func (s *Store) span(ctx context.Context) (first, last time.Time, err error) {
	err = s.each(ctx, "* | stats min(_time) first, max(_time) last", time.Time{}, time.Time{}, func(r auditlog.Row) error {
		var errs [2]error
		first, errs[0] = time.Parse(time.RFC3339Nano, r.Get("first"))
		last, errs[1] = time.Parse(time.RFC3339Nano, r.Get("last"))
		return errors.Join(errs[:]...)
	})
	if err != nil {
		return first, last, fmt.Errorf("find the first and the last event: %w", err)
	}
	return first.UTC(), last.UTC(), nil
}
