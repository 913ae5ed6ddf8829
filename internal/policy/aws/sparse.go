package aws

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

// sparse is a set of actions as its words that are not zero; nil is the empty
// set. Most statements touch a few of the some 350 words that a catalogue has.
type sparse struct {
	at   []uint16 // Ascending.
	bits []uint64
}

// sparseOf keeps the words of set that are not zero.
func sparseOf(set []uint64) *sparse {
	n := 0
	for _, w := range set {
		if w != 0 {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	s := &sparse{make([]uint16, 0, n), make([]uint64, 0, n)}
	for i, w := range set {
		if w != 0 {
			s.at = append(s.at, uint16(i)) //nolint:gosec // newUniverse checks the size
			s.bits = append(s.bits, w)
		}
	}
	return s
}

func (s *sparse) orInto(set []uint64) {
	if s == nil {
		return
	}
	for i, at := range s.at {
		set[at] |= s.bits[i]
	}
}

func (s *sparse) has(action int) bool {
	return s.find(action) >= 0
}

// find returns the place of an action's word, -1 if the set does not have it.
func (s *sparse) find(action int) int {
	if s == nil {
		return -1
	}
	i, ok := slices.BinarySearch(s.at, uint16(action>>6)) //nolint:gosec // newUniverse checks the size
	if !ok || s.bits[i]&(1<<(action&63)) == 0 {
		return -1
	}
	return i
}

func (s *sparse) equal(t *sparse) bool {
	return slices.Equal(s.at, t.at) && slices.Equal(s.bits, t.bits)
}

// sets shares equal sparse sets, which many policies have.
type sets struct {
	seed maphash.Seed
	held map[uint64][]*sparse
}

func newSets() *sets { return &sets{maphash.MakeSeed(), map[uint64][]*sparse{}} }

func (s *sets) share(set *sparse) *sparse {
	if set == nil {
		return nil
	}
	h := hashWords(s.seed, set.bits) ^ uint64(set.at[0])
	for _, t := range s.held[h] {
		if t.equal(set) {
			return t
		}
	}
	s.held[h] = append(s.held[h], set)
	return set
}

func hashWords(seed maphash.Seed, words []uint64) uint64 {
	h := maphash.Comparable(seed, len(words))
	for _, w := range words {
		h = bits.RotateLeft64(h^w, 29) * 0x9e3779b97f4a7c15
	}
	return h
}
