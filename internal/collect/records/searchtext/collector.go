// Package searchtext puts together what free-text search finds of an audit event
// beyond its fields: the values of the request's parameters and of the answer,
// without the secrets among them.
package searchtext

import (
	"unicode/utf8"

	"github.com/leastward/leastward/internal/auditlog"
)

// Collector puts the details of events together, one event after the other. It
// belongs to one goroutine; its zero value is ready.
type Collector struct {
	// Lean collects nothing: values are visited only.
	Lean bool

	text    []byte
	scratch []byte
	secrets secretKeys
}

// Reset begins the details of another event.
func (c *Collector) Reset() { c.text = c.text[:0] }

// Add takes the strings, numbers and booleans of a JSON value that
// jsonscan.SkipValue has passed, at any depth and in the order of the document.
// Values of keys that hold secrets are passed over whole. Visit, if set, is
// called with each value, decoded, and the key before it: its own, or that of
// the array that it stands in. Both are valid only during the call.
func (c *Collector) Add(json []byte, visit func(key, value []byte)) {
	if c.secrets == nil {
		c.secrets, c.scratch = secretKeys{}, make([]byte, 0, auditlog.MaxDetail)
	}
	scalars(json, c.scratch, c.secrets, func(key, value []byte) {
		if visit != nil {
			visit(key, value)
		}
		c.Put(value)
	})
}

// Put puts a value behind the others, as much of it as there is room for, unless
// it is a secret by its form.
func (c *Collector) Put(value []byte) {
	room := auditlog.MaxDetail - len(c.text)
	if c.Lean || room < 2 || !worthFinding(value) {
		return
	}
	if len(c.text) > 0 {
		c.text = append(c.text, ' ')
		room--
	}
	if len(value) > room {
		for room > 0 && !utf8.RuneStart(value[room]) {
			room--
		}
		value = value[:room]
	}
	c.text = append(c.text, value...)
}

// String returns the details: Event.Detail.
func (c *Collector) String() string { return string(c.text) }
