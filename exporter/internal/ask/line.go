package ask

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// line is one request as it was read. Its slices are part of the text that was
// read.
type line struct {
	identity, action, resource []byte
	context, session           []byte // JSON; nil where absent.
}

// The fields of a request.
const (
	fieldIdentity = "identity"
	fieldAction   = "action"
	fieldResource = "resource"
	fieldContext  = "context"
	fieldSession  = "session_policies"
)

// FieldError is what is wrong with one field of a request.
type FieldError struct {
	Field string
	Err   error
}

func (e *FieldError) Error() string { return "field " + e.Field + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *FieldError) Unwrap() error { return e.Err }

func fieldf(field, format string, args ...any) error {
	return &FieldError{Field: field, Err: fmt.Errorf(format, args...)}
}

// readLine reads a request from one line of JSON.
func readLine(text []byte) (line, error) {
	var l line
	if !utf8.Valid(text) {
		return l, errors.New("not JSON: the line is not in UTF-8")
	}
	c := cursor{text: text}
	if b := c.next(); b != '{' {
		return l, c.errorf("expected an object, found %s", c.found())
	}
	var seen uint8
	err := c.object(func(name []byte) error { return l.field(&c, name, &seen) })
	if err == nil {
		err = c.end()
	}
	if err == nil {
		err = l.complete()
	}
	return l, err
}

// field reads the value of one member. Each field that was there before has a
// bit in seen.
func (l *line) field(c *cursor, name []byte, seen *uint8) (err error) {
	var bit uint8
	switch string(name) {
	case fieldIdentity:
		bit, err = 1, l.text(c, fieldIdentity, &l.identity)
	case fieldAction:
		bit, err = 2, l.text(c, fieldAction, &l.action)
	case fieldResource:
		bit, err = 4, l.text(c, fieldResource, &l.resource)
	case fieldContext:
		bit, err = 8, l.nested(c, fieldContext, '{', &l.context)
	case fieldSession:
		bit, err = 16, l.nested(c, fieldSession, '[', &l.session)
	default:
		return fieldf(string(name), "is not known; known are %s", strings.Join(
			[]string{fieldIdentity, fieldAction, fieldResource, fieldContext, fieldSession}, ", "))
	}
	if err == nil && *seen&bit != 0 {
		return fieldf(string(name), "stands twice")
	}
	*seen |= bit
	return err
}

func (l *line) text(c *cursor, field string, into *[]byte) (err error) {
	if b := c.next(); b != '"' {
		return notA(c, field, "a string")
	}
	*into, err = c.str()
	return err
}

// nested reads an object or a list; null stands for none.
func (l *line) nested(c *cursor, field string, opening byte, into *[]byte) error {
	b := c.next()
	if b != opening && b != 'n' {
		return notA(c, field, kind(opening))
	}
	raw, err := c.skip(0)
	if b == opening {
		*into = raw
	}
	return err
}

// notA says that a field holds another kind of value, or no JSON.
func notA(c *cursor, field, want string) error {
	got := kind(c.next())
	if _, err := c.skip(0); err != nil {
		return err
	}
	return fieldf(field, "is %s, not %s", got, want)
}

func (l *line) complete() error {
	switch {
	case len(l.identity) == 0:
		return fieldf(fieldIdentity, `is missing; give the ARN or the name of who calls, or "*" for anybody`)
	case len(l.action) == 0:
		return fieldf(fieldAction, `is missing; give one such as "s3:GetObject"`)
	}
	return nil
}
