package aws

import (
	"bytes"
	"strings"
)

// The parts of an ARN after "arn:", as in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html.
const (
	partPartition = iota
	partService
	partRegion
	partAccount
	partResource
	partCount
)

// pattern is one entry of a Resource element, made ready to compare. Parts are
// compared one by one, as AWS does: a wildcard in one part of an ARN reaches
// no other, save the last one of a pattern that has fewer parts.
type pattern struct {
	raw     string
	valid   bool
	every   bool   // "*": every resource, also of actions without resource types.
	named   bool   // No wildcard in the resource part.
	service string // "" if it may be several.
	parts   [partCount][]byte

	// relations caches how the pattern relates to the ARN formats of its
	// service (to all formats where the service has a wildcard). Filled while
	// policies are compiled and read-only from then on.
	relations []relation
}

// relation tells how a pattern relates to an ARN format.
type relation uint8

const (
	relationUnknown relation = iota
	relationNone             // The pattern matches no ARN of the format.
	relationSome             // It may match some.
	relationFull             // It matches all that this account can have.
)

// parsePattern reads a resource pattern, with policy variables if the policy's
// version knows them.
func parsePattern(raw string, variables bool) pattern {
	p := pattern{raw: raw}
	if raw != "" && strings.Trim(raw, "*") == "" {
		p.every, p.valid = true, true
		return p
	}
	parts := bytes.SplitN(globOf(raw, variables), []byte(":"), partCount+1)
	if string(parts[0]) != "arn" {
		return p
	}
	parts = parts[1:]
	if len(parts) == 0 {
		return p
	}
	last := parts[len(parts)-1]
	if len(parts) < partCount && (len(last) == 0 || last[len(last)-1] != anyRest) {
		return p
	}
	for i := range partCount {
		if p.parts[i] = []byte{anyRest}; i < len(parts) {
			p.parts[i] = parts[i]
		}
	}
	p.valid = true
	p.service = literalText(p.parts[partService])
	p.named = !bytes.ContainsAny(p.parts[partResource], string([]byte{anyOne, anyRest}))
	return p
}

// globOf encodes wildcards and policy variables. "${*}", "${?}" and "${$}" are
// AWS's way to write these characters themselves. Control characters, which no
// ARN has, become a character that matches nothing.
func globOf(raw string, variables bool) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if end := variableEnd(raw[i:]); variables && end > 0 {
			switch name := raw[i+2 : i+end]; name {
			case "*", "?", "$":
				out = append(out, name[0])
			default:
				out = append(out, variable)
			}
			i += end
			continue
		}
		switch {
		case c == '*':
			c = anyRest
		case c == '?':
			c = anyOne
		case c < ' ':
			c = 0x7f
		}
		out = append(out, c)
	}
	return out
}

// variableEnd returns the offset of the closing brace of a policy variable at
// the start of s, or 0 if there is none.
func variableEnd(s string) int {
	if !strings.HasPrefix(s, "${") {
		return 0
	}
	return max(strings.IndexByte(s, '}'), 0)
}

// literalText returns a glob as text, "" if it is not literal.
func literalText(glob []byte) string {
	for _, c := range glob {
		if !literal(c) {
			return ""
		}
	}
	return string(glob)
}

// coversPattern reports whether p matches everything that q matches.
func (p *pattern) coversPattern(q *pattern) bool {
	switch {
	case p.every || p.raw == q.raw:
		return true
	case q.every:
		return false
	}
	for i := range p.parts {
		if !covers(p.parts[i], q.parts[i]) {
			return false
		}
	}
	return true
}

// overlapsPattern reports whether some ARN may be matched by both.
func (p *pattern) overlapsPattern(q *pattern) bool {
	if p.every || q.every {
		return true
	}
	for i := range p.parts {
		if !overlaps(p.parts[i], q.parts[i]) {
			return false
		}
	}
	return true
}
