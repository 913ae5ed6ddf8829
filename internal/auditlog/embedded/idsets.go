package embedded

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/usage"
)

// idSets is the ids of those days that were written to lately.
type idSets struct {
	limit int
	load  func(ctx context.Context, day int64, add func(id string)) error

	mu    sync.Mutex // Guards what follows.
	byDay map[int64]*idSet
	total int
	clock int64
}

func newIDSets(s *Store) *idSets {
	return &idSets{limit: s.o.MaxIDs, load: s.loadIDs, byDay: map[int64]*idSet{}}
}

// acquire returns the ids of a day, read from the store if need be. The set is
// not dropped until it is released.
func (x *idSets) acquire(ctx context.Context, day int64) (*idSet, error) {
	set := x.get(day)
	select {
	case set.loading <- struct{}{}:
		defer func() { <-set.loading }()
	case <-ctx.Done():
		x.release(set)
		return nil, fmt.Errorf("wait for the ids of %s: %w", dayName(day), ctx.Err())
	}
	if set.loaded {
		return set, nil
	}
	if err := x.fill(ctx, set); err != nil {
		x.release(set)
		return nil, fmt.Errorf("read the ids of %s: %w", dayName(day), err)
	}
	return set, nil
}

func (x *idSets) get(day int64) *idSet {
	x.mu.Lock()
	defer x.mu.Unlock()
	set := x.byDay[day]
	if set == nil {
		set = &idSet{day: day, loading: make(chan struct{}, 1)}
		x.byDay[day] = set
	}
	x.clock++
	set.used = x.clock
	set.users++
	return set
}

// fill reads the ids of a day. Nobody claims any before it is through.
func (x *idSets) fill(ctx context.Context, set *idSet) error {
	ids := map[[16]byte]struct{}{}
	err := x.load(ctx, set.day, func(id string) { ids[usage.EventKey(id)] = struct{}{} })
	if err != nil {
		return err
	}
	set.mu.Lock()
	set.ids = ids
	set.mu.Unlock()
	set.loaded = true
	return nil
}

// release gives a set back, and drops the least recently used ones while there
// are too many ids.
func (x *idSets) release(set *idSet) {
	n := set.size()
	x.mu.Lock()
	defer x.mu.Unlock()
	set.users--
	x.total += n - set.counted
	set.counted = n
	for x.total > x.limit {
		old := x.leastUsed()
		if old == nil {
			return
		}
		delete(x.byDay, old.day)
		x.total -= old.counted
	}
}

// leastUsed returns the set that nobody uses and nobody asked for the longest,
// nil if there is none beside the last.
func (x *idSets) leastUsed() *idSet {
	var old *idSet
	for _, set := range x.byDay {
		if set.users == 0 && set.used < x.clock && (old == nil || set.used < old.used) {
			old = set
		}
	}
	return old
}

// drop forgets the ids of days before a day. Nobody may be using them.
func (x *idSets) drop(before int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for day, set := range x.byDay {
		if day < before && set.users == 0 {
			x.total -= set.counted
			delete(x.byDay, day)
		}
	}
}

// loadIDs hands on the ids of a day that the engine has, in memory and on disk.
func (s *Store) loadIDs(ctx context.Context, day int64, add func(id string)) error {
	if !slices.Contains(s.engine.PartitionList(), dayName(day)) {
		return nil
	}
	if s.touched.has(day) {
		s.engine.DebugFlush() // Rows of before may not be in a part yet.
	}
	from := dayStart(day)
	return s.each(ctx, "* | fields id", from, from.Add(24*time.Hour), func(r auditlog.Row) error {
		add(r.Get("id"))
		return nil
	})
}
