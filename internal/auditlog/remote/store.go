package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"
	web "github.com/prometheus/common/config"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/dedupe"
	"github.com/leastward/leastward/internal/auditlog/row"
)

var (
	_ auditlog.Store  = (*Store)(nil)
	_ auditlog.Marker = (*Store)(nil)
)

// Store is the audit store in a VictoriaLogs.
type Store struct {
	o       Options
	http    *http.Client
	encoder *row.Encoder
	zip     *zstd.Encoder
	unzip   *zstd.Decoder

	mu     sync.RWMutex // Guards closed against calls that begin.
	closed bool
	calls  sync.WaitGroup
	ctx    context.Context //nolint:containedctx // Ends the calls that run when the store is closed.
	cancel context.CancelCauseFunc

	writing turn // Held by Add while it works, by Sync while it draws its line.
	syncing turn // Held by Sync.

	// What follows is guarded by writing, except where it is atomic.
	days    *dedupe.Days
	opened  time.Time
	floor   int64         // Ingestion times are at or after it; 0 until it was asked for.
	added   auditlog.Mark // The latest batch that was sent.
	synced  atomic.Pointer[auditlog.Mark]
	sent    atomic.Int64  // When rows were last sent.
	flushed atomic.Int64  // When all that was sent was last made visible.
	full    atomic.Bool   // The server has no room.
	next    atomic.Uint32 // Which of several servers is next.

	pendingMu sync.Mutex // Guards pending: Sync takes from it while Add works.
	pending   []*parcel  // Sent and not yet known to be on disk.
	kept      int        // Bytes of pending.
}

// Open returns the store in a VictoriaLogs. It does not ask whether that can
// be reached.
func Open(o Options) (*Store, error) {
	if err := o.complete(); err != nil {
		return nil, fmt.Errorf("open the remote audit store: %w", err)
	}
	s := &Store{o: o, encoder: row.NewEncoder(o.Catalog), writing: newTurn(), syncing: newTurn(), opened: time.Now()}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	if err := s.connect(); err != nil {
		return nil, fmt.Errorf("open the remote audit store: %w", err)
	}
	s.days = dedupe.New(dedupe.Options{MaxIDs: o.MaxIDs, Load: s.loadDay})
	return s, nil
}

func (s *Store) connect() error {
	config := s.o.HTTP
	if config == nil {
		config = &web.HTTPClientConfig{}
	}
	if err := config.Validate(); err != nil {
		return err
	}
	var err error
	if s.http, err = web.NewClientFromConfig(*config, "audit"); err != nil {
		return err
	}
	// What was posted must not be taken for stored because some other page was
	// found where a redirection led to.
	s.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if s.zip, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)); err != nil {
		return err
	}
	s.unzip, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	return err
}

// errClosed is why calls end when the store is closed.
func errClosed() error { return fmt.Errorf("%w: it is closed", auditlog.ErrUnavailable) }

// begin registers a call. Its context ends with the store.
func (s *Store) begin(ctx context.Context) (context.Context, func(), error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, nil, errClosed()
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	s.calls.Add(1)
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.ctx, func() { cancel(errClosed()) })
	return ctx, func() { stop(); cancel(nil); s.calls.Done() }, nil
}

// Close ends the calls that run. What the server accepted is its own to store.
func (s *Store) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	s.cancel(nil)
	s.calls.Wait()
	s.http.CloseIdleConnections()
	s.unzip.Close()
	return s.zip.Close()
}

// unavailable says that a call failed because of the server, unless it was the
// caller who ended it.
func unavailable(ctx context.Context, doing string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("%s: %w", doing, cause)
	}
	for _, known := range []error{auditlog.ErrUnavailable, auditlog.ErrFull, auditlog.ErrStatement, auditlog.ErrDamaged} {
		if errors.Is(err, known) {
			return fmt.Errorf("%s: %w", doing, err)
		}
	}
	return fmt.Errorf("%s: %w: %w", doing, auditlog.ErrUnavailable, err)
}

// turn is a lock that a context can end the wait for.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

func (t turn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t turn) leave() { <-t }
