package aws

import (
	"encoding/binary"
	"math/bits"
)

// scanStatus is the outcome of a scan over a window of JSON text.
type scanStatus uint8

const (
	scanOK    scanStatus = iota
	scanShort            // The text ends before the value does: read more and scan again.
	scanBad              // Not JSON (RFC 8259); the position is that of the first wrong byte.
	scanDeep             // Nested deeper than maxDepth.
)

// maxDepth bounds the nesting of a record. CloudTrail's own records stay below
// twenty.
const maxDepth = 500

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func skipSpace(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// skipValue checks the JSON value at b[i] and returns the position behind it.
func skipValue(b []byte, i, depth int) (int, scanStatus) {
	if i >= len(b) {
		return i, scanShort
	}
	switch c := b[i]; {
	case c == '"':
		end, _, st := skipString(b, i)
		return end, st
	case c == '{':
		return skipObject(b, i, depth)
	case c == '[':
		return skipArray(b, i, depth)
	case c == '-' || c >= '0' && c <= '9':
		return skipNumber(b, i)
	case c == 't':
		return skipWord(b, i, "true")
	case c == 'f':
		return skipWord(b, i, "false")
	case c == 'n':
		return skipWord(b, i, "null")
	}
	return i, scanBad
}

func skipObject(b []byte, i, depth int) (int, scanStatus) {
	if depth >= maxDepth {
		return i, scanDeep
	}
	for first := true; ; first = false {
		key, _, value, st := nextMember(b, i+1, first)
		if st != scanOK || key == nil {
			return value, st
		}
		if i, st = skipValue(b, value, depth+1); st != scanOK {
			return i, st
		}
		var done bool
		if i, done, st = afterValue(b, i, '}'); done || st != scanOK {
			return i, st
		}
	}
}

// afterValue reads what stands behind a member or an element: the end of its
// object or array, which it passes, or the comma before the next one, at which
// it stays.
func afterValue(b []byte, i int, end byte) (at int, done bool, st scanStatus) {
	if i = skipSpace(b, i); i >= len(b) {
		return i, false, scanShort
	}
	switch b[i] {
	case end:
		return i + 1, true, scanOK
	case ',':
		return i, false, scanOK
	}
	return i, false, scanBad
}

// nextMember reads the key of an object's next member, from behind the opening
// brace or the comma. It returns the raw key without its quotes, whether it
// holds escapes, and the position of the value. A nil key with scanOK means
// that the object is empty and ends before that position.
func nextMember(b []byte, i int, first bool) (key []byte, escaped bool, value int, st scanStatus) {
	if i = skipSpace(b, i); i >= len(b) {
		return nil, false, i, scanShort
	}
	if first && b[i] == '}' {
		return nil, false, i + 1, scanOK
	}
	if b[i] != '"' {
		return nil, false, i, scanBad
	}
	start := i + 1
	if i, escaped, st = skipString(b, i); st != scanOK {
		return nil, false, i, st
	}
	key = b[start : i-1]
	if i = skipSpace(b, i); i >= len(b) {
		return nil, false, i, scanShort
	}
	if b[i] != ':' {
		return nil, false, i, scanBad
	}
	if i = skipSpace(b, i+1); i >= len(b) {
		return nil, false, i, scanShort
	}
	return key, escaped, i, scanOK
}

func skipArray(b []byte, i, depth int) (int, scanStatus) {
	if depth >= maxDepth {
		return i, scanDeep
	}
	if i = skipSpace(b, i+1); i < len(b) && b[i] == ']' {
		return i + 1, scanOK
	}
	for {
		var st scanStatus
		if i, st = skipValue(b, i, depth+1); st != scanOK {
			return i, st
		}
		var done bool
		if i, done, st = afterValue(b, i, ']'); done || st != scanOK {
			return i, st
		}
		i = skipSpace(b, i+1)
	}
}

// skipString returns the position behind the string whose opening quote is at
// b[i], and whether it holds escapes.
func skipString(b []byte, i int) (end int, escaped bool, st scanStatus) {
	for i++; ; {
		if i = plainBytes(b, i); i >= len(b) {
			return i, escaped, scanShort
		}
		switch b[i] {
		case '"':
			return i + 1, escaped, scanOK
		case '\\':
			escaped = true
			if i, st = skipEscape(b, i); st != scanOK {
				return i, escaped, st
			}
		default: // A control character.
			return i, escaped, scanBad
		}
	}
}

// plainBytes returns the position of the first quote, backslash or control
// character from i on, eight bytes at a time.
func plainBytes(b []byte, i int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for i+8 <= len(b) {
		w := binary.LittleEndian.Uint64(b[i:])
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		hit := (quote-ones)&^quote | (slash-ones)&^slash | (w-ones*0x20)&^w
		if hit &= tops; hit != 0 {
			return i + bits.TrailingZeros64(hit)>>3
		}
		i += 8
	}
	for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= 0x20 {
		i++
	}
	return i
}

func skipEscape(b []byte, i int) (int, scanStatus) {
	if i+1 >= len(b) {
		return i, scanShort
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2, scanOK
	case 'u':
		for k := i + 2; k < i+6; k++ {
			if k >= len(b) {
				return k, scanShort
			}
			if !isHex(b[k]) {
				return k, scanBad
			}
		}
		return i + 6, scanOK
	}
	return i + 1, scanBad
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func skipWord(b []byte, i int, word string) (int, scanStatus) {
	for k := range len(word) {
		if i+k >= len(b) {
			return i + k, scanShort
		}
		if b[i+k] != word[k] {
			return i + k, scanBad
		}
	}
	return i + len(word), scanOK
}

// skipNumber takes a number at the very end of the text for an unfinished one.
func skipNumber(b []byte, i int) (int, scanStatus) {
	if b[i] == '-' {
		i++
	}
	if i < len(b) && b[i] == '0' {
		i++
	} else if end, st := skipDigits(b, i); st != scanOK {
		return end, st
	} else {
		i = end
	}
	var st scanStatus
	if i < len(b) && b[i] == '.' {
		if i, st = skipDigits(b, i+1); st != scanOK {
			return i, st
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if i, st = skipDigits(b, i); st != scanOK {
			return i, st
		}
	}
	if i >= len(b) {
		return i, scanShort
	}
	return i, scanOK
}

func skipDigits(b []byte, i int) (int, scanStatus) {
	if i >= len(b) {
		return i, scanShort
	}
	if !isDigit(b[i]) {
		return i, scanBad
	}
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i, scanOK
}
