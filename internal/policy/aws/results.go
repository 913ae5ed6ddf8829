package aws

import (
	"hash/maphash"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

// results shares equal sets between the accesses of an account, since what
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
	h := hashWords(r.seed, set)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.held[h] {
		if s.Equal(set) {
			return s
		}
	}
	s := append(make(entitlement.ActionSet, 0, n), set...)
	r.held[h] = append(r.held[h], s)
	return s
}
