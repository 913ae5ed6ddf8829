package ask

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// maxNesting bounds the depth of a line; a session policy needs eight levels.
const maxNesting = 64

// cursor reads the JSON (RFC 8259) of one line. Unlike encoding/json it does
// not take a name for another of a different case, nor the last of two members
// with one name: either could answer another question than was asked.
type cursor struct {
	text []byte
	at   int
}

func (c *cursor) errorf(format string, args ...any) error {
	return fmt.Errorf("not JSON: %s at byte %d", fmt.Sprintf(format, args...), c.at+1)
}

// next skips white space and returns the byte there, 0 at the end.
func (c *cursor) next() byte {
	for ; c.at < len(c.text); c.at++ {
		switch c.text[c.at] {
		case ' ', '\t', '\n', '\r':
		default:
			return c.text[c.at]
		}
	}
	return 0
}

// end fails if anything is left.
func (c *cursor) end() error {
	if c.next() != 0 || c.at < len(c.text) {
		return c.errorf("more text after the end of the value")
	}
	return nil
}

// object calls visit with the name of each member, which must read its value.
func (c *cursor) object(visit func(name []byte) error) error {
	return c.list('}', func() error {
		if c.next() != '"' {
			return c.errorf("expected a name in quotes, found %s", c.found())
		}
		name, err := c.str()
		if err != nil {
			return err
		}
		if c.next() != ':' {
			return c.errorf("expected a colon, found %s", c.found())
		}
		c.at++
		c.next()
		return visit(name)
	})
}

// list calls visit at each of the elements between the bracket here and the
// closing one.
func (c *cursor) list(closing byte, visit func() error) error {
	c.at++
	if c.next() == closing {
		c.at++
		return nil
	}
	for {
		if err := visit(); err != nil {
			return err
		}
		switch c.next() {
		case ',':
			c.at++
			c.next()
		case closing:
			c.at++
			return nil
		default:
			return c.errorf("expected a comma or %q, found %s", closing, c.found())
		}
	}
}

// str reads the string here. Where it has no escapes it is part of the line.
func (c *cursor) str() ([]byte, error) {
	start, plain := c.at, true
	for c.at++; c.at < len(c.text); c.at++ {
		switch b := c.text[c.at]; {
		case b == '"':
			c.at++
			return c.unquote(start, plain)
		case b == '\\':
			plain = false
			c.at++
		case b < ' ':
			return nil, c.errorf("control character %q in a string", b)
		}
	}
	c.at = len(c.text)
	return nil, c.errorf("the line ends inside a string")
}

func (c *cursor) unquote(start int, plain bool) ([]byte, error) {
	if plain {
		return c.text[start+1 : c.at-1], nil
	}
	var s string
	if err := json.Unmarshal(c.text[start:c.at], &s); err != nil {
		c.at = start
		return nil, c.errorf("an escape in a string that JSON does not know")
	}
	return []byte(s), nil
}

// literal reads a number, true, false or null.
func (c *cursor) literal() ([]byte, error) {
	rest := c.text[c.at:]
	if i := bytes.IndexAny(rest, " \t\r\n,:]}[{\""); i >= 0 {
		rest = rest[:i]
	}
	if len(rest) == 0 || !json.Valid(rest) {
		return nil, c.errorf("expected a value, found %s", c.found())
	}
	c.at += len(rest)
	return rest, nil
}

// skip reads the value here, whatever it is, and returns its text.
func (c *cursor) skip(depth int) ([]byte, error) {
	start := c.at
	var err error
	switch b := c.next(); {
	case depth > maxNesting:
		err = c.errorf("more than %d levels of nesting", maxNesting)
	case b == '{':
		err = c.object(func([]byte) error { _, err := c.skip(depth + 1); return err })
	case b == '[':
		err = c.list(']', func() error { _, err := c.skip(depth + 1); return err })
	case b == '"':
		_, err = c.str()
	default:
		_, err = c.literal()
	}
	return c.text[start:c.at], err
}

// found names what stands here.
func (c *cursor) found() string {
	for _, r := range string(c.text[min(c.at, len(c.text)):]) {
		return fmt.Sprintf("%q", r)
	}
	return "the end of the line"
}

// kind names the sort of the value that begins with a byte.
func kind(b byte) string {
	switch b {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}
