package aws

import (
	"bytes"
	"strings"

	"github.com/leastward/leastward/internal/policy/glob"
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
	shapes  [partCount]shape
	bound   *bindings // nil without policy variables.

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
	parts := bytes.SplitN(glob.Encode(raw, variables), []byte(":"), partCount+1)
	if string(parts[0]) != "arn" {
		return p
	}
	parts = parts[1:]
	if len(parts) == 0 {
		return p
	}
	last := parts[len(parts)-1]
	if len(parts) < partCount && (len(last) == 0 || last[len(last)-1] != glob.AnyRest) {
		return p
	}
	for i := range partCount {
		if p.parts[i] = []byte{glob.AnyRest}; i < len(parts) {
			p.parts[i] = parts[i]
		}
	}
	p.valid = true
	for i := range p.parts {
		p.shapes[i] = shapeOf(p.parts[i])
	}
	if variables && !p.misplaced() {
		p.bound = bindingsOf(&p)
	}
	p.service = glob.Text(p.parts[partService])
	p.named = !bytes.ContainsAny(p.parts[partResource], string([]byte{glob.AnyOne, glob.AnyRest}))
	return p
}

// misplaced reports whether a policy variable stands before the fifth colon,
// where AWS has none: the pattern then matches nothing. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func (p *pattern) misplaced() bool {
	found := false
	for i := range partResource {
		if bytes.IndexByte(p.parts[i], glob.Variable) >= 0 {
			found = true
			p.parts[i] = []byte{glob.Nothing}
			p.shapes[i] = shapeOf(p.parts[i])
		}
	}
	return found
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
		if !glob.Covers(p.parts[i], q.parts[i]) {
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
		if !glob.Overlaps(p.parts[i], q.parts[i]) {
			return false
		}
	}
	return true
}
