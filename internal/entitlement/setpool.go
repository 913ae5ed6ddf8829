package entitlement

import (
	"hash/maphash"
	"math/bits"
	"sync"
)

// SetPool shares equal sets of actions, since what most identities hold under a
// condition, or in part, is the same. It is safe for concurrent use.
type SetPool struct {
	seed maphash.Seed
	mu   sync.Mutex // Guards held.
	held map[uint64][]ActionSet
}

// NewSetPool returns an empty pool.
func NewSetPool() *SetPool {
	return &SetPool{seed: maphash.MakeSeed(), held: map[uint64][]ActionSet{}}
}

// Share returns the pool's set that is equal to set, nil for an empty one. It
// does not keep set itself, and what it returns must not be changed.
func (p *SetPool) Share(set ActionSet) ActionSet {
	n := len(set)
	for n > 0 && set[n-1] == 0 {
		n--
	}
	if n == 0 {
		return nil
	}
	set = set[:n]
	h := maphash.Comparable(p.seed, n)
	for _, w := range set {
		h = bits.RotateLeft64(h^w, 29) * 0x9e3779b97f4a7c15
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.held[h] {
		if s.Equal(set) {
			return s
		}
	}
	s := append(make(ActionSet, 0, n), set...)
	p.held[h] = append(p.held[h], s)
	return s
}
