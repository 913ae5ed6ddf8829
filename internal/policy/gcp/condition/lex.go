package condition

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

type kind uint8

const (
	end kind = iota
	name
	text
	number
	operator
)

// token is one word of an expression.
type token struct {
	kind kind
	text string // Of a text, what it stands for.
	at   int    // Byte offset.
}

// maxLength is the length in bytes that no expression exceeds; IAM allows
// 12,000 characters of logic at most.
const maxLength = 64 << 10

func lex(s string) ([]token, error) {
	if len(s) > maxLength {
		return nil, fmt.Errorf("the expression has %d bytes; %d are allowed", len(s), maxLength)
	}
	var out []token
	for i := 0; ; {
		for i < len(s) && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
			i++
		}
		if strings.HasPrefix(s[i:], "//") {
			n := strings.IndexByte(s[i:], '\n')
			if n < 0 {
				i = len(s)
			} else {
				i += n
			}
			continue
		}
		if i == len(s) {
			return append(out, token{at: i}), nil
		}
		t, next, err := word(s, i)
		if err != nil {
			return nil, err
		}
		out, i = append(out, t), next
	}
}

// word reads the token at i and returns where it ends.
func word(s string, i int) (token, int, error) {
	c := s[i]
	switch {
	case c == '"' || c == '\'':
		return quoted(s, i, i, false)
	case (c == 'r' || c == 'R') && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\''):
		return quoted(s, i, i+1, true)
	case letter(c):
		j := i
		for j < len(s) && (letter(s[j]) || digit(s[j])) {
			j++
		}
		return token{name, s[i:j], i}, j, nil
	case digit(c):
		j := i
		for j < len(s) && (letter(s[j]) || digit(s[j]) || s[j] == '.' && j+1 < len(s) && digit(s[j+1])) {
			j++
		}
		return token{number, s[i:j], i}, j, nil
	}
	for _, op := range []string{"&&", "||", "==", "!=", "<=", ">="} {
		if strings.HasPrefix(s[i:], op) {
			return token{operator, op, i}, i + 2, nil
		}
	}
	if strings.IndexByte("()[]{}.,!<>+-*/%?:", c) >= 0 {
		return token{operator, s[i : i+1], i}, i + 1, nil
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return token{}, 0, fmt.Errorf("position %d: %q means nothing here", i+1, r)
}

func letter(c byte) bool { return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func digit(c byte) bool { return '0' <= c && c <= '9' }

// quoted reads the string literal that begins at i and whose quote is at q.
func quoted(s string, i, q int, raw bool) (token, int, error) {
	quote := s[q : q+1]
	if strings.HasPrefix(s[q:], strings.Repeat(quote, 3)) {
		quote = s[q : q+3]
	}
	var b strings.Builder
	for j := q + len(quote); j < len(s); {
		switch {
		case strings.HasPrefix(s[j:], quote):
			return token{text, b.String(), i}, j + len(quote), nil
		case s[j] == '\\' && !raw:
			n, err := escape(&b, s[j:])
			if err != nil {
				return token{}, 0, fmt.Errorf("position %d: %w", j+1, err)
			}
			j += n
		case s[j] == '\n' && len(quote) == 1:
			return token{}, 0, fmt.Errorf("position %d: the string is not closed on its line", i+1)
		default:
			b.WriteByte(s[j])
			j++
		}
	}
	return token{}, 0, fmt.Errorf("position %d: the string is not closed", i+1)
}

// escape writes what the escape sequence at the beginning of s stands for and
// returns its length.
func escape(b *strings.Builder, s string) (int, error) {
	if len(s) < 2 {
		return 0, fmt.Errorf("nothing follows the backslash")
	}
	if i := strings.IndexByte(`abfnrtv`, s[1]); i >= 0 {
		b.WriteByte("\a\b\f\n\r\t\v"[i])
		return 2, nil
	}
	if strings.IndexByte("\\?\"'`", s[1]) >= 0 {
		b.WriteByte(s[1])
		return 2, nil
	}
	length := map[byte]int{'x': 2, 'X': 2, 'u': 4, 'U': 8}[s[1]]
	skip, base := 2, 16
	if '0' <= s[1] && s[1] <= '3' {
		length, skip, base = 3, 1, 8
	}
	if length == 0 || len(s) < skip+length {
		return 0, fmt.Errorf("%q is no escape sequence", s[:2])
	}
	r, ok := codepoint(s[skip:skip+length], base)
	if !ok {
		return 0, fmt.Errorf("%q is no escape sequence", s[:skip+length])
	}
	b.WriteRune(r)
	return skip + length, nil
}
