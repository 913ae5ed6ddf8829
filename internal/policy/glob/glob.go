// Package glob compares the patterns that policies are written in: with texts,
// and with each other.
//
// A glob is a pattern, or the format of a name, as bytes in which control
// characters, which occur in neither, stand for what is not literal.
package glob

import "unicode/utf8"

// What is not literal in a glob.
const (
	AnyOne      = 0x01 // One character: "?" in a pattern.
	AnyRest     = 0x02 // Any characters, none too: "*" in a pattern.
	Variable    = 0x03 // One word that only the request knows.
	AnyOneFlat  = 0x04 // As AnyOne and AnyRest, but never a slash.
	AnyRestFlat = 0x05
)

// Literal reports whether c stands for itself.
func Literal(c byte) bool { return c > AnyRestFlat }

// rest reports whether c stands for any number of characters.
func rest(c byte) bool { return c == AnyRest || c == Variable || c == AnyRestFlat }

// Covers reports whether pattern matches everything that other stands for.
// It is exact for patterns whose only wildcard is "*", and never wrongly true.
func Covers(pattern, other []byte) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(other) {
		switch {
		case p < len(pattern) && pattern[p] == AnyRest:
			star, mark = p, i
			p++
		case p < len(pattern) && coversOne(pattern[p], other[i]):
			i += taken(pattern[p], other[i:])
			p++
		case star >= 0:
			mark += taken(AnyOne, other[mark:])
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == AnyRest {
		p++
	}
	return p == len(pattern)
}

// taken returns how many bytes of what follows p stands for: a character for
// AnyOne.
func taken(p byte, other []byte) int {
	if p != AnyOne || other[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRune(other)
	return n
}

func coversOne(p, c byte) bool {
	if p == AnyOne {
		return !rest(c)
	}
	return Literal(p) && p == c
}

// Overlaps reports whether some string is matched by both a and b.
func Overlaps(a, b []byte) bool {
	for len(a) > 0 && len(b) > 0 && Literal(a[0]) && Literal(b[0]) {
		if a[0] != b[0] {
			return false
		}
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && Literal(a[len(a)-1]) && Literal(b[len(b)-1]) {
		if a[len(a)-1] != b[len(b)-1] {
			return false
		}
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return overlapsTable(a, b)
}

// overlapsTable fills, from the back, a row for each suffix of a of whether it
// has a string in common with each suffix of b.
func overlapsTable(a, b []byte) bool {
	var space [256]bool
	rows := space[:]
	if 2*(len(b)+1) > len(rows) {
		rows = make([]bool, 2*(len(b)+1))
	}
	row, below := rows[:len(b)+1], rows[len(b)+1:2*(len(b)+1)]
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			row[j] = overlapsAt(a[i:], b[j:], j, row, below)
		}
		row, below = below, row
	}
	return below[0]
}

// overlapsAt computes one cell from those of the shorter suffixes.
func overlapsAt(a, b []byte, j int, row, below []bool) bool {
	switch {
	case len(a) == 0 && len(b) == 0:
		return true
	case len(a) > 0 && rest(a[0]) && (below[j] || len(b) > 0 && takes(a[0], b[0]) && row[j+1]):
		return true
	case len(b) > 0 && rest(b[0]) && (row[j+1] || len(a) > 0 && takes(b[0], a[0]) && below[j]):
		return true
	case len(a) == 0 || len(b) == 0 || rest(a[0]) || rest(b[0]):
		return false
	}
	return meets(a[0], b[0]) && below[j+1]
}

// takes reports whether the rest r can swallow c.
func takes(r, c byte) bool { return r != AnyRestFlat || c != '/' }

// meets reports whether two single characters can be the same one.
func meets(a, b byte) bool {
	switch {
	case Literal(a) && Literal(b):
		return a == b
	case a == AnyOneFlat:
		return b != '/'
	case b == AnyOneFlat:
		return a != '/'
	}
	return true
}
