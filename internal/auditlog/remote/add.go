package remote

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// Add stores the events that are new. Those that the server would drop without
// a word, older than the retention or further ahead of the clock than
// [Options.Future], count as expired.
func (s *Store) Add(ctx context.Context, evs []auditlog.Event) (auditlog.Added, error) {
	ctx, done, err := s.begin(ctx)
	if err != nil {
		return auditlog.Added{}, fmt.Errorf("add events: %w", err)
	}
	defer done()
	for i := range evs {
		if evs[i].ID == "" || evs[i].Time.IsZero() {
			return auditlog.Added{}, fmt.Errorf("add events: event %d (%s of %s) has no id or no time", i, evs[i].Name, evs[i].System)
		}
	}
	if s.keptBytes() > s.o.MaxPending {
		if _, err := s.sync(ctx); err != nil {
			return auditlog.Added{}, unavailable(ctx, "add events: sync what was added before", err)
		}
	}
	if err := s.writing.take(ctx); err != nil {
		return auditlog.Added{}, unavailable(ctx, "add events", err)
	}
	defer s.writing.leave()
	added, err := s.add(ctx, evs)
	if err != nil {
		return auditlog.Added{}, unavailable(ctx, "add events", err)
	}
	return added, nil
}

func (s *Store) add(ctx context.Context, evs []auditlog.Event) (auditlog.Added, error) {
	if err := s.begun(ctx); err != nil {
		return auditlog.Added{}, err
	}
	fresh, added, err := s.fresh(ctx, evs)
	if err != nil || len(fresh) == 0 {
		return added, err
	}
	at := s.ingestionTime()
	records, events, err := s.pack(fresh, at)
	if err != nil {
		return added, err
	}
	for _, p := range append(records, events...) {
		if err := s.send(ctx, p); err != nil {
			s.failed(p, fresh, err)
			return added, err
		}
		s.keep(p)
	}
	for _, ev := range fresh {
		s.days.Add(ev.Time, ev.ID)
		s.added = s.added.Later(auditlog.Mark{Ingested: at, Time: ev.Time})
	}
	return added, nil
}

// fresh returns the events that are not stored yet, each once.
func (s *Store) fresh(ctx context.Context, evs []auditlog.Event) ([]*auditlog.Event, auditlog.Added, error) {
	var added auditlog.Added
	var out []*auditlog.Event
	now := s.o.Now()
	oldest, latest := now.Add(-s.o.Retention), now.Add(s.o.Future)
	batch := make(map[string]bool, len(evs))
	for i := range evs {
		ev := &evs[i]
		if ev.Time.Before(oldest) || ev.Time.After(latest) {
			added.Expired++
			continue
		}
		known := batch[ev.ID]
		if !known {
			var err error
			if known, err = s.days.Known(ctx, ev.Time, ev.ID); err != nil {
				return nil, auditlog.Added{}, err
			}
		}
		if known {
			added.Duplicate++
			continue
		}
		batch[ev.ID] = true
		added.New++
		out = append(out, ev)
	}
	return out, added, nil
}

// failed lets the days of events be loaded again, since some of them were
// stored. Of a parcel in doubt every row is taken for stored: Sync makes it true.
func (s *Store) failed(p *parcel, evs []*auditlog.Event, err error) {
	for _, ev := range evs {
		s.days.Forget(ev.Time)
	}
	if _, ok := errors.AsType[*doubtError](err); ok {
		p.sent = time.Now()
		s.keep(p)
	}
}

// grain is what ingestion times are multiples of, in nanoseconds: the server
// calculates with floats of 64 bits, which have 256 ns between them now.
const grain = 1024

// ingestionTime returns a time for a batch: that of the clock, but after all
// that were given before.
func (s *Store) ingestionTime() int64 {
	at := max((s.o.Now().UnixNano()+grain-1)/grain*grain, s.floor)
	s.floor = at + grain
	return at
}

// begun asks the server, once, for the latest ingestion time. What another
// process sent a moment ago may be visible and not on disk: it must not be taken
// for stored before it is.
func (s *Store) begun(ctx context.Context) error {
	if s.floor != 0 {
		return nil
	}
	s.touch() // Whoever wrote before may have done so a moment ago.
	if err := s.flush(ctx); err != nil {
		return err
	}
	latest, err := s.latestIngested(ctx)
	if err != nil {
		return fmt.Errorf("ask for the latest ingestion time: %w", err)
	}
	if s.o.Now().Sub(time.Unix(0, latest)).Abs() < s.o.Durable+s.o.Settle {
		if err := s.durable(ctx, s.opened); err != nil {
			return err
		}
	}
	s.floor = latest + grain
	return nil
}

func (s *Store) keep(p *parcel) {
	for i := range p.keys {
		p.keys[i].id = strings.Clone(p.keys[i].id)
	}
	s.pendingMu.Lock()
	defer s.pendingMu.Unlock()
	s.pending = append(s.pending, p)
	s.kept += len(p.body)
}

func (s *Store) keptBytes() int {
	s.pendingMu.Lock()
	defer s.pendingMu.Unlock()
	return s.kept
}
