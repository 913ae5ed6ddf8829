// Package draw makes the choices of the sample tenant: all follow from a seed, and
// each is computed from its own label and numbers alone.
package draw

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"time"
)

// Seed is where all choices come from. Labels keep independent choices apart.
type Seed uint64

// Stream returns a generator for one subject, told by a label and two numbers.
func (s Seed) Stream(label string, a, b int) *rand.Rand {
	h := s.Hash(label)
	return rand.New(rand.NewPCG(mix(h+uint64(a)), mix(h^mix(uint64(b)+0x51ed))))
}

// Hash mixes a label into the seed (FNV-1a, then a finaliser).
func (s Seed) Hash(label string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(label) {
		h = (h ^ uint64(label[i])) * 0x100000001b3
	}
	return mix(h ^ mix(uint64(s)))
}

// mix is the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Quota reports whether item i of n is in the share that has a property. It
// chooses exactly round(share·n) items, so that proportions hold at any size.
func (s Seed) Quota(label string, i, n int, share float64) bool {
	return s.Rank(label, i, n) < int(math.Round(share*float64(n)))
}

// Rank returns the place of item i in a random order of n items: a Feistel
// permutation of the next even power of two, walked until it falls below n.
func (s Seed) Rank(label string, i, n int) int {
	half := max(1, (bits.Len(uint(n-1))+1)/2)
	mask := uint64(1)<<half - 1
	key := s.Hash(label)
	x := uint64(i)
	for {
		l, r := x>>half, x&mask
		for round := range uint64(4) {
			l, r = r, l^mix(r^key+round<<56)&mask
		}
		if x = l<<half | r; x < uint64(n) {
			return int(x)
		}
	}
}

// Alphabets of AppendDigits.
const (
	Base32Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	HexDigits    = "0123456789abcdef"
)

// AppendDigits appends n random digits of a power-of-two alphabet.
func AppendDigits(b []byte, r *rand.Rand, digits string, n int) []byte {
	width := bits.Len(uint(len(digits) - 1))
	var word uint64
	for left := 0; n > 0; n-- {
		if left < width {
			word, left = r.Uint64(), 64
		}
		b = append(b, digits[word&uint64(len(digits)-1)])
		word >>= width
		left -= width
	}
	return b
}

// CloudID returns an id of AWS's form: a prefix and base-32 digits.
func CloudID(r *rand.Rand, prefix string, digits int) string {
	return string(AppendDigits([]byte(prefix), r, Base32Digits, digits))
}

// HexID returns a prefix and hexadecimal digits.
func HexID(r *rand.Rand, prefix string, digits int) string {
	return string(AppendDigits([]byte(prefix), r, HexDigits, digits))
}

// AppendUUID appends a random UUID (version 4).
func AppendUUID(b []byte, r *rand.Rand) []byte {
	hi := r.Uint64()&^0xf000 | 0x4000
	lo := r.Uint64()&^(3<<62) | 2<<62
	for i := range 16 {
		if i == 8 || i == 12 {
			b = append(b, '-')
		}
		b = append(b, HexDigits[hi>>(60-4*i)&15])
	}
	b = append(b, '-')
	for i := range 16 {
		if i == 4 {
			b = append(b, '-')
		}
		b = append(b, HexDigits[lo>>(60-4*i)&15])
	}
	return b
}

// Pick returns one of a list, which is not empty.
func Pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// Between returns a time from a to b in whole seconds, a if b is not after it.
func Between(r *rand.Rand, a, b time.Time) time.Time {
	if span := b.Sub(a) / time.Second; span > 0 {
		return a.Add(time.Duration(r.Int64N(int64(span))) * time.Second)
	}
	return a
}

// UUID returns the UUID of one subject, told by a label and two numbers.
func (s Seed) UUID(label string, a, b int) string {
	return string(AppendUUID(make([]byte, 0, 36), s.Stream(label, a, b)))
}
