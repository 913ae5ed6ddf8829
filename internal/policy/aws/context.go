package aws

import (
	"slices"
	"strings"
)

// Context is what is known of a request, by context key.
type Context struct {
	values map[string][]string // By key in lower case; empty: known to be absent.
}

// NewContext returns a context of these keys and values. Keys are compared
// without regard to case. A key without values is known to be absent from the
// request; of a key that is not there nothing is known.
func NewContext(values map[string][]string) *Context {
	c := &Context{values: make(map[string][]string, len(values))}
	for k, v := range values {
		c.values[strings.ToLower(k)] = slices.Clone(v)
	}
	return c
}
