package embedded

import (
	"context"
	"fmt"
	"strconv"

	"github.com/leastward/leastward/internal/auditlog"
)

// Add stores those events that are not there yet. Calls from several goroutines
// run side by side.
//
// An event is known by its id among those of its day (UTC), by its own time: one
// that is delivered again has the same.
//
// An event without an id is known by a digest of what it holds. One whose time
// lies outside of what the store keeps counts as expired; one too large for a
// row of 2 MB loses the end of its detail, then of its error text, then more,
// but stays, and so does its record, whole.
func (s *Store) Add(ctx context.Context, events []auditlog.Event) (auditlog.Added, error) {
	if err := s.use.enter(); err != nil {
		return auditlog.Added{}, err
	}
	defer s.use.leave()
	if err := ctx.Err(); err != nil {
		return auditlog.Added{}, fmt.Errorf("add %d events: %w", len(events), err)
	}
	if len(events) == 0 {
		return auditlog.Added{}, nil
	}
	if err := s.guard(); err != nil {
		return auditlog.Added{}, err
	}
	added, err := s.add(ctx, events)
	if err != nil {
		return auditlog.Added{}, fmt.Errorf("add %d events: %w", len(events), err)
	}
	return added, nil
}

func (s *Store) add(ctx context.Context, events []auditlog.Event) (auditlog.Added, error) {
	s.writers.RLock()
	defer s.writers.RUnlock()
	at, err := s.clock.next()
	if err != nil {
		return auditlog.Added{}, err
	}
	b := s.batch()
	defer s.release(b)
	b.ingested = strconv.FormatInt(at, 10)
	var added auditlog.Added
	added.Expired = s.group(b, events)
	for i := range b.days {
		n, err := s.addDay(ctx, b, &b.days[i])
		if err != nil {
			return auditlog.Added{}, err
		}
		added.New += n
		added.Duplicate += len(b.days[i].events) - n
	}
	if added.New > 0 {
		s.marks.add(auditlog.Mark{Ingested: at, Time: b.latest})
	}
	return added, nil
}

// group sorts events by day and returns how many the store does not keep.
func (s *Store) group(b *batch, events []auditlog.Event) (expired int) {
	l := s.limits()
	for i := range events {
		ev := &events[i]
		if !l.take(ev.Time) {
			expired++
			if ev.Time.After(l.newest) {
				s.o.Logger.Warn("an event is too far in the future to be kept", "id", ev.ID, "event_time", ev.Time)
			}
			continue
		}
		b.dayOf(ev.Time).add(s.identified(ev))
	}
	return expired
}

// addDay stores those events of a day that are not there yet, and returns their
// number. Events that another call is storing at the moment are waited for: if
// that call does not manage, this one tries.
func (s *Store) addDay(ctx context.Context, b *batch, d *dayBatch) (int, error) {
	set, err := s.ids.acquire(ctx, d.day)
	if err != nil {
		return 0, err
	}
	defer s.ids.release(set)
	added, todo := 0, d.all()
	for len(todo) > 0 {
		f := &flight{done: make(chan struct{})}
		c := set.claim(f, d.keys, todo)
		err := s.store(b, d, c.fresh)
		set.settle(f, err == nil)
		if err != nil {
			return 0, err
		}
		added += len(c.fresh)
		if err := c.wait(ctx); err != nil {
			return 0, err
		}
		todo = c.busy
	}
	return added, nil
}
