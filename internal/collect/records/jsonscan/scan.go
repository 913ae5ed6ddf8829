package jsonscan

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// Status is the outcome of a scan over a window of JSON text.
type Status uint8

// The outcomes.
const (
	OK    Status = iota // The value is well-formed.
	Short               // The text ends before the value does: read more and scan again.
	Bad                 // Not JSON (RFC 8259); the position is that of the first wrong byte.
	Deep                // Nested deeper than MaxDepth.
)

// Message says of Deep what is wrong; "" of the others, whose position tells.
func (s Status) Message() string {
	if s == Deep {
		return fmt.Sprintf("nested deeper than %d levels", MaxDepth)
	}
	return ""
}

// MaxDepth bounds the nesting of a record. The clouds' own records stay below
// twenty.
const MaxDepth = 500

// IsSpace reports whether a byte is white space between values.
func IsSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// SkipSpace returns the position of the first byte from b[i] on that is not
// white space.
func SkipSpace(b []byte, i int) int {
	for i < len(b) && IsSpace(b[i]) {
		i++
	}
	return i
}

// SkipValue checks the JSON value at b[i] and returns the position behind it.
// Depth is in how many objects and arrays it stands, for MaxDepth. A number at
// the very end of the text is Short, since more of it may follow.
func SkipValue(b []byte, i, depth int) (int, Status) {
	if i >= len(b) {
		return i, Short
	}
	switch c := b[i]; {
	case c == '"':
		end, _, st := SkipString(b, i)
		return end, st
	case c == '{':
		return skipObject(b, i, depth)
	case c == '[':
		return SkipArray(b, i, depth)
	case c == '-' || c >= '0' && c <= '9':
		return skipNumber(b, i)
	case c == 't':
		return skipWord(b, i, "true")
	case c == 'f':
		return skipWord(b, i, "false")
	case c == 'n':
		return skipWord(b, i, "null")
	}
	return i, Bad
}

func skipObject(b []byte, i, depth int) (int, Status) {
	if depth >= MaxDepth {
		return i, Deep
	}
	for first := true; ; first = false {
		key, _, value, st := NextMember(b, i+1, first)
		if st != OK || key == nil {
			return value, st
		}
		if i, st = SkipValue(b, value, depth+1); st != OK {
			return i, st
		}
		var done bool
		if i, done, st = AfterValue(b, i, '}'); done || st != OK {
			return i, st
		}
	}
}

// AfterValue reads what stands behind a member or an element: the end of its
// object or array, which it passes, or the comma before the next one, at which
// it stays.
func AfterValue(b []byte, i int, end byte) (at int, done bool, st Status) {
	if i = SkipSpace(b, i); i >= len(b) {
		return i, false, Short
	}
	switch b[i] {
	case end:
		return i + 1, true, OK
	case ',':
		return i, false, OK
	}
	return i, false, Bad
}

// NextMember reads the key of an object's next member, from behind the opening
// brace or the comma. It returns the raw key without its quotes, whether it
// holds escapes, and the position of the value. A nil key with OK means
// that the object is empty and ends before that position.
func NextMember(b []byte, i int, first bool) (key []byte, escaped bool, value int, st Status) {
	if i = SkipSpace(b, i); i >= len(b) {
		return nil, false, i, Short
	}
	if first && b[i] == '}' {
		return nil, false, i + 1, OK
	}
	if b[i] != '"' {
		return nil, false, i, Bad
	}
	start := i + 1
	if i, escaped, st = SkipString(b, i); st != OK {
		return nil, false, i, st
	}
	key = b[start : i-1]
	if i = SkipSpace(b, i); i >= len(b) {
		return nil, false, i, Short
	}
	if b[i] != ':' {
		return nil, false, i, Bad
	}
	if i = SkipSpace(b, i+1); i >= len(b) {
		return nil, false, i, Short
	}
	return key, escaped, i, OK
}

// SkipArray is SkipValue for an array.
func SkipArray(b []byte, i, depth int) (int, Status) {
	if depth >= MaxDepth {
		return i, Deep
	}
	if i = SkipSpace(b, i+1); i < len(b) && b[i] == ']' {
		return i + 1, OK
	}
	for {
		var st Status
		if i, st = SkipValue(b, i, depth+1); st != OK {
			return i, st
		}
		var done bool
		if i, done, st = AfterValue(b, i, ']'); done || st != OK {
			return i, st
		}
		i = SkipSpace(b, i+1)
	}
}

// SkipString returns the position behind the string whose opening quote is at
// b[i], and whether it holds escapes.
func SkipString(b []byte, i int) (end int, escaped bool, st Status) {
	for i++; ; {
		if i = plainBytes(b, i); i >= len(b) {
			return i, escaped, Short
		}
		switch b[i] {
		case '"':
			return i + 1, escaped, OK
		case '\\':
			escaped = true
			if i, st = skipEscape(b, i); st != OK {
				return i, escaped, st
			}
		default: // A control character.
			return i, escaped, Bad
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

func skipEscape(b []byte, i int) (int, Status) {
	if i+1 >= len(b) {
		return i, Short
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2, OK
	case 'u':
		for k := i + 2; k < i+6; k++ {
			if k >= len(b) {
				return k, Short
			}
			if !IsHex(b[k]) {
				return k, Bad
			}
		}
		return i + 6, OK
	}
	return i + 1, Bad
}

// IsHex reports whether a byte is a hexadecimal digit.
func IsHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// IsDigit reports whether a byte is a decimal digit.
func IsDigit(c byte) bool { return '0' <= c && c <= '9' }

func skipWord(b []byte, i int, word string) (int, Status) {
	for k := range len(word) {
		if i+k >= len(b) {
			return i + k, Short
		}
		if b[i+k] != word[k] {
			return i + k, Bad
		}
	}
	return i + len(word), OK
}

// skipNumber takes a number at the very end of the text for an unfinished one.
func skipNumber(b []byte, i int) (int, Status) {
	if b[i] == '-' {
		i++
	}
	if i < len(b) && b[i] == '0' {
		i++
	} else if end, st := skipDigits(b, i); st != OK {
		return end, st
	} else {
		i = end
	}
	var st Status
	if i < len(b) && b[i] == '.' {
		if i, st = skipDigits(b, i+1); st != OK {
			return i, st
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if i, st = skipDigits(b, i); st != OK {
			return i, st
		}
	}
	if i >= len(b) {
		return i, Short
	}
	return i, OK
}

func skipDigits(b []byte, i int) (int, Status) {
	if i >= len(b) {
		return i, Short
	}
	if !IsDigit(b[i]) {
		return i, Bad
	}
	for i < len(b) && IsDigit(b[i]) {
		i++
	}
	return i, OK
}
