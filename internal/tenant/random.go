package tenant

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// seed is where all choices come from. Labels keep independent choices apart.
type seed uint64

// stream returns a generator for one subject, told by a label and two numbers.
func (s seed) stream(label string, a, b int) *rand.Rand {
	h := s.hash(label)
	return rand.New(rand.NewPCG(mix(h+uint64(a)), mix(h^mix(uint64(b)+0x51ed))))
}

// hash mixes a label into the seed (FNV-1a, then a finaliser).
func (s seed) hash(label string) uint64 {
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

// quota reports whether item i of n is in the share that has a property. It
// chooses exactly round(share·n) items, so that proportions hold at any size.
func (s seed) quota(label string, i, n int, share float64) bool {
	return s.rank(label, i, n) < int(math.Round(share*float64(n)))
}

// rank returns the place of item i in a random order of n items: a Feistel
// permutation of the next even power of two, walked until it falls below n.
func (s seed) rank(label string, i, n int) int {
	half := max(1, (bits.Len(uint(n-1))+1)/2)
	mask := uint64(1)<<half - 1
	key := s.hash(label)
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

const (
	base32Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	hexDigits    = "0123456789abcdef"
)

// appendDigits appends n random digits of a power-of-two alphabet.
func appendDigits(b []byte, r *rand.Rand, digits string, n int) []byte {
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

// cloudID returns an id of AWS's form: a prefix and base-32 digits.
func cloudID(r *rand.Rand, prefix string, digits int) string {
	return string(appendDigits([]byte(prefix), r, base32Digits, digits))
}

func hexID(r *rand.Rand, prefix string, digits int) string {
	return string(appendDigits([]byte(prefix), r, hexDigits, digits))
}

// appendUUID appends a random UUID (version 4).
func appendUUID(b []byte, r *rand.Rand) []byte {
	hi := r.Uint64()&^0xf000 | 0x4000
	lo := r.Uint64()&^(3<<62) | 2<<62
	for i := range 16 {
		if i == 8 || i == 12 {
			b = append(b, '-')
		}
		b = append(b, hexDigits[hi>>(60-4*i)&15])
	}
	b = append(b, '-')
	for i := range 16 {
		if i == 4 {
			b = append(b, '-')
		}
		b = append(b, hexDigits[lo>>(60-4*i)&15])
	}
	return b
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
