package azure

import (
	"hash/maphash"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

// results shares equal sets between the accesses of a subscription, since what
// most identities hold under a condition, or in part, is the same.
type results struct {
	seed maphash.Seed
	mu   sync.Mutex // Guards held.
	held map[uint64][]entitlement.ActionSet
}

func newResults() *results {
	return &results{seed: maphash.MakeSeed(), held: map[uint64][]entitlement.ActionSet{}}
}

// share returns a set equal to set, which it does not keep.
func (r *results) share(set []uint64) entitlement.ActionSet {
	n := len(set)
	for n > 0 && set[n-1] == 0 {
		n--
	}
	if n == 0 {
		return nil
	}
	set = set[:n]
	var h maphash.Hash
	h.SetSeed(r.seed)
	for _, w := range set {
		maphash.WriteComparable(&h, w)
	}
	sum := h.Sum64()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.held[sum] {
		if s.Equal(set) {
			return s
		}
	}
	s := append(make(entitlement.ActionSet, 0, n), set...)
	r.held[sum] = append(r.held[sum], s)
	return s
}
