package entitlement

import (
	"iter"
	"math/bits"
)

// ActionSet is a set of actions, each by its index in a catalogue. The zero
// value is the empty set. Sets of different lengths may be mixed; a missing
// word is empty.
type ActionSet []uint64

// NewActionSet returns an empty set with room for n actions.
func NewActionSet(n int) ActionSet { return make(ActionSet, (n+63)/64) }

// Add puts i into the set, which must have been made large enough.
func (s ActionSet) Add(i int) { s[i>>6] |= 1 << (i & 63) }

// Remove takes i out of the set.
func (s ActionSet) Remove(i int) {
	if i>>6 < len(s) {
		s[i>>6] &^= 1 << (i & 63)
	}
}

// Has reports whether i is in the set.
func (s ActionSet) Has(i int) bool { return i>>6 < len(s) && s[i>>6]&(1<<(i&63)) != 0 }

// Len returns the number of actions in the set.
func (s ActionSet) Len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Empty reports whether the set has no action.
func (s ActionSet) Empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

// Clone returns a copy.
func (s ActionSet) Clone() ActionSet { return append(ActionSet(nil), s...) }

// Union returns a new set of what is in s or t.
func (s ActionSet) Union(t ActionSet) ActionSet {
	if len(s) < len(t) {
		s, t = t, s
	}
	u := s.Clone()
	for i, w := range t {
		u[i] |= w
	}
	return u
}

// Intersect returns a new set of what is in both s and t.
func (s ActionSet) Intersect(t ActionSet) ActionSet {
	if len(s) > len(t) {
		s, t = t, s
	}
	u := s.Clone()
	for i := range u {
		u[i] &= t[i]
	}
	return u
}

// Minus returns a new set of what is in s and not in t.
func (s ActionSet) Minus(t ActionSet) ActionSet {
	u := s.Clone()
	for i := range min(len(u), len(t)) {
		u[i] &^= t[i]
	}
	return u
}

// Equal reports whether both sets hold the same actions.
func (s ActionSet) Equal(t ActionSet) bool {
	if len(s) < len(t) {
		s, t = t, s
	}
	for i, w := range s {
		if i < len(t) && w != t[i] || i >= len(t) && w != 0 {
			return false
		}
	}
	return true
}

// Indices yields the indices of the set in ascending order.
func (s ActionSet) Indices() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(i<<6 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}
