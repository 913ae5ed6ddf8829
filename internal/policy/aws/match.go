package aws

import (
	"bytes"
	"math"

	"github.com/leastward/leastward/internal/policy/aws/condition"
	"github.com/leastward/leastward/internal/policy/glob"
)

// matches tells whether a pattern of a Resource element matches the resource.
func (q *query) matches(p *pattern) condition.Truth {
	switch {
	case p.every:
		return condition.Yes
	case !q.isARN:
		return condition.No
	case p.bound == nil:
		return truth(p.matches(&q.parts))
	case !p.bound.could(&q.parts):
		return condition.No
	}
	return q.matchesBound(p)
}

// matchesBound fills in the variables first, part by part.
func (q *query) matchesBound(p *pattern) condition.Truth {
	t, next := condition.Yes, 0
	for i := range p.parts {
		part := p.parts[i]
		n := markers(part)
		if n > 0 {
			var known condition.Truth
			part, known = condition.Bind(q.buffer[:0], part, p.bound.variables[next:next+n], q)
			next += n
			if known != condition.Yes {
				t = t.And(known)
				continue
			}
		}
		if !glob.Match(part, q.parts[i]) {
			return condition.No
		}
	}
	return t
}

// markers counts the variables of a part.
func markers(part []byte) int {
	n := 0
	for _, c := range part {
		if c == glob.Variable {
			n++
		}
	}
	return n
}

// matches reports whether a pattern without variables matches an ARN. The parts
// that differ most come first.
func (p *pattern) matches(parts *[partCount]string) bool {
	for i := partResource; i >= partPartition; i-- {
		if !p.shapes[i].matches(p.parts[i], parts[i]) {
			return false
		}
	}
	return true
}

// bindings is what a pattern with policy variables has beside its parts.
type bindings struct {
	variables []condition.Variable // In the order of their markers.
	loose     [partCount][]byte    // The parts with a star for each variable.
}

func bindingsOf(p *pattern) *bindings {
	list := condition.ParseVariables(p.raw)
	if len(list) == 0 {
		return nil
	}
	b := &bindings{variables: list}
	for i, part := range p.parts {
		b.loose[i] = bytes.ReplaceAll(part, []byte{glob.Variable}, []byte{glob.AnyRest})
	}
	return b
}

// could reports whether the pattern matches with some values of its variables.
func (b *bindings) could(parts *[partCount]string) bool {
	for i := range parts {
		if !glob.Match(b.loose[i], parts[i]) {
			return false
		}
	}
	return true
}

// shape tells how to match a glob fast: most are a text, or a text and a star.
type shape struct {
	kind   shapeKind
	prefix uint16 // Length of the literal text that it begins with.
}

type shapeKind uint8

const (
	globShape   shapeKind = iota
	exactShape            // The prefix is all.
	prefixShape           // A star follows the prefix.
)

func shapeOf(g []byte) shape {
	n := 0
	for n < len(g) && glob.Literal(g[n]) {
		n++
	}
	switch {
	case n > math.MaxUint16:
		return shape{}
	case n == len(g):
		return shape{exactShape, uint16(n)}
	case n == len(g)-1 && g[n] == glob.AnyRest:
		return shape{prefixShape, uint16(n)}
	}
	return shape{globShape, uint16(n)}
}

func (s shape) matches(g []byte, text string) bool {
	n := int(s.prefix)
	switch s.kind {
	case exactShape:
		return text == string(g)
	case prefixShape:
		return len(text) >= n && text[:n] == string(g[:n])
	case globShape:
	}
	return len(text) >= n && text[:n] == string(g[:n]) && glob.Match(g[n:], text[n:])
}

func truth(yes bool) condition.Truth {
	if yes {
		return condition.Yes
	}
	return condition.No
}
