package condition

import (
	"fmt"
	"strings"
)

// kind is what a token is.
type kind uint8

const (
	tokenEnd     kind = iota
	tokenWord         // A name, a number, a GUID or an operator such as "StringEquals".
	tokenText         // What stands in quotes.
	tokenBracket      // What stands in brackets.
	tokenSign         // One of ( ) { } , @ ! && ||
)

type token struct {
	kind kind
	text string
	at   int // Byte offset.
}

// is reports whether t is a sign.
func (t token) is(sign string) bool { return t.kind == tokenSign && t.text == sign }

// word reports whether t is a word, without regard to case.
func (t token) word(w string) bool { return t.kind == tokenWord && strings.EqualFold(t.text, w) }

func (t token) String() string {
	switch t.kind {
	case tokenEnd:
		return "the end"
	case tokenText:
		return "'" + t.text + "'"
	case tokenBracket:
		return "[" + t.text + "]"
	case tokenWord, tokenSign:
	}
	return fmt.Sprintf("%q", t.text)
}

// lex cuts a condition into tokens.
func lex(text string) ([]token, error) {
	var out []token
	for i := 0; i < len(text); {
		if strings.IndexByte(" \t\r\n", text[i]) >= 0 {
			i++
			continue
		}
		t, n, err := next(text, i)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		i += n
	}
	return append(out, token{kind: tokenEnd, at: len(text)}), nil
}

// next reads the token at i and returns how many bytes it takes.
func next(text string, i int) (token, int, error) {
	rest := text[i:]
	switch c := rest[0]; {
	case c == '\'':
		return enclosed(tokenText, rest, i, '\'')
	case c == '[':
		return enclosed(tokenBracket, rest, i, ']')
	case strings.HasPrefix(rest, "&&"), strings.HasPrefix(rest, "||"):
		return token{tokenSign, rest[:2], i}, 2, nil
	case strings.IndexByte("(){},@!", c) >= 0:
		return token{tokenSign, rest[:1], i}, 1, nil
	}
	n := 0
	for n < len(rest) && isWord(rest[n]) {
		n++
	}
	if n == 0 {
		return token{}, 0, errorAt(i, "unexpected %q", firstRune(rest))
	}
	return token{tokenWord, rest[:n], i}, n, nil
}

func enclosed(k kind, rest string, at int, end byte) (token, int, error) {
	n := strings.IndexByte(rest[1:], end)
	if n < 0 {
		return token{}, 0, errorAt(at, "%q is never closed", rest[:1])
	}
	return token{k, rest[1 : n+1], at}, n + 2, nil
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == ':' || c == '.'
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func errorAt(at int, format string, args ...any) error {
	return fmt.Errorf("character %d: %s", at+1, fmt.Sprintf(format, args...))
}
