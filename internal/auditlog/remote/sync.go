package remote

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// Sync waits until what was sent must be on disk, asks whether it is there, and
// sends again what is not.
func (s *Store) Sync(ctx context.Context) (time.Time, error) {
	ctx, done, err := s.begin(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("sync: %w", err)
	}
	defer done()
	at, err := s.sync(ctx)
	if err != nil {
		return time.Time{}, unavailable(ctx, "sync", err)
	}
	return at, nil
}

func (s *Store) sync(ctx context.Context) (time.Time, error) {
	if err := s.syncing.take(ctx); err != nil {
		return time.Time{}, err
	}
	defer s.syncing.leave()
	l, err := s.line(ctx)
	if err != nil {
		return time.Time{}, err
	}
	if err := s.secure(ctx, l.parcels); err != nil {
		return time.Time{}, err
	}
	s.release(len(l.parcels))
	s.synced.Store(&l.mark)
	return l.at, nil
}

// Mark returns a mark of the latest batch that Sync has secured since Open.
func (s *Store) Mark() auditlog.Mark {
	if m := s.synced.Load(); m != nil {
		return *m
	}
	return auditlog.Mark{}
}

// line is the line between what was added before and what comes later.
type line struct {
	at      time.Time
	mark    auditlog.Mark // Of the last batch before.
	parcels []*parcel
}

// line draws the line: right after the latest ingestion time, which alone
// outlives this process.
func (s *Store) line(ctx context.Context) (line, error) {
	if err := s.writing.take(ctx); err != nil {
		return line{}, err
	}
	defer s.writing.leave()
	if err := s.begun(ctx); err != nil {
		return line{}, err
	}
	s.pendingMu.Lock()
	defer s.pendingMu.Unlock()
	return line{time.Unix(0, s.floor).UTC(), s.added, slices.Clip(s.pending)}, nil
}

// release forgets the first n parcels: they are on disk.
func (s *Store) release(n int) {
	s.pendingMu.Lock()
	defer s.pendingMu.Unlock()
	for _, p := range s.pending[:n] {
		s.kept -= len(p.body)
	}
	s.pending = append([]*parcel(nil), s.pending[n:]...)
}

// resends is how often rows are sent again that the server accepts and does not
// have afterwards.
const resends = 3

// secure returns when every row of the parcels is on disk.
func (s *Store) secure(ctx context.Context, parcels []*parcel) error {
	again := s.patience()
	suspects, err := s.suspects(ctx, again, parcels)
	if err != nil || len(suspects) == 0 {
		return err
	}
	for n := 0; ; {
		lost, err := s.resend(ctx, suspects)
		switch {
		case err == nil && len(lost) == 0:
			return nil
		case err == nil && n == resends:
			return s.lostError(lost)
		case err == nil:
			n++
			suspects = lost
			err = s.settled(ctx, suspects)
		case mayPass(err):
			err = again.again(ctx, err)
		}
		if err != nil {
			return err
		}
	}
}

// suspects returns, once all rows must be on disk, the parcels of those batches
// of which fewer rows are there than were sent.
func (s *Store) suspects(ctx context.Context, again *patience, parcels []*parcel) ([]*parcel, error) {
	for {
		var suspects []*parcel
		err := s.settled(ctx, parcels)
		if err == nil {
			suspects, err = s.incomplete(ctx, parcels)
		}
		if err == nil || !mayPass(err) {
			return suspects, err
		}
		if err := again.again(ctx, err); err != nil {
			return nil, err
		}
	}
}

// settled returns when the parcels must be on disk.
func (s *Store) settled(ctx context.Context, parcels []*parcel) error {
	if len(parcels) == 0 {
		return nil
	}
	return s.durable(ctx, lastSent(parcels))
}

// durable returns when what was sent until then must be on disk: a while after
// it was made visible, by us or by itself.
func (s *Store) durable(ctx context.Context, sent time.Time) error {
	visible := sent.Add(s.o.Visible)
	if time.Now().Before(visible) {
		if err := s.flush(ctx); err != nil {
			return err
		}
		visible = time.Now()
	}
	return wait(ctx, time.Until(visible.Add(s.o.Durable)))
}

func lastSent(parcels []*parcel) time.Time {
	var last time.Time
	for _, p := range parcels {
		if p.sent.After(last) {
			last = p.sent
		}
	}
	return last
}
