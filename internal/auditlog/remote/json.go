package remote

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/auditlog"
)

// The server neither checks nor changes the bytes of a JSON string, so values
// that are not UTF-8 pass, which encoding/json would replace.

const digits = "0123456789abcdef"

// appendString appends s as JSON string.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}

// escaped returns how long s is as JSON string, without the quotes.
func escaped(s string) int {
	n := len(s)
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\' || c == '\n' || c == '\t':
			n++
		case c < ' ':
			n += len(`\u0000`) - 1
		}
	}
	return n
}

// appendRow appends the columns that have a value as one line of JSON.
func appendRow(dst []byte, columns []auditlog.Field) []byte {
	dst = append(dst, '{')
	for i := range columns {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, columns[i].Name)
		dst = append(dst, ':')
		dst = appendString(dst, columns[i].Value)
	}
	return append(dst, '}')
}

var errRow = errors.New("it is not an object of strings")

// parseRow appends the columns of a line of JSON, an object of strings, to dst.
func parseRow(dst auditlog.Row, line []byte) (auditlog.Row, error) {
	p := &parser{text: string(bytes.TrimSpace(line))}
	if !p.skip('{') {
		return dst, errRow
	}
	for !p.skip('}') {
		if len(dst) > 0 && !p.skip(',') {
			return dst, errRow
		}
		name, err := p.string()
		if err != nil || !p.skip(':') {
			return dst, errors.Join(errRow, err)
		}
		value, err := p.string()
		if err != nil {
			return dst, err
		}
		dst = append(dst, auditlog.Field{Name: name, Value: value})
	}
	if p.text != "" {
		return dst, fmt.Errorf("%w: something follows it", errRow)
	}
	return dst, nil
}

type parser struct{ text string }

func (p *parser) skip(c byte) bool {
	p.text = strings.TrimLeft(p.text, " \t")
	if p.text == "" || p.text[0] != c {
		return false
	}
	p.text = p.text[1:]
	return true
}

func (p *parser) string() (string, error) {
	if !p.skip('"') {
		return "", errRow
	}
	end := strings.IndexAny(p.text, `"\`)
	if end < 0 {
		return "", fmt.Errorf("%w: a string has no end", errRow)
	}
	if p.text[end] == '"' {
		s := p.text[:end]
		p.text = p.text[end+1:]
		return s, nil
	}
	return p.escapedString()
}

func (p *parser) escapedString() (string, error) {
	var out []byte
	for {
		i := strings.IndexAny(p.text, `"\`)
		if i < 0 {
			return "", fmt.Errorf("%w: a string has no end", errRow)
		}
		out = append(out, p.text[:i]...)
		c := p.text[i]
		p.text = p.text[i+1:]
		if c == '"' {
			return string(out), nil
		}
		var err error
		if out, err = p.escape(out); err != nil {
			return "", err
		}
	}
}

// escape appends what an escape sequence, whose backslash was read, stands for.
func (p *parser) escape(out []byte) ([]byte, error) {
	if p.text == "" {
		return out, fmt.Errorf("%w: a string has no end", errRow)
	}
	c := p.text[0]
	p.text = p.text[1:]
	if c == 'u' {
		return p.unicode(out)
	}
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		return append(out, "\"\\/\b\f\n\r\t"[i]), nil
	}
	return out, fmt.Errorf("%w: unknown escape sequence \\%c", errRow, c)
}

func (p *parser) unicode(out []byte) ([]byte, error) {
	r, err := p.hex()
	if err != nil {
		return out, err
	}
	if utf16.IsSurrogate(r) {
		if !strings.HasPrefix(p.text, `\u`) {
			return out, fmt.Errorf("%w: half a surrogate pair", errRow)
		}
		p.text = p.text[2:]
		low, err := p.hex()
		if err != nil {
			return out, err
		}
		r = utf16.DecodeRune(r, low)
	}
	return utf8.AppendRune(out, r), nil
}

func (p *parser) hex() (rune, error) {
	if len(p.text) < 4 {
		return 0, fmt.Errorf("%w: a string has no end", errRow)
	}
	n, err := strconv.ParseUint(p.text[:4], 16, 16)
	if err != nil {
		return 0, fmt.Errorf("%w: \\u%q", errRow, p.text[:4])
	}
	p.text = p.text[4:]
	return rune(n), nil
}
