package glob

import (
	"strings"
	"unicode/utf8"
)

// Encode encodes the wildcards of a pattern and, where the language of its
// document has them, its policy variables. "${*}", "${?}" and "${$}" are AWS's
// way to write these characters themselves. Control characters, which no name
// has, become a character that matches nothing.
func Encode(raw string, variables bool) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if end := VariableEnd(raw[i:]); variables && end > 0 {
			switch name := raw[i+2 : i+end]; name {
			case "*", "?", "$":
				out = append(out, name[0])
			default:
				out = append(out, Variable)
			}
			i += end
			continue
		}
		switch {
		case c == '*':
			c = AnyRest
		case c == '?':
			c = AnyOne
		case c < ' ':
			c = Nothing
		}
		out = append(out, c)
	}
	return out
}

// Nothing is a byte that matches no character of a name.
const Nothing = 0x7f

// AppendLiteral appends a text to a glob so that it stands for itself.
func AppendLiteral(g []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' {
			g = append(g, Nothing)
		} else {
			g = append(g, c)
		}
	}
	return g
}

// VariableEnd returns the offset of the closing brace of a policy variable at
// the start of s, or 0 if there is none.
func VariableEnd(s string) int {
	if !strings.HasPrefix(s, "${") {
		return 0
	}
	return max(strings.IndexByte(s, '}'), 0)
}

// Text returns a glob as text, "" if it is not literal.
func Text(g []byte) string {
	for _, c := range g {
		if !Literal(c) {
			return ""
		}
	}
	return string(g)
}

// Match reports whether a pattern without variables matches a text, of which
// AnyOne takes one character. It does not allocate.
func Match(pattern []byte, s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == AnyRest:
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == AnyOne:
			p++
			i += Width(s[i:])
		case p < len(pattern) && pattern[p] == s[i] && Literal(s[i]):
			p++
			i++
		case star >= 0:
			mark += Width(s[mark:])
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

// Width returns the number of bytes of the first character of s, which is not
// empty; 1 where it is none.
func Width(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}
