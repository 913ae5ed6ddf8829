package aws

import (
	"encoding/json"
	"fmt"
	"strings"
)

// maxDepth bounds the nesting of a document; policies need six levels.
const maxDepth = 32

type valueKind uint8

const (
	objectValue valueKind = iota
	listValue
	stringValue
	otherValue // Number, true, false or null; text is its literal.
)

func (k valueKind) String() string {
	return [...]string{"an object", "a list", "a string", "a number, true, false or null"}[k]
}

// value is one JSON value with its place. Unlike encoding/json it keeps
// positions, the order of members and duplicate names, which decide whether a
// policy can be understood.
type value struct {
	kind       valueKind
	start, end int // Byte offsets.
	text       string
	items      []value
	members    []member
}

type member struct {
	name  string
	start int
	value value
}

// syntaxError is a place where the text stops being JSON.
type syntaxError struct {
	offset  int
	message string
}

// scanner reads JSON (RFC 8259) from text.
type scanner struct {
	text string
	at   int
}

// scan reads the one value that text must hold.
func scan(text string) (value, *syntaxError) {
	s := scanner{text: text}
	v, err := s.value(0)
	if err != nil {
		return value{}, err
	}
	if s.space(); s.at < len(text) {
		return value{}, s.errorf("more text after the end of the document")
	}
	return v, nil
}

func (s *scanner) errorf(format string, args ...any) *syntaxError {
	return &syntaxError{offset: s.at, message: fmt.Sprintf(format, args...)}
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// next skips white space and returns the byte there, 0 at the end.
func (s *scanner) next() byte {
	s.space()
	if s.at == len(s.text) {
		return 0
	}
	return s.text[s.at]
}

func (s *scanner) value(depth int) (value, *syntaxError) {
	if depth > maxDepth {
		return value{}, s.errorf("more than %d levels of nesting", maxDepth)
	}
	c := s.next()
	v := value{start: s.at}
	var err *syntaxError
	switch c {
	case '{':
		v.kind = objectValue
		v.members, err = s.object(depth)
	case '[':
		v.kind = listValue
		v.items, err = s.list(depth)
	case '"':
		v.kind = stringValue
		v.text, err = s.string()
	default:
		v.kind = otherValue
		v.text, err = s.literal()
	}
	v.end = s.at
	return v, err
}

func (s *scanner) object(depth int) ([]member, *syntaxError) {
	s.at++
	var members []member
	if s.next() == '}' {
		s.at++
		return nil, nil
	}
	for {
		m, err := s.member(depth)
		if err != nil {
			return nil, err
		}
		members = append(members, m)
		if more, err := s.more('}'); !more {
			return members, err
		}
	}
}

func (s *scanner) member(depth int) (member, *syntaxError) {
	if s.next() != '"' {
		return member{}, s.errorf("expected a name in quotes, found %s", s.found())
	}
	m := member{start: s.at}
	var err *syntaxError
	if m.name, err = s.string(); err != nil {
		return m, err
	}
	if s.next() != ':' {
		return m, s.errorf("expected a colon after %q, found %s", m.name, s.found())
	}
	s.at++
	m.value, err = s.value(depth + 1)
	return m, err
}

func (s *scanner) list(depth int) ([]value, *syntaxError) {
	s.at++
	var items []value
	if s.next() == ']' {
		s.at++
		return nil, nil
	}
	for {
		v, err := s.value(depth + 1)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
		if more, err := s.more(']'); !more {
			return items, err
		}
	}
}

// more reads what stands between members or items: a comma, or the end.
func (s *scanner) more(end byte) (bool, *syntaxError) {
	switch s.next() {
	case ',':
		s.at++
		return true, nil
	case end:
		s.at++
		return false, nil
	}
	return false, s.errorf("expected a comma or %q, found %s", end, s.found())
}

func (s *scanner) string() (string, *syntaxError) {
	start, plain := s.at, true
	for s.at++; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return s.unquote(start, plain)
		case c == '\\':
			plain = false
			s.at++
		case c < ' ':
			return "", s.errorf("control character %q in a string", c)
		}
	}
	s.at = min(s.at, len(s.text))
	return "", s.errorf("the document ends inside a string")
}

func (s *scanner) unquote(start int, plain bool) (string, *syntaxError) {
	if plain {
		return s.text[start+1 : s.at-1], nil
	}
	var out string
	if err := json.Unmarshal([]byte(s.text[start:s.at]), &out); err != nil {
		return "", &syntaxError{offset: start, message: "a string has an escape that JSON does not know"}
	}
	return out, nil
}

// literal reads a number, true, false or null.
func (s *scanner) literal() (string, *syntaxError) {
	start := s.at
	rest := s.text[start:]
	if i := strings.IndexAny(rest, " \t\n\r,:]}[{\""); i >= 0 {
		rest = rest[:i]
	}
	if rest == "" || !json.Valid([]byte(rest)) {
		return "", s.errorf("expected a value, found %s", s.found())
	}
	s.at += len(rest)
	return rest, nil
}

// found names what stands at the current place.
func (s *scanner) found() string {
	if s.at >= len(s.text) {
		return "the end of the document"
	}
	for _, r := range s.text[s.at:] {
		return fmt.Sprintf("%q", r)
	}
	return ""
}
