package source

import (
	"context"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/entitlement"
)

// shared reads an estate once for all of its systems: a reading serves each of
// them one time, and who asks again has all of it read anew.
type shared struct {
	estate *Estate
	turn   chan struct{} // Holds one value: whose turn it is. Guards the others.

	systems []entitlement.SystemID // All that will ask.
	found   *exported              // What was read to find the systems, until it is used.
	at      time.Time              // When.
	reading *EstateReading
	err     error
	served  map[entitlement.SystemID]bool // By the reading, or told of the error; nil where there is none.
}

func newShared(e *Estate) *shared { return &shared{estate: e, turn: make(chan struct{}, 1)} }

// begin waits for the turn.
func (s *shared) begin(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *shared) end() { <-s.turn }

// find returns the systems that the files hold.
func (s *shared) find(ctx context.Context, now time.Time) ([]entitlement.System, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.end()
	found, err := s.estate.entitlements(ctx, now)
	if err != nil {
		return nil, err
	}
	s.found, s.at = found, now
	list := make([]entitlement.System, 0, len(found.systems))
	for _, inv := range found.systems {
		list = append(list, inv.System)
	}
	return list, nil
}

// read returns the reading of one system.
func (s *shared) read(ctx context.Context, id entitlement.SystemID, now time.Time) (*collector.Reading, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.end()
	if s.served == nil || s.served[id] {
		reading, err := s.anew(ctx, now)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx) // Which says nothing of the files.
		}
		s.reading, s.err, s.served = reading, err, map[entitlement.SystemID]bool{}
	}
	defer s.serve(id)
	if s.err != nil {
		return nil, s.err
	}
	return s.of(id)
}

func (s *shared) anew(ctx context.Context, now time.Time) (*EstateReading, error) {
	found, at := s.found, s.at
	s.found, s.reading = nil, nil
	if found == nil {
		var err error
		if found, err = s.estate.entitlements(ctx, now); err != nil {
			return nil, err
		}
		at = now
	}
	reading, err := s.estate.read(ctx, found, at)
	if err != nil {
		return nil, err
	}
	reading.settle()
	return reading, nil
}

// serve notes that a system has its reading; the last one lets go of it.
func (s *shared) serve(id entitlement.SystemID) {
	s.served[id] = true
	if !slices.ContainsFunc(s.systems, func(id entitlement.SystemID) bool { return !s.served[id] }) {
		s.reading, s.err, s.served = nil, nil, nil
	}
}

func (s *shared) of(id entitlement.SystemID) (*collector.Reading, error) {
	for _, r := range s.reading.Systems {
		if r.Inventory.System.ID == id {
			return r, nil
		}
	}
	return nil, s.estate.lacks(id)
}

// settle gives what is of no system to the first one, for records that could not
// be read do not tell whose they are: so that each counts once. Those of systems
// that are not read count as rejected.
func (r *EstateReading) settle() {
	if len(r.Systems) == 0 {
		return
	}
	first := r.Systems[0]
	first.Events.Add(r.Nowhere)
	first.Events.Add(collector.EventCounts{In: int(r.Logs.RejectedTotal()), Rejected: r.Logs.ByReason()})
	if n := r.Outside.In; n > 0 {
		first.Events.Add(collector.EventCounts{In: n, Rejected: map[string]int{notOnboarded: n}})
	}
	first.Inventory.Problems = append(first.Inventory.Problems, r.Problems...)
}

// member is one system of an estate, as a source.
type member struct {
	estate *shared
	expect entitlement.System
}

// System returns what is known of the system before it was read.
func (m *member) System() entitlement.System { return m.expect }

// Read returns what the files hold of the system.
func (m *member) Read(ctx context.Context, now time.Time) (*collector.Reading, error) {
	return m.estate.read(ctx, m.expect.ID, now)
}
