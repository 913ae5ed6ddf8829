package metric

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// appendHeader appends the HELP and TYPE lines of f in the text format, see
// https://prometheus.io/docs/instrumenting/exposition_formats/.
func appendHeader(dst []byte, f *Family) []byte {
	dst = append(append(dst, "# HELP "...), f.Name...)
	dst = append(dst, ' ')
	dst = appendEscaped(dst, f.Help, false)
	dst = append(append(dst, "\n# TYPE "...), f.Name...)
	dst = append(dst, ' ')
	dst = append(dst, f.Type...)
	return append(dst, '\n')
}

// appendEscaped appends s with backslash and line feed escaped, and the quote
// too within a label value. Bytes that are not UTF-8 become U+FFFD: one bad
// name must not make a scraper refuse the whole page.
func appendEscaped(dst []byte, s string, quote bool) []byte {
	if plain(s) {
		return append(dst, s...)
	}
	for _, r := range s { // A bad byte ranges as U+FFFD.
		switch {
		case r == '\\':
			dst = append(dst, '\\', '\\')
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '"' && quote:
			dst = append(dst, '\\', '"')
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// plain reports whether s is ASCII without a backslash, line feed or quote. It
// looks at eight bytes at a time: in (x-0x01…)&^x&0x80… the lowest bit that is
// set marks the lowest zero byte of x, so the test for "any" is exact.
func plain(s string) bool {
	const low, high = 0x0101010101010101, 0x8080808080808080
	for len(s) >= 8 {
		x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		b, n, q := x^(low*'\\'), x^(low*'\n'), x^(low*'"')
		if (x|(b-low)&^b|(n-low)&^n|(q-low)&^q)&high != 0 {
			return false
		}
		s = s[8:]
	}
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c == '\\' || c == '\n' || c == '"' {
			return false
		}
	}
	return true
}

// appendValue appends v as the text format wants it: integers without an
// exponent, the shortest form that reads back as the same number otherwise.
func appendValue(dst []byte, v float64) []byte {
	const exact = 1 << 53 // Up to here every integer has a float of its own.
	switch {
	case v == math.Trunc(v) && math.Abs(v) < exact && (v != 0 || !math.Signbit(v)):
		return strconv.AppendInt(dst, int64(v), 10)
	case math.IsInf(v, 1):
		return append(dst, "+Inf"...)
	}
	return strconv.AppendFloat(dst, v, 'g', -1, 64) // "-Inf" and "NaN" are spelled the same.
}
