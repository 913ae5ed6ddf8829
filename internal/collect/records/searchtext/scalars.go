package searchtext

import (
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// scalars visits the strings, numbers and booleans of a JSON value that
// jsonscan.SkipValue has passed, at any depth and in the order of the document. Values
// of keys that hold secrets are passed over whole. Each comes with the key
// before it: its own, or that of the array that it stands in.
func scalars(b, scratch []byte, secrets secretKeys, visit func(key, value []byte)) {
	var key []byte
	for i := 0; i < len(b); {
		switch c := b[i]; c {
		case '"':
			end, escaped, _ := jsonscan.SkipString(b, i)
			value, isKey := member(b, end)
			s := b[i+1 : end-1]
			switch {
			case !isKey:
				visit(key, jsonscan.Text(s).Bytes(scratch))
				i = end
				continue
			case escaped:
				s = jsonscan.AppendUnescaped(nil, s)
			}
			if key, i = s, value; secrets.hold(s, b[value]) {
				i, _ = jsonscan.SkipValue(b, value, 1)
			}
		case '{', '}', '[', ']', ',', ' ', '\n', '\r', '\t':
			i++
		case 'n':
			i += len("null")
		default:
			end := wordEnd(b, i)
			visit(key, b[i:end])
			i = end
		}
	}
}

// member reports whether a colon follows at b[i], so that the string before is
// a key, and where its value begins.
func member(b []byte, i int) (value int, isKey bool) {
	if i = jsonscan.SkipSpace(b, i); i >= len(b) || b[i] != ':' {
		return i, false
	}
	return jsonscan.SkipSpace(b, i+1), true
}

// wordEnd returns the position behind the number or boolean at b[i].
func wordEnd(b []byte, i int) int {
	for i < len(b) {
		switch b[i] {
		case ',', '}', ']', ' ', '\n', '\r', '\t':
			return i
		}
		i++
	}
	return i
}
