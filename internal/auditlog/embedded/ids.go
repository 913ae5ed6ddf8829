package embedded

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// idSet is the ids of the events of a day.
type idSet struct {
	day   int64
	users int // Guarded by idSets.mu, as is counted.
	// counted is how many of the ids are in idSets.total.
	counted int
	used    int64 // When it was last asked for.

	loading chan struct{} // Has room for one: who fills the set.

	mu     sync.Mutex // Guards what follows.
	loaded bool
	ids    map[[16]byte]struct{}
	flying []*flight
}

// flight is events that are being stored.
type flight struct {
	keys [][16]byte
	done chan struct{} // Closed when they are stored, or not.
	// known is the keys once somebody asked for one: most calls meet no other.
	known map[[16]byte]struct{}
}

// has reports whether a flight has an event.
func (f *flight) has(key [16]byte) bool {
	if f.known == nil {
		f.known = make(map[[16]byte]struct{}, len(f.keys))
		for _, k := range f.keys {
			f.known[k] = struct{}{}
		}
	}
	_, ok := f.known[key]
	return ok
}

// claim is what became of the events that a call wants to store.
type claim struct {
	fresh []int // The call's own to store.
	busy  []int // Another call is storing them.
	until []chan struct{}
}

// claim takes those events that are not there.
func (s *idSet) claim(f *flight, keys [][16]byte, todo []int) claim {
	s.mu.Lock()
	defer s.mu.Unlock()
	var c claim
	for _, i := range todo {
		before := len(s.ids)
		s.ids[keys[i]] = struct{}{}
		if len(s.ids) > before {
			c.fresh = append(c.fresh, i)
			f.keys = append(f.keys, keys[i])
		} else if other := s.flight(keys[i]); other != nil {
			c.busy = append(c.busy, i)
			if !slices.Contains(c.until, other.done) {
				c.until = append(c.until, other.done)
			}
		}
	}
	if len(f.keys) > 0 {
		s.flying = append(s.flying, f)
	}
	return c
}

// flight returns the call that is storing an event, if one is.
func (s *idSet) flight(key [16]byte) *flight {
	for _, f := range s.flying {
		if f.has(key) {
			return f
		}
	}
	return nil
}

// settle ends a flight. If its events were not stored, they are not there.
func (s *idSet) settle(f *flight, stored bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !stored {
		for _, k := range f.keys {
			delete(s.ids, k)
		}
	}
	s.flying = slices.DeleteFunc(s.flying, func(g *flight) bool { return g == f })
	close(f.done)
}

// wait returns once the other calls are through.
func (c *claim) wait(ctx context.Context) error {
	for _, done := range c.until {
		select {
		case <-done:
		case <-ctx.Done():
			return fmt.Errorf("wait for another call that stores the same events: %w", ctx.Err())
		}
	}
	return nil
}

func (s *idSet) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ids)
}
