package source

import (
	"context"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

// round reads something once for all systems that ask: what is read serves each
// of them one time, and who asks again has it read anew.
type round[T any] struct {
	turn chan struct{} // Holds one value: whose turn it is. Guards value, err and served.

	value  T
	err    error
	served map[entitlement.SystemID]bool // Nil where nothing was read.

	mu  sync.Mutex // Guards all.
	all []entitlement.SystemID
}

func newRound[T any]() *round[T] { return &round[T]{turn: make(chan struct{}, 1)} }

// expect tells which systems will ask; when all were served, what was read is
// let go of.
func (r *round[T]) expect(systems []entitlement.SystemID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = systems
}

// get returns what was read for a system. Who comes first reads; the others
// wait.
func (r *round[T]) get(ctx context.Context, id entitlement.SystemID, read func(context.Context) (T, error)) (T, error) {
	var none T
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
	defer func() { <-r.turn }()
	if r.served == nil || r.served[id] {
		value, err := read(ctx)
		if ctx.Err() != nil && err != nil {
			return none, context.Cause(ctx) // Which says nothing of the cloud.
		}
		r.value, r.err, r.served = value, err, map[entitlement.SystemID]bool{}
	}
	value, err := r.value, r.err
	if r.served[id] = true; r.done() {
		r.value, r.err, r.served = none, nil, nil
	}
	return value, err
}

// done reports whether every system was served.
func (r *round[T]) done() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range r.all {
		if !r.served[id] {
			return false
		}
	}
	return true
}
